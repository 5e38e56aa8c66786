"""Bad input, each kind: a problem document with code, rule and citation where law is behind it, remedy, words in two languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from client.workflows.tendering import TenderFile
from crypto.authority import TestAuthority
from procurement.basics.digest import digest, u16
from procurement.basics.value import ZERO_ID
from procurement.bidding.draft import QuotedFigure
from procurement.bidding.sealed import Submission
from procurement.opening.session import CustodianRelease, Freeze, Release
from procurement.planning.intention import Intention
from procurement.tendering.package import Correction
from procurement.wire.messages import ActMessage
from tests.client.journey import LOT, SUPPLIERS, TENDER, pdf, replace
from tests.journeys.bad_input import answered, expect, raw
from tests.journeys.snapshots import Revisit, Snapshot

MIB = 1024 * 1024


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
        ({"lot": "9"}, "wrong-lot", "L-208"),
        ({"tender": "ab" * 32}, "tender-unknown", ""),
        ({"prev": "ab" * 32}, "prev-not-head", ""),
        ({"bid": "ab" * 32}, "bid-body-missing", ""),
        ({"header": "ab" * 32}, "bid-differs-from-commit", ""),
        ({"size": 5}, "header-sizes-differ", ""),
        ({"supplier": SUPPLIERS["C"][2]}, "not-the-author", "L-901"),
    ],
)
def test_commits(bidding: Revisit, commit: Submission, changed: dict[str, Any], code: str, rule: str) -> None:
    party = raw(bidding, bidding.supplier("A"))
    refused = expect(code, rule, lambda: party.act(commit.model_copy(update=changed)))
    assert refused.refusal, "every refused act is recorded (R-060)"


def test_wrong_certificates(bidding: Revisit, commit: Submission) -> None:
    """Another supplier's, expired, of an unknown issuer, revoked."""
    desk, authority = bidding.supplier("A"), bidding.world.authority
    expect("not-the-author", "L-901", lambda: raw(bidding, bidding.supplier("C")).act(commit))
    now = bidding.world.now()
    old = authority.issue_organisation(desk.name, desk.actor, end=now - timedelta(days=1))
    expect("certificate-expired", "L-901", lambda: raw(bidding, desk, old.token).act(commit))
    foreign = TestAuthority.create("别家认证中心").issue_organisation(desk.name, desk.actor)
    expect("certificate-issuer-unknown", "R-035", lambda: raw(bidding, desk, foreign.token).act(commit))
    lost = authority.issue_organisation(desk.name, desk.actor)
    authority.revoke(lost.signing[1], now - timedelta(hours=1))
    authority.trust(now).save(bidding.world.data / "trust")
    expect("certificate-revoked", "L-901", lambda: raw(bidding, desk, lost.token).act(commit))


def test_another_suppliers_bytes(bidding: Revisit, commit: Submission) -> None:
    """C cannot deliver or commit A's sealed file."""
    desk = bidding.supplier("C")
    theirs = bidding.supplier("A").bidding.bids.get(commit.bid)
    file = bidding.supplier("A").bidding.bids.file(commit.bid)
    expect("upload-not-as-announced", "L-232", lambda: desk.place.uploader.upload(theirs.announcement, file))
    taken = commit.model_copy(update={"supplier": desk.actor})
    expect("bid-body-missing", "", lambda: raw(bidding, desk).act(taken))


def test_corrupt_chunk_and_too_large(bidding: Revisit, tmp_path: Path) -> None:
    desk = bidding.supplier("C")
    sealed = desk.bidding.seal(TENDER, LOT)
    data = bytearray(desk.bidding.bids.file(sealed.bid).read_bytes())
    data[-1] ^= 1
    (tmp_path / "bad.sealed").write_bytes(data)
    expect(
        "upload-chunk-differs",
        "L-232",
        lambda: desk.place.uploader.upload(sealed.announcement, tmp_path / "bad.sealed"),
    )
    huge = sealed.announcement.model_copy(update={"size": 1 << 42})
    party = raw(bidding, desk)
    party.login()
    said = {"Tus-Resumable": "1.0.0", "Upload-Length": str(1 << 42), "Content-Type": "application/json"}
    answer = party.request("POST", "/v1/uploads", huge.to_bytes(), said)
    expect("upload-too-large", "L-208", lambda: answered(answer))
    desk.bidding.deliver(sealed.bid)


