"""Acts of the day of opening, in the order of protocol B6. The opening itself is work apart: `jobs.opening`."""

from __future__ import annotations

from datetime import datetime

from crypto.bidfile import header_context, inspect
from crypto.custody import check_share, is_share
from crypto.signing import verify_statement
from crypto.suites import share_commitment, suite_named
from procurement.basics.problems import NotAllowed, Refused, Tampered
from procurement.basics.statement import Signer, Statement
from procurement.bidding.sealed import Submission
from procurement.opening.dispute import check_dispute, disputed_release
from procurement.opening.order import (
    check_custodian_release,
    check_release,
    check_release_address,
    check_window,
    custody_share_digest,
)
from procurement.opening.readout import check_record
from procurement.opening.session import (
    CustodianRelease,
    Freeze,
    FreezeDisputed,
    ObjectionAnswer,
    Opening,
    OpeningConfirmation,
    OpeningObjection,
    OpeningRecord,
    Release,
    SlipAdmission,
    Window,
)
from procurement.tendering.custody import LotKey
from server_stub.acts import course
from server_stub.acts.day import Day, admitted, cases_of, day_of, lot_key_of
from server_stub.acts.frame import accepts, author_is, resends
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, signed_in, visible
from server_stub.store.opening import ReleasedRow
from server_stub.trust.escrow import ESCROW

FREEZE = "freeze-lot"
"""Timer: the release window is over"""
OPEN = "open-lot"
"""Timer: enough custodians have released"""


@accepts(Window)
def window(tx: Tx, act: Window, signer: Signer, now: datetime, secret: bytes) -> None:
    day = day_of(tx, act.closing)
    author_is(signer, day.package.value.agency)
    check_window(
        act, day.closing.value, day.first_end, [w.value for w in day.windows], now, frozen=day.freeze is not None
    )
    course.step(tx, act.TYPE, day.project, day.lot.code)
    if act.kind == "pause":
        tx.cancel(FREEZE, act.closing)
    else:
        tx.at(act.until, FREEZE, act.closing, closing=act.closing)


@accepts(Release)
def release(tx: Tx, act: Release, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.supplier)
    day = day_of(tx, act.closing)
    check_release_address(act, day.closing.value)
    leaf = day.leaf_of(act)
    submission = day.submissions.get(leaf)
    if submission is None:
        if tx.last(Submission, bid=act.bid, project=day.project, lot=act.lot) is None:
            raise Refused("release-of-another-lot", "Release the bid that was submitted on this lot.", lot=act.lot)
        raise Refused("release-of-inactive-bid", "Only the standing bid is released.", lot=act.lot)
    check_release(act, submission.value, day.closing.value, bool(leaf), day.end, now, frozen=day.freeze is not None)
    counted = admitted(tx, day)
    if leaf in counted:  # a slip that waits for admission counts for nothing yet: the token may still release
        raise Refused("released-before", "This bid is released already; nothing more is needed.", lot=act.lot)
    _check_share(tx, submission.value.bid, submission.value.supplier, secret)
    tx.session.merge(ReleasedRow(leaf=leaf, release=tx.id, project=day.project, lot=day.lot.code, s=secret))
    course.step(tx, act.TYPE, day.project, day.lot.code)
    counts = act.source == "token" or day.tender.opening.slip_admitted
    if day.end is not None and len(counted) + counts == len(day.submissions):
        tx.at(now, FREEZE, act.closing, closing=act.closing)


@accepts(SlipAdmission)
def slip_admission(tx: Tx, act: SlipAdmission, signer: Signer, now: datetime, secret: bytes) -> None:
    given = tx.find(Release, act.release)
    day = day_of(tx, given.value.closing)
    author_is(signer, day.package.value.agency)
    if given.value.source != "slip":
        raise Refused("not-a-slip-release", "Only releases from a backup slip need admission.", release=act.release)
    if day.leaf_of(given.value) in admitted(tx, day):
        raise Refused("released-before", "This bid is released already; nothing more is needed.", lot=day.lot.code)
    course.step(tx, act.TYPE, day.project, day.lot.code)
    with_this = admitted(tx, day).keys() | {day.leaf_of(given.value)}
    if day.end is not None and len(with_this) == len(day.submissions):
        tx.at(now, FREEZE, day.closing.id, closing=day.closing.id)


@accepts(CustodianRelease)
def custodian_release(tx: Tx, act: CustodianRelease, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.org)
    freeze = tx.get(Freeze, act.freeze)
    named = tx.get(LotKey, act.lot_key)
    if named is None:
        raise Refused("release-against-another-freeze", "Release the share of this lot's key.", lot_key=act.lot_key)
    check_custodian_release(act, freeze.value if freeze else None, act.lot_key, secret, named.value.suite)
    assert freeze is not None
    day = day_of(tx, freeze.value.closing)
    key = lot_key_of(tx, day)
    if key.id != act.lot_key or day.freeze is None or day.freeze.id != act.freeze:
        raise Refused("release-against-another-freeze", "Release the share of this lot's key.", lot_key=act.lot_key)
    if not any((c.i, c.org) == (act.i, act.org) for c in key.value.custodians):
        raise NotAllowed("not-this-custodian", "Release your own share.", i=act.i)
    _check_custody_share(tx, day, act.i, secret, key.value)
    course.step(tx, act.TYPE, day.project, day.lot.code)
    ESCROW.put(act.lot_key, act.i, secret)  # before the commit, or the timer could run without it
    if tx.count(CustodianRelease, freeze=act.freeze) + 1 >= key.value.k:
        tx.at(now, OPEN, act.freeze, freeze=act.freeze)


