"""Law of the acts before the deadline: submission, replacement, withdrawal (protocol B4; 87号令 第三十三、三十四条; L-231, L-232, L-807)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procurement.basics.problems import Refused, RuleBroken
from procurement.basics.statement import Suite
from procurement.basics.value import ZERO_ID
from procurement.bidding.sealed import BidHeader, Submission, Withdrawal


@dataclass(frozen=True, slots=True)
class LotState:
    """What the receiving side knows of one lot when an act on it arrives."""

    tender: str
    """TV of the version now in force"""
    lots: frozenset[str]
    deadline: datetime
    heads: dict[str, str]
    """Supplier → id of its last act on this lot"""
    standing: frozenset[str]
    """Suppliers whose last act is a submission"""
    size_limit: int
    """Largest sealed file the tender admits, bytes"""
    also: frozenset[str] = frozenset()
    """TVs of earlier versions that count too: no correction since has affected bids"""
    suite: Suite = "I1"
    """Of the tender: bids and the acts on them have it, and no other (M4)"""


def check_submission(act: Submission, header: BidHeader, state: LotState, now: datetime) -> None:
    """A first bid or a replacement. `header` is what lies in the uploaded file. Raises `RuleBroken` or `Refused`."""
    _check_suite(act.suite, state)
    _check_common(act.tender, act.lot, act.supplier, act.prev, state, now)
    if header.suite != state.suite:
        raise _other_suite(state.suite)
    if (header.tender, header.lot, header.supplier) != (act.tender, act.lot, act.supplier):
        raise Refused("header-of-another-bid", "Seal the bid again for this tender and lot.", lot=act.lot)
    if header.chunks != act.chunks or act.size != header.size + 16 * header.chunks:
        raise Refused("header-sizes-differ", "Seal the bid again: header and commit disagree on its size.", lot=act.lot)
    if act.size > state.size_limit:
        raise Refused(
            "bid-too-large",
            "Make the attachments smaller, or split them by lot.",
            rule="L-208",
            size=act.size,
            limit=state.size_limit,
        )


def check_withdrawal(act: Withdrawal, state: LotState, now: datetime) -> None:
    """A withdrawal of the standing bid. Raises `RuleBroken` or `Refused`."""
    _check_suite(act.suite, state)
    _check_common(act.tender, act.lot, act.supplier, act.prev, state, now)
    if act.supplier not in state.standing:
        raise Refused("nothing-to-withdraw", "There is no standing bid on this lot.", lot=act.lot)


def _check_suite(suite: Suite, state: LotState) -> None:
    if suite != state.suite:
        raise _other_suite(state.suite)


def _other_suite(wanted: Suite) -> Refused:
    return Refused("suite-differs", "Use certificates of the suite that the tender names.", suite=wanted)


def _check_common(tender: str, lot: str, supplier: str, prev: str, state: LotState, now: datetime) -> None:
    if lot not in state.lots:
        raise Refused("wrong-lot", "Choose a lot of this tender.", rule="L-208", lot=lot)
    if now > state.deadline:
        raise RuleBroken(
            "L-232",
            "late-commit",
            "The deadline has passed; nothing can be submitted, replaced or withdrawn any more.",
            deadline=state.deadline.isoformat(),
            received=now.isoformat(timespec="milliseconds"),
        )
    if tender != state.tender and tender not in state.also:
        raise RuleBroken(
            "L-204",
            "tender-superseded",
            "Fetch the corrected tender, review what changed, seal again.",
            current=state.tender,
        )
    if prev != state.heads.get(supplier, ZERO_ID):
        raise Refused(
            "prev-not-head", "Another act of yours on this lot came first; fetch it and decide again.", lot=lot
        )
