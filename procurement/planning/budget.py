"""采购预算: lines originate in the finance intranet and are imported, never made here (R-017, R-018)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Money, Name, Uscc, Value


class BudgetLine(Value):
    """One line of the budget of one purchaser."""

    code: Code
    """预算项目编码"""
    purchaser: Uscc
    purchaser_name: Name
    category: Code
    """采购品目 code of the yearly catalogue"""
    title: Name
    amount: Money


class BudgetImport(Statement):
    """A batch of lines that finance imports by hand (signed with the enrolled key of the region's finance office)."""

    TYPE: ClassVar[str] = "budget-import"
    region: Code
    """区划 code; finance imports its own region only"""
    year: int
    batch: Code
    operator: Name
    source_digest: Hex32
    """SHA-256 of the file that came from the intranet"""
    lines: tuple[BudgetLine, ...]
