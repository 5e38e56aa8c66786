"""One changed byte anywhere, and forgeries rebuilt as far as an attacker's keys reach: `verify` finds and names each."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.archive.bundle import Bundle
from client.archive.layout import BIDS, FILES, INDEX
from client.demo.cast import AGENCY, PURCHASER, SUPPLIERS
from client.verify.checks import bids, day, integrity, papers, people, scores
from client.verify.command import main as verify
from client.verify.command import verify_archive
from client.verify.evidence import Evidence
from client.verify.report import Report
from crypto.authority import TestAuthority
from crypto.certificates import subject_name
from crypto.log import NoteSigner
from crypto.signing import sign_statement
from procurement.basics.digest import digest
from procurement.basics.problems import Problem, Tampered
from procurement.evaluation.sheets import ScoreSheet
from procurement.performing.contract import ContractMember
from tests.adversaries.forger import Forged, Forger
from tests.played import Played

A, B, C, D, E = SUPPLIERS
SEED = 20260429
OFFSETS = 200

Found = set[tuple[str, str]]
"""(check, code) of every fault"""


@pytest.fixture
def forger(played: Played) -> Forger:
    return Forger(played.world, played.archive)


@pytest.fixture
def found(played: Played) -> Callable[..., Found]:
    """Faults of the named checks, or of the whole verification where none is named."""
    anchors = played.anchors

    def look(path: Path, *checks: Callable[[Evidence, Report], object]) -> Found:
        if not checks:
            faults = verify_archive(path, anchors).faults
        else:
            report = Report()
            with Bundle(path) as bundle:
                evidence = Evidence(bundle, anchors)
                for check in checks:
                    check(evidence, report)
            faults = report.faults
        return {(fault.check.partition(" / ")[0], fault.problem.code) for fault in faults}

    return look


def _scores(evidence: Evidence, report: Report) -> None:
    scores.check(evidence, report, bids.check(evidence, report))


def _papers(evidence: Evidence, report: Report) -> None:
    papers.check(evidence, report, bids.Opened())


# -- one byte


def _flip(path: Path, offset: int) -> None:
    """Turn one bit of the byte; the same again turns it back."""
    with path.open("r+b") as file:
        file.seek(offset)
        (byte,) = file.read(1)
        file.seek(offset)
        file.write(bytes([byte ^ (1 << offset % 8)]))


def _broken(path: Path, played: Played) -> list[str]:
    """What the checks of form and members say; the first thing `verify` does."""
    try:
        with Bundle(path) as bundle:
            report = Report()
            integrity.members(Evidence(bundle, played.anchors), report)
            return [fault.text for fault in report.faults]
    except Problem as problem:
        return [str(problem)]


@pytest.fixture
def copy(played: Played, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(played.archive, tmp_path / "archive.zip"))


def test_a_byte_of_every_member(copy: Path) -> None:
    """First, middle and last byte of each: reading that member says which."""
    with Bundle(copy) as bundle:
        members = list(bundle.members.values())
    for member in members:
        for offset in (member.start, member.start + member.size // 2, member.start + member.size - 1):
            _flip(copy, offset)
            with Bundle(copy) as bundle, pytest.raises(Tampered, match=member.name):
                bundle.read(member.name)
            _flip(copy, offset)


def test_a_byte_of_every_header(copy: Path) -> None:
    """Local headers, directory and end record: the container is not opened at all."""
    with Bundle(copy) as bundle:
        headers = [member.start - back for member in bundle.members.values() for back in (1, 20, 40)]
        size = copy.stat().st_size
    for offset in [*headers, *range(size - 3000, size, 7), size - 1]:
        _flip(copy, offset)
        with pytest.raises(Tampered, match="archive-form-broken"):
            Bundle(copy)
        _flip(copy, offset)


def test_a_byte_anywhere(played: Played, copy: Path) -> None:
    dice, size = random.Random(SEED), copy.stat().st_size
    for offset in (dice.randrange(size) for _ in range(OFFSETS)):
        _flip(copy, offset)
        assert _broken(copy, played), offset
        _flip(copy, offset)
    assert not _broken(copy, played)


@pytest.mark.parametrize("member", [INDEX, "bids/"])
def test_a_changed_byte_ends_with_exit_1(
    played: Played, copy: Path, member: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Bundle(copy) as bundle:
        place = next(m for name, m in sorted(bundle.members.items()) if name.startswith(member))
    _flip(copy, place.start + place.size // 2)
    assert verify(["--trust", str(played.trust), str(copy)]) == 1
    said = capsys.readouterr().out
    assert "WRONG" in said and place.name in said


def test_the_attackers_workshop_is_honest(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """Everything rebuilt and nothing changed: verify has nothing to say, so what it says below is about the forgery."""
    assert found(forger.write(tmp_path / "a.zip")) == set()


# -- scores and ranking


def _raise_score(forger: Forger) -> Forged:
    reveal = forger.find("score-reveal")
    sheet = ScoreSheet.from_bytes(reveal.value.sheet)
    first = sheet.marks[0].model_copy(update={"points": sheet.marks[0].points + Decimal("0.5")})
    reveal.becomes(sheet=sheet.model_copy(update={"marks": (first, *sheet.marks[1:])}).to_bytes())
    return reveal


def test_a_score_changed(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    _raise_score(forger)
    faults = found(forger.write(tmp_path / "a.zip"), people.check, _scores)
    assert ("signatures and roles", "signature-content-changed") in faults
    assert ("score sheets", "sheet-differs-from-commit") in faults


def test_a_score_changed_by_its_own_expert(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """After the reveal of the others: the signature is true, the commitment tells."""
    reveal = _raise_score(forger)
    reveal.signature = sign_statement(reveal.statement, forger.token(_expert_of(forger, reveal))).signature
    assert ("score sheets", "sheet-differs-from-commit") in found(forger.write(tmp_path / "a.zip"), _scores)


def _expert_of(forger: Forger, reveal: Forged) -> str:
    commit = forger.find("score-commit", lambda value: value.id == reveal.value.commit)
    return str(commit.value.member)


def _swap_first_two(forger: Forger) -> Forged:
    ranking = forger.find("ranking")
    first, second, *rest = ranking.value.candidates
    ranking.becomes(candidates=(second, first, *rest))
    return ranking


def test_the_ranking_changed_by_the_platform(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    _swap_first_two(forger)
    assert ("ranking recomputed", "ranking-differs") in found(forger.write(tmp_path / "a.zip"), _scores)


def test_the_ranking_signed_by_a_foreign_platform(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """A platform certificate of the right authority and name, which no verifier pinned."""
    forger.platform = forger.authority.issue_platform("晋采示范平台", "91140000PLT0000009").token
    _swap_first_two(forger)
    faults = found(forger.write(tmp_path / "a.zip"))
    assert {check for check, _ in faults} >= {"receipts", "signatures and roles", "ranking recomputed"}
    assert ("signatures and roles", "certificate-not-platform") in faults


# -- the set of bids


def _bid_of(forger: Forger, code: str) -> Forged:
    return forger.find("submission", lambda value: value.supplier == code)


def test_a_bid_dropped(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    forger.drop(_bid_of(forger, D.code))
    faults = found(forger.write(tmp_path / "a.zip"), integrity.check, day.check)
    assert {("chains", "chain-broken"), ("closed set", "chain-broken")} <= faults


def test_a_bid_dropped_and_the_day_rewritten(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """The platform closes its gap, rewrites closing and freeze; those who signed after the freeze did not sign this."""
    gone = _bid_of(forger, D.code)
    leaf, before = gone.leaf, gone.entry.prev_leaf
    for act in forger.acts.values():
        if act.entry.prev_leaf == leaf:
            act.entry = act.entry.model_copy(update={"prev_leaf": before})
    closing = forger.find("closing", lambda value: leaf in value.chain)
    said = closing.value
    freeze = forger.find("freeze", lambda value: value.closing == said.id)
    active = tuple(one for one in said.active if one != leaf)
    closing.becomes(chain=tuple(one for one in said.chain if one != leaf), active=active, count=len(active))
    freeze.becomes(absent=())
    forger.drop(gone)
    faults = found(forger.write(tmp_path / "a.zip"), people.check, day.check)
    assert ("signatures and roles", "signature-content-changed") in faults


def test_a_bid_inserted(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """B's withdrawn bid again, signed by B, slipped in behind E's before the closing."""
    last = _bid_of(forger, E.code)
    old = _bid_of(forger, B.code)
    made = Forged.of(old.receipt)
    made.salt, made.entry = b"\x01" * 32, last.entry
    made.entry = made.entry.model_copy(update={"act": "submission"})

    forger.insert(last, made)
    faults = found(forger.write(tmp_path / "a.zip"), people.check, day.check)
    assert ("closed set", "chain-broken") in faults


# -- log, receipts, time


def test_the_log_signed_with_another_key(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    other = NoteSigner.of(forger.log.key.name, Ed25519PrivateKey.generate())
    faults = found(forger.write(tmp_path / "a.zip", log=other))
    assert {("log head", "note-not-signed"), ("receipts", "note-not-signed")} <= faults


def test_a_receipts_time_moved(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """The platform dates a bid an hour back; the time-stamp stays what it was."""
    bid = _bid_of(forger, E.code)
    bid.entry = bid.entry.model_copy(update={"t_recv": bid.entry.t_recv - timedelta(hours=1)})
    assert ("time-stamps", "time-differs") in found(forger.write(tmp_path / "a.zip"), integrity.check)


def test_a_time_stamp_of_another_receipt(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    _bid_of(forger, E.code).stamp = _bid_of(forger, D.code).stamp
    faults = found(forger.write(tmp_path / "a.zip"))
    assert faults == {("time-stamps", "timestamp-of-other-data")}


# -- signers


def test_a_certificate_of_the_right_name_from_another_authority(
    forger: Forger, tmp_path: Path, found: Callable[..., Found]
) -> None:
    stranger = TestAuthority.create(subject_name(forger.vendor.issuing)).issue_organisation(E.name, E.code).token
    bid = _bid_of(forger, E.code)
    bid.signature = sign_statement(bid.statement, stranger).signature
    faults = found(forger.write(tmp_path / "a.zip"), people.check)
    assert ("signatures and roles", "certificate-signature-wrong") in faults


def test_a_certificate_of_the_right_name_for_another_code(
    forger: Forger, tmp_path: Path, found: Callable[..., Found]
) -> None:
    namesake = forger.vendor.issue_organisation(E.name, D.code).token
    bid = _bid_of(forger, E.code)
    bid.signature = sign_statement(bid.statement, namesake).signature
    assert ("signatures and roles", "foreign-author") in found(forger.write(tmp_path / "a.zip"), people.check)


def test_a_custodian_released_against_another_freeze(
    forger: Forger, tmp_path: Path, found: Callable[..., Found]
) -> None:
    """With the custodian's own key: two freezes were shown, and the archive tells (M22)."""
    forger.accomplices[AGENCY.code] = forger.token(AGENCY.code)
    release = forger.find("custodian-release", lambda value: value.org == AGENCY.code)
    release.becomes(freeze=digest("statement", b"another freeze").hex())
    assert ("order of the day", "two-freezes") in found(forger.write(tmp_path / "a.zip"), day.check)


