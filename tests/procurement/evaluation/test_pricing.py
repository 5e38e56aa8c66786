"""Price formulas, rates, deductions and low-price triggers by hand; properties by Hypothesis."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.basics.moment import at_shanghai
from procurement.bidding.draft import BidForms, ConsortiumMember, QuotedFigure
from procurement.evaluation.exact import divide, rounded, shown
from procurement.evaluation.low_price import triggers
from procurement.evaluation.pricing import PricedBid, breach, deduct, price_bid, score_prices
from procurement.tendering.lot import Lot, SmeReservation
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import AbnormallyLow, PolicyDeduction, PriceComponent, PriceFormula, Rounding
from tests.procurement.evaluation.examples import EVENT, bid, simple_scheme, simple_tender, uscc
from tests.procurement.tendering.examples import D, lot, quote, replace, tender


def priced(of: Lot, bids: list[BidForms]) -> list[PricedBid]:
    made = tender(of)
    return score_prices(of, deduct(of, [price_bid(made, of, b) for b in bids]))


def scores(of: Lot, bids: list[BidForms]) -> list[Decimal]:
    return [shown(p.score) for p in priced(of, bids)]


def rate_lot(dimension: Any, direction: Any, *, base: Any, limit: str, cuts: Any = (), nature: Any = "goods") -> Lot:
    figure = Figure(code="total", label="率", dimension=dimension, unit="%", direction=direction, limit=D(limit))
    price = PriceFormula(
        title="价", group="price", components=(PriceComponent(figure="total", points=D(30), base=base),)
    )
    return lot(
        nature=nature, quote=quote(figures=(figure,), tables=()), scheme=simple_scheme(price=price, deductions=cuts)
    )


def test_discount_rate_higher_is_better() -> None:
    # Base is the highest rate 20: 20 → 30; 15/20 × 30 = 22.50; 17/20 × 30 = 25.50.
    of = rate_lot("discount-rate", "higher", base="highest", limit="5")
    assert scores(of, [bid(1, "20"), bid(2, "15"), bid(3, "17")]) == [D(30), D("22.50"), D("25.50")]


def test_discount_rate_deduction_helps_the_small_enterprise() -> None:
    # payable-cut 10 %: pays 85 → 76.5, that is a rate of 23.5; it becomes the base, 20/23.5 × 30 = 25.531… → 25.53.
    cut = PolicyDeduction(code="s", title="小微", applies="small-micro", percent=D(10), transform="payable-cut")
    of = rate_lot("discount-rate", "higher", base="highest", limit="5", cuts=(cut,))
    small, large = priced(of, [bid(1, "15", small=True), bid(2, "20")])
    assert small.evaluation_price == D("23.5") and shown(large.score) == D("25.53")
    raised = replace(cut, transform="rate-raise")
    of = rate_lot("discount-rate", "higher", base="highest", limit="5", cuts=(raised,))
    assert priced(of, [bid(1, "15", small=True)])[0].evaluation_price == D("16.5")
    unsaid = rate_lot("discount-rate", "higher", base="highest", limit="5", cuts=(replace(cut, transform="unsaid"),))
    assert priced(unsaid, [bid(1, "15", small=True)])[0].evaluation_price == D(15)


def test_fee_rate_ceiling_may_exceed_one_hundred() -> None:
    of = rate_lot("fee-rate", "lower", base="lowest", limit="120", nature="services")
    assert scores(of, [bid(1, "110"), bid(2, "120")]) == [D(30), D("27.50")]  # 110/120 × 30
    assert breach(of, price_bid(tender(of), of, bid(1, "120.01"))) is not None


def test_several_rates_with_weights_and_an_incomplete_quote() -> None:
    # a: 20 points, b: 10 points, both lower better. X: 5 and 4; Y: 4 and 8; Z quotes only a.
    # X: 4/5 × 20 + 4/4 × 10 = 26; Y: 20 + 4/8 × 10 = 25; Z: nothing, and its 1 is out of the base.
    figures = tuple(
        Figure(code=c, label=c, dimension="fee-rate", unit="%", weight=w) for c, w in (("a", D("0.6")), ("b", D("0.4")))
    )
    price = PriceFormula(
        title="价",
        group="price",
        components=(PriceComponent(figure="a", points=D(20)), PriceComponent(figure="b", points=D(10))),
        incomplete="zero-and-out-of-base",
    )
    of = lot(quote=quote(figures=figures, tables=()), scheme=simple_scheme(price=price, deductions=()))

    def two(number: int, *amounts: str) -> BidForms:
        named = tuple(QuotedFigure(figure=c, amount=D(a)) for c, a in zip("ab", amounts, strict=False))
        return replace(bid(number, "1"), quote=named)

    assert scores(of, [two(1, "5", "4"), two(2, "4", "8"), two(3, "1")]) == [D(26), D(25), D(0)]
    assert breach(of, price_bid(tender(of), of, two(3, "1"))) is None
    strict = replace(of, scheme=replace(of.scheme, price=replace(price, incomplete="invalid")))
    assert breach(strict, price_bid(tender(strict), strict, two(3, "1"))) is not None


def test_consortium_share_and_the_larger_of_a_group() -> None:
    # Consortium with 30 % small: 4 %; 29.99 %: none. In a reserved lot none at all.
    cuts = (
        PolicyDeduction(code="c", title="联合体", applies="consortium-share", percent=D(4)),
        PolicyDeduction(code="s", title="小微", applies="small-micro", percent=D(10)),
    )
    of = lot(quote=quote(tables=()), scheme=simple_scheme(deductions=cuts))

    def consortium(share: str, **more: Any) -> BidForms:
        member = ConsortiumMember(supplier=uscc(9), name="小", share=D(share), size="small", **more)
        made = bid(1, "100", consortium=(member,))
        return replace(made, enterprise=replace(made.enterprise, declared=True))

    def price(forms: BidForms, where: Lot = of) -> Decimal:
        return priced(where, [forms])[0].evaluation_price

    assert [price(consortium("30")), price(consortium("29.99")), price(consortium("30", related=True))] == [
        96,
        100,
        100,
    ]
    assert price(bid(1, "100", small=True)) == 90
    reserved = replace(of, reservation=SmeReservation(mode="whole"))
    assert price(bid(1, "100", small=True), reserved) == 100


def test_consultation_formula_and_one_decimal() -> None:
    # (base ÷ last quote) × weight × 100, one decimal: 70/90 × 30 = 23.333… → 23.3; down keeps 23.3, up gives 23.4.
    def score(mode: Any) -> Decimal:
        rounding = (Rounding(place="price-score", decimals=1, mode=mode),)
        return scores(
            lot(quote=quote(tables=()), scheme=simple_scheme(rounding=rounding)), [bid(1, "70"), bid(2, "90")]
        )[1]

    assert [score(m) for m in ("half-up", "down", "up")] == [D("23.30"), D("23.30"), D("23.40")]


def test_low_price_triggers_have_a_first_day_and_are_strict() -> None:
    of = simple_tender().lots[0]
    prices = {uscc(1): D("49.49"), uscc(2): D(90), uscc(3): D(90)}
    # Ceiling 110 × 45 % = 49.5: 49.49 is below, 49.50 is not. Second lowest 90 × 50 % = 45, mean 76.4966… × 50 % = 38.2…
    assert [t.cause for t in triggers(of, prices, EVENT)] == ["ceiling"]
    assert not triggers(of, {**prices, uscc(1): D("49.50")}, EVENT)
    before = at_shanghai(date(2026, 1, 31), 12)
    assert not triggers(of, prices, before)
    stated = replace(of, scheme=replace(of.scheme, abnormally_low=AbnormallyLow(second_percent=D(65))))
    # 65 % of 90 is 58.5, stated by the tender and therefore used before the rule as well.
    assert [t.cause for t in triggers(stated, prices, before)] == ["second"]


def test_low_price_of_a_rate_uses_the_ceiling_rate() -> None:
    of = rate_lot("discount-rate", "higher", base="highest", limit="5")
    # What is paid at the floor of 5 % off is 95; 45 % of it 42.75. A bid of 57.5 % off pays 42.5.
    found = triggers(of, {uscc(1): D("42.5"), uscc(2): D("60"), uscc(3): D("60")}, EVENT)
    assert [(t.cause, t.measure) for t in found] == [("ceiling", Fraction(95))]


def test_rounding_modes() -> None:
    assert [divide(5, 2, m) for m in ("half-up", "half-even", "down", "up")] == [3, 2, 2, 3]
    assert [divide(-5, 2, m) for m in ("half-up", "half-even", "down", "up")] == [-3, -2, -2, -3]
    assert shown(Fraction(1, 3)) == D("0.333333") and str(shown(Fraction(5))) == "5.00"
    assert rounded(Fraction(1, 3), None) == Fraction(1, 3)


amounts = st.decimals(min_value="0.01", max_value="1000000", places=2)
modes = st.sampled_from(["half-up", "half-even", "down", "up"])


@settings(max_examples=60, deadline=None)
@given(st.lists(amounts, min_size=2, max_size=6), modes, st.integers(0, 4))
def test_price_score_properties(prices: list[Decimal], mode: Any, decimals: int) -> None:
    rounding = (Rounding(place="price-score", decimals=decimals, mode=mode),)
    of = lot(quote=quote(tables=()), scheme=simple_scheme(rounding=rounding, deductions=()))
    done = priced(of, [bid(n, str(p)) for n, p in enumerate(prices)])
    assert max(p.score for p in done) == 30 == done[prices.index(min(prices))].score  # the base gets full marks
    assert all(0 <= p.score <= 30 for p in done)  # rounding never exceeds the maximum
    for a in done:
        assert all(a.score >= b.score for b in done if a.raw <= b.raw)  # cheaper is never worse
    turned = priced(of, [bid(n, str(p)) for n, p in reversed(list(enumerate(prices)))])
    assert [p.score for p in reversed(turned)] == [p.score for p in done]  # order of bids does not matter


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(min_value=5, max_value=99, places=2), st.integers(1, 20), st.sampled_from(["payable-cut", "rate-raise"])
)
def test_no_deduction_ever_harms(rate: Decimal, percent: int, transform: Any) -> None:
    cut = PolicyDeduction(code="s", title="s", applies="small-micro", percent=D(percent), transform=transform)
    of = rate_lot("discount-rate", "higher", base="highest", limit="5", cuts=(cut,))
    small, _ = priced(of, [bid(1, str(rate), small=True), bid(2, "50")])
    plain, _ = priced(of, [bid(1, str(rate)), bid(2, "50")])
    assert small.score >= plain.score
