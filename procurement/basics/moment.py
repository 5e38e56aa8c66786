"""Time as the law counts it: aware UTC, judged in Asia/Shanghai; statutory working days from the yearly State Council notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from procurement.basics.problems import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """A source of time. The law never reads one; callers hand it moments."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


# Days off (休) and working weekends (班) of the yearly notice 国务院办公厅关于部分节假日安排的通知.
_NOTICES: dict[int, tuple[str, str]] = {
    2023: (
        "0101 0102 0121 0122 0123 0124 0125 0126 0127 0405 0429 0430 0501 0502 0503 0622 0623 0624 0929 0930"
        " 1001 1002 1003 1004 1005 1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: (
        "0101 0210 0211 0212 0213 0214 0215 0216 0217 0404 0405 0406 0501 0502 0503 0504 0505 0610 0915 0916 0917"
        " 1001 1002 1003 1004 1005 1006 1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
    2025: (
        "0101 0128 0129 0130 0131 0201 0202 0203 0204 0404 0405 0406 0501 0502 0503 0504 0505 0531 0601 0602"
        " 1001 1002 1003 1004 1005 1006 1007 1008",
        "0126 0208 0427 0928 1011",
    ),
    2026: (
        "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 0505"
        " 0619 0620 0621 0925 0926 0927 1001 1002 1003 1004 1005 1006 1007",
        "0104 0214 0228 0509 0920 1010",
    ),
}


def is_working_day(day: date) -> bool:
    """Whether `day` is a 工作日. Refuses years whose notice is not loaded: a guess would be a wrong deadline (§0.1)."""
    notice = _NOTICES.get(day.year)
    if notice is None:
        raise Refused("calendar-year-missing", "Load the State Council's holiday notice for that year.", year=day.year)
    off, on = notice
    key = f"{day:%m%d}"
    if key in off.split():
        return False
    return key in on.split() or day.weekday() < 5


def shanghai_date(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def add_working_days(start: date, count: int) -> date:
    """The last day of a limit of `count` working days; the start day is not counted (87号令 第八十五条)."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`."""
    day, count = start, 0
    while day < end:
        day += timedelta(days=1)
        count += is_working_day(day)
    return count


def due_date(start: date, days: int) -> date:
    """Last day of "within `days` 日": rolls on to a working day when it falls on a day off. Not for "not less than" minimums."""
    day = start + timedelta(days=days)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def end_of_day(day: date) -> datetime:
    """The last millisecond of `day` in Shanghai, as UTC."""
    return datetime.combine(day, time(23, 59, 59, 999_000), SHANGHAI).astimezone(UTC)


def at_shanghai(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall-clock time in Shanghai, as UTC."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)
