"""Worked examples of a whole lot, computed by hand in the comments."""

from decimal import Decimal

import pytest

from procurement.basics.problems import Refused, RuleBroken
from procurement.evaluation.evaluate import LotResult, evaluate_lot
from procurement.evaluation.sheets import (
    EvaluationContext,
    Invalidation,
    LotWinner,
    PriceConclusion,
    PriceReview,
    Ranking,
    TieDecision,
)
from procurement.tendering.scheme import PolicyDeduction, SameBrand, TieKey
from procurement.tendering.tender import Award, AwardLimit, Tender
from tests.procurement.evaluation.examples import (
    CONTEXT,
    EVENT,
    ID,
    bid,
    named,
    reviews,
    sheets,
    simple_scheme,
    simple_tender,
    uscc,
)
from tests.procurement.tendering.examples import D, lot, replace, tender

ONE, TWO, THREE, FOUR = (uscc(n) for n in (1, 2, 3, 4))


def run(
    made: Tender, bids: list, tech: dict[str, str], context: EvaluationContext = CONTEXT, **review: object
) -> LotResult:
    of = made.lots[0]
    suppliers = [b.supplier for b in bids]
    signed = reviews(made, of, suppliers, **review)  # type: ignore[arg-type]
    return evaluate_lot(made, of.code, named(bids), signed, sheets(of, list(tech), lambda m, s, i: tech[s]), context)


def test_statutory_formula_and_order() -> None:
    # Base 80. A: 80/100 × 30 = 24.00, total 94.00. B: 30.00 + 60 = 90. C: 80/90 × 30 = 26.666… → 26.67 + 65 = 91.67.
    bids = [bid(1, "100"), bid(2, "80"), bid(3, "90")]
    result = run(simple_tender(), bids, {ONE: "70", TWO: "60", THREE: "65"})
    assert [(b.supplier, b.rank, b.price_score, b.total) for b in result.bids] == [
        (ONE, 1, D("24.00"), D("94.00")),
        (THREE, 2, D("26.67"), D("91.67")),
        (TWO, 3, D("30.00"), D("90.00")),
    ]
    assert result.candidates == (ONE, THREE, TWO)
    assert [(g.group, g.points) for g in result.bids[0].group_scores] == [("price", D(24)), ("tech", D(70))]


def test_the_ranking_statement_holds_the_result() -> None:
    bids = [bid(n, str(100 + n)) for n in (1, 2, 3)]
    result = run(simple_tender(), bids, {ONE: "70", TWO: "60", THREE: "65"})
    made = Ranking(
        opening=ID,
        lot="1",
        scheme=simple_tender().digest,
        closed=ID,
        reveals=(),
        bids=result.bids,
        candidates=result.candidates,
        computed_at=EVENT,
        context=CONTEXT,
    )
    assert Ranking.from_bytes(made.to_bytes()).bids == result.bids


def test_small_enterprise_and_domestic_deductions_are_taken_from_the_original_price() -> None:
    # L-511: 100 − 100 × 10 % − 100 × 20 % = 70 (not 100 × 0.9 × 0.8 = 72). Others 90 and 95 get none.
    # Domestic counts as one of the three is not domestic. Base 70: 30; 70/90 × 30 = 23.33; 70/95 × 30 = 22.105… → 22.11.
    from procurement.bidding.draft import Domestic

    cuts = (
        PolicyDeduction(code="sme", title="小微", applies="small-micro", percent=D(10)),
        PolicyDeduction(code="home", title="本国", applies="domestic", percent=D(20), once_group="home"),
    )
    bids = [bid(1, "100", small=True, domestic=Domestic(declared=True)), bid(2, "90"), bid(3, "95")]
    tech = dict.fromkeys((ONE, TWO, THREE), "50")
    result = run(simple_tender(scheme=simple_scheme(deductions=cuts)), bids, tech)
    by = {b.supplier: b for b in result.bids}
    assert by[ONE].evaluation_price == D(70) and by[ONE].quote == D(100)
    assert [by[s].price_score for s in (ONE, TWO, THREE)] == [D("30.00"), D("23.33"), D("22.11")]
    assert [s.kind for s in by[ONE].steps] == ["deduction", "deduction", "base", "price-score"]


def test_without_foreign_products_the_domestic_deduction_rests() -> None:
    from procurement.bidding.draft import Domestic

    cut = PolicyDeduction(code="home", title="本国", applies="domestic", percent=D(20))
    bids = [bid(n, "100", domestic=Domestic(declared=True)) for n in (1, 2, 3)]
    result = run(simple_tender(scheme=simple_scheme(deductions=(cut,))), bids, dict.fromkeys((ONE, TWO, THREE), "50"))
    assert {b.evaluation_price for b in result.bids} == {D(100)}


