"""Clocks of questions, by hand-counted days of 2026, and what an answer may no longer do."""

from __future__ import annotations

from datetime import datetime

import pytest

from procurement.basics.moment import SHANGHAI
from procurement.basics.problems import RuleBroken
from procurement.challenging.question import QuestionAnswer, answer_until, check_answer, days_late


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def test_three_working_days_by_the_calendar() -> None:
    assert answer_until(at(3, 9)).astimezone(SHANGHAI).date() == at(3, 12).date()  # Monday to Thursday
    assert answer_until(at(3, 12)).astimezone(SHANGHAI).date() == at(3, 17).date()  # over a weekend
    assert answer_until(at(3, 9, 0)) == answer_until(at(3, 9, 23)), "the day it came is not counted"


@pytest.mark.parametrize(
    ("answered", "days"),
    [(at(3, 9, 11), 0), (at(3, 12, 23), 0), (at(3, 13), 1), (at(3, 14), 1), (at(3, 16), 2), (at(3, 20), 6)],
)
def test_days_late_are_working_days(answered: datetime, days: int) -> None:
    assert days_late(at(3, 9), answered) == days


def test_documents_do_not_change_once_bids_are_in() -> None:
    answer = QuestionAnswer(
        question="ab" * 32, org="91140000MA0AGENCY1", answer="见第三章", changes=True, responder="章倩"
    )
    check_answer(answer, at(3, 9), at(3, 10))
    check_answer(answer.model_copy(update={"changes": False}), at(3, 11), at(3, 10))
    with pytest.raises(RuleBroken) as caught:
        check_answer(answer, at(3, 10), at(3, 10))
    assert (caught.value.code, caught.value.rule) == ("answer-changes-too-late", "L-204")
