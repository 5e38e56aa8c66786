"""Counting days: the test vectors of rules.md §0.1 and the State Council's calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.basics.moment import (
    add_working_days,
    at_shanghai,
    due_date,
    end_of_day,
    is_working_day,
    shanghai_date,
    working_days_between,
)
from procurement.basics.problems import Refused

LOADED = st.dates(date(2024, 1, 1), date(2026, 11, 1))


def test_document_of_monday_2_march_has_its_earliest_deadline_on_22_march() -> None:
    issued = date(2026, 3, 2)
    assert issued.weekday() == 0
    assert issued + timedelta(days=20) == date(2026, 3, 22)
    assert not is_working_day(date(2026, 3, 22))
    assert due_date(issued, 20) == date(2026, 3, 23)


def test_notice_of_2_march_makes_the_contract_due_on_1_april() -> None:
    assert due_date(date(2026, 3, 2), 30) == date(2026, 4, 1)


def test_a_limit_that_ends_on_a_holiday_rolls_on() -> None:
    assert due_date(date(2026, 9, 1), 30) == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 2, 14), True),  # a Saturday worked for the spring festival
        (date(2026, 2, 16), False),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 5, 5), False),
        (date(2026, 6, 19), False),
        (date(2026, 10, 10), True),
        (date(2025, 1, 26), True),
        (date(2024, 2, 18), True),
        (date(2026, 3, 7), False),
    ],
)
def test_the_yearly_notice_decides(day: date, working: bool) -> None:
    assert is_working_day(day) is working


def test_the_start_day_is_not_counted() -> None:
    assert add_working_days(date(2026, 4, 29), 1) == date(2026, 4, 30)
    assert add_working_days(date(2026, 4, 29), 5) == date(2026, 5, 9)
    assert add_working_days(date(2026, 4, 29), 0) == date(2026, 4, 29)


@given(LOADED, st.integers(1, 30))
def test_counting_forth_and_back_agrees(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working_day(end)
    assert working_days_between(start, end) == count


@given(LOADED, st.integers(0, 40))
def test_a_due_date_never_comes_early(start: date, days: int) -> None:
    due = due_date(start, days)
    assert due >= start + timedelta(days=days)
    assert is_working_day(due)


def test_a_year_without_notice_is_refused_not_guessed() -> None:
    with pytest.raises(Refused, check=lambda e: e.code == "calendar-year-missing"):
        is_working_day(date(2027, 1, 4))


def test_days_are_judged_in_shanghai() -> None:
    late = at_shanghai(date(2026, 3, 2), 23, 59)
    assert late.hour == 15
    assert shanghai_date(late) == date(2026, 3, 2)
    assert shanghai_date(end_of_day(date(2026, 3, 2)) + timedelta(milliseconds=1)) == date(2026, 3, 3)
