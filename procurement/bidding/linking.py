"""标书关联: for each item that is reviewed or scored, the pages of the bid that answer it; what is linked, and what must still be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from procurement.bidding.draft import BidForms, EvidenceLink
from procurement.tendering.conditions import EvidenceSlot
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

ANSWER = "answer"
"""Slot of a link for an item for which the tender has no slot of its own: the pages that answer it, as the bidder says"""

ItemKind = Literal["qualification", "conformity", "parameter", "score"]


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """One thing to be linked: an item, or one slot (and counted unit) of it."""

    kind: ItemKind
    item: str
    slot: str
    unit: int
    title: str
    label: str
    """The slot's own words; empty where the item has no slot"""
    text: str
    mandatory: bool
    """The tender demands pages here, and a bid without them is invalid"""
    star: bool
    link: EvidenceLink | None
    reason: str
    """Why no pages are named, in the bidder's own words; empty when nothing was said"""

    @property
    def key(self) -> tuple[str, str, int]:
        return self.item, self.slot, self.unit

    @property
    def missing(self) -> bool:
        """Demanded, not linked, and no reason given: stops sealing."""
        return self.mandatory and self.link is None and not self.reason


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what is judged has its pages."""

    places: tuple[LinkPlace, ...]

    @property
    def linked(self) -> int:
        return sum(place.link is not None for place in self.places)

    @property
    def missing(self) -> int:
        return sum(place.missing for place in self.places)

    @property
    def excused(self) -> int:
        """Without pages, with a reason."""
        return sum(place.link is None and bool(place.reason) for place in self.places)


def unlinked_reason(forms: BidForms, item: str, slot: str, unit: int = 0) -> str:
    """The reason the bid gives for naming no pages here; empty when it gives none."""
    given = forms.unlinked or ()
    return next((one.reason for one in given if (one.item, one.slot, one.unit) == (item, slot, unit)), "")


def coverage(tender: Tender, lot: Lot, forms: BidForms) -> Coverage:
    """Every place of a lot that wants pages, in the order of the tender: qualification, conformity, parameters, scoring."""
    return Coverage(tuple(_places(tender, lot, forms)))


_Held = dict[tuple[str, str], list[EvidenceLink]]


@dataclass(frozen=True, slots=True)
class _Bid:
    forms: BidForms
    held: _Held


def _places(tender: Tender, lot: Lot, bid: BidForms) -> Iterator[LinkPlace]:
    held: _Held = {}
    for link in bid.evidence:
        held.setdefault((link.item, link.slot), []).append(link)
    whole = _Bid(bid, held)
    answers = {one.item: one.how for one in bid.answers}
    for item in tender.qualification_of(lot):
        by_paper = answers.get(item.code, item.proof) == "document"
        if item.evidence or by_paper:
            yield from _of(whole, "qualification", item.code, item.title, item.text, item.evidence, by_paper, True)
    for one in lot.conformity:
        star = one.importance == "star"
        if one.evidence or one.check in ("panel", "signature"):
            yield from _of(whole, "conformity", one.code, one.title, one.text, one.evidence, True, star)
    if lot.evidence:
        yield from _of(whole, "conformity", lot.code, lot.title, "", lot.evidence, True, False)
    for parameter in lot.parameters:
        star = parameter.importance == "star"
        if parameter.evidence or parameter.importance != "plain":
            yield from _of(
                whole, "parameter", parameter.code, parameter.title, parameter.text, parameter.evidence, star, star
            )
    for leaf in lot.scheme.leaves:
        claim = bid.claim(leaf.code)
        units = max(claim.count if claim else 0, 1)
        yield from _of(whole, "score", leaf.code, leaf.title, leaf.text, leaf.evidence, False, False, units)


def _of(
    bid: _Bid,
    kind: ItemKind,
    item: str,
    title: str,
    text: str,
    slots: Sequence[EvidenceSlot],
    substantive: bool,
    star: bool,
    units: int = 1,
) -> Iterator[LinkPlace]:
    for code, words, required, per_unit in _slots(slots):
        for unit in range(1, units + 1) if per_unit else (0,):
            link = _link(bid.held, item, code, unit)
            reason = unlinked_reason(bid.forms, item, code, unit)
            must = substantive and required
            yield LinkPlace(kind, item, code, unit, title, words, text, must, star, link, reason)


def _slots(slots: Sequence[EvidenceSlot]) -> Iterator[tuple[str, str, bool, bool]]:
    """Code, words, whether it is demanded, whether once for each unit."""
    if not slots:
        yield ANSWER, "", False, False
    for slot in slots:
        yield slot.code, slot.label, slot.required, slot.per == "unit"


def _link(held: _Held, item: str, slot: str, unit: int) -> EvidenceLink | None:
    mine = held.get((item, slot), [])
    exact = next((one for one in mine if one.unit == unit), None)
    return exact if exact is not None or unit else next(iter(mine), None)
