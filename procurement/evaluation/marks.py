"""Whether a mark is one that the item allows (L-256, L-260: no points outside the range), and its points in millionths."""

from __future__ import annotations

from decimal import Decimal

from procurement.basics.problems import RuleBroken
from procurement.evaluation.claims import counted_points
from procurement.evaluation.exact import SCALE
from procurement.evaluation.sheets import Mark
from procurement.tendering.attainable import admissible
from procurement.tendering.marking import Part, Tiers

MarkKey = tuple[Decimal, str, str, tuple[tuple[str, int], ...], Decimal]


def mark_key(mark: Mark) -> MarkKey:
    """All of a mark that its validity depends on."""
    counts = tuple((c.code, c.count) for c in mark.counts) if mark.counts else ()
    return mark.points, mark.tier, mark.condition, counts, mark.deducted


class CheckedMarks:
    """Marks of one leaf that were found allowed, with their points in millionths. A scheme knows few different marks for one
    item, while a committee gives thousands: each kind is checked once."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.plain: dict[Decimal, int] = {}
        """By points alone, for marks without tier, condition, counts or deduction"""
        self._others: dict[MarkKey, int] = {}

    def points(self, mark: Mark) -> int:
        """Points in millionths. Raises `RuleBroken` for a mark that the item does not allow."""
        if mark.tier or mark.condition or mark.counts or mark.deducted:
            key = mark_key(mark)
            if key not in self._others:
                check_mark(self.part, mark)
                self._others[key] = int(mark.points * SCALE)
            return self._others[key]
        check_mark(self.part, mark)
        return self.plain.setdefault(mark.points, int(mark.points * SCALE))


def check_mark(part: Part, mark: Mark) -> None:
    """Whether the item allows this mark. Raises `RuleBroken` with what would be allowed."""
    points = mark.points
    if points * SCALE != int(points * SCALE):
        _refuse("mark-too-precise", part, mark, "Give points with at most six decimals.")
    if mark.condition:
        return _check_condition(part, mark)
    if mark.deducted:
        return _check_discretion(part, mark)
    if mark.counts:
        expected = counted_points(part, {c.code: c.count for c in mark.counts})
        if expected is None or max(part.minimum, min(part.maximum, expected)) != points:
            _refuse("mark-differs-from-count", part, mark, "Let the points follow from what was counted.", due=expected)
    if not admissible(part, points):
        _refuse("mark-outside-range", part, mark, "Give points that the item allows.", maximum=part.maximum)
    if isinstance(part.rule, Tiers):
        _check_tier(part, part.rule, mark)
    return None


def _check_condition(part: Part, mark: Mark) -> None:
    due = {f.code: f.points for f in part.forced}
    if part.prerequisite is not None:
        due["no-prerequisite"] = part.prerequisite.otherwise
    if part.missing is not None:
        due["missing"] = part.missing
    if mark.condition not in due:
        _refuse("condition-unknown", part, mark, "Name a condition of the item.", condition=mark.condition)
    if due[mark.condition] != mark.points:
        _refuse("mark-differs-from-condition", part, mark, "The condition fixes the points.", due=due[mark.condition])


def _check_discretion(part: Part, mark: Mark) -> None:
    limit = part.discretion.limit if part.discretion is not None else Decimal(0)
    if not 0 < mark.deducted <= limit:
        _refuse("deduction-over-limit", part, mark, "Deduct no more than the item allows.", limit=limit)
    before = mark.model_copy(update={"points": mark.points + mark.deducted, "deducted": Decimal(0)})
    check_mark(part, before)
    if mark.points < 0:
        _refuse("mark-outside-range", part, mark, "Points are never below zero.")


def _check_tier(part: Part, rule: Tiers, mark: Mark) -> None:
    holding = [t.code for t in rule.tiers if t.low <= mark.points <= t.high]
    if mark.tier:
        if mark.tier not in holding:
            _refuse("mark-outside-tier", part, mark, "Give points of the tier chosen.", tier=mark.tier)
    elif len(holding) > 1:
        _refuse("tier-unsaid", part, mark, "Say which tier was chosen: its bands share these points.")


def _refuse(code: str, part: Part, mark: Mark, remedy: str, **facts: object) -> None:
    raise RuleBroken("L-260", code, remedy, item=part.code, supplier=mark.supplier, points=mark.points, **facts)