def test_ties_go_by_raw_price_and_then_stay_parallel() -> None:
    # Weight 30, base 50: 50 → 30; 100 → 15. With 40 and 55 both total 70; the cheaper is first. Two alike share rank 3.
    bids = [bid(1, "100"), bid(2, "50"), bid(3, "100"), bid(4, "100")]
    result = run(simple_tender(), bids, {ONE: "55", TWO: "40", THREE: "30", FOUR: "30"})
    assert [(b.supplier, b.rank) for b in result.bids] == [(TWO, 1), (ONE, 2), (THREE, 3), (FOUR, 3)]
    assert result.candidates == (TWO, ONE, THREE, FOUR)


def test_a_vote_in_the_tie_chain_waits_for_its_record() -> None:
    made = simple_tender(scheme=simple_scheme(ties=(TieKey(key="raw-price"), TieKey(key="open-vote"))))
    bids = [bid(n, "100") for n in (1, 2, 3)]
    tech = {ONE: "60", TWO: "60", THREE: "50"}
    waiting = run(made, bids, tech)
    assert [f.code for f in waiting.findings if f.blocking] == ["tie-undecided"] and waiting.first == (ONE, TWO)
    vote = TieDecision(key="open-vote", order=(TWO, ONE), reason="三比二")
    decided = run(made, bids, tech, replace(CONTEXT, decisions=(vote,)))
    assert decided.first == (TWO,) and not [f for f in decided.findings if f.blocking]


def test_same_brand_yields_but_keeps_its_score() -> None:
    made = simple_tender(
        scheme=simple_scheme(same_brand=SameBrand(policy="core-product", ties=(TieKey(key="price-score"),)))
    )
    bids = [bid(1, "100", brand="联 想"), bid(2, "100", brand="联想"), bid(3, "100"), bid(4, "100")]
    result = run(made, bids, {ONE: "50", TWO: "70", THREE: "60", FOUR: "40"})
    assert [(b.supplier, b.rank, b.state) for b in result.bids] == [
        (TWO, 1, "ranked"),
        (THREE, 2, "ranked"),
        (FOUR, 3, "ranked"),
        (ONE, 0, "same-brand"),
    ]
    assert result.bids[-1].total == D("80.00")


def test_three_bids_of_two_brands_are_too_few() -> None:
    made = simple_tender(scheme=simple_scheme(same_brand=SameBrand(policy="core-product")))
    bids = [bid(1, "100", brand="甲"), bid(2, "100", brand="甲"), bid(3, "100", brand="乙")]
    assert run(made, bids, dict.fromkeys((ONE, TWO, THREE), "50")).outcome == "too-few-conforming"


def test_award_limit_keeps_score_and_base() -> None:
    # B has lot 1 already; its 50 stays the base: A 50/100 × 30 = 15.
    limit = AwardLimit(max_lots=1, mode="first-candidate-elsewhere", lots=("1", "2"))
    two = lot("2", conformity=(), parameters=(), scheme=simple_scheme())
    made = tender(lot("1"), two, qualification=(), award=Award(limit=limit))
    bids = [bid(1, "100", lot="2"), bid(2, "50", lot="2"), bid(3, "100", lot="2")]
    signed = reviews(made, two, [ONE, TWO, THREE])
    context = replace(CONTEXT, winners=(LotWinner(lot="1", supplier=TWO),))
    marks = sheets(two, [ONE, TWO, THREE], lambda m, s, i: {ONE: "60", TWO: "70", THREE: "40"}[s])
    result = evaluate_lot(made, "2", named(bids), signed, marks, context)
    assert [(b.supplier, b.rank, b.state, b.price_score) for b in result.bids] == [
        (ONE, 1, "ranked", D("15.00")),
        (THREE, 2, "ranked", D("15.00")),
        (TWO, 0, "award-limit", D("30.00")),
    ]
    assert result.candidates == (ONE, THREE)


