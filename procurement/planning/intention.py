"""采购意向: published in principle 30 days before the procurement begins (R-013 … R-015, L-601)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Money, Name, Text, Uscc


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
