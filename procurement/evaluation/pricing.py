"""From quotes to price scores, in the order of L-513: correction, ceiling and low price on the raw figure, deductions, base, score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from procurement.bidding.draft import BidForms
from procurement.bidding.price import CorrectedQuote, PriceStep, RowSums, broken_ceiling, correct
from procurement.evaluation.deductions import evaluated, granted, is_domestic, score_raise
from procurement.evaluation.exact import rounded, shown
from procurement.evaluation.low_price import paid
from procurement.tendering.lot import Lot
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import PriceComponent, Scheme
from procurement.tendering.tender import Tender

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class PricedBid:
    """The price of one bid on its way; later steps fill the later fields."""

    forms: BidForms
    quote: CorrectedQuote
    raw: Decimal
    """Main figure after correction, in its own dimension"""
    paid: Decimal
    """What it comes to, growing with cost; raw-price ties and the low-price check use it"""
    complete: bool
    evaluation: dict[str, Decimal] = field(default_factory=dict)
    evaluation_price: Decimal = Decimal(0)
    raise_percent: Decimal = Decimal(0)
    score: Fraction = ZERO
    steps: tuple[PriceStep, ...] = ()


def price_bid(tender: Tender, lot: Lot, forms: BidForms) -> PricedBid:
    """Correction (L-251)."""
    quote = correct(tender, lot, forms)
    needed = {c.figure for c in lot.scheme.price.components} if lot.scheme.price else {lot.quote.main.code}
    raw = quote.figures.get(lot.quote.main.code, Decimal(0))
    complete = not needed & set(quote.missing)
    return PricedBid(forms, quote, raw, paid(lot, quote.figures), complete, steps=quote.steps)


def breach(lot: Lot, bid: PricedBid) -> tuple[str, str] | None:
    """Why the corrected raw quote makes the bid invalid, as (rule, reason), or None (L-254)."""
    if not bid.complete and (lot.scheme.price is None or lot.scheme.price.incomplete == "invalid"):
        return "L-254", f"报价不完整：{'、'.join(bid.quote.missing)}"
    for code, amount in bid.quote.figures.items():
        figure = lot.quote.figure(code)
        if figure.beyond_limit(amount):
            return "L-254", f"{figure.label}{amount}超出限价{figure.limit}"
        if figure.dimension == "total" and amount > lot.money_ceiling:
            return "L-254", f"{figure.label}{amount}超过最高限价{lot.money_ceiling}"
        if amount < 0 or (amount == 0 and not figure.zero_allowed):
            return "L-254", f"{figure.label}应当大于零"
    return _row_breach(lot, bid.forms)


def _row_breach(lot: Lot, forms: BidForms) -> tuple[str, str] | None:
    for table in lot.quote.tables:
        capped = {r.code: r for r in table.rows if r.amount_ceiling is not None or r.unit_ceiling is not None}
        filled = forms.table(table.code)
        shared = broken_ceiling(table, filled) if filled is not None else None
        if shared is not None:
            return "L-254", f"{table.title}中{shared.title}合计超过分项限价{shared.amount}"
        if filled is None or not capped:
            continue
        sums, price = RowSums(table), table.column("unit-price")
        for row in filled.rows:
            cap = capped.get(row.row)
            if cap is None:
                continue
            if cap.amount_ceiling is not None and sums.amount(row) > cap.amount_ceiling:
                return "L-254", f"{table.title}第{row.row}行超过分项限价{cap.amount_ceiling}"
            unit = next((c.number for c in row.cells if price is not None and c.column == price.code), None)
            if cap.unit_ceiling is not None and unit is not None and unit > cap.unit_ceiling:
                return "L-254", f"{table.title}第{row.row}行超过单价限价{cap.unit_ceiling}"
    return None


def deduct(lot: Lot, bids: Iterable[PricedBid]) -> list[PricedBid]:
    """Policy deductions on the original prices (L-511). Domestic ones only while both kinds of product compete (L-510)."""
    bids = list(bids)
    mixed = len({is_domestic(b.forms) for b in bids}) == 2
    place = lot.scheme.rounding_at("evaluation-price")
    done = []
    for bid in bids:
        cuts = granted(lot, bid.forms, mixed)
        figures, steps = evaluated(lot, bid.quote.figures, cuts)
        if place is not None:
            figures = {code: shown(rounded(Fraction(amount), place)) for code, amount in figures.items()}
        done.append(
            replace(
                bid,
                evaluation=figures,
                evaluation_price=figures.get(lot.quote.main.code, Decimal(0)),
                raise_percent=score_raise(cuts),
                steps=(*bid.steps, *steps),
            )
        )
    return done


def score_prices(lot: Lot, bids: Sequence[PricedBid]) -> list[PricedBid]:
    """Base price and score of every bid (L-257, L-357). An incomplete quote scores nothing and is out of the base."""
    formula = lot.scheme.price
    if formula is None:
        return list(bids)
    counted = [b for b in bids if b.complete]
    figures = {f.code: f for f in lot.quote.figures}
    bases = {}
    for component in formula.components:
        source = [(b.quote.figures if formula.base_on == "raw" else b.evaluation)[component.figure] for b in counted]
        bases[component.figure] = base_price(figures[component.figure], component, source)
    return [_scored(lot.scheme, figures, bases, b) if b.complete else b for b in bids]


def base_price(figure: Figure, component: PriceComponent, quotes: Sequence[Decimal]) -> Fraction:
    """评标基准价 of one figure over the bids that count."""
    if component.base == "fixed":
        return Fraction(component.fixed or 0)
    if component.base == "limit":
        return Fraction(figure.limit or 0)
    if not quotes:
        return ZERO
    ordered = sorted(quotes)
    if component.base == "mean":
        return Fraction(sum(ordered, Decimal(0))) / len(ordered)
    if component.base == "second-lowest":
        return Fraction(ordered[1] if len(ordered) > 1 else ordered[0])
    return Fraction(ordered[0] if component.base == "lowest" else ordered[-1])


def component_score(figure: Figure, component: PriceComponent, base: Fraction, quote: Decimal) -> Fraction:
    """Exact points of one component, between 0 and its maximum."""
    most, bid = Fraction(component.points), Fraction(quote)
    if bid == base:
        return most
    if component.shape == "deviation":
        if base == 0:
            return ZERO
        away = (bid - base) / base * 100
        lost = away * Fraction(component.above) if away > 0 else -away * Fraction(component.below)
        return max(ZERO, most - lost)
    upper, lower = (base, bid) if figure.direction == "lower" else (bid, base)
    if lower <= 0:
        return most if figure.direction == "lower" else ZERO
    return min(most, max(ZERO, upper / lower * most))


def _scored(scheme: Scheme, figures: Mapping[str, Figure], bases: Mapping[str, Fraction], bid: PricedBid) -> PricedBid:
    assert scheme.price is not None
    place = scheme.rounding_at("price-component")
    steps, total = [], ZERO
    for component in scheme.price.components:
        base = bases[component.figure]
        points = component_score(figures[component.figure], component, base, bid.evaluation[component.figure])
        total += min(Fraction(component.points), rounded(points, place))
        shown_bid = bid.evaluation[component.figure]
        steps.append(PriceStep(kind="base", of=component.figure, before=shown_bid, after=shown(base), rule="L-257"))
    if bid.raise_percent:
        total += total * Fraction(bid.raise_percent) / 100
    score = min(Fraction(scheme.price.maximum), rounded(total, scheme.rounding_at("price-score")))
    steps.append(
        PriceStep(kind="price-score", of=scheme.price.group, before=shown(total), after=shown(score), rule="L-257")
    )
    return replace(bid, score=score, steps=(*bid.steps, *steps))