def test_the_majority_decides_conformity_and_price_over_the_ceiling_is_invalid() -> None:
    made = tender(lot(parameters=(), scheme=simple_scheme()), qualification=())
    bids = [bid(1, "900000"), bid(2, "1000000.01"), bid(3, "900000"), bid(4, "900000"), bid(5, "900000")]
    scored = [ONE, FOUR, uscc(5)]
    result = run(made, bids, dict.fromkeys(scored, "50"), against={THREE: 3, FOUR: 2})
    assert {b.supplier: b.state for b in result.bids} == {
        ONE: "ranked",
        FOUR: "ranked",
        uscc(5): "ranked",
        TWO: "invalid",
        THREE: "nonconforming",
    }


def test_fewer_than_three_stop_the_evaluation() -> None:
    made = tender(lot(parameters=(), scheme=simple_scheme()))
    bids = [bid(n, "900000") for n in (1, 2, 3)]
    assert run(made, bids, {}, unqualified=[ONE]).outcome == "too-few-qualified"
    assert run(made, bids, {}, against={ONE: 5}).outcome == "too-few-conforming"


def test_low_price_needs_votes_and_a_rejected_one_leaves_the_base() -> None:
    # Budget 110: 44 < 49.5 (45 %). Mean of 44, 90, 90, 90 is 78.5: half is 39.25, not below. Second lowest 90: 44 < 45.
    bids = [bid(1, "44"), bid(2, "90"), bid(3, "90"), bid(4, "90")]
    made = simple_tender()
    tech = dict.fromkeys((ONE, TWO, THREE, FOUR), "50")
    waiting = run(made, bids, tech)
    assert [(t.cause, t.supplier) for t in waiting.triggers] == [("second", ONE), ("ceiling", ONE)]
    assert [f.code for f in waiting.findings if f.blocking] == ["low-price-undecided"]
    assert next(f for f in waiting.findings if f.blocking).facts == {"causes": "second,ceiling"}
    good = PriceConclusion(supplier=ONE, accepted=True, votes=5, reason="有成本测算")
    accepted = run(made, bids, tech, replace(CONTEXT, low_prices=(good,)))
    assert accepted.first == (ONE,) and not [f for f in accepted.findings if f.blocking]
    del tech[ONE]
    bad = PriceConclusion(supplier=ONE, accepted=False, votes=3, reason="不能证明")
    refused = run(made, bids, tech, replace(CONTEXT, low_prices=(bad,)))
    assert refused.bids[-1].state == "invalid" and {b.price_score for b in refused.bids[:3]} == {D("30.00")}


def test_most_members_may_question_a_price_but_nobody_is_out_before_it_was_explained() -> None:
    bids = [bid(n, "90") for n in (1, 2, 3, 4)]
    tech = dict.fromkeys((ONE, TWO, THREE, FOUR), "50")
    doubt = PriceReview(supplier=ONE, accepted=False, reason="明显低于其他")
    result = run(simple_tender(), bids, tech, low_prices=[doubt])
    assert result.bids[-1].state == "ranked"
    assert [(f.code, f.facts) for f in result.findings if f.blocking] == [
        ("low-price-undecided", {"causes": "judgement"})
    ]


def test_collusion_found_by_people_makes_invalid() -> None:
    found = Invalidation(supplier=ONE, rule="R-114", reason="37-1")
    bids = [bid(n, "90") for n in (1, 2, 3, 4)]
    result = run(simple_tender(), bids, dict.fromkeys((TWO, THREE, FOUR), "50"), replace(CONTEXT, invalid=(found,)))
    assert result.bids[-1].state == "invalid" and result.bids[-1].supplier == ONE


def test_sheets_are_complete_and_within_range() -> None:
    made, bids = simple_tender(), [bid(n, "90") for n in (1, 2, 3)]
    with pytest.raises(Refused, match="sheet-incomplete"):
        run(made, bids, {ONE: "50", TWO: "50"})
    with pytest.raises(RuleBroken, match="mark-outside-range"):
        run(made, bids, {ONE: "50", TWO: "50", THREE: "70.5"})


def test_lowest_price_method_ranks_by_evaluated_price() -> None:
    # 10 % off for the small one: 100 → 90 < 95. No marks at all.
    cut = PolicyDeduction(code="sme", title="小微", applies="small-micro", percent=D(10))
    of = simple_scheme(evaluation="lowest-price", items=(), price=None, groups=(), deductions=(cut,), ties=())
    bids = [bid(1, "100", small=True), bid(2, "95"), bid(3, "95")]
    result = run(simple_tender(scheme=of), bids, {})
    assert [(b.supplier, b.rank, b.evaluation_price) for b in result.bids] == [
        (ONE, 1, Decimal(90)),
        (TWO, 2, Decimal(95)),
        (THREE, 2, Decimal(95)),
    ]
