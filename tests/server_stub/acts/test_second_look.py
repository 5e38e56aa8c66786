"""An opening envelope made bad on purpose, and the supervisor's second look at it, over HTTP past the client (B7)."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest

from client.archive.bundle import Bundle, write_bundle
from client.archive.layout import ACTS, BIDS, INDEX, ArchiveIndex
from client.verify.checks import second_look as checks
from client.verify.evidence import Anchors, Evidence
from client.verify.report import Report
from crypto.chunk_line import SEALED_CHUNK
from crypto.container import CONTENT_NAME, BidReader, write_container
from crypto.custody import HeldShare, lot_public_key
from crypto.envelope import Recipient
from crypto.keys import CustodyKey as PrivateCustodyKey
from crypto.log import NoteKey
from crypto.sealing import _Fixed, seal
from crypto.second_look import look_again, release_again, share_again
from procurement.basics.problems import Problem
from procurement.bidding.sealed import BidContent, Submission
from procurement.opening.second_look import SecondLook, SecondLookRelease, SecondLookResult
from procurement.opening.session import Opening
from procurement.tendering.custody import LotKey
from procurement.wire.messages import UploadAnnouncement
from tests.procurement.chain import but
from tests.server_stub.acts import hall, publishing, sealing
from tests.server_stub.acts.evidence import logged, refuses
from tests.server_stub.acts.publishing import CUSTODIANS, TENDER
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import NUMBER, SUPPLIERS, Walk

O_SHARE = hashlib.sha256(b"the opening share of the bad bid").digest()
READER = PrivateCustodyKey.generate()


def _bad_bid(walk: Walk, short: str) -> sealing.Sealed:
    """Everything in order but `env_o`, which its maker filled with noise; its signature covers the noise."""
    party, tv = walk.by(short), sealing.tv_of(walk)
    assert party.token is not None and party.token.encryption_certificate is not None
    with tempfile.TemporaryDirectory() as folder:
        container, target = Path(folder) / "content.asice", Path(folder) / "bid.sealed"
        content = BidContent(tender=tv, lot="1", supplier=party.code)
        members: dict[str, Path | bytes] = {
            CONTENT_NAME: content.to_bytes(),
            "forms.json": sealing.forms(tv, short).to_bytes(),
        }
        write_container(container, members, party.token)
        made = seal(
            container,
            target,
            tender=tv,
            lot="1",
            supplier=party.code,
            recipients=[Recipient(party.token.encryption_certificate)],
            lot_public_key=lot_public_key(walk.statement(LotKey, "lot-key")),
            reader=BidReader(walk.world.authority.trust(walk.now()), walk.now()),
            recheck=False,
            _fixed=_Fixed(b"\1" * 32, b"\2" * 32, O_SHARE, env_o=b"\4" + b"\7" * 148),
        )
        data = target.read_bytes()
    said = UploadAnnouncement(
        tender=tv, lot="1", header=made.header_digest, bid=made.bid_digest, size=made.file_size,
        prefix=made.file_size - made.size, chunk=SEALED_CHUNK, hashes=b"".join(made.chunk_hashes),
    )  # fmt: skip
    walk.secrets["header"] = made.header_bytes
    return sealing.Sealed(data, said, made.chunks, made.size, made.s)


@pytest.fixture
def opened(alone: Station) -> Walk:
    """a's envelope is bad; b and c open."""
    walk = alone("published")
    bad = _bad_bid(walk, "a")
    sealing.upload(walk, "a", bad)
    walk.secrets["s-a"] = bad.s
    walk.do("a", "submission-a", sealing.submission(walk, "a", bad))
    for short in ("b", "c"):
        sealing.deliver(walk, short)
    hall.close(walk)
    hall.freeze(walk)
    hall.open_all(walk)
    reader = publishing.custody_key(walk, "supervisor", READER)
    walk.do("supervisor", "reader", reader)
    return walk


