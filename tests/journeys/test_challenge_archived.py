"""`jincai verify` on an archive with challenges, one sent and one on paper, and their answers: it holds, and it reads them."""

from __future__ import annotations

from pathlib import Path

from client.archive.bundle import Bundle
from client.profile import TRUST_FOLDER
from client.verify.command import verify_archive
from client.verify.evidence import Anchors, Evidence
from client.workflows.challenging import Challenger
from offline_cache.blobs import file_digest
from procurement.challenging.letter import ChallengeLetter, ChallengeReply, Matter, MatterReply, PaperChallenge
from tests.client.journey import TENDER, pdf
from tests.journeys.recheck import BEAT
from tests.journeys.snapshots import Revisit
from tests.journeys.test_relaying import SENDER

MATTER = Matter(matter="开标记录单位有误", facts="读出为千元", request="更正开标记录")
ANSWER = MatterReply(finding="unfounded", answer="读出与投标一致", facts="见开标录像 10:12")


def _archived(journey: Revisit, path: Path) -> Path:
    journey.move(journey.world.now() + BEAT)
    number = journey.agency.published.current(TENDER).package.number
    return journey.agency.closing.build_archive(number, path, "full")


def test_an_archive_with_challenges_and_answers_is_verified(at_reviewed: Revisit, tmp_path: Path) -> None:
    journey = at_reviewed
    trust = journey.agency.place.folder.folder / TRUST_FOLDER
    anchors = Anchors.load(trust)
    before = verify_archive(_archived(journey, tmp_path / "before.zip"), anchors)

    bidder, agency = journey.supplier("A"), journey.agency
    bidder.refresh()
    (ground,) = [one for one in bidder.challenging.grounds() if one.stage == "opening"]
    proof, scan = pdf(tmp_path / "proof.pdf"), pdf(tmp_path / "scan.pdf", 2)
    assert bidder.challenging.challenge(ground, SENDER, [MATTER], [proof]).state == "accepted"
    writer = Challenger(journey.supplier("C").actor, "供应商C有限公司", "丙", "1", "太原", "030000")
    assert agency.challenging.enter(ground, writer, agency.now(), scan, [MATTER]).state == "accepted"
    agency.refresh()
    for case in agency.challenging.cases():
        done = agency.challenging.reply(
            case.letter.id, [ANSWER], affects=False, measure="", complain_to="太原市财政局", responder="章倩"
        )
        assert done.state == "accepted"

    archive = _archived(journey, tmp_path / "after.zip")
    after = verify_archive(archive, anchors)
    unfinished = [("archived / 归档", "act-missing")]
    for report in (before, after):
        assert [(fault.check, fault.problem.code) for fault in report.faults] == unfinished, (
            "nothing but its end is missing"
        )
    receipts = [dict(report.passed)["receipts / 回执"] for report in (before, after)]
    assert receipts[1] == receipts[0] + 4, "each of the four acts was looked at"
    with Bundle(archive) as bundle:
        evidence = Evidence(bundle, anchors)
        kinds = [len(evidence.all(kind)) for kind in (ChallengeLetter, PaperChallenge, ChallengeReply)]
        assert kinds == [1, 1, 2]
        assert all(any(file_digest(one) in name for name in bundle.members) for one in (proof, scan))
