"""What people settle, worked out by hand: silence past its time, majorities, draws, parallel candidates under an award limit, faults."""

from datetime import timedelta

import pytest

from procurement.basics.problems import RuleBroken
from procurement.evaluation.clarification import Questions, answered, explanation_minutes
from procurement.evaluation.committee import check_reportable
from procurement.evaluation.evaluate import LotResult, evaluate_lot
from procurement.evaluation.questions import CorrectionAnswer, CorrectionNotice, ExplanationNotice, PriceJudgement
from procurement.evaluation.ranking import draw_seed, drawn
from procurement.evaluation.rescoring import faults
from procurement.evaluation.sheets import EvaluationContext, LotWinner, Mark, OpenPoint, Ranking
from procurement.tendering.scheme import AbnormallyLow, SameBrand, TieKey
from procurement.tendering.tender import Award, AwardLimit
from tests.procurement.evaluation.examples import (
    CONTEXT,
    EVENT,
    ID,
    bid,
    named,
    reviews,
    sheet,
    sheets,
    simple_scheme,
    simple_tender,
    uscc,
)
from tests.procurement.tendering.examples import D, lot, replace, tender

ONE, TWO, THREE = (uscc(n) for n in (1, 2, 3))
UNTIL = EVENT + timedelta(minutes=30)
LATER = UNTIL + timedelta(seconds=1)


def notice(supplier: str) -> CorrectionNotice:
    return CorrectionNotice(opening=ID, lot="1", supplier=supplier, figures=(), steps=(), until=UNTIL)


def test_silence_counts_as_refusal_only_after_its_time_and_late_answers_do_not_count() -> None:
    asked = tuple((n.id, n) for n in map(notice, (ONE, TWO, THREE)))
    yes = CorrectionAnswer(notice=asked[0][0], supplier=ONE, confirmed=True)
    no = CorrectionAnswer(notice=asked[1][0], supplier=TWO, confirmed=False)
    late = CorrectionAnswer(notice=asked[2][0], supplier=THREE, confirmed=True)
    given = Questions(asked, ((EVENT, yes), (EVENT, no), (LATER, late)))
    running, over = answered(CONTEXT, given, 5, UNTIL), answered(CONTEXT, given, 5, LATER)
    assert (running.confirmed, running.refused) == ((ONE,), (TWO,))
    assert (over.confirmed, over.refused) == ((ONE,), (TWO, THREE))


def test_more_than_half_of_all_members_conclude_on_a_low_price() -> None:
    told = ExplanationNotice(opening=ID, lot="1", supplier=ONE, causes=("mean",), reason="请说明", until=UNTIL)

    def judged(*views: bool) -> EvaluationContext:
        votes = (
            PriceJudgement(notice=told.id, member=f"E{n}", accepted=view, reason=f"理由{n}")
            for n, view in enumerate(views)
        )
        return answered(CONTEXT, Questions(inquiries=((told.id, told),), judgements=tuple(votes)), 5, LATER)

    assert judged(True, True, False, False).low_prices == ()
    (found,) = judged(False, True, False, False).low_prices
    assert (found.supplier, found.accepted, found.votes, found.reason) == (ONE, False, 3, "理由0")


def test_a_tender_may_give_more_time_to_explain_but_not_less() -> None:
    of = lot(scheme=simple_scheme(abnormally_low=AbnormallyLow(minutes=10)))
    assert explanation_minutes(of, EVENT) == 30
    assert explanation_minutes(replace(of, scheme=simple_scheme(abnormally_low=AbnormallyLow(minutes=45))), EVENT) == 45


def evaluated(ties: tuple[TieKey, ...], brands: str = "", **context: object) -> LotResult:
    same = SameBrand(policy="core-product") if brands else SameBrand()
    made = simple_tender(scheme=simple_scheme(ties=ties, same_brand=same))
    more = [{"brand": b} if b else {} for b in brands] or [{}] * 3
    bids = [bid(n, "100", **more[n - 1]) for n in range(1, len(more) + 1)]
    suppliers = [b.supplier for b in bids]
    marks = sheets(made.lots[0], suppliers, lambda m, s, i: "60")
    return evaluate_lot(
        made, "1", named(bids), reviews(made, made.lots[0], suppliers), marks, replace(CONTEXT, **context)
    )


def test_a_draw_follows_from_salts_that_were_committed_to() -> None:
    salts = [f"{n:02x}" * 32 for n in range(5)]
    seed = draw_seed(ID, "1", salts)
    result = evaluated((TieKey(key="draw"),), draw=seed)
    wanted = sorted((ONE, TWO, THREE), key=lambda s: drawn(seed, s))
    assert [b.supplier for b in result.bids] == wanted
    assert [b.rank for b in result.bids] == [1, 2, 3] and not [f for f in result.findings if f.blocking]
    assert draw_seed(ID, "1", salts[::-1]) != seed != draw_seed(ID, "2", salts)
    without = evaluated((TieKey(key="draw"),))
    assert [f.code for f in without.findings if f.blocking] == ["tie-undecided"]