def _look(walk: Walk, **changes: object) -> SecondLook:
    bid = walk.statement(Submission, "submission-a").bid
    made = SecondLook(opening=walk.id("opening"), bid=bid, reader=walk.id("reader"), reason="投标人称信封完好")
    return SecondLook.model_validate({**dict(made), **changes}) if changes else made


def _release(walk: Walk, short: str) -> SecondLookRelease:
    share = HeldShare(CUSTODIANS.index(short) + 1, walk.secrets[f"share-{short}"])
    return release_again(walk.id("look"), walk.statement(LotKey, "lot-key"), share, READER.public)


def _result(walk: Walk, *shorts: str, **changes: object) -> SecondLookResult:
    said = tuple(walk.id(f"again-{short}") for short in shorts)
    made = SecondLookResult(look=walk.id("look"), releases=said, code="env-o-unreadable", reason="信封不是有效密文")
    return SecondLookResult.model_validate({**dict(made), **changes}) if changes else made


def test_a_bad_envelope_is_looked_at_again_by_the_supervisor(opened: Walk) -> None:
    walk = opened
    results = walk.statement(Opening, "opening").results
    assert [(r.code, r.fault) for r in results] == [
        ("env-o-unreadable", "bidder"),
        ("opened", "none"),
        ("opened", "none"),
    ]
    look = _look(walk)
    logged(walk, walk.do("supervisor", "look", look), look)
    for short in CUSTODIANS[:3]:
        again = _release(walk, short)
        logged(walk, walk.do(short, f"again-{short}", again), again)
    key = walk.statement(LotKey, "lot-key")
    shares = [share_again(walk.statement(SecondLookRelease, f"again-{s}"), key, READER) for s in CUSTODIANS[:3]]
    submission = walk.statement(Submission, "submission-a")
    header = walk.by("supervisor").request("GET", f"/v1/bids/{submission.bid}/header").content
    assert header == walk.secrets["header"]
    assert look_again(header, submission, shares, key) == ("env-o-unreadable", None)
    with pytest.raises(Problem):
        share_again(walk.statement(SecondLookRelease, "again-agency"), key, PrivateCustodyKey.generate())
    found = _result(walk, *CUSTODIANS[:3])
    logged(walk, walk.do("supervisor", "result", found), found)
    assert found.id in {item.id for item in walk.by("a").feed().items}


def test_a_second_look_is_asked_once_where_only_the_lot_key_tells(opened: Walk) -> None:
    walk = opened
    good = _look(walk)
    refuses(walk, "agency", good, "wrong-role")
    refuses(walk, "supervisor", but(good, opening="ab" * 32), "act-unknown")
    refuses(walk, "supervisor", but(good, bid="ab" * 32), "bid-not-opened-here")
    other = walk.statement(Submission, "submission-b").bid
    refuses(walk, "supervisor", but(good, bid=other), "nothing-to-look-at-again")
    foreign = but(good, reader=walk.id("custody-key-agency"))
    refuses(walk, "supervisor", foreign, "second-look-reader-foreign")
    walk.do("supervisor", "look", good)
    refuses(walk, "supervisor", but(good, reason="再看一次"), "second-look-asked-before")


