"""Members' means, rounding places, objective items, outliers, composites; properties of the whole."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.basics.problems import Refused
from procurement.bidding.draft import ParameterResponse
from procurement.evaluation.evaluate import evaluate_lot
from procurement.evaluation.scoring import check_sheet, outliers, score, totals
from procurement.evaluation.sheets import Mark
from procurement.tendering.marking import Binary, Composite
from procurement.tendering.scheme import Rounding
from tests.procurement.evaluation.examples import (
    CONTEXT,
    bid,
    free_item,
    named,
    reviews,
    sheet,
    sheets,
    simple_scheme,
    simple_tender,
    uscc,
)
from tests.procurement.tendering.examples import D, item, lot, part, replace, tiers

ONE, TWO, THREE = (uscc(n) for n in (1, 2, 3))


def mean(points: list[str], *rounding: Rounding) -> Fraction:
    of = simple_tender(scheme=simple_scheme(rounding=rounding)).lots[0]
    signed = sheets(of, [ONE], lambda m, s, i: points[m], members=len(points))
    found = score(of, {ONE: bid(1, "1")}, signed)
    return totals(of.scheme, found, {ONE: Fraction(0)})[ONE]


def test_where_it_rounds() -> None:
    # 50 + 51 + 51 = 152; 152/3 = 50.666…
    assert mean(["50", "51", "51"]) == Fraction(152, 3)
    assert mean(["50", "51", "51"], Rounding(place="total", decimals=2)) == Fraction("50.67")
    assert mean(["50", "51", "51"], Rounding(place="item-mean", decimals=0, mode="down")) == 50
    # each member's total first: 50.4 → 50, 50.5 → 51, 50.5 → 51; mean of those 50.666…
    assert mean(["50.4", "50.5", "50.5"], Rounding(place="member-total", decimals=0)) == Fraction(152, 3)


def test_objective_items_must_agree() -> None:
    objective = (free_item("tech", "70", nature="objective"),)
    of = simple_tender(scheme=simple_scheme(items=objective)).lots[0]
    found = score(of, {ONE: bid(1, "1")}, sheets(of, [ONE], lambda m, s, i: "50" if m else "51"))
    assert [(f.code, f.where, f.blocking) for f in found.findings] == [("objective-marks-differ", f"tech.{ONE}", True)]


def test_outliers_from_thirty_percent() -> None:
    # Totals without price: 35, 50, 50, 50, 65. Mean 50: 35 and 65 are exactly 30 % away.
    of = simple_tender().lots[0]
    signed = sheets(of, [ONE], lambda m, s, i: ["35", "50", "50", "50", "65"][m])
    found = outliers(of.scheme, score(of, {ONE: bid(1, "1")}, signed), [s.member for s in signed], {})
    assert [f.where for f in found] == [f"E0.{ONE}", f"E4.{ONE}"]
    signed = sheets(of, [ONE], lambda m, s, i: ["35.1", "50", "50", "50", "64.9"][m])
    assert not outliers(of.scheme, score(of, {ONE: bid(1, "1")}, signed), [s.member for s in signed], {})


def test_composite_is_capped_for_each_member() -> None:
    # Two parts of 5, item at most 8. Members 10 → 8 and 5: mean 6.5, not (7.5).
    parts = (part("a", "5", Binary(points=D(5))), part("b", "5", Binary(points=D(5))))
    items = (item("ab", "tech", "8", Composite(parts=parts)), free_item("rest", "62"))
    of = simple_tender(scheme=simple_scheme(items=items)).lots[0]
    signed = sheets(of, [ONE], lambda m, s, i: "0" if i == "rest" or (m == 1 and i == "b") else "5", members=2)
    found = score(of, {ONE: bid(1, "1")}, signed)
    assert Fraction(found.items[ONE][0], found.unit) == Fraction("6.5")


def test_settled_by_claims_and_corrected_only_by_all_with_reason() -> None:
    of = lot()
    forms = {
        ONE: bid(
            1, "1", responses=tuple(ParameterResponse(parameter=p, deviation="none", offer="有") for p in ("p2", "p3"))
        )
    }

    def points(member: int, supplier: str, leaf: str) -> str:
        return "5" if leaf == "config" else "0"

    index = [i.code for i in of.scheme.items].index("params")
    found = score(of, forms, sheets(of, [ONE], points))
    assert Fraction(found.items[ONE][index], found.unit) == 6
    corrected = Mark(supplier=ONE, item="params", points=D("4.5"), reason="无检测报告")
    signed = [replace(s, marks=(*s.marks, corrected)) for s in sheets(of, [ONE], points)]
    found = score(of, forms, signed)
    assert Fraction(found.items[ONE][index], found.unit) == Fraction("4.5")
    assert [f.code for f in found.findings] == ["claim-corrected"]
    unlike = score(of, forms, [*signed[:4], sheets(of, [ONE], points)[4]])
    assert {(f.code, f.where) for f in unlike.findings if f.blocking} == {("objective-marks-differ", f"params.{ONE}")}
    silent = replace(signed[0], marks=(*signed[0].marks[:-1], replace(corrected, reason="")))
    with pytest.raises(Refused, match="correction-without-reason"):
        check_sheet(of, forms, silent, [ONE])


def test_a_sheet_marks_everything_once() -> None:
    of = simple_tender().lots[0]
    forms = {ONE: bid(1, "1"), TWO: bid(2, "1")}
    whole = sheet(of, 0, [ONE, TWO], lambda m, s, i: "50")
    check_sheet(of, forms, whole, [ONE, TWO])
    for marks, code in (
        (whole.marks[:1], "sheet-incomplete"),
        (whole.marks + whole.marks[:1], "mark-unknown"),
        ((*whole.marks, replace(whole.marks[0], item="other")), "mark-unknown"),
        ((*whole.marks, replace(whole.marks[0], supplier=THREE)), "mark-unknown"),
    ):
        with pytest.raises(Refused, match=code):
            check_sheet(of, forms, replace(whole, marks=marks), [ONE, TWO])
    with pytest.raises(Refused, match="sheet-of-another-lot"):
        check_sheet(of, forms, replace(whole, lot="2"), [ONE, TWO])


POINTS = ("10", "7", "4", "0")
cells = st.lists(st.sampled_from(POINTS), min_size=5, max_size=5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(cells, st.integers(60, 110)), min_size=3, max_size=6),
    st.randoms(use_true_random=False),
    st.sampled_from(["half-up", "half-even", "down", "up"]),
)
def test_permutation_changes_nothing(rows: list[tuple[list[str], int]], random: Any, mode: Any) -> None:
    items = (item("plan", "tech", "10", tiers(*POINTS)), free_item("rest", "60"))
    rounding = (Rounding(place="price-score", decimals=2), Rounding(place="total", decimals=1, mode=mode))
    made = simple_tender(scheme=simple_scheme(items=items, rounding=rounding))
    of = made.lots[0]
    bids = [bid(n, str(price)) for n, (_, price) in enumerate(rows)]
    given_points = {uscc(n): marks for n, (marks, _) in enumerate(rows)}

    def run(order: list[int], members: list[int]) -> Any:
        chosen = [bids[n] for n in order]
        suppliers = [b.supplier for b in chosen]
        signed = [sheet(of, m, suppliers, lambda m, s, i: given_points[s][m] if i == "plan" else "30") for m in members]
        return evaluate_lot(made, "1", named(chosen), reviews(made, of, suppliers), signed, CONTEXT)

    first = run(list(range(len(rows))), [0, 1, 2, 3, 4])
    order, members = list(range(len(rows))), [0, 1, 2, 3, 4]
    random.shuffle(order)
    random.shuffle(members)
    second = run(order, members)
    assert first.bids == second.bids and first.candidates == second.candidates
    assert first.open_points == second.open_points
    assert all(Decimal(0) <= b.total <= 100 for b in first.bids)
    ranked = [b for b in first.bids if b.rank]
    assert [b.total for b in ranked] == sorted((b.total for b in ranked), reverse=True)
