"""Talks by hand: who is out after them, what stands in the way of the next step, and what the ranking makes of it (L-322, L-323)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from procurement.basics.problems import Refused, RuleBroken
from procurement.evaluation.evaluate import sift
from procurement.evaluation.talk_rounds import (
    SILENT,
    Talk,
    check_extension,
    check_names_nobody,
    check_nothing_under_way,
    held,
    talks_result,
    time_until,
)
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ResponseVerdict,
    RoundResponse,
    TalksClosed,
    TalksResult,
    TalksReview,
    TalksRound,
    TermChange,
    TimeExtension,
)
from procurement.tendering.lint import lint
from tests.procurement.evaluation.examples import CONTEXT, EVENT, ID, bid, reviews
from tests.procurement.evaluation.test_final_round import ONE, THREE, TWO, talks
from tests.procurement.tendering.examples import replace

CHANGE = TermChange(kind="service", place="2.1", before="两年", after="三年")
MEMBERS = 3


def talk(changed: bool = True, answered: tuple[str, ...] = (ONE, TWO, THREE), against: int = 0, **more: Any) -> Talk:
    """A round that is over: of three members `against` find TWO not to meet the changed terms."""
    changes = (CHANGE,) if changed else ()
    request = TalksRound(opening=ID, lot="1", member="E1", round=1, subject="说明", changes=changes, minutes=30)
    said = ChangesConfirmation(request=ID, lot="1", by="P", confirmed=True) if changed else None
    closed = TalksClosed(
        opening=ID, lot="1", request=ID, responses=tuple(RoundResponse(supplier=s, response=ID) for s in answered)
    )
    views = tuple(_view(n, answered, n < against) for n in range(MEMBERS)) if changed else ()
    made = Talk(ID, request, said, (ONE, TWO, THREE), closed, views)
    return Talk(**{**{f: getattr(made, f) for f in made.__slots__}, **more})


def _view(n: int, answered: tuple[str, ...], against: bool) -> TalksReview:
    verdicts = tuple(
        ResponseVerdict(supplier=s, passed=not (against and s == TWO), reason=f"理由{n}") for s in answered
    )
    return TalksReview(closed=ID, lot="1", member=f"E{n}", verdicts=verdicts)


def out(result: TalksResult | None) -> dict[str, tuple[str, str]]:
    return {one.supplier: (one.how, one.reason) for one in result.out} if result is not None else {}


def test_who_is_out() -> None:
    assert talks_result([talk()], {}, MEMBERS) is None
    assert talks_result([talk(changed=False, answered=())], {}, MEMBERS) is None
    assert out(talks_result([talk(answered=(ONE, TWO))], {}, MEMBERS)) == {THREE: ("silent", SILENT)}
    assert out(talks_result([talk(against=1)], {}, MEMBERS)) == {}
    assert out(talks_result([talk(against=2)], {}, MEMBERS)) == {TWO: ("unresponsive", "理由0")}
    left = out(talks_result([talk(answered=(ONE, TWO))], {THREE: "", ONE: "不合算"}, MEMBERS))
    assert left == {
        THREE: ("withdrawn", "在提交最后报价之前退出"),
        ONE: ("withdrawn", "在提交最后报价之前退出：不合算"),
    }


def test_a_view_counts_when_all_have_judged() -> None:
    half = talk(against=2)
    waiting = Talk(ID, half.request, half.confirmation, half.asked, half.closed, half.reviews[:2])
    assert waiting.stage(MEMBERS) == "reviewing" and talks_result([waiting], {}, MEMBERS) is None


@pytest.mark.parametrize(
    ("changes", "stage"),
    [
        ({"confirmation": None, "asked": (), "closed": None}, "confirming"),
        ({"closed": None, "reviews": ()}, "running"),
        ({"reviews": ()}, "reviewing"),
    ],
)
def test_a_round_under_way_is_ended_first(changes: dict[str, Any], stage: str) -> None:
    made = talk(**changes)
    assert made.stage(MEMBERS) == stage
    with pytest.raises(Refused, match="talks-under-way") as found:
        check_nothing_under_way([made], MEMBERS, "L-354")
    assert found.value.facts["stage"] == stage


def test_a_refused_round_is_not_counted_and_an_unanswered_one_needs_no_review() -> None:
    no = ChangesConfirmation(request=ID, lot="1", by="P", confirmed=False, reason="不同意")
    refused = talk(confirmation=no, asked=(), closed=None, reviews=())
    assert (refused.stage(MEMBERS), held([refused, talk()])) == ("refused", 1)
    assert talk(answered=(), reviews=()).stage(MEMBERS) == "over"


def test_who_left_is_asked_for_no_final_quote() -> None:
    made = talks(minimum=2)
    bids = {b.supplier: b for b in (bid(n, "100") for n in (1, 2, 3))}
    signed = reviews(made, made.lots[0], list(bids))
    result = talks_result([talk(against=2)], {}, MEMBERS)
    found = sift(made, made.lots[0], bids, signed, replace(CONTEXT, talks=result))
    assert (sorted(found.standing), found.out[TWO]) == ([ONE, THREE], ("nonconforming", "理由0"))
    too_few = sift(talks(), made.lots[0], bids, signed, replace(CONTEXT, talks=result))
    assert too_few.outcome == "too-few-conforming"


def test_longer_and_never_shorter() -> None:
    end = EVENT + timedelta(minutes=30)
    act = TimeExtension(request=ID, opening=ID, lot="1", member="E1", until=end + timedelta(minutes=1), reason="准备")
    check_extension(act, "L-354", end, EVENT, {}, open_=True)
    for until in (end, EVENT, EVENT + timedelta(days=31)):
        with pytest.raises(RuleBroken, match="extension-not-longer"):
            check_extension(replace(act, until=until), "L-354", end, EVENT, {}, open_=True)
    for now, open_ in ((end + timedelta(seconds=1), True), (EVENT, False)):
        with pytest.raises(RuleBroken, match="extension-late"):
            check_extension(act, "L-354", end, now, {}, open_=open_)
    assert time_until(end, ()) == end and time_until(end, (act.until,)) == act.until


def test_words_that_name_somebody() -> None:
    names = {ONE: (ONE, "甲公司"), "E1": ("E1", "王五")}
    check_names_nobody(("请各家说明", ""), names)
    for words in ("请甲公司说明", f"见{ONE.lower()}", "王五认为"):
        with pytest.raises(RuleBroken, match="talks-name-somebody"):
            check_names_nobody((words,), names)


def test_two_final_quotes_are_warned_of_with_the_law_that_names_the_cases() -> None:
    def warned(method: str, minimum: int) -> list[str]:
        return [f.rule for f in lint(talks(method, minimum), EVENT) if f.code == "final-quotes-two"]

    assert (warned("consultation", 2), warned("negotiation", 2), warned("consultation", 3)) == (
        ["L-354"],
        ["L-325"],
        [],
    )
