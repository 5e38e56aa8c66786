"""Defects are found by name and rule; a clean tender has no blocking finding."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement.basics.moment import at_shanghai
from procurement.basics.rules import rulebook
from procurement.tendering.conditions import ConformityItem, Presentation
from procurement.tendering.lint import lint
from procurement.tendering.lot import Deposit, SmeReservation
from procurement.tendering.marking import Count, IndexBand, IndexLookup
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import AbnormallyLow, PolicyDeduction, PriceComponent, PriceFormula, TieKey
from procurement.tendering.tender import Fees, Tender
from tests.procurement.tendering.examples import D, item, lot, quote, replace, scheme, tender, tiers

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def codes(made: Tender, *, blocking: bool | None = None) -> set[str]:
    found = lint(made, NOW)
    assert all(f.rule in rulebook() for f in found), {f.rule for f in found} - set(rulebook())
    return {f.code for f in found if blocking is None or f.blocking == blocking}


def with_scheme(**changes: Any) -> Tender:
    return tender(lot(scheme=scheme(**changes)))


def with_item(rule: Any, maximum: str = "10", **more: Any) -> Tender:
    items = tuple(i for i in lot().scheme.items if i.code != "plan")
    return with_scheme(items=(item("plan", "tech", maximum, rule, **more), *items))


def test_core_product_may_stand_in_the_annex() -> None:
    two = tuple(replace(lot().products[0], code=c, core=False) for c in ("a", "b"))
    assert "core-product-missing" in codes(tender(lot(products=two)), blocking=True)
    assert "core-product-missing" in codes(tender(lot(products=two, annex="document")), blocking=False)
    assert "annex-missing" in codes(tender(lot(annex="nowhere")), blocking=True)


def test_the_example_may_be_published() -> None:
    assert codes(tender(), blocking=True) == set()


@pytest.mark.parametrize(
    ("rule", "code", "made"),
    [
        ("L-201", "bid-period-too-short", lambda: tender(deadline=at_shanghai(date(2026, 3, 21), 9))),
        ("L-203", "document-window-too-short", lambda: tender(available_until=at_shanghai(date(2026, 3, 6), 17))),
        ("R-083", "document-fee", lambda: tender(fees=Fees(document=D(300)))),
        ("R-112", "collusion-clause-missing", lambda: tender(collusion=())),
        ("R-061", "paper-clause", lambda: tender(paper=("paper-copies",))),
        ("L-209", "ceiling-over-budget", lambda: tender(lot(ceiling=D("1000000.01")))),
        ("L-221", "deposit-too-high", lambda: tender(lot(deposit=Deposit(amount=D("20000.01"))))),
        ("L-217", "sample-without-reason", lambda: tender(lot(presentations=(Presentation(code="s", kind="sample", text="样"),)))),
        ("L-211", "maxima-do-not-sum", lambda: with_scheme(total=D(99))),
        ("L-211", "price-weight", lambda: with_scheme(price=PriceFormula(title="价", group="price", components=(PriceComponent(figure="total", points=D(29)),)))),
        ("L-212", "lowest-price-mandatory", lambda: tender(lot(uniform_specification=True))),
        ("L-211", "maximum-unreachable", lambda: with_item(tiers("9", "5", "0"))),
        ("L-211", "points-over-maximum", lambda: with_item(Count(unit="个", each=D(3), cap=D(12)))),
        ("L-257", "price-figure-unknown", lambda: with_scheme(price=PriceFormula(title="价", group="price", components=(PriceComponent(figure="other", points=D(30)),)))),
        ("L-258", "tie-key-unknown", lambda: with_scheme(ties=(TieKey(key="group-score", of="none"),))),
        ("L-253", "low-price-threshold", lambda: with_scheme(abnormally_low=AbnormallyLow(mean_percent=D(66)))),
        ("L-253", "low-price-minutes", lambda: with_scheme(abnormally_low=AbnormallyLow(minutes=29))),
    ],
)  # fmt: skip
def test_blocking_checks_name_their_rule(rule: str, code: str, made: Any) -> None:
    found = [f for f in lint(made(), NOW) if f.code == code and f.rule == rule]
    assert found and found[0].blocking


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("band-gap", lambda: with_item(tiers("9-10", "4-6", "0-3"))),
        ("band-overlap", lambda: with_item(tiers("8-10", "4-8", "0-3"))),
        ("deposit-text-without-deposit", lambda: tender(deposit_forfeiture=("collusion",))),
        ("section-missing", lambda: tender(lot(conformity=(ConformityItem(code="c", title="条", text="见", refers_to="s9"),)))),
        ("objective-unquantified", lambda: with_item(tiers("8-10", "0-7"), nature="objective")),
        ("nature-unsaid", lambda: with_item(tiers("10", "0"))),
        ("contradiction", lambda: with_item(tiers("10", "0"), minimum=D(5))),
        ("percentage-range", lambda: with_scheme(deductions=(PolicyDeduction(code="s", title="s", applies="small-micro", percent=D(10), percent_to=D(20)),))),
        ("deduction-in-reserved-lot", lambda: tender(lot(reservation=SmeReservation(mode="whole")))),
        ("rounding-unsaid", lambda: with_scheme(rounding_stated=False)),
        ("low-price-unsaid", lambda: tender()),
        ("size-condition", lambda: with_item(tiers("10", "0"), text="注册资本 1000 万元以上")),
    ],
)  # fmt: skip
def test_warnings_before_publishing(code: str, made: Any) -> None:
    found = [f for f in lint(made(), NOW) if f.code == code]
    assert found and not found[0].blocking


def test_regional_checks_are_advice_elsewhere() -> None:
    assert "collusion-clause-missing" in codes(tender(region="610000", collusion=()), blocking=False)


def test_rate_taken_off_needs_a_transform_that_does_not_punish() -> None:
    rate = Figure(code="total", label="下浮率", dimension="discount-rate", unit="%", direction="higher", limit=D(5))
    price = PriceFormula(
        title="价", group="price", components=(PriceComponent(figure="total", points=D(30), base="highest"),)
    )

    def made(transform: Any) -> Tender:
        cut = PolicyDeduction(code="s", title="小微", applies="small-micro", percent=D(10), transform=transform)
        return tender(lot(quote=quote(figures=(rate,), tables=()), scheme=scheme(price=price, deductions=(cut,))))

    assert "deduction-undefined-for-rate" in codes(made("unsaid"), blocking=False)
    assert "deduction-punishes" in codes(made("price-cut"), blocking=True)
    assert not codes(made("payable-cut"), blocking=True)


def test_index_bands_may_touch_at_one_open_end() -> None:
    def made(open_end: bool) -> Tender:
        bands = (
            IndexBand(low=D(100), high=D(100), points=D(10)),
            IndexBand(low=D(90), high=D(100), high_open=open_end, points=D(1)),
        )
        return with_item(IndexLookup(source="信用", bands=bands))

    assert "band-overlap" in codes(made(False)) and "band-overlap" not in codes(made(True))


def test_a_day_more_or_less_decides() -> None:
    issued = at_shanghai(date(2026, 3, 2), 9)
    # 2 March + 20 days = 22 March: allowed; one day less is not (rules §0.1).
    for days, blocked in ((19, True), (20, False)):
        made = replace(tender(), issued=issued, deadline=issued + timedelta(days=days))
        assert ("bid-period-too-short" in codes(made, blocking=True)) is blocked


def test_maxima_follow_decimals_exactly() -> None:
    halves = tuple(replace(i, maximum=i.maximum - Decimal("0.5")) if i.code == "plan" else i for i in scheme().items)
    assert "maxima-do-not-sum" in codes(with_scheme(items=halves))
