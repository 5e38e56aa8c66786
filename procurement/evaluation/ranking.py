"""Order of the bids: totals, tie chain as data, same brand, award limits, candidates (L-258, L-259, L-358)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from procurement.basics.digest import digest
from procurement.basics.findings import Finding, block
from procurement.bidding.draft import BidForms
from procurement.evaluation.sheets import EvaluationContext
from procurement.tendering.lot import Lot
from procurement.tendering.scheme import COMPUTED_KEYS, TieKey
from procurement.tendering.tender import Tender


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranking needs to know of a bid. Scores are exact; `raw` and `evaluation` grow with cost."""

    supplier: str
    forms: BidForms
    total: Fraction
    raw: Fraction
    evaluation: Fraction
    price_score: Fraction
    groups: Mapping[str, Fraction]
    items: Mapping[str, int]
    """Item means in one unit for all bids"""


@dataclass(frozen=True, slots=True)
class Order:
    """Places of the bids that may win: tuples of suppliers, several in one place when parallel."""

    places: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]


def order(lot: Lot, bids: Sequence[Standing], context: EvaluationContext) -> Order:
    """Rank by total (scoring) or evaluation price (lowest price), then by the tie chain."""
    best: Callable[[Standing], Fraction]
    best = (lambda b: b.evaluation) if lot.scheme.evaluation == "lowest-price" else (lambda b: -b.total)
    findings: list[Finding] = []
    places: list[tuple[str, ...]] = []
    for group in _split(bids, best):
        for tied in _untie(group, lot.scheme.ties, context, findings, lot.code):
            places.append(tuple(sorted(b.supplier for b in tied)))
    return Order(tuple(places), tuple(findings))


def _split(bids: Sequence[Standing], key: Callable[[Standing], Fraction]) -> list[list[Standing]]:
    return [list(group) for _, group in groupby(sorted(bids, key=key), key=key)]


def _untie(
    tied: list[Standing],
    chain: Sequence[TieKey],
    context: EvaluationContext,
    findings: list[Finding],
    where: str,
) -> list[list[Standing]]:
    """The group in order, as far as the chain goes. A key that asks people waits for their recorded decision."""
    if len(tied) < 2 or not chain or chain[0].key == "parallel":
        return [tied]
    key, rest = chain[0], chain[1:]
    if key.key in COMPUTED_KEYS:
        groups = _split(tied, lambda b: _measure(b, key))
        return [part for group in groups for part in _untie(group, rest, context, findings, where)]
    names = {b.supplier for b in tied}
    for decision in context.decisions:
        if decision.key == key.key and names <= set(decision.order):
            place = {supplier: number for number, supplier in enumerate(decision.order)}
            return [[b] for b in sorted(tied, key=lambda b: place[b.supplier])]
    if key.key == "draw" and context.draw is not None:
        return [[b] for b in sorted(tied, key=lambda b: drawn(context.draw or "", b.supplier))]
    findings.append(
        block("tie-undecided", where, "L-258", "Record the decision.", key=key.key, bids=",".join(sorted(names)))
    )
    return [tied]


def draw_seed(opening: str, lot: str, salts: Sequence[str]) -> str:
    """Seed of the draws of one lot. Each member's salt stood in its commit before any was revealed, so nobody could steer it."""
    return digest("tie-draw", bytes.fromhex(opening), lot.encode(), *(bytes.fromhex(s) for s in salts)).hex()


def drawn(seed: str, supplier: str) -> bytes:
    """A bid's number in the draw; the smallest comes first."""
    return digest("tie-draw-number", bytes.fromhex(seed), supplier.encode())


def _measure(bid: Standing, key: TieKey) -> Fraction:
    """The key as a number that is better when smaller."""
    match key.key:
        case "raw-price":
            return bid.raw
        case "evaluation-price":
            return bid.evaluation
        case "price-score":
            return -bid.price_score
        case "group-score":
            return -bid.groups.get(key.of, Fraction(0))
        case _:
            return Fraction(-bid.items.get(key.of, 0))


