"""Bids, reviews and sheets for the tests of evaluation, on the compact tender of tests/procurement/tendering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from procurement.basics.moment import at_shanghai
from procurement.bidding.draft import BidForms, Brand, Enterprise, QuotedFigure
from procurement.evaluation.evaluate import Reviews
from procurement.evaluation.quoting import FinalOffer, FinalRound
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    Mark,
    QualificationReview,
    ScoreSheet,
    Verdict,
)
from procurement.tendering.lot import Lot
from procurement.tendering.marking import ScoringItem, Segment, Span
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import Group, PriceComponent, PriceFormula, Scheme
from procurement.tendering.tender import Tender
from tests.procurement.tendering.examples import D, item, lot, quote, replace, tender

ID = "ab" * 32
EVENT = at_shanghai(date(2026, 3, 2), 9)
CONTEXT = EvaluationContext(event=EVENT)


def uscc(number: int) -> str:
    return f"9114000000000{number:05d}"


def bid(
    number: int, price: str, *, brand: str = "", small: bool = False, figure: str = "total", **more: Any
) -> BidForms:
    """A bid of supplier `number` at this price."""
    return BidForms(
        tender=ID,
        lot=more.pop("lot", "1"),
        supplier=uscc(number),
        name=f"供应商{number}",
        quote=(QuotedFigure(figure=figure, amount=D(price)),),
        validity_days=90,
        enterprise=Enterprise(size="small" if small else "large", declared=small, all_goods_small_micro=small),
        brands=(Brand(product="server", brand=brand or f"牌{number}", manufacturer="厂"),),
        **more,
    )


def named(bids: Iterable[BidForms]) -> list[tuple[str, str, BidForms]]:
    return [(b.supplier, b.name, b) for b in bids]


def finals(bids: Iterable[BidForms], *withdrawn: str) -> FinalRound:
    """Final quotes that repeat what these bids say."""
    offers = (FinalOffer(supplier=b.supplier, reveal=ID, quote=b.quote, tables=b.tables) for b in bids)
    return FinalRound(offers=tuple(sorted(offers, key=lambda o: o.supplier)), withdrawn=withdrawn)


def reviews(
    made: Tender,
    of: Lot,
    suppliers: Sequence[str],
    *,
    members: int = 5,
    unqualified: Sequence[str] = (),
    against: Mapping[str, int] | None = None,
    low_prices: Sequence[Any] = (),
) -> Reviews:
    """Signed reviews: `against` says how many members vote a supplier's first conformity item down."""
    qualification = QualificationReview(
        opening=ID,
        lot=of.code,
        verdicts=tuple(
            Verdict(
                supplier=s, item=q.code, passed=s not in unqualified, reason="" if s not in unqualified else "不合格"
            )
            for s in suppliers
            for q in made.qualification_of(of)
        ),
    )
    qualified = [s for s in suppliers if s not in unqualified]
    votes = dict(against or {})
    conformity = tuple(
        ConformityReview(
            opening=ID,
            lot=of.code,
            member=f"E{m}",
            verdicts=tuple(
                Verdict(supplier=s, item=c.code, passed=ok, reason="" if ok else "未盖章")
                for s in qualified
                for n, c in enumerate(of.conformity)
                for ok in (not (n == 0 and m < votes.get(s, 0)),)
            ),
            low_prices=tuple(low_prices),
        )
        for m in range(members)
    )
    return Reviews(qualification, conformity)


def sheet(
    of: Lot, member: int, suppliers: Sequence[str], points: Callable[[int, str, str], str | Decimal]
) -> ScoreSheet:
    """The marks of one member: `points(member, supplier, leaf)`; leaves settled by claims are left out."""
    return ScoreSheet(
        lot=of.code,
        member=f"E{member}",
        marks=tuple(
            Mark(supplier=s, item=leaf.code, points=D(points(member, s, leaf.code)))
            for s in suppliers
            for leaf in of.scheme.leaves
            if leaf.settled_by == "members"
        ),
    )


def sheets(
    of: Lot, suppliers: Sequence[str], points: Callable[[int, str, str], str | Decimal], members: int = 5
) -> list[ScoreSheet]:
    return [sheet(of, m, suppliers, points) for m in range(members)]


def free_item(code: str, maximum: str, group: str = "tech", **more: Any) -> ScoringItem:
    """An item with any points from 0 to its maximum."""
    return item(code, group, maximum, Span(segments=(Segment(low=D(0), high=D(maximum)),)), **more)


def simple_scheme(weight: str = "30", **changes: Any) -> Scheme:
    """Price and one free technical item, 100 points together, no deduction."""
    rest = str(D(100) - D(weight))
    made = Scheme(
        groups=(
            Group(code="price", title="价格", kind="price", maximum=D(weight)),
            Group(code="tech", title="技术", kind="technical", maximum=D(rest)),
        ),
        items=(free_item("tech", rest),),
        price=PriceFormula(title="报价", group="price", components=(PriceComponent(figure="total", points=D(weight)),)),
    )
    return replace(made, **changes) if changes else made


def simple_tender(**changes: Any) -> Tender:
    """One lot with the simple scheme, a budget of 110 yuan and no formal items to vote on."""
    of = changes.pop("scheme", None) or simple_scheme()
    form = changes.pop("quote", None) or quote(figures=(Figure(code="total", label="总价", limit=D(110)),), tables=())
    budget = changes.pop("budget", D(110))
    return tender(lot(conformity=(), parameters=(), scheme=of, quote=form, budget=budget, **changes), qualification=())
