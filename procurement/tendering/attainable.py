"""Which points a rule allows: the bounds and the values that a mark may take, for lint and for the validation of marks."""

from __future__ import annotations

from decimal import Decimal

from procurement.tendering.marking import (
    AllowedSet,
    Binary,
    Checklist,
    Composite,
    Count,
    DeductionFormula,
    DeductionTable,
    IndexLookup,
    Leaf,
    Part,
    Span,
    Tiers,
)

Range = tuple[Decimal, Decimal]


def ranges(rule: Leaf) -> tuple[Range, ...]:
    """Closed ranges of points the rule itself can give, before modifiers; a fixed value is a range of one point."""
    match rule:
        case Tiers():
            return tuple((t.low, t.high) for t in rule.tiers)
        case Span():
            return tuple((s.low, s.high) for s in rule.segments)
        case AllowedSet():
            return _points(rule.values)
        case Binary():
            return _points((rule.otherwise, rule.points))
        case DeductionTable():
            return _points((*(s.points for s in rule.steps), rule.beyond))
        case IndexLookup():
            return _points((*(b.points for b in rule.bands), rule.otherwise))
        case Count():
            return _points(_count_points(rule))
        case Checklist():
            return _points(_checklist_points(rule))
        case DeductionFormula():
            return ((rule.floor, rule.start),)


def largest(rule: Leaf | Composite) -> Decimal:
    """The most points a rule can give."""
    if isinstance(rule, Composite):
        return sum((p.maximum for p in rule.parts), Decimal(0))
    return max((high for _, high in ranges(rule)), default=Decimal(0))


def smallest(rule: Leaf) -> Decimal:
    return min((low for low, _ in ranges(rule)), default=Decimal(0))


def admissible(part: Part, points: Decimal) -> bool:
    """Whether a member may give these points: reachable by the rule on the item's step, or fixed by a modifier. A deduction
    at discretion is judged with the mark, not here."""
    if points in exceptional(part):
        return True
    if part.step is not None and points % part.step:
        return any(points in (low, high) for low, high in _leaf_ranges(part))
    if points < part.minimum or points > part.maximum:
        return False
    if isinstance(part.rule, DeductionFormula):
        return _formula_reaches(part.rule, points)
    return any(low <= points <= high for low, high in _leaf_ranges(part))


def exceptional(part: Part) -> tuple[Decimal, ...]:
    """Points that a modifier fixes whatever the rule says: forced scores, a missing prerequisite, nothing provided."""
    found = [f.points for f in part.forced]
    if part.prerequisite is not None:
        found.append(part.prerequisite.otherwise)
    if part.missing is not None:
        found.append(part.missing)
    return tuple(found)


def _leaf_ranges(part: Part) -> tuple[Range, ...]:
    assert not isinstance(part.rule, Composite)
    return ranges(part.rule)


def _points(values: tuple[Decimal, ...]) -> tuple[Range, ...]:
    return tuple((v, v) for v in sorted(set(values)))


def _count_points(rule: Count) -> tuple[Decimal, ...]:
    if rule.each <= 0:
        return (Decimal(0),)
    steps = min(int(rule.cap / rule.each) + 1, 1000)
    return tuple(min(rule.each * n, rule.cap) for n in range(steps + 1))


def _checklist_points(rule: Checklist) -> tuple[Decimal, ...]:
    sums = {Decimal(0)}
    for entry in rule.entries:
        sums |= {s + entry.points for s in sums}
    return tuple(sorted({min(s, rule.cap) for s in sums}))


def _formula_reaches(rule: DeductionFormula, points: Decimal) -> bool:
    """Whether start − points is a sum of whole numbers of the step sizes (or the floor is reached)."""
    if points == rule.floor:
        return True
    lost = rule.start - points
    if lost < 0 or points < rule.floor:
        return False
    reached = {Decimal(0)}
    for step in rule.steps:
        most = lost if step.limit is None else min(lost, step.limit)
        if step.each <= 0:
            continue
        counts = range(int(most / step.each) + 1)
        losses = {step.each * n for n in counts} | ({step.limit} if step.limit is not None else set())
        reached = {r + loss for r in reached for loss in losses if r + loss <= lost}
    return lost in reached
