"""信用, 绩效, 档案 and 统计: the last acts of a procurement."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Text, Uscc, Value


class CreditRecord(Statement):
    """信用评价 of a party about another after performance (R-055)."""

    TYPE: ClassVar[str] = "credit-record"
    contract: Hex32
    by: Uscc
    about: Code
    about_role: Literal["supplier", "agency", "expert", "purchaser"]
    grade: Literal["good", "fair", "poor"]
    facts: Text


class PerformanceEvaluation(Statement):
    """绩效评价 by the purchaser (R-056)."""

    TYPE: ClassVar[str] = "performance-evaluation"
    contract: Hex32
    payment: Hex32
    goals_met: bool
    score: Number
    """0 … 100"""
    findings: Text


class ArchiveItem(Value):
    kind: Code
    """Statement type or document name of L-641's list"""
    count: int
    digest: Hex32
    """D("archive-item", ids in log order)"""


class Archive(Statement):
    """归档: complete by the method's checklist, kept for at least 15 years (R-057, R-074, L-641). Agency."""

    TYPE: ClassVar[str] = "archive"
    contract: Hex32
    number: Code
    items: tuple[ArchiveItem, ...]
    keep_until: Instant


class StatisticsRelease(Statement):
    """大数据服务: figures that the platform recomputes before it accepts them (R-058, R-062). Finance."""

    TYPE: ClassVar[str] = "statistics-release"
    archive: Hex32
    number: Code
    region: Code
    year: int
    budget: Money
    planned: Money
    contracted: Money
    paid: Money
    saved: Money
    bidders: int
    days: int
    """Whole days from tender publication to contract"""
    comment: Name