# -- contract and papers


def test_a_contract_amount_changed_by_both_parties(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    forger.accomplices = {code: forger.token(code) for code in (PURCHASER.code, A.code)}
    contract = forger.find("contract")
    contract.becomes(amount=contract.value.amount + Decimal("1000.00"))
    faults = found(forger.write(tmp_path / "a.zip"), _papers)
    assert ("contract", "contract-differs") in faults


def test_a_contract_whose_members_are_not_those_of_the_bid(
    forger: Forger, tmp_path: Path, found: Callable[..., Found]
) -> None:
    """Purchaser and winner let a member vanish, or here: appear, that the opened bid does not name and that has not signed."""
    forger.accomplices = {code: forger.token(code) for code in (PURCHASER.code, A.code)}
    members = [ContractMember(supplier=p.code, name=p.name, share=Decimal(50)) for p in (A, C)]
    forger.find("contract").becomes(members=tuple(members))
    faults = found(forger.write(tmp_path / "a.zip"), _papers)
    assert ("contract", "contract-signers-differ") in faults


def test_a_paper_changed_after_sealing(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    """An incremental update that hangs another page into the notice, its digest carried into every act above."""
    notice = forger.find("award-notice")
    old = notice.value.pdf
    forger.file(old, _with_update(forger.members[FILES + old], tmp_path))
    forger.accomplices = {AGENCY.code: forger.token(AGENCY.code)}
    notice.becomes(pdf=forger.renamed(old))
    notice.signature = sign_statement(notice.statement, forger.token(AGENCY.code)).signature
    assert ("sealed papers", "pdf-changed-after-seal") in found(forger.write(tmp_path / "a.zip"), _papers)


def _with_update(data: bytes, folder: Path) -> bytes:
    """The PDF with its first page cut to half, as an incremental update by pyHanko's writer."""
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    out = BytesIO(data)
    writer = IncrementalPdfFileWriter(out)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 300, 420)])
    writer.update_container(page)
    writer.write_in_place()
    return out.getvalue()


def test_a_sealed_bid_swapped_for_another(forger: Forger, tmp_path: Path, found: Callable[..., Found]) -> None:
    first, second = [name for name in sorted(forger.members) if name.startswith(BIDS) and name.endswith(".sealed")][:2]
    forger.members[first] = forger.members[second]
    faults = found(forger.write(tmp_path / "a.zip"), bids.check)
    assert ("opened bids", "opening-result-differs") in faults