@resends(CustodianRelease)
def custodian_release_again(tx: Tx, act: CustodianRelease, secret: bytes) -> None:
    """After a restart the share comes again with the same statement (decision 3); what it must be stands in the log."""
    key = tx.find(LotKey, act.lot_key).value
    if (
        act.share != custody_share_digest(act.lot_key, act.i, secret, key.suite)
        or tx.last(Opening, freeze=act.freeze) is not None
    ):
        return
    enough = ESCROW.put(act.lot_key, act.i, secret) >= key.k
    if enough:
        tx.at(tx.now, OPEN, act.freeze, freeze=act.freeze)


@accepts(FreezeDisputed)
def freeze_disputed(tx: Tx, act: FreezeDisputed, signer: Signer, now: datetime, secret: bytes) -> None:
    """The held release is checked wholly: signed by its supplier, for this closing, in time, and missing from the freeze (M21)."""
    freeze = tx.find(Freeze, act.freeze)
    course.require(tx, act.TYPE, freeze.project, freeze.lot)
    day = day_of(tx, freeze.value.closing)
    release = disputed_release(act.release)
    check_dispute(
        act,
        release,
        verify_statement(act.release, tx.shared.trust(), act.held).org,
        freeze.value,
        day.closing.value,
        day.end,
        {submission.value.bid: leaf for leaf, submission in day.submissions.items()},
        now=now,
        earlier={one.value.release.id for one in tx.acts(FreezeDisputed, freeze=act.freeze)},
    )


@accepts(OpeningRecord)
def opening_record(tx: Tx, act: OpeningRecord, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    day = day_of(tx, tx.find(Freeze, opening.value.freeze).value.closing)
    author_is(signer, day.package.value.agency)
    if act.confirm_until <= now:
        raise Refused("window-ends-in-the-past", "Leave bidders time to confirm or object.", rule="L-236")
    check_record(act, day.lot, cases_of(tx, opening))
    tx.require_file(act.pdf)
    course.step(tx, act.TYPE, day.project, day.lot.code)


@accepts(OpeningConfirmation)
def opening_confirmation(tx: Tx, act: OpeningConfirmation, signer: Signer, now: datetime, secret: bytes) -> None:
    _by_bidder_in_time(tx, act.record, act.supplier, signer, now, act.TYPE)


@accepts(OpeningObjection)
def opening_objection(tx: Tx, act: OpeningObjection, signer: Signer, now: datetime, secret: bytes) -> None:
    _by_bidder_in_time(tx, act.record, act.supplier, signer, now, act.TYPE)


@accepts(ObjectionAnswer)
def objection_answer(tx: Tx, act: ObjectionAnswer, signer: Signer, now: datetime, secret: bytes) -> None:
    objection = tx.find(OpeningObjection, act.objection)
    record = tx.find(OpeningRecord, objection.value.record)
    author_is(signer, record.actor)
    course.step(tx, act.TYPE, record.project, record.lot)


def _check_custody_share(tx: Tx, day: Day, i: int, share: bytes, key: LotKey) -> None:
    """Junk and foreign shares are told apart: one belongs to nobody, the other to another custodian or another lot's key."""
    try:
        check_share(i, share, key)
    except Tampered as wrong:
        others = [tx.find(LotKey, custody.lot_key).value for custody in day.package.value.custody]
        if any(is_share(j, share, other) for other in others for j in range(1, other.n + 1)):
            raise Tampered(
                "custody-share-foreign", "Send your own share of this very lot key.", lot=key.lot, i=i
            ) from wrong
        raise


def _by_bidder_in_time(tx: Tx, record_id: str, supplier: str, signer: Signer, now: datetime, kind: str) -> None:
    author_is(signer, supplier)
    record = tx.find(OpeningRecord, record_id)
    if supplier not in {row.supplier for row in record.value.rows}:
        raise NotAllowed("not-a-bidder", "Only bidders of this lot confirm or object.", rule="L-236", supplier=supplier)
    if now > record.value.confirm_until:
        raise Refused("confirmation-over", "The time to object is over; silence confirmed the record.", rule="L-236")
    course.step(tx, kind, record.project, record.lot)


def _check_share(tx: Tx, bid: str, supplier: str, s: bytes) -> None:
    header = inspect(tx.require_upload(bid, supplier)).header
    suite = suite_named(header.suite)
    if len(s) != 32 or share_commitment(suite, "s", header_context(header), s).hex() != header.share_s:
        raise Tampered("share-s-wrong", "Release the share of the bid that your receipt names.", bid=bid)


@visible("closing", "no-opening", "window", "freeze", "opening", "opening-record", "freeze-disputed")
def _the_hall(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The hall is open to registered parties; the committee's members keep out (L-235 by role, not by secrecy)."""
    return bool(reader.roles)


visible("release", "slip-admission", "custodian-release")(signed_in)
visible("opening-confirmation", "opening-objection", "objection-answer")(signed_in)