def test_equal_bids_of_one_brand_are_drawn_where_the_tender_says_nothing() -> None:
    seed = draw_seed(ID, "1", ["ab" * 32])
    result = evaluated((TieKey(key="parallel"),), "甲甲乙丙", draw=seed)
    loser = max((ONE, TWO), key=lambda s: drawn(seed, s))
    assert [b.supplier for b in result.bids if b.state == "same-brand"] == [loser]
    assert not [f for f in result.findings if f.blocking]


def limited(*winners: tuple[str, str], undecided: tuple[str, ...] = (), most: int = 1) -> LotResult:
    limit = AwardLimit(max_lots=most, mode="first-candidate-elsewhere", lots=("1", "3", "2"))
    two = lot("2", conformity=(), parameters=(), scheme=simple_scheme())
    made = tender(lot("1"), two, lot("3"), qualification=(), award=Award(limit=limit))
    bids = [bid(n, "900000", lot="2") for n in (1, 2, 3)]
    marks = sheets(two, [ONE, TWO, THREE], lambda m, s, i: {ONE: "60", TWO: "70", THREE: "40"}[s])
    won = tuple(LotWinner(lot=of, supplier=s) for of, s in winners)
    context = replace(CONTEXT, winners=won, undecided=undecided)
    return evaluate_lot(made, "2", named(bids), reviews(made, two, [ONE, TWO, THREE]), marks, context)


def blocking(result: LotResult) -> list[tuple[str, str]]:
    return [(f.code, f.where) for f in result.findings if f.blocking]


def test_parallel_candidates_of_an_earlier_lot_hold_the_report_back_where_they_matter() -> None:
    both = limited(("1", ONE), ("1", TWO))
    assert blocking(both) == [("award-limit-parallel", f"2.{ONE}"), ("award-limit-parallel", f"2.{TWO}")]
    assert {b.state for b in both.bids} == {"ranked"}
    decided = limited(("1", TWO))
    assert blocking(decided) == [] and decided.bids[-1].state == "award-limit"
    # With two lots each, one parallel place cannot fill a share; a lot that is won besides makes it matter.
    assert blocking(limited(("1", ONE), ("1", TWO), most=2)) == []
    assert blocking(limited(("1", ONE), ("1", TWO), ("3", TWO), most=2)) == [("award-limit-parallel", f"2.{TWO}")]
    outside = uscc(9)
    assert blocking(limited(("1", outside), ("1", uscc(8)))) == []


def test_an_earlier_lot_without_result_is_waited_for() -> None:
    assert blocking(limited(undecided=("3",))) == [("award-limit-waits", "2.3")]


def test_no_report_while_a_point_is_open() -> None:
    made = Ranking(
        opening=ID, lot="1", scheme=ID, closed=ID, reveals=(), bids=(), candidates=(), computed_at=EVENT,
        open_points=(OpenPoint(code="outlier-marks", where="E1", rule="L-260", blocking=False),),
    )  # fmt: skip
    check_reportable(made)
    tie = OpenPoint(code="tie-undecided", where="1", rule="L-258", blocking=True)
    with pytest.raises(RuleBroken, match="open-points-left") as refused:
        check_reportable(replace(made, open_points=(*made.open_points, tie)))
    assert refused.value.facts["point"] == "tie-undecided"


def test_the_faults_of_a_sheet_are_named_mark_by_mark() -> None:
    of = simple_tender().lots[0]
    forms = {s: bid(n, "1") for n, s in enumerate((ONE, TWO), 1)}
    whole = sheet(of, 0, [ONE, TWO], lambda m, s, i: "50")

    def found(*marks: Mark, lot_code: str = "1") -> object:
        body = replace(whole, marks=marks, lot=lot_code).to_bytes()
        return faults(of, forms, body, "E0", [ONE, TWO])

    first, second = whole.marks
    assert found(first, second) == frozenset()
    assert found(replace(first, points=D("70.01")), second) == {(ONE, "tech")}
    assert found(first) == {(TWO, "tech")}
    assert found(first, second, second) == {(TWO, "tech")}
    assert found(first, second, replace(first, supplier=THREE)) == {(THREE, "tech")}
    assert found(first, second, replace(first, item="other")) == {(ONE, "other")}
    assert found(first, second, lot_code="2") is None
    assert faults(of, forms, b"{}", "E0", [ONE, TWO]) is None
