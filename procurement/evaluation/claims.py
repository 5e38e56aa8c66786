"""Points that follow from what a bid states in its signed forms: counts, entries, deviations, an outside index."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from procurement.bidding.draft import BidForms, Claim
from procurement.tendering.lot import Lot
from procurement.tendering.marking import (
    Binary,
    Checklist,
    Composite,
    Count,
    DeductionFormula,
    DeductionTable,
    IndexLookup,
    Part,
)

ZERO = Decimal(0)


def claimed_points(lot: Lot, part: Part, forms: BidForms) -> Decimal | None:
    """Points of a leaf if the bid's own statements hold; None for a leaf that only people can judge."""
    assert not isinstance(part.rule, Composite)
    claim = forms.claim(part.code)
    if part.prerequisite is not None and (claim is None or not claim.met) and not isinstance(part.rule, Binary):
        return part.prerequisite.otherwise
    points = _points(lot, part, forms, claim)
    if points is None:
        return None
    if claim is None and part.missing is not None:
        return part.missing
    return min(part.maximum, max(part.minimum, points))


@dataclass(frozen=True, slots=True)
class SelfScore:
    """What the bid's own statements give by the scheme, if the committee finds them true."""

    leaves: dict[str, Decimal]
    """Leaf → points, for the leaves that statements settle"""
    points: Decimal
    possible: Decimal
    """The most that these leaves could give"""


def self_score(lot: Lot, forms: BidForms) -> SelfScore:
    """Points of the objective leaves by the same rules that count on the day; a composite gives at most its maximum."""
    leaves: dict[str, Decimal] = {}
    points = possible = ZERO
    for item in lot.scheme.items:
        mine: dict[str, Decimal] = {}
        most = ZERO
        for leaf in item.leaves:
            given = (
                claimed_points(lot, leaf, forms) if leaf.settled_by == "claims" or leaf.nature == "objective" else None
            )
            if given is not None:
                mine[leaf.code] = given
                most += leaf.maximum
        composite = isinstance(item.rule, Composite)
        points += min(sum(mine.values(), ZERO), item.maximum) if composite else sum(mine.values(), ZERO)
        possible += min(most, item.maximum) if composite else most
        leaves |= mine
    return SelfScore(leaves, points, possible)


def _points(lot: Lot, part: Part, forms: BidForms, claim: Claim | None) -> Decimal | None:
    match part.rule:
        case Count() as rule:
            number = _met(lot, forms) if rule.counts == "parameters-met" else claim.count if claim else 0
            return min(rule.cap, rule.each * max(0, number - rule.free))
        case Binary() as rule:
            return rule.points if claim is not None and claim.met else rule.otherwise
        case Checklist() as rule:
            held = set(claim.entries) if claim else set()
            return min(rule.cap, sum((e.points for e in rule.entries if e.code in held), ZERO))
        case DeductionTable():
            return table_points(part.rule, claim.count) if claim else None
        case DeductionFormula() as rule if rule.counts != "defects":
            mark = "triangle" if rule.counts == "triangle-deviations" else "plain"
            number = len(deviations(lot, forms, mark))
            return max(rule.floor, rule.start - sum((_loss(s.each * number, s.limit) for s in rule.steps), ZERO))
        case IndexLookup():
            return index_points(part.rule, claim.index) if claim and claim.index is not None else part.rule.otherwise
        case _:
            return None


def _loss(loss: Decimal, limit: Decimal | None) -> Decimal:
    return loss if limit is None else min(loss, limit)


def deviations(lot: Lot, forms: BidForms, importance: str) -> tuple[str, ...]:
    """Parameters of this mark that the bid does not meet, leaves out, or does not prove where proof is asked."""
    responses = {r.parameter: r for r in forms.responses}
    proved = Counter((e.item, e.slot) for e in forms.evidence)
    found = []
    for parameter in lot.parameters:
        if parameter.importance != importance:
            continue
        response = responses.get(parameter.code)
        unproved = any(slot.required and not proved[parameter.code, slot.code] for slot in parameter.evidence)
        if response is None or response.deviation == "negative" or unproved:
            found.append(parameter.code)
    return tuple(found)


def _met(lot: Lot, forms: BidForms) -> int:
    asked = sum(p.importance == "triangle" for p in lot.parameters)
    return asked - len(deviations(lot, forms, "triangle"))


def table_points(rule: DeductionTable, defects: int) -> Decimal:
    """Points for so many defects."""
    return next((s.points for s in rule.steps if s.defects == defects), rule.beyond)


def index_points(rule: IndexLookup, index: Decimal) -> Decimal:
    """Points for a value of the index: the first band that holds it."""
    for band in rule.bands:
        above = index > band.low if band.low_open else index >= band.low
        below = index < band.high if band.high_open else index <= band.high
        if above and below:
            return band.points
    return rule.otherwise


def counted_points(part: Part, counts: dict[str, int]) -> Decimal | None:
    """Points that follow from what a member counted (`Mark.counts`); None where counts do not settle the points."""
    match part.rule:
        case Count() as rule:
            return min(rule.cap, rule.each * max(0, counts.get(part.code, 0) - rule.free))
        case DeductionTable() as rule:
            return table_points(rule, counts.get(part.code, 0))
        case DeductionFormula() as rule:
            lost = sum((_loss(s.each * counts.get(s.code, 0), s.limit) for s in rule.steps), ZERO)
            return max(rule.floor, rule.start - lost)
        case Checklist() as rule:
            return min(rule.cap, sum((e.points for e in rule.entries if counts.get(e.code, 0)), ZERO))
        case _:
            return None