def brand_groups(lot: Lot, bids: Sequence[tuple[str, BidForms]]) -> list[list[str]]:
    """Suppliers that count as one bidder because their core product has one brand (L-259). Every supplier is in one group."""
    policy = lot.scheme.same_brand.policy
    products = lot.products if policy == "single-product" else lot.core_products
    codes = [p.code for p in products]
    groups: list[tuple[set[str], set[tuple[str, ...]]]] = []
    for supplier, forms in bids:
        brands = {b.product: _brand(b.brand) for b in forms.brands}
        held = [(code, brands[code]) for code in codes if code in brands]
        marks: set[tuple[str, ...]] = set(held)
        if policy == "all-core-products":
            marks = {tuple(x for pair in held for x in pair)} if codes and len(held) == len(codes) else set()
        if policy == "all-brands":
            offered = sorted({(b.product, _brand(b.brand)) for b in forms.brands})
            marks = {tuple(x for pair in offered for x in pair)} if offered else set()
        if policy == "off":
            marks = set()
        members = {supplier}
        for other in [g for g in groups if g[1] & marks]:
            groups.remove(other)
            members |= other[0]
            marks |= other[1]
        groups.append((members, marks))
    place = {supplier: number for number, (supplier, _) in enumerate(bids)}
    return sorted((sorted(members, key=place.__getitem__) for members, _ in groups), key=lambda g: place[g[0]])


def _brand(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def brand_losers(
    lot: Lot, bids: Sequence[Standing], context: EvaluationContext
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Bids that yield to a better one of the same brand: supplier → the one that is recommended."""
    by_supplier = {b.supplier: b for b in bids}
    losers: dict[str, str] = {}
    findings: list[Finding] = []
    lowest = lot.scheme.evaluation == "lowest-price"
    for group in brand_groups(lot, [(b.supplier, b.forms) for b in bids]):
        if len(group) < 2:
            continue
        members = [by_supplier[s] for s in group]
        first = _split(members, (lambda b: b.evaluation) if lowest else (lambda b: -b.total))[0]
        untied = _untie(first, lot.scheme.same_brand.ties, context, findings, lot.code)[0]
        if len(untied) > 1 and not findings:
            if context.draw is None:
                findings.append(block("brand-tie-undecided", lot.code, "L-259", "Record who is recommended."))
            else:  # by lot, where the document says nothing more (87号令 第三十一条)
                untied.sort(key=lambda b: drawn(context.draw or "", b.supplier))
        winner = untied[0].supplier
        losers |= {s: winner for s in group if s != winner}
    return losers, tuple(findings)


def barred(
    tender: Tender, lot: Lot, standing: Sequence[str], context: EvaluationContext
) -> tuple[frozenset[str], tuple[Finding, ...]]:
    """Suppliers that have their share of lots already: they keep their score and stay in the base, but cannot win here. While an earlier
    lot is open, or parallel candidates of one decide whether a supplier has its share, a finding blocks the report."""
    limit = tender.award.limit
    if limit is None or lot.code not in limit.lots:
        return frozenset(), ()
    won: Counter[str] = Counter()
    perhaps: Counter[str] = Counter()
    for earlier in limit.lots[: limit.lots.index(lot.code)]:
        first = {w.supplier for w in context.winners if w.lot == earlier}
        (won if len(first) == 1 else perhaps).update(first)
    findings = [
        block("award-limit-waits", f"{lot.code}.{earlier}", "L-272", "Rank the earlier lot first.")
        for earlier in context.undecided
    ]
    findings += [
        block("award-limit-parallel", f"{lot.code}.{s}", "L-272", "Decide who wins the earlier lot first.")
        for s in standing
        if won[s] < limit.max_lots <= won[s] + perhaps[s]
    ]
    return frozenset(s for s in won if won[s] >= limit.max_lots), tuple(findings)


def lots_in_order(tender: Tender) -> tuple[str, ...]:
    """The order in which lots are evaluated: that of the award limit, then the others."""
    first = tender.award.limit.lots if tender.award.limit is not None else ()
    return (*first, *(lot.code for lot in tender.lots if lot.code not in first))