def test_a_file_over_the_limit_sent_raw(bidding: Revisit) -> None:
    """Said to be too large: refused before a byte of it is read."""
    party, limit = raw(bidding, bidding.supplier("C")), 512 * MIB
    party.login()
    named = "ab" * 32
    said = {**party.proof("PUT", f"/v1/files/{named}", named), "Content-Length": str(limit + 1)}
    answer = party.request("PUT", f"/v1/files/{named}", b"", said)
    document = expect("file-too-large", "L-208", lambda: answered(answer))
    assert document.status == 413


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
    expect("pdf-unreadable", "L-208", attach("torn.pdf", b"%PDF-1.7\nnothing more"))
    expect("file-not-what-it-says", "L-208", attach("picture.pdf", b"\x89PNG\r\n\x1a\n"))
    expect("file-too-large", "L-208", attach("huge.pdf", b"%PDF-1.7\n", 600 * 1024 * 1024))
    expect("file-empty", "L-208", attach("empty.pdf", b""))


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("manifest.json", "package-manifest-differs"),
        ("tender.json", "package-file-differs"),
        ("document.pdf", "package-file-differs"),
        ("custody/1/lot-key.json", "package-file-differs"),
        ("custody/1/ack-2.json", "package-file-differs"),
    ],
)
def test_a_package_from_a_stick(bidding: Revisit, tmp_path: Path, member: str, code: str) -> None:
    """As it was saved it is good; with one byte changed, or a file away, it is not."""
    tendering = bidding.supplier("A").tendering
    tv = bidding.supplier("A").published.current(TENDER).tv
    folder = tendering.save_package(tv, tmp_path / "package")
    tendering.check_package_folder(tv, folder)
    whole = (folder / member).read_bytes()
    (folder / member).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    expect(code, "", lambda: tendering.check_package_folder(tv, folder))
    (folder / member).unlink()
    expect("package-file-missing", "", lambda: tendering.check_package_folder(tv, folder))


def test_a_package_signed_by_somebody_else(bidding: Revisit, tmp_path: Path) -> None:
    """The manifest's bytes are right, the signature beside them is the purchaser's."""
    desk = bidding.supplier("A")
    published = desk.published.current(TENDER)
    folder = desk.tendering.save_package(published.tv, tmp_path / "package")
    foreign = raw(bidding, bidding.purchaser).sign((folder / "manifest.json").read_bytes())
    (folder / "manifest.sig").write_bytes(foreign.signature.der)
    expect("package-foreign-signer", "", lambda: desk.tendering.check_package_folder(published.tv, folder))


@pytest.mark.parametrize(
    ("amount", "code", "rule"),
    [
        ("-1.00", "quote-not-positive", "L-254"),
        ("0.00", "quote-not-positive", "L-254"),
        ("12.345", "quote-too-precise", "L-208"),
        ("99999999.00", "quote-beyond-limit", "L-254"),
    ],
)
def test_bad_amounts_are_not_sealed(bidding: Revisit, amount: str, code: str, rule: str) -> None:
    """Nothing is sealed with an amount that is none, or is over the ceiling (typed: tests/ui/test_bad_amounts.py)."""
    desk = bidding.supplier("E")
    draft = desk.bidding.drafts.open(TENDER, LOT)
    figure = QuotedFigure.model_construct(figure="total", amount=Decimal(amount))
    forms = draft.forms.model_copy(update={"quote": (figure,), "tables": ()})

    def work() -> None:
        desk.bidding.drafts.save(TENDER, forms)
        desk.bidding.seal(TENDER, LOT)

    try:
        expect(code, rule, work)
    finally:
        desk.bidding.drafts.save(TENDER, draft.forms)


@pytest.mark.parametrize("amount", ['"90万"', '"12.345"', '"1e5"', '"900,000.00"', "900000", '""'])
def test_bad_amounts_sent_raw(bidding: Revisit, amount: str) -> None:
    """An amount that is not written as money is written, in a signed act: not read at all, and on record as refused."""
    desk = bidding.purchaser
    act = desk.place.acts.only(Intention)
    whole = act.item.signed.statement
    assert whole.count(b'"amount":"1000000.00"') == 1
    party = raw(bidding, desk)
    signed = party.sign(whole.replace(b'"amount":"1000000.00"', b'"amount":' + amount.encode()))
    refused = expect("amount-malformed", "L-902", lambda: party.post_act(ActMessage(signed=signed), "intention"))
    assert refused.refusal and "amount" in refused.facts.get("field", "")


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
    correction = Correction(reason="更正获取文件的截止时间", affects_bids=True)
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
    expect("custody-share-foreign", "", send(mine.i, theirs.value))
    expect("not-this-custodian", "", send(theirs.i, theirs.value))
    expect("custody-share-digest-differs", "", send(mine.i, mine.value, b"\x02" * 32))
    assert journey.agency.place.acts.only(Freeze).id == freeze
    assert agency.custody_release.release(freeze).state == "accepted"


def test_replayed_statement_of_another_type(bidding: Revisit, commit: Submission) -> None:
    party = raw(bidding, bidding.supplier("A"))
    message = ActMessage(signed=party.sign(commit))
    expect("statement-of-another-type", "", lambda: party.post_act(message, "withdrawal"))
