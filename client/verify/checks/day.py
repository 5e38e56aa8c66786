"""The order of the day and the closed set, lot by lot (promises 4 and 6; B6, H2, H6, H8)."""

from __future__ import annotations

import hashlib
from typing import Any

from client.archive.layout import ClosedEntry
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.custody import check_acks
from crypto.log import entry_leaf
from crypto.release import late_closing
from crypto.signing import verify_statement
from crypto.timestamps import verify_token
from procurement.basics.problems import Tampered
from procurement.basics.value import ZERO_ID
from procurement.bidding.receipt import LogEntry
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.opening.dispute import check_dispute, disputed_release
from procurement.opening.order import (
    check_closing,
    check_freeze,
    check_opening,
    first_window_end,
    kind_in_chain,
    window_end,
)
from procurement.opening.session import (
    Closing,
    CustodianRelease,
    Freeze,
    FreezeDisputed,
    NoOpening,
    Opening,
    Release,
    SlipAdmission,
    Window,
)
from procurement.tendering.custody import CustodyAck, LotKey, check_quorum
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.publication import standing_versions


def check(evidence: Evidence, report: Report) -> None:
    closings = [(f"lot {c.value.lot}", c) for c in evidence.all(Closing)]
    report.each("custody / 保管", closings, lambda c: _custody(evidence, c))
    report.each("closing in time / 按时截标", closings, lambda c: _in_time(evidence, c, report))
    report.each("closed set / 截止集合", closings, lambda c: _closed_set(evidence, c, report))
    report.each("order of the day / 开标次序", closings, lambda c: _order(evidence, c))
    disputes = [(f"dispute {d.id[:16]}", d) for d in evidence.all(FreezeDisputed)]
    if disputes:
        report.each("disputed freezes / 冻结异议", disputes, lambda d: _dispute(evidence, d, report))


def _in_time(evidence: Evidence, closing: Logged[Closing], report: Report) -> None:
    """deadline ≤ genTime ≤ deadline + 60 s, else late acts might have slipped in (H5)."""
    if not closing.receipt.timestamp:
        report.grades.append(f"lot {closing.value.lot}: closing without a time-stamp / 截标未附时间戳")
        return
    digest = hashlib.sha256(bytes.fromhex(closing.id)).digest()
    stamped = verify_token(closing.receipt.timestamp, digest, evidence.anchors.trust)
    if stamped < closing.value.deadline or late_closing(closing.value.deadline, stamped):
        raise Tampered(
            "late-close",
            "Ask why the set was not fixed at the deadline.",
            deadline=closing.value.deadline.isoformat(),
            stamped=stamped.isoformat(),
        )


def _custody(evidence: Evidence, closing: Logged[Closing]) -> None:
    """Lot key, quorum and all acknowledgements were there at publication (H2, C7)."""
    package = evidence.package(closing.value.tender)
    held = next((c for c in package.value.custody if c.lot == closing.value.lot), None)
    if held is None:
        raise Tampered("lot-without-key", "The package has no key for this lot.", lot=closing.value.lot)
    key = evidence.find(LotKey, held.lot_key)
    check_quorum(key.value)
    check_acks(key.value, [evidence.find(CustodyAck, ack).value for ack in held.acks])
    for ack in held.acks:
        _before(evidence.find(CustodyAck, ack), package)


def _closed_set(evidence: Evidence, closing: Logged[Closing], report: Report) -> None:
    """The chain is unbroken from the publication to the closing, and the active set follows from it."""
    chain = [_link(evidence, leaf) for leaf in closing.value.chain]
    for earlier, (_, entry, _) in zip(closing.value.chain, chain[1:], strict=False):
        if entry.prev_leaf != earlier:
            raise Tampered("chain-broken", "An act is missing from the lot's chain.", lot=closing.value.lot)
    if chain and (chain[0][1].act != "tender-package" or closing.entry.prev_leaf != closing.value.chain[-1]):
        raise Tampered("chain-broken", "The chain does not run from publication to closing.", lot=closing.value.lot)
    late = [leaf for leaf, entry, _ in chain[1:] if entry.t_recv > closing.value.deadline]
    if late:
        raise Tampered("late-in-chain", "An act of the closed set came after the deadline.", leaf=late[0])
    shown = [supplier for _, entry, supplier in chain if entry.act in ("submission", "withdrawal")]
    if all(shown):
        tenders = _standing_versions(evidence, closing)
        acts = [(leaf, _kind(evidence, leaf, entry.act, tenders), supplier) for leaf, entry, supplier in chain]
        check_closing(closing.value, closing.value.deadline, acts)
        _heads(evidence, closing)
    else:
        report.limits.append(
            f"lot {closing.value.lot}: who submitted is not shown, so the active set is checked by number only / 未公开投标人"
        )


def _kind(evidence: Evidence, leaf: str, type_: str, tenders: frozenset[str]) -> str:
    act = _by_leaf(evidence, leaf)
    return type_ if act is None else kind_in_chain(act.value, type_, tenders)


def _standing_versions(evidence: Evidence, closing: Logged[Closing]) -> frozenset[str]:
    """TVs for which a bid counted when this lot was closed."""
    closed = evidence.package(closing.value.tender)
    versions = [
        (tender_digest(a.receipt.act.statement), a.value)
        for a in evidence.all(TenderPackage, tender_id=closed.value.tender_id)
        if a.value.version <= closed.value.version
    ]
    return standing_versions(versions)


