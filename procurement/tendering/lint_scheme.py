"""Defects of a scoring scheme: sums, bands, weights, undefined deductions, contradictions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from procurement.basics.findings import Finding, block, warn
from procurement.basics.moment import shanghai_date
from procurement.basics.rules import rule
from procurement.tendering.attainable import exceptional, largest, smallest
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Composite, IndexLookup, Part, Span, Tiers
from procurement.tendering.scheme import PolicyDeduction, Scheme
from procurement.tendering.tender import Tender

ZERO = Decimal(0)


def scheme_findings(tender: Tender, lot: Lot, where: str, now: datetime) -> Iterator[Finding]:
    """Findings on `lot.scheme`."""
    scheme = lot.scheme
    at = f"{where}.scheme"
    if scheme.evaluation not in tender.profile.evaluations:
        yield block("evaluation-not-of-method", at, "L-212", "Choose an evaluation that the method knows.")
    if lot.uniform_specification and scheme.evaluation == "scoring":
        yield block("lowest-price-mandatory", at, "L-212", "Evaluate uniform goods or services by the lowest price.")
    if scheme.evaluation == "scoring":
        yield from _sums(scheme, at)
        yield from _weight(tender, lot, at)
        for item in scheme.items:
            for leaf in item.leaves:
                yield from _leaf(leaf, f"{at}.{leaf.code}")
            if isinstance(item.rule, Composite) and largest(item.rule) < item.maximum:
                yield block("maximum-unreachable", f"{at}.{item.code}", "L-211", "The parts give less than the item.")
        yield from _price(lot, at)
    yield from _deductions(lot, at)
    yield from _low_price(scheme, at, now)
    yield from _ties(scheme, at)
    if lot.core_products and scheme.same_brand.policy == "off":
        yield warn("same-brand-unsaid", at, "L-259", "Say how bids of the same brand are treated.")
    if not scheme.rounding_stated:
        yield warn("rounding-unsaid", at, "L-257", "Say how many decimals count, and where they are rounded.")


def _sums(scheme: Scheme, at: str) -> Iterator[Finding]:
    price = scheme.price.maximum if scheme.price else ZERO
    total = price + sum((i.maximum for i in scheme.items), ZERO)
    if total != scheme.total:
        yield block(
            "maxima-do-not-sum", at, "L-211", "Let the maxima sum to the total.", total=scheme.total, found=total
        )
    known = {g.code for g in scheme.groups}
    for group in scheme.groups:
        items = sum((i.maximum for i in scheme.items if i.group == group.code), ZERO)
        if scheme.price is not None and scheme.price.group == group.code:
            items += price
        if items != group.maximum:
            yield block("group-does-not-sum", f"{at}.{group.code}", "L-211", "Let its items sum to it.", found=items)
    named = {i.group for i in scheme.items} | ({scheme.price.group} if scheme.price else set())
    for code in sorted(named - known):
        yield block("group-unknown", f"{at}.{code}", "L-211", "Describe the group.")


def _weight(tender: Tender, lot: Lot, at: str) -> Iterator[Finding]:
    low, high = tender.profile.price_weight[lot.nature]
    points = lot.scheme.price.maximum if lot.scheme.price else ZERO
    weight = points * 100 / lot.scheme.total if lot.scheme.total else ZERO
    if not low <= weight <= high and not (lot.scheme.price is None and low == 0):
        if tender.method == "consultation":
            yield warn(
                "price-weight", f"{at}.price", "L-356", "Outside the range finance has to approve.", weight=weight
            )
        else:
            yield block("price-weight", f"{at}.price", "L-211", "Raise the weight of the price.", weight=weight)


def _leaf(leaf: Part, at: str) -> Iterator[Finding]:
    assert not isinstance(leaf.rule, Composite)
    most = max((largest(leaf.rule), *exceptional(leaf)))
    if most < leaf.maximum:
        yield block("maximum-unreachable", at, "L-211", "No rule gives the maximum.", maximum=leaf.maximum, most=most)
    if most > leaf.maximum:
        yield block("points-over-maximum", at, "L-211", "A rule gives more than the maximum.", most=most)
    if smallest(leaf.rule) < leaf.minimum:
        yield warn("contradiction", at, "L-262", "A rule gives less than the minimum.", minimum=leaf.minimum)
    if isinstance(leaf.rule, Tiers):
        yield from _bands([(t.low, t.high) for t in leaf.rule.tiers], leaf.step, at)
    if isinstance(leaf.rule, Span):
        yield from _overlaps([(s.low, s.high) for s in leaf.rule.segments], at)
    if isinstance(leaf.rule, IndexLookup):
        yield from _index(leaf.rule, at)
    if leaf.nature == "unsaid":
        yield warn("nature-unsaid", at, "L-260", "Say whether the item is objective or subjective.")
    if (
        leaf.nature == "objective"
        and isinstance(leaf.rule, Tiers | Span)
        and any(low != high for low, high in _pairs(leaf.rule))
    ):
        yield warn("objective-unquantified", at, "L-211", "An objective item has no room for judgement: quantify it.")
    if leaf.settled_by == "claims" and leaf.nature == "subjective":
        yield block("contradiction", at, "L-256", "A subjective item is scored by members, not by the form.")


def _pairs(rule_: Tiers | Span) -> list[tuple[Decimal, Decimal]]:
    return [(t.low, t.high) for t in (rule_.tiers if isinstance(rule_, Tiers) else rule_.segments)]


def _bands(bands: list[tuple[Decimal, Decimal]], step: Decimal | None, at: str) -> Iterator[Finding]:
    """Fixed tiers are points, not bands; only where a document gives ranges do gaps and overlaps matter."""
    if all(low == high for low, high in bands):
        if len(set(bands)) != len(bands):
            yield warn("tiers-equal", at, "L-211", "Two tiers give the same points.")
        return
    yield from _overlaps(bands, at)
    ordered = sorted(bands)
    width = step if step is not None else Decimal(1)
    for (_, high), (low, _) in pairwise(ordered):
        if low - high > width:
            yield warn("band-gap", at, "L-211", "Points between two bands can never be given.", after=high, before=low)


def _overlaps(bands: list[tuple[Decimal, Decimal]], at: str) -> Iterator[Finding]:
    for low, high in bands:
        if low > high:
            yield block("band-reversed", at, "L-211", "Give the lower end first.", low=low, high=high)
    for (_, high), (low, _) in pairwise(sorted(bands)):
        if low <= high:
            yield warn("band-overlap", at, "L-211", "Two bands share points; members record the band.", points=low)


def _index(rule_: IndexLookup, at: str) -> Iterator[Finding]:
    ordered = sorted(rule_.bands, key=lambda b: (b.low, b.high))
    for below, above in pairwise(ordered):
        if above.low > below.high or (above.low == below.high and above.low_open and below.high_open):
            yield warn("band-gap", at, "L-211", "Some values of the index have no points.", after=below.high)
        elif above.low < below.high or not (above.low_open or below.high_open):
            yield warn("band-overlap", at, "L-211", "Some values of the index have two scores.", points=above.low)


def _price(lot: Lot, at: str) -> Iterator[Finding]:
    price = lot.scheme.price
    if price is None:
        return
    codes = {f.code: f for f in lot.quote.figures}
    for component in price.components:
        where = f"{at}.price.{component.figure}"
        figure = codes.get(component.figure)
        if figure is None:
            yield block("price-figure-unknown", where, "L-257", "Name a figure of the quote.")
            continue
        if component.shape == "ratio" and component.base != ("lowest" if figure.direction == "lower" else "highest"):
            yield warn("price-base-unusual", where, "L-257", "The statutory base is the best bid.", base=component.base)
        if component.shape == "deviation":
            yield warn("price-formula-unusual", where, "L-257", "The statutory formula is base ÷ bid.")
        if component.base == "fixed" and component.fixed is None:
            yield block("price-base-missing", where, "L-257", "Give the fixed base.")
        if component.base == "limit" and figure.limit is None:
            yield block("price-base-missing", where, "L-257", "Give the figure a limit.")


def _deductions(lot: Lot, at: str) -> Iterator[Finding]:
    for cut in lot.scheme.deductions:
        where = f"{at}.{cut.code}"
        if cut.percent_to is not None:
            yield warn("percentage-range", where, "L-504", "Fix one percentage.", low=cut.percent, high=cut.percent_to)
        if lot.reservation.mode == "whole" and cut.applies in ("small-micro", "consortium-share", "subcontract-share"):
            yield warn("deduction-in-reserved-lot", where, "L-504", "In a reserved lot no deduction is made.")
        yield from _transform(lot, cut, where)
        if cut.applies == "small-micro" and lot.nature != "works" and not Decimal(10) <= cut.percent <= Decimal(20):
            yield warn("deduction-out-of-band", where, "L-502", "10 to 20 percent.", percent=cut.percent)


def _transform(lot: Lot, cut: PolicyDeduction, where: str) -> Iterator[Finding]:
    higher = lot.quote.main.direction == "higher"
    if higher and cut.transform == "unsaid":
        yield warn("deduction-undefined-for-rate", where, "L-504", "Say how the deduction acts on a rate taken off.")
    if higher and cut.transform == "price-cut":
        yield block("deduction-punishes", where, "L-504", "Lowering a rate taken off would harm the small enterprise.")
    if not higher and cut.transform in ("rate-raise", "payable-cut"):
        yield block("deduction-punishes", where, "L-504", "Raising a price would harm the small enterprise.")


def _low_price(scheme: Scheme, at: str, now: datetime) -> Iterator[Finding]:
    low = scheme.abnormally_low
    where = f"{at}.abnormally_low"
    try:
        law = rule("L-253", shanghai_date(now)).params
    except KeyError:
        return
    stated = {"mean": low.mean_percent, "second": low.second_percent, "ceiling": low.ceiling_percent}
    for name, percent in stated.items():
        if percent is not None and percent > law["most"]:
            yield block("low-price-threshold", where, "L-253", "At most 65 percent.", which=name, percent=percent)
        if percent is not None and percent < law[name]:
            yield block("low-price-threshold", where, "L-253", "The number may only be raised.", which=name)
    if low.minutes < law["minutes"]:
        yield block("low-price-minutes", where, "L-253", "Allow at least 30 minutes.", minutes=low.minutes)
    if not low.stated:
        yield warn("low-price-unsaid", where, "L-253", "Say the thresholds; the statutory ones apply.")


def _ties(scheme: Scheme, at: str) -> Iterator[Finding]:
    groups = {g.code for g in scheme.groups}
    items = {leaf.code for leaf in scheme.leaves} | {i.code for i in scheme.items}
    for chain in (scheme.ties, scheme.same_brand.ties):
        for key in chain:
            if (key.key == "group-score" and key.of not in groups) or (key.key == "item-score" and key.of not in items):
                yield block("tie-key-unknown", f"{at}.ties", "L-258", "Name an existing group or item.", of=key.of)
        if any(k.key == "parallel" for k in chain[:-1]):
            yield warn("contradiction", f"{at}.ties", "L-258", "Keys after “parallel” are never reached.")
