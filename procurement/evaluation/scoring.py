"""Marks of the members become item scores: validation, members' mean, groups, checks before signing (L-256, L-260).

Sums run over whole numbers of millionths, so that two hundred bids, sixty items and seven members take a moment and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import itemgetter
from typing import cast

from procurement.basics.findings import Finding, block, warn
from procurement.basics.problems import Refused
from procurement.bidding.draft import BidForms
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.exact import SCALE, divide, rounded
from procurement.evaluation.marks import CheckedMarks
from procurement.evaluation.sheets import Mark, ScoreSheet
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Composite, Part
from procurement.tendering.scheme import Rounding, Scheme


@dataclass(frozen=True, slots=True)
class Scores:
    """Item scores of all bids, in the order of `suppliers` and of the scheme's items."""

    suppliers: tuple[str, ...]
    unit: int
    """Parts of a point in which `items` are counted: members × millionths, so that every mean is a whole number"""
    items: dict[str, tuple[int, ...]]
    """Supplier → the members' mean of each item, rounded where the scheme says so, in `unit`"""
    member_totals: tuple[tuple[int, ...], ...]
    """Member by member: the sum of the marks of each bid, in millionths"""
    findings: tuple[Finding, ...]


def score(
    lot: Lot, forms: Mapping[str, BidForms], sheets: Sequence[ScoreSheet], suppliers: Sequence[str] | None = None
) -> Scores:
    """Aggregate the sheets over `suppliers` (all of `forms` by default). Raises `Refused` for an incomplete sheet and `RuleBroken`
    for a mark that its item does not allow."""
    order = tuple(suppliers if suppliers is not None else forms)
    if not sheets:
        raise Refused("sheets-missing", "Wait until all members have revealed their marks.", rule="L-256", lot=lot.code)
    leaves = lot.scheme.leaves
    settled = _settled(lot, leaves, forms, order)
    checkers = [CheckedMarks(leaf) for leaf in leaves]
    cells = [_read(lot, leaves, checkers, sheet, order, settled) for sheet in sheets]
    findings = _overridden(leaves, order, cells, settled) + _objective(leaves, order, cells)
    spans = _spans(lot.scheme) if any(isinstance(item.rule, Composite) for item in lot.scheme.items) else None
    items = [[_item_points(spans, _filled(settled, b, row)) for b, row in enumerate(sheet)] for sheet in cells]
    rule = lot.scheme.rounding_at("item-mean")
    means = {
        supplier: _means([sum(column) for column in zip(*(m[b] for m in items), strict=True)], len(sheets), rule)
        for b, supplier in enumerate(order)
    }
    totals = tuple(tuple(sum(row) for row in member) for member in items)
    return Scores(order, len(sheets) * SCALE, means, totals, tuple(findings))


_Cells = list[list[int | None]]
_Settled = dict[tuple[int, int], int]


def _settled(lot: Lot, leaves: Sequence[Part], forms: Mapping[str, BidForms], order: Sequence[str]) -> _Settled:
    """Points of the leaves that the signed forms decide, by (bid, leaf)."""
    found: _Settled = {}
    for index, leaf in enumerate(leaves):
        if leaf.settled_by != "claims":
            continue
        for bid, supplier in enumerate(order):
            points = claimed_points(lot, leaf, forms[supplier])
            if points is not None:
                found[bid, index] = int(points * SCALE)
    return found


_FIELDS = itemgetter("item", "supplier", "points", "tier", "condition", "counts", "deducted")


def _read(
    lot: Lot,
    leaves: Sequence[Part],
    checkers: Sequence[CheckedMarks],
    sheet: ScoreSheet,
    order: Sequence[str],
    settled: _Settled,
) -> _Cells:
    if sheet.lot != lot.code:
        raise Refused("sheet-of-another-lot", "Send the sheet of this lot.", rule="L-256", lot=sheet.lot)
    place = {
        leaf.code: (index, checked.plain.get, checked, leaf.settled_by == "claims")
        for index, (leaf, checked) in enumerate(zip(leaves, checkers, strict=True))
    }
    cells: _Cells = [[None] * len(leaves) for _ in order]
    rows = dict(zip(order, cells, strict=True))
    for mark in sheet.marks:
        # in one step: reading fields one by one counts over a hundred thousand marks
        item, supplier, points, tier, condition, counts, deducted = _FIELDS(mark.__dict__)
        try:
            index, known_of, checked, computed = place[item]
            row = rows[supplier]
        except KeyError:
            raise _unknown(mark) from None
        if row[index] is not None:
            raise _unknown(mark)
        known = None if tier or condition or counts or deducted else known_of(points)
        row[index] = checked.points(mark) if known is None else known
        if computed and not mark.reason.strip():
            raise Refused(
                "correction-without-reason", "Say why the computed points are wrong.", rule="L-260", item=mark.item
            )
    _check_complete(leaves, sheet, order, settled, cells)
    return cells


def _unknown(mark: Mark) -> Refused:
    remedy = "Mark each item of each bid once."
    return Refused("mark-unknown", remedy, rule="L-256", item=mark.item, supplier=mark.supplier)


