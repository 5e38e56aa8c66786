"""A consultation written from the list of what tenders ask: two weighted fee rates with limits above 100, final quotes, absolute
window, ties by technical merit, member totals rounded first, award limit. Loaded from plain JSON; results by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

from procurement.basics.moment import at_shanghai
from procurement.bidding.draft import BidForms, QuotedFigure
from procurement.evaluation.evaluate import evaluate_lot
from procurement.evaluation.ranking import lots_in_order
from procurement.evaluation.sheets import EvaluationContext, TieDecision
from procurement.tendering.lint import lint
from procurement.tendering.lot import Term
from procurement.tendering.marking import Discretion, Forced
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import (
    Group,
    PolicyDeduction,
    PriceComponent,
    PriceFormula,
    Rounding,
    Scheme,
    TieKey,
)
from procurement.tendering.tender import (
    Award,
    AwardLimit,
    CollusionClause,
    Negotiation,
    OpeningProfile,
    Tender,
    Window,
)
from tests.procurement.evaluation.examples import CONTEXT, bid, finals, named, reviews, sheets, uscc
from tests.procurement.tendering.examples import D, item, lot, replace, tender, tiers

ONE, TWO, THREE = (uscc(n) for n in (1, 2, 3))


def services() -> Tender:
    figures = (
        Figure(code="design", label="设计费率", dimension="fee-rate", unit="%", limit=D(110), weight=D("0.6")),
        Figure(code="watch", label="监测费率", dimension="fee-rate", unit="%", limit=D(100), weight=D("0.4")),
    )
    price = PriceFormula(
        title="磋商报价",
        group="price",
        components=(PriceComponent(figure="design", points=D(12)), PriceComponent(figure="watch", points=D(8))),
    )
    plan = item(
        "plan",
        "tech",
        "60",
        tiers("50-60", "30-49", "10-29"),
        minimum=D(10),
        missing=D(0),
        step=D("0.5"),
        nature="subjective",
        forced=(Forced(code="copied", label="照抄采购需求", points=D(10)),),
        discretion=Discretion(label="排版混乱", limit=D(2)),
    )
    scheme = Scheme(
        groups=(
            Group(code="price", title="价格", kind="price", maximum=D(20)),
            Group(code="tech", title="技术", kind="technical", maximum=D(80)),
        ),
        items=(plan, item("staff", "tech", "20", tiers("20", "10", "0"), nature="subjective")),
        price=price,
        rounding=(
            Rounding(place="price-component", decimals=1),
            Rounding(place="member-total", decimals=1),
            Rounding(place="total", decimals=2),
        ),
        ties=(TieKey(key="raw-price"), TieKey(key="technical-merit")),
        deductions=(
            PolicyDeduction(code="sme", title="小微", applies="small-micro", percent=D(10), transform="price-cut"),
        ),
    )
    made = tender(
        *(
            replace(
                lot(
                    code, nature="services", conformity=(), parameters=(), products=(), opening_fields=(), scheme=scheme
                ),
                quote=replace(lot().quote, figures=figures, tables=(), settlement="base-times-rate"),
                term=Term(kind="service", amount=2, unit="years"),
            )
            for code in ("1", "2")
        ),
        method="consultation",
        nature="services",
        qualification=(),
        negotiation=Negotiation(rounds=2, changeable=("service",)),
        deadline=at_shanghai(date(2026, 3, 13), 9),
        opening=OpeningProfile(window=Window(until=at_shanghai(date(2026, 3, 13), 11)), place="网上"),
        award=Award(limit=AwardLimit(max_lots=1, mode="winner-elsewhere", lots=("2", "1"))),
    )
    marks = tuple(CollusionClause(kind=k, text=k, effect="clue") for k in ("mac", "cpu", "cost-dongle"))
    return replace(made, collusion=(*made.collusion, *marks))


def rates(number: int, design: str, watch: str, **more: Any) -> Any:
    quoted = (QuotedFigure(figure="design", amount=D(design)), QuotedFigure(figure="watch", amount=D(watch)))
    return replace(bid(number, "1", **more), quote=quoted)


def at_last(bids: list[BidForms]) -> EvaluationContext:
    """The final quotes repeat the first ones."""
    return replace(CONTEXT, final=finals(bids))


def test_it_may_be_published_and_travels() -> None:
    made = Tender.from_plain(services().to_plain())
    assert made == services() and lots_in_order(made) == ("2", "1")
    assert [f.code for f in lint(made, made.announcement) if f.blocking] == []


def test_result_by_hand() -> None:
    # One is small: 100 → 90 and 90 → 81 for evaluation. Two: 108 and 90. Three: 100 and 81.
    # Bases 90 and 81. One: 12 + 8 = 20. Two: 90/108 × 12 = 10.0, 81/90 × 8 = 7.2: 17.2. Three: 10.8 + 8.0 = 18.8.
    # Marks (plan + staff), members 0–2: One 50+10 each; Two 55+20, 55.5+20, 60+20; Three 50+10 each.
    # Two: 92.2, 92.7, 97.2 → 94.0333… → 94.03. One 80.00. Three 78.80.
    made = services()
    bids = [rates(1, "100", "90", small=True), rates(2, "108", "90"), rates(3, "100", "81")]
    table = {TWO: ["55", "55.5", "60"]}

    def points(member: int, supplier: str, leaf: str) -> str:
        if leaf == "plan":
            return table.get(supplier, ["50"] * 3)[member]
        return "20" if supplier == TWO else "10"

    suppliers = [b.supplier for b in bids]
    signed = reviews(made, made.lots[0], suppliers, members=3)
    marks = sheets(made.lots[0], suppliers, points, members=3)
    result = evaluate_lot(made, "1", named(bids), signed, marks, at_last(bids))
    assert [(b.supplier, b.rank, b.price_score, b.total) for b in result.bids] == [
        (TWO, 1, D("17.20"), D("94.03")),
        (ONE, 2, D("20.00"), D("80.00")),
        (THREE, 3, D("18.80"), D("78.80")),
    ]
    assert result.bids[1].quote == Decimal(100) and result.bids[1].evaluation_price == Decimal(90)


def test_technical_merit_is_a_human_ranking() -> None:
    made = services()
    bids = [rates(n, "100", "90") for n in (1, 2, 3)]
    suppliers = [b.supplier for b in bids]
    signed = reviews(made, made.lots[0], suppliers, members=3)
    marks = sheets(made.lots[0], suppliers, lambda m, s, i: "50" if i == "plan" else "10", members=3)
    merit = TieDecision(key="technical-merit", order=(THREE, ONE, TWO), reason="技术指标优劣")
    result = evaluate_lot(made, "1", named(bids), signed, marks, replace(at_last(bids), decisions=(merit,)))
    assert [b.supplier for b in result.bids] == [THREE, ONE, TWO]


def but_minimum(made: Tender, minimum: int) -> Tender:
    assert made.negotiation is not None
    return replace(made, negotiation=replace(made.negotiation, minimum_final_quotes=minimum))


def test_two_final_quotes_may_be_enough() -> None:
    made = services()
    bids = [rates(n, "100", "90") for n in (1, 2)]
    suppliers = [b.supplier for b in bids]
    signed = reviews(made, made.lots[0], suppliers, members=3)
    marks = sheets(made.lots[0], suppliers, lambda m, s, i: "50" if i == "plan" else "10", members=3)
    assert evaluate_lot(made, "1", named(bids), signed, marks, at_last(bids)).outcome == "too-few-qualified"
    assert [f.code for f in lint(but_minimum(made, 1), made.announcement) if f.blocking] == ["final-quotes-minimum"]
    assert [f.code for f in lint(but_minimum(made, 2), made.announcement) if f.blocking] == []
    eased = but_minimum(made, 2)
    assert evaluate_lot(eased, "1", named(bids), signed, marks, at_last(bids)).outcome == "ranked"
