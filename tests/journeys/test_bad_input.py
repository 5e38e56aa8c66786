"""Bad input, each kind: a problem document with code, rule and citation where law is behind it, remedy, words in two languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from client.desk import Desk
from client.gateway.answers import document_of
from client.workflows.tendering import TenderFile
from crypto.authority import TestAuthority
from procurement.basics.digest import digest, u16
from procurement.basics.problems import Problem
from procurement.basics.value import ZERO_ID
from procurement.bidding.draft import QuotedFigure
from procurement.bidding.sealed import Submission
from procurement.opening.session import CustodianRelease, Freeze, Release
from procurement.tendering.package import Correction
from procurement.wire.messages import ActMessage, ProblemDocument
from tests.client.journey import LOT, SUPPLIERS, TENDER, pdf, replace
from tests.journeys.snapshots import Revisit, Snapshot
from tests.world import ROOT, Denied, Raw

WORDS = json.loads((ROOT / "ui" / "locale" / "problems.json").read_text("utf-8"))


def expect(code: str, rule: str, work: Callable[[], object]) -> ProblemDocument:
    """`work` must be refused with this code and rule, and a person must be told in words."""
    try:
        work()
    except Denied as denied:
        document = denied.problem
    except Problem as problem:
        document = document_of(problem)
    else:
        raise AssertionError(f"{code} was accepted")
    assert (document.code, document.rule) == (code, rule), document
    assert document.remedy and document.kind
    assert not rule or document.citation
    assert code in WORDS and all(WORDS[code]), f"{code} has no words"
    return document


@pytest.fixture(scope="module")
def bidding(published: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Revisit]:
    """One world for all that is refused before the deadline: a refusal changes nothing."""
    journey = published.resume(tmp_path_factory.mktemp("bidding"))
    yield journey
    journey.end()


@pytest.fixture(scope="module")
def day(closed: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Revisit]:
    """One world for all that is refused on the day of opening."""
    journey = closed.resume(tmp_path_factory.mktemp("day"))
    yield journey
    journey.end()


def raw(journey: Revisit, desk: Desk, token: Any = None) -> Raw:
    """The same party past our client, without a session; with another token if given."""
    return Raw(journey.world, desk.name, desk.actor, (desk.role,), token=token or desk.place.token)


@pytest.fixture(scope="module")
def commit(bidding: Revisit) -> Submission:
    """A's good submission, its body delivered, not sent."""
    desk = bidding.supplier("A")
    sealed = desk.bidding.seal(TENDER, LOT)
    desk.bidding.deliver(sealed.bid)
    return desk.bidding._submission(sealed, ZERO_ID)


@pytest.mark.parametrize(
    ("changed", "code", "rule"),
    [
        ({"lot": "9"}, "wrong-lot", ""),
        ({"tender": "ab" * 32}, "tender-unknown", ""),
        ({"prev": "ab" * 32}, "prev-not-head", ""),
        ({"bid": "ab" * 32}, "bid-body-missing", ""),
        ({"header": "ab" * 32}, "bid-differs-from-commit", ""),
        ({"size": 5}, "header-sizes-differ", ""),
        ({"supplier": SUPPLIERS["C"][2]}, "not-the-author", ""),
    ],
)
def test_commits(bidding: Revisit, commit: Submission, changed: dict[str, Any], code: str, rule: str) -> None:
    party = raw(bidding, bidding.supplier("A"))
    refused = expect(code, rule, lambda: party.act(commit.model_copy(update=changed)))
    assert refused.refusal, "every refused act is recorded (R-060)"


def test_wrong_certificates(bidding: Revisit, commit: Submission) -> None:
    """Another supplier's, expired, of an unknown issuer, revoked."""
    desk, authority = bidding.supplier("A"), bidding.world.authority
    expect("not-the-author", "", lambda: raw(bidding, bidding.supplier("C")).act(commit))
    now = bidding.world.now()
    old = authority.issue_organisation(desk.name, desk.actor, end=now - timedelta(days=1))
    expect("certificate-expired", "", lambda: raw(bidding, desk, old.token).act(commit))
    foreign = TestAuthority.create("别家认证中心").issue_organisation(desk.name, desk.actor)
    expect("certificate-issuer-unknown", "", lambda: raw(bidding, desk, foreign.token).act(commit))
    lost = authority.issue_organisation(desk.name, desk.actor)
    authority.revoke(lost.signing[1], now - timedelta(hours=1))
    authority.trust(now).save(bidding.world.data / "trust")
    expect("certificate-revoked", "", lambda: raw(bidding, desk, lost.token).act(commit))


