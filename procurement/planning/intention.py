"""采购意向: published in principle 30 days before the procurement begins (R-013 … R-015, L-601)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Money, Name, Text, Uscc
from procurement.planning.balance import LineBalance


class Intention(Statement):
    """What is to be bought, made public early. `route` is the way by budget state: lines not yet tied, or tied to a plan."""

    TYPE: ClassVar[str] = "intention"
    purchaser: Uscc
    budget: Hex32
    """Id of the budget import that holds the lines"""
    lines: tuple[Code, ...]
    project_name: Name
    outline: Text
    amount: Money
    expected_month: str
    """YYYY-MM of the expected procurement"""
    route: Literal["before-plan", "with-plan"] = "before-plan"
    note: str = ""
    exemption: str = ""
    """Why fewer than 30 days may lie before the tender: an urgent need nobody could foresee (L-602), in words"""


def check_intention(
    intention: Intention, *, balances: Mapping[str, LineBalance], announced: Set[str], now: datetime
) -> None:
    """Judge an intention before it is published (R-013 … R-015, R-064).

    `balances` are the lines of the named import by code; `announced` the codes of intentions that no plan has followed yet.
    A line may serve several procurements one after another, as long as something is left on it (R-019).
    """
    if not intention.lines or len(set(intention.lines)) != len(intention.lines):
        raise RuleBroken("R-015", "intention-lines-repeated", "Name each budget line once.", lines=intention.lines)
    for code in intention.lines:
        _check_line(intention, code, balances, announced)
    ceiling = sum((balances[code].available for code in intention.lines), Decimal(0))
    if not 0 < intention.amount <= ceiling:
        raise RuleBroken(
            "R-064",
            "intention-amount-not-covered",
            "Keep the amount within what is left on the chosen lines.",
            amount=intention.amount,
            available=ceiling,
        )
    _check_month(intention.expected_month, now)


def _check_line(intention: Intention, code: str, balances: Mapping[str, LineBalance], announced: Set[str]) -> None:
    line = balances.get(code)
    if line is None or line.purchaser != intention.purchaser:
        raise RuleBroken(
            "R-064",
            "budget-line-unknown",
            "Choose lines of your own unit that finance has imported.",
            line=code,
        )
    if code in announced:
        raise RuleBroken(
            "R-015",
            "intention-duplicate",
            "This line already stands in a published intention; use that one.",
            line=code,
        )
    tied = line.planned > 0
    if tied and intention.route == "before-plan":
        raise RuleBroken(
            "R-014",
            "budget-already-tied",
            "The line is tied to a plan: publish along the second way (公告管理, route with-plan).",
            line=code,
        )
    if not tied and intention.route == "with-plan":
        raise RuleBroken(
            "R-013",
            "budget-not-tied",
            "No plan rests on the line yet: publish along the first way (采购意向发布, route before-plan).",
            line=code,
        )


def _check_month(month: str, now: datetime) -> None:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month) or month < f"{shanghai_date(now):%Y-%m}":
        raise RuleBroken(
            "L-601", "intention-month-wrong", "Give the expected month as YYYY-MM, not in the past.", month=month
        )


def check_intention_age(intention: Intention, *, published: datetime, start: datetime) -> None:
    """At the tender's publication: 30 days after the intention, unless the intention records why not (L-601, L-603)."""
    days = int(rule("L-601", shanghai_date(start)).params["days"])
    age = (shanghai_date(start) - shanghai_date(published)).days
    if age < days and not intention.exemption.strip():
        raise RuleBroken(
            "L-601",
            "intention-too-young",
            "Wait until the earliest date, or publish a new intention that records the urgent need.",
            age=age,
            days=days,
            earliest=shanghai_date(published) + timedelta(days=days),
        )
