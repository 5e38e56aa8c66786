"""What a supervisor watches at openings: releases it holds that a freeze lacks (M21), envelopes that did not open (B7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.acts import Act, Acts
from client.workflows.releasing import HeldRelease
from procurement.bidding.sealed import Submission
from procurement.opening.second_look import SHARE_FAULTS, SecondLook, SecondLookRelease, SecondLookResult
from procurement.opening.session import Closing, Freeze, FreezeDisputed, Opening, Release
from procurement.tendering.custody import LotKey
from procurement.tendering.package import TenderPackage, tender_digest


class Step(StrEnum):
    """Where a matter stands."""

    HELD = "held"
    """A release is kept here; the window is not over"""
    LISTED = "listed"
    """The platform has taken in a release of this bid: nothing lacks"""
    LACKING = "lacking"
    """The freeze lacks it: it may be disputed"""
    DISPUTED = "disputed"
    DOUBTFUL = "doubtful"
    """An envelope did not open, by the platform's word alone: a second look may be asked for"""
    ASKED = "asked"
    """Custodians have not released enough shares yet"""
    READY = "ready"
    """Enough shares are here to look"""
    CONFIRMED = "confirmed"
    """The envelope does not open here either"""
    CONTRADICTED = "contradicted"
    """It opens after all"""


@dataclass(frozen=True, slots=True)
class Matter:
    """One release or one envelope."""

    key: str
    """Id of the release, or digest of the bid"""
    tender: str
    """The tender's own id"""
    lot: str
    supplier: str
    step: Step
    at: datetime
    """When the release was taken in, or the bids were opened"""
    rests_on: str = ""
    """Id of the freeze to dispute, of the opening to doubt, or of the look under way"""
    have: int = 0
    """Shares released again"""
    need: int = 0


def matters(acts: Acts, held: Iterable[HeldRelease]) -> tuple[Matter, ...]:
    """All there is to watch, newest last."""
    tenders = _tenders(acts)
    found = [*(_of_release(acts, tenders, one) for one in held), *_envelopes(acts, tenders)]
    return tuple(sorted(found, key=lambda one: one.at))


def open_looks(acts: Acts, org: str, lot_key: str) -> tuple[Act[SecondLook], ...]:
    """Second looks that wait for this custodian's share of this lot key (B7)."""
    closed = {act.value.look for act in acts.all(SecondLookResult)}
    given = {act.value.look for act in acts.all(SecondLookRelease, org=org)}
    waiting = (act for act in acts.all(SecondLook) if act.id not in closed | given)
    return tuple(act for act in waiting if (key := _lot_key(acts, act.value.opening)) and key.id == lot_key)


def _tenders(acts: Acts) -> dict[str, str]:
    """TV → the tender's own id, of all versions."""
    return {tender_digest(act.item.signed.statement): act.value.tender_id for act in acts.all(TenderPackage)}


def _of_release(acts: Acts, tenders: dict[str, str], held: HeldRelease) -> Matter:
    content = held.content
    freeze = acts.last(Freeze, closing=content.closing)
    step = Step.HELD
    if acts.last(Release, closing=content.closing, supplier=content.supplier) is not None:
        step = Step.LISTED
    elif freeze is not None:
        disputed = {act.value.release.id for act in acts.all(FreezeDisputed, freeze=freeze.id)}
        step = Step.DISPUTED if held.id in disputed else Step.LACKING
    tender = tenders.get(content.tender, content.tender)
    return Matter(held.id, tender, content.lot, content.supplier, step, held.at, freeze.id if freeze else "")


def _envelopes(acts: Acts, tenders: dict[str, str]) -> Iterable[Matter]:
    for opening in acts.all(Opening):
        closing = acts.get(Closing, acts.get(Freeze, opening.value.freeze).value.closing).value
        for result in opening.value.results:
            if result.code in SHARE_FAULTS:
                tender = tenders.get(closing.tender, closing.tender)
                supplier = acts.only(Submission, bid=result.bid).value.supplier
                yield _envelope(acts, opening, result.bid, tender, closing.lot, supplier)


def _envelope(acts: Acts, opening: Act[Opening], bid: str, tender: str, lot: str, supplier: str) -> Matter:
    at, look, key = opening.item.t_recv, acts.last(SecondLook, bid=bid), _lot_key(acts, opening.id)
    if look is None:
        return Matter(bid, tender, lot, supplier, Step.DOUBTFUL, at, opening.id)
    have, need = len(acts.all(SecondLookRelease, look=look.id)), key.value.k if key else 0
    step = Step.READY if key and have >= need else Step.ASKED
    result = acts.last(SecondLookResult, look=look.id)
    if result is not None:
        step = Step.CONTRADICTED if result.value.code == "envelope-opens" else Step.CONFIRMED
    return Matter(bid, tender, lot, supplier, step, at, look.id, have, need)


def _lot_key(acts: Acts, opening: str) -> Act[LotKey] | None:
    """The key of the lot that was opened, as the tender package names it."""
    closing = acts.get(Closing, acts.get(Freeze, acts.get(Opening, opening).value.freeze).value.closing).value
    packages = acts.all(TenderPackage)
    package = next((act for act in packages if tender_digest(act.item.signed.statement) == closing.tender), None)
    named = [one.lot_key for one in package.value.custody if one.lot == closing.lot] if package else []
    return acts.get(LotKey, named[0]) if named else None