def test_another_suppliers_bytes(bidding: Revisit, commit: Submission) -> None:
    """C cannot deliver or commit A's sealed file."""
    desk = bidding.supplier("C")
    theirs = bidding.supplier("A").bidding.bids.get(commit.bid)
    file = bidding.supplier("A").bidding.bids.file(commit.bid)
    expect("upload-not-as-announced", "", lambda: desk.place.uploader.upload(theirs.announcement, file))
    taken = commit.model_copy(update={"supplier": desk.actor})
    expect("bid-body-missing", "", lambda: raw(bidding, desk).act(taken))


def test_corrupt_chunk_and_too_large(bidding: Revisit, tmp_path: Path) -> None:
    desk = bidding.supplier("C")
    sealed = desk.bidding.seal(TENDER, LOT)
    data = bytearray(desk.bidding.bids.file(sealed.bid).read_bytes())
    data[-1] ^= 1
    (tmp_path / "bad.sealed").write_bytes(data)
    expect("upload-chunk-differs", "", lambda: desk.place.uploader.upload(sealed.announcement, tmp_path / "bad.sealed"))
    huge = sealed.announcement.model_copy(update={"size": 1 << 42})
    party = raw(bidding, desk)
    party.login()
    said = {"Tus-Resumable": "1.0.0", "Upload-Length": str(1 << 42), "Content-Type": "application/json"}
    answer = party.request("POST", "/v1/uploads", huge.to_bytes(), said)
    expect("upload-too-large", "", lambda: _raise(answer))
    desk.bidding.deliver(sealed.bid)


def _raise(answer: Any) -> None:
    assert answer.headers["content-type"].startswith("application/problem+json")
    raise Denied(ProblemDocument.model_validate_json(answer.content))


def test_files_that_are_no_documents(bidding: Revisit, tmp_path: Path) -> None:
    drafts = bidding.supplier("E").bidding.drafts

    def attach(name: str, data: bytes, size: int = 0) -> Callable[[], object]:
        path = tmp_path / name
        path.write_bytes(data)
        if size:
            with path.open("r+b") as file:
                file.truncate(size)
        return lambda: drafts.attach(TENDER, LOT, path, "x", "附件")

    expect("file-type-unknown", "L-208", attach("tool.exe", b"MZ"))
    expect("pdf-unreadable", "", attach("torn.pdf", b"%PDF-1.7\nnothing more"))
    expect("file-not-what-it-says", "", attach("picture.pdf", b"\x89PNG\r\n\x1a\n"))
    expect("file-too-large", "L-208", attach("huge.pdf", b"%PDF-1.7\n", 600 * 1024 * 1024))
    expect("file-empty", "", attach("empty.pdf", b""))


@pytest.mark.parametrize("amount", ["-1.00", "0.00", "12.345", "99999999.00"])
def test_bad_amounts(bidding: Revisit, amount: str) -> None:
    """Nothing is sealed with an amount that is none, or is over the ceiling."""
    desk = bidding.supplier("E")
    draft = desk.bidding.drafts.open(TENDER, LOT)
    figure = QuotedFigure.model_construct(figure="total", amount=Decimal(amount))
    forms = draft.forms.model_copy(update={"quote": (figure,)})

    def work() -> None:
        desk.bidding.drafts.save(TENDER, forms)
        desk.bidding.seal(TENDER, LOT)

    try:
        with pytest.raises(Problem) as caught:
            work()
        document = document_of(caught.value)
        assert document.remedy and document.code in WORDS, document
    finally:
        desk.bidding.drafts.save(TENDER, draft.forms)