def test_shares_and_result_of_a_second_look(opened: Walk) -> None:
    walk = opened
    walk.done["look"] = _look(walk)
    refuses(walk, "purchaser", _release(walk, "purchaser"), "act-unknown")
    walk.do("supervisor", "look", walk.done["look"])
    good = _release(walk, "purchaser")
    refuses(walk, "a", but(good, org=SUPPLIERS["a"]), "wrong-role")
    refuses(walk, "agency", good, "not-the-author", "L-901")
    refuses(walk, "purchaser", but(good, i=3), "not-this-custodian")
    refuses(walk, "purchaser", but(good, lot_key="ab" * 32), "lot-key-of-another-lot")
    refuses(walk, "purchaser", but(good, sealed=good.sealed[:-1]), "second-look-share-malformed")
    for short in CUSTODIANS[1:]:
        walk.do(short, f"again-{short}", _release(walk, short))
    refuses(walk, "purchaser", _release(walk, "purchaser"), "second-look-share-given")
    three = CUSTODIANS[1:]
    refuses(walk, "supervisor", _result(walk, *three[:2]), "second-look-without-quorum")
    refuses(walk, "supervisor", _result(walk, three[0], three[0], three[1]), "second-look-without-quorum")
    refuses(walk, "supervisor", _result(walk, *three, code="envelope-opens"), "second-look-result-unclear")
    refuses(walk, "supervisor", _result(walk, *three, o=O_SHARE.hex()), "second-look-result-unclear")
    wrong = _result(walk, *three, code="envelope-opens", o="ab" * 32)
    refuses(walk, "supervisor", wrong, "share-o-wrong")
    proven = _result(walk, *three, code="envelope-opens", o=O_SHARE.hex())
    logged(walk, walk.do("supervisor", "result", proven), proven)
    refuses(walk, "supervisor", _result(walk, *three), "second-look-done-before")


def _verified(walk: Walk, folder: Path) -> Report:
    """What verify says of the supervisor's own collection: every act it may read with its receipt, and the sealed bid."""
    members: dict[str, bytes | Path] = {}
    party = walk.by("supervisor")
    for item in party.feed().items:
        receipt = party.request("GET", f"/v1/acts/{item.id}/receipt").content
        members[f"{ACTS}{item.leaf_index:08d}.json"] = receipt
    bid = walk.statement(Submission, "submission-a").bid
    members[f"{BIDS}{bid}.sealed"] = party.request("GET", f"/v1/bids/{bid}/sealed").content
    members[INDEX] = ArchiveIndex(edition="full", number=NUMBER, tender_id=TENDER, files=()).to_bytes()
    write_bundle(folder / "collected.zip", members)
    anchors = Anchors(walk.world.authority.trust(walk.now()), NoteKey.from_vkey(walk.world.vkey))
    report = Report()
    with Bundle(folder / "collected.zip") as bundle:
        checks.check(Evidence(bundle, anchors), report)
    return report


def test_verify_shows_the_second_look(opened: Walk, tmp_path: Path) -> None:
    walk = opened
    steps = ("none", "asked", "found")
    for step in steps:
        (tmp_path / step).mkdir()
    assert "platform's word" in _verified(walk, tmp_path / "none").limits[0]
    walk.do("supervisor", "look", _look(walk))
    assert "no result" in _verified(walk, tmp_path / "asked").limits[0]
    for short in CUSTODIANS[:3]:
        walk.do(short, f"again-{short}", _release(walk, short))
    walk.do("supervisor", "result", _result(walk, *CUSTODIANS[:3]))
    report = _verified(walk, tmp_path / "found")
    assert report.good
    assert "with 3 custodians, found again: env-o-unreadable" in report.grades[0]


def test_verify_names_a_result_that_the_second_look_contradicts(opened: Walk, tmp_path: Path) -> None:
    walk = opened
    walk.do("supervisor", "look", _look(walk))
    for short in CUSTODIANS[:3]:
        walk.do(short, f"again-{short}", _release(walk, short))
    opens = _result(walk, *CUSTODIANS[:3], code="envelope-opens", o=O_SHARE.hex())
    walk.do("supervisor", "result", opens)
    assert [fault.problem.code for fault in _verified(walk, tmp_path).faults] == ["opening-result-differs"]


def test_no_second_look_before_the_opening(on: Station) -> None:
    frozen = on("frozen")
    look = SecondLook(opening="ab" * 32, bid="cd" * 32, reader=frozen.id("custody-key-supervisor"), reason="复验")
    refuses(frozen, "supervisor", look, "act-unknown")