def _heads(evidence: Evidence, closing: Logged[Closing]) -> None:
    """Each act names its supplier's act before (H8)."""
    heads: dict[str, str] = {}
    for leaf in closing.value.chain:
        act = _by_leaf(evidence, leaf)
        if act is not None and isinstance(act.value, Submission | Withdrawal):
            if act.value.prev != heads.get(act.value.supplier, ZERO_ID):
                raise Tampered(
                    "prev-not-head", "A supplier's acts do not follow each other.", supplier=act.value.supplier
                )
            heads[act.value.supplier] = act.id


def _order(evidence: Evidence, closing: Logged[Closing]) -> None:
    """closing → releases → freeze → custodian releases → opening, each naming the one before."""
    package = evidence.package(closing.value.tender)
    freezes = evidence.all(Freeze, closing=closing.id)
    releases = evidence.all(Release, closing=closing.id)
    if evidence.all(NoOpening, closing=closing.id):
        if freezes or releases:
            raise Tampered("opened-below-minimum", "Nothing may be opened after a no-opening.", lot=closing.value.lot)
        return
    if not freezes:
        return
    if len(freezes) > 1:
        raise Tampered("two-freezes", "Only one freeze may stand (M22).", lot=closing.value.lot)
    freeze = freezes[0]
    window = evidence.tender(package).opening.window
    if releases or evidence.index.edition == "full":
        windows = [w.value for w in evidence.all(Window, closing=closing.id)]
        check_freeze(
            freeze.value, closing.value, windows, first_window_end(window, closing.value), _released(evidence, closing)
        )
    for release in releases:
        _before(closing, release)
        _before(release, freeze)
    _custodians(evidence, freeze, package.value.custody, closing.value.lot)


def _dispute(evidence: Evidence, dispute: Logged[FreezeDisputed], report: Report) -> None:
    """The supervisor's release is what it says: signed, for this closing, missing from the freeze, in time by its word (M21)."""
    freeze = evidence.find(Freeze, dispute.value.freeze)
    closing = evidence.find(Closing, freeze.value.closing)
    release = disputed_release(dispute.value.release)
    windows = [w.value for w in evidence.all(Window, closing=closing.id)]
    profile = evidence.tender(evidence.package(closing.value.tender)).opening.window
    check_dispute(
        dispute.value,
        release,
        verify_statement(dispute.value.release, evidence.anchors.trust, dispute.value.held).org,
        freeze.value,
        closing.value,
        window_end(first_window_end(profile, closing.value), windows),
        {a.value.bid: leaf for leaf in closing.value.active if (a := _submission(evidence, leaf)) is not None},
        now=dispute.entry.t_recv,
    )
    report.grades.append(
        f"lot {closing.value.lot}: the freeze is disputed: a release of {release.supplier} was held in time (by the supervisor's"
        " word) and is missing from it / 冻结有异议：监管部门按时持有的解密未被列入"
    )


def _custodians(evidence: Evidence, freeze: Logged[Freeze], custody: tuple[object, ...], lot: str) -> None:
    lot_key = next((str(getattr(c, "lot_key", "")) for c in custody if getattr(c, "lot", "") == lot), "")
    key = evidence.find(LotKey, lot_key).value
    released = evidence.all(CustodianRelease, freeze=freeze.id)
    for one in released:
        _before(freeze, one)
    foreign = [r for r in evidence.all(CustodianRelease, lot_key=lot_key) if r.value.freeze != freeze.id]
    if foreign:
        raise Tampered("two-freezes", "A custodian released against another freeze (M22).", lot=lot)
    for opening in evidence.all(Opening, freeze=freeze.id):
        check_opening(opening.value, freeze.value, [r.id for r in released], key.k)
        for one in released:
            if one.id in opening.value.custodian_releases:
                _before(one, opening)


def _released(evidence: Evidence, closing: Logged[Closing]) -> dict[str, str]:
    """Admitted releases by leaf of the standing bid."""
    bids = {a.value.bid: leaf for leaf in closing.value.active if (a := _submission(evidence, leaf)) is not None}
    admitted = {a.value.release for a in evidence.all(SlipAdmission)}
    by_clause = evidence.tender(evidence.package(closing.value.tender)).opening.slip_admitted
    return {
        bids[r.value.bid]: r.id
        for r in evidence.all(Release, closing=closing.id)
        if r.value.bid in bids and (r.value.source == "token" or by_clause or r.id in admitted)
    }


def _submission(evidence: Evidence, leaf: str) -> Logged[Submission] | None:
    act = _by_leaf(evidence, leaf)
    return act if act is not None and isinstance(act.value, Submission) else None


def _by_leaf(evidence: Evidence, leaf: str) -> Logged[Any] | None:
    return next((a for a in evidence.acts if a.leaf == leaf), None)


def _link(evidence: Evidence, leaf: str) -> tuple[str, LogEntry, str]:
    """A leaf of a chain with its entry, and the supplier where the act is shown. Raises `Tampered`."""
    act = _by_leaf(evidence, leaf)
    if act is not None:
        return leaf, act.entry, getattr(act.value, "supplier", "")
    closed = next((c for c in evidence.closed if _leaf(c) == leaf), None)
    if closed is None:
        raise Tampered("chain-broken", "An act of the closed set is missing from the archive.", leaf=leaf)
    return leaf, LogEntry.from_bytes(closed.entry), ""


def _leaf(closed: ClosedEntry) -> str:
    return entry_leaf(bytes.fromhex(closed.salt), closed.entry).hex()


def _before(earlier: Logged[Any], later: Logged[Any]) -> None:
    if earlier.entry.t_recv > later.entry.t_recv:
        raise Tampered("out-of-order", "Acts stand in the wrong order.", earlier=earlier.member, later=later.member)