def _check_complete(
    leaves: Sequence[Part], sheet: ScoreSheet, order: Sequence[str], settled: _Settled, cells: _Cells
) -> None:
    for bid, row in enumerate(cells):
        if None not in row:
            continue
        for index, value in enumerate(row):
            if value is None and (bid, index) not in settled:
                raise Refused(
                    "sheet-incomplete",
                    "Mark every item of every bid.",
                    rule="L-256",
                    member=sheet.member,
                    supplier=order[bid],
                    item=leaves[index].code,
                )


def check_sheet(lot: Lot, forms: Mapping[str, BidForms], sheet: ScoreSheet, suppliers: Sequence[str]) -> None:
    """Whether one sheet is complete and every mark allowed, before it is committed. Raises `Refused` or `RuleBroken`."""
    leaves = lot.scheme.leaves
    checkers = [CheckedMarks(leaf) for leaf in leaves]
    _read(lot, leaves, checkers, sheet, suppliers, _settled(lot, leaves, forms, suppliers))


def _filled(settled: _Settled, bid: int, row: Sequence[int | None]) -> Sequence[int]:
    """The row with computed points where members left them alone."""
    if None not in row:
        return cast("list[int]", row)
    return [settled[bid, leaf] if mark is None else mark for leaf, mark in enumerate(row)]


def _overridden(
    leaves: Sequence[Part], order: Sequence[str], cells: Sequence[_Cells], settled: _Settled
) -> list[Finding]:
    """Computed points are corrected by all members alike, or not at all; otherwise members set their sheets right (L-260)."""
    found = []
    for (bid, leaf), points in settled.items():
        given = {sheet[bid][leaf] for sheet in cells}
        where = f"{leaves[leaf].code}.{order[bid]}"
        if len(given) > 1:
            remedy = "Correct the computed points all alike, or leave them."
            found.append(block("objective-marks-differ", where, "L-260", remedy))
        elif given not in ({None}, {points}):
            found.append(warn("claim-corrected", where, "L-260", "Say so in the report.", computed=points / SCALE))
    return found


def _objective(leaves: Sequence[Part], order: Sequence[str], cells: Sequence[_Cells]) -> list[Finding]:
    """Objective items on which members differ: to be set right before anybody signs (L-260)."""
    found = []
    for index, leaf in enumerate(leaves):
        if leaf.nature != "objective":
            continue
        for bid, supplier in enumerate(order):
            if len({sheet[bid][index] for sheet in cells}) > 1:
                where = f"{leaf.code}.{supplier}"
                found.append(block("objective-marks-differ", where, "L-260", "Agree on the facts and mark again."))
    return found


_Span = tuple[int, int, int | None]


def _spans(scheme: Scheme) -> list[_Span]:
    """Of each item: its leaves' places from and to, and for a composite its maximum in millionths."""
    spans: list[_Span] = []
    at = 0
    for item in scheme.items:
        width = len(item.leaves)
        cap = int(item.maximum * SCALE) if isinstance(item.rule, Composite) else None
        spans.append((at, at + width, cap))
        at += width
    return spans


def _item_points(spans: Sequence[_Span] | None, row: Sequence[int]) -> Sequence[int]:
    """A member's points by item: the leaf itself, or the parts of a composite up to the item's maximum. None: all are leaves."""
    if spans is None:
        return row
    return [row[start] if cap is None else min(sum(row[start:end]), cap) for start, end, cap in spans]


def _means(sums: Sequence[int], members: int, rule: Rounding | None) -> tuple[int, ...]:
    """Means in parts of members × millionths: the sum itself, or the rounded mean brought to that unit (at most six decimals)."""
    if rule is None:
        return tuple(sums)
    scale, unit = 10**rule.decimals, members * SCALE
    return tuple(divide(total * scale, unit, rule.mode) * (unit // scale) for total in sums)


def totals(scheme: Scheme, scores: Scores, prices: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Final totals: means and price score added, rounded where the scheme says so (member totals first when it averages those)."""
    member, final = scheme.rounding_at("member-total"), scheme.rounding_at("total")
    found: dict[str, Fraction] = {}
    for bid, supplier in enumerate(scores.suppliers):
        price = prices.get(supplier, Fraction(0))
        if member is None:
            exact = Fraction(sum(scores.items[supplier]), scores.unit) + price
        else:
            sums = [rounded(Fraction(m[bid], SCALE) + price, member) for m in scores.member_totals]
            exact = sum(sums, Fraction(0)) / len(sums)
        found[supplier] = rounded(exact, final)
    return found


def outliers(
    scheme: Scheme, scores: Scores, members: Sequence[str], prices: Mapping[str, Fraction]
) -> tuple[Finding, ...]:
    """Members whose total for a bid lies the threshold or more from the mean of all: review, or a written reason (L-260)."""
    limit, count = Fraction(scheme.outlier.percent), len(members)
    found = []
    for bid, supplier in enumerate(scores.suppliers):
        price = prices.get(supplier, Fraction(0))
        added, parts = price.numerator * SCALE, price.denominator
        sums = [member[bid] * parts + added for member in scores.member_totals]
        together = sum(sums)
        for member, total in zip(members, sums, strict=True):
            away = abs(count * total - together) * 100 * limit.denominator
            if together and away >= limit.numerator * together:
                found.append(
                    warn("outlier-marks", f"{member}.{supplier}", "L-260", "Review the marks, or give a reason.")
                )
    return tuple(found)
