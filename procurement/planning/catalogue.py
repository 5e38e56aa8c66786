"""The yearly catalogue of a region as data: which 组织形式 a category allows, and the money thresholds (R-010, R-025, L-674).

The figures of Shanxi's notices were not found (rules.md, Q-1). What stands here is a default that finance replaces by a
row of its own region and year; where a threshold is None nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from procurement.basics.problems import RuleBroken
from procurement.basics.value import Code, Money, Name, Value
from procurement.planning.plan import Organisation

ANYWHERE = "000000"
"""Region code of the default rows."""


class CategoryRule(Value):
    """Categories whose code begins with `prefix` may be organised only in these ways. The longest prefix decides."""

    prefix: str
    allowed: tuple[Organisation, ...]


class Catalogue(Value):
    """目录及限额标准 of one region and year."""

    region: Code
    year: int
    notice: Name
    """Number of the official notice the rows come from"""
    categories: tuple[CategoryRule, ...]
    open_tender_goods: Money | None = None
    """公开招标数额标准, goods and services"""
    open_tender_works: Money | None = None
    number_format: str = "{region}-{year}-{serial:05d}"
    """备案号; its form is not given in the sources (R-023)"""

    def allowed(self, category: str) -> tuple[Organisation, ...]:
        """The ways in which `category` may be organised; empty when no row fits."""
        fitting = [row for row in self.categories if category.startswith(row.prefix)]
        return max(fitting, key=lambda row: len(row.prefix)).allowed if fitting else ()

    def open_tender_threshold(self, nature: str) -> Decimal | None:
        return self.open_tender_works if nature == "works" else self.open_tender_goods


def _row(prefix: str, *allowed: Organisation) -> CategoryRule:
    return CategoryRule(prefix=prefix, allowed=allowed)


_DEFAULT_CATEGORIES = (
    _row("", "department", "decentralised"),
    _row("A020101", "central-agency", "e-mall"),  # 计算机
    _row("A020201", "central-agency", "e-mall"),  # 复印机
    _row("A020202", "central-agency", "e-mall"),  # 投影仪
    _row("A020203", "central-agency", "e-mall"),  # 车辆 of the older code list
    _row("A0203", "central-agency"),  # 车辆
    _row("A0504", "central-agency", "e-mall"),  # 办公用品, 纸
)

CATALOGUES: tuple[Catalogue, ...] = tuple(
    Catalogue(
        region=ANYWHERE,
        year=year,
        notice="地方预算单位政府集中采购目录及标准指引(2020年版), 默认值, 待财政部门录入本地标准",
        categories=_DEFAULT_CATEGORIES,
        open_tender_goods=Decimal("2000000.00"),
        open_tender_works=None,
    )
    for year in (2024, 2025, 2026)
)


def catalogue_for(region: str, year: int, catalogues: Iterable[Catalogue] = CATALOGUES) -> Catalogue:
    """The catalogue of the region, else of its city, its province, else the default (R-027). Raises `RuleBroken` R-010."""
    rows = {(row.region, row.year): row for row in catalogues}
    for code in (region, region[:4] + "00", region[:2] + "0000", ANYWHERE):
        found = rows.get((code, year))
        if found is not None:
            return found
    raise RuleBroken(
        "R-010",
        "catalogue-missing",
        "Finance enters the catalogue and thresholds of this year first.",
        region=region,
        year=year,
    )