def test_superseded_tender(at_published: Revisit) -> None:
    """A bid sealed for the version before a correction is refused with its rule; sealed again it is taken."""
    journey = at_published
    desk = journey.supplier("A")
    sealed = desk.bidding.seal(TENDER, LOT)
    desk.bidding.deliver(sealed.bid)
    old = desk.bidding._submission(sealed, ZERO_ID)
    agency = journey.agency
    current = agency.published.current(TENDER)
    keys = {one.lot: one.lot_key for one in current.package.custody}
    files = journey.world.folder

    papers = [
        TenderFile("announcement.pdf", "招标公告", pdf(files / "announcement.pdf")),
        TenderFile("document.pdf", "招标文件", pdf(files / "document2.pdf", 4)),
    ]
    changed = replace(current.tender, available_until=current.tender.available_until + timedelta(days=1))
    correction = Correction(reason="更正联系电话", affects_bids=False)
    agency.tendering.publish(changed, papers, keys, correction=correction)
    refused = expect("tender-superseded", "L-204", lambda: raw(journey, desk).act(old))
    assert refused.citation


def _release(journey: Revisit, key: str, **changed: Any) -> Release:
    desk = journey.supplier(key)
    mine = desk.place.acts.all(Submission, supplier=desk.actor)[-1].value
    plain = {"tender": mine.tender, "lot": LOT, "supplier": desk.actor, "bid": mine.bid}
    return Release.model_validate({**plain, "closing": journey.ids["closing"], "source": "token", **changed})


def test_late_commit(day: Revisit) -> None:
    desk = day.supplier("A")
    mine = desk.place.acts.all(Submission, supplier=desk.actor)[-1]
    late = mine.value.model_copy(update={"prev": mine.id})
    refused = expect("late-commit", "L-232", lambda: raw(day, desk).act(late))
    assert refused.why and refused.why_en and refused.refusal


def test_releases_that_do_not_fit(day: Revisit) -> None:
    desk = day.supplier("A")
    party, s = raw(day, desk), b"\x07" * 32
    other = day.supplier("C").place.acts.all(Submission, supplier=SUPPLIERS["C"][2])[-1].value.bid
    expect("act-unknown", "", lambda: party.act(_release(day, "A", closing="ab" * 32), s))
    expect("release-of-another-closing", "", lambda: party.act(_release(day, "A", tender="ab" * 32), s))
    expect("release-of-another-bid", "", lambda: party.act(_release(day, "A", bid=other), s))
    expect("share-s-wrong", "", lambda: party.act(_release(day, "A"), s))


def _custodian(lot_key: str, i: int, org: str, freeze: str, share: bytes) -> CustodianRelease:
    said = digest("custody-share", bytes.fromhex(lot_key), u16(i), share).hex()
    return CustodianRelease(freeze=freeze, lot_key=lot_key, i=i, org=org, share=said)


def test_custodian_before_the_freeze(day: Revisit) -> None:
    agency = day.agency
    act = _custodian(day.ids["lot-key"], 1, agency.actor, day.ids["closing"], b"\x01" * 32)
    expect("release-before-freeze", "", lambda: raw(day, agency).act(act, b"\x01" * 32))


def test_shares_that_are_not_the_custodians_own(at_frozen: Revisit) -> None:
    """Junk, another custodian's share under the own number, the own share under another's number, a digest that differs."""
    journey, freeze, key = at_frozen, at_frozen.ids["freeze"], at_frozen.ids["lot-key"]
    agency, purchaser = journey.agency, journey.purchaser
    mine, theirs = agency.custody.share_of(key), purchaser.custody.share_of(key)
    party = raw(journey, agency)

    def send(i: int, share: bytes, said: bytes | None = None) -> Callable[[], object]:
        act = _custodian(key, i, agency.actor, freeze, said or share)
        return lambda: party.act(act, share)

    expect("custody-share-wrong", "", send(mine.i, b"\x01" * 32))
    expect("custody-share-wrong", "", send(mine.i, b""))
    expect("custody-share-wrong", "", send(mine.i, theirs.value))
    expect("not-this-custodian", "", send(theirs.i, theirs.value))
    expect("custody-share-digest-differs", "", send(mine.i, mine.value, b"\x02" * 32))
    assert journey.agency.place.acts.only(Freeze).id == freeze
    assert agency.custody_release.release(freeze).state == "accepted"


def test_replayed_statement_of_another_type(bidding: Revisit, commit: Submission) -> None:
    party = raw(bidding, bidding.supplier("A"))
    message = ActMessage(signed=party.sign(commit))
    expect("statement-of-another-type", "", lambda: party.post_act(message, "withdrawal"))
