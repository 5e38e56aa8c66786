"""采购预算: lines originate in the finance intranet and are imported, never made here (R-017, R-018)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import ClassVar

from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
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


def check_budget_import(
    batch: BudgetImport,
    *,
    own_region: str,
    units: Mapping[str, str],
    known_codes: Set[str],
    now: datetime,
) -> None:
    """Judge a batch as a whole: nothing is imported when one row is wrong (R-018).

    `units` maps each registered purchaser to its 区划; `known_codes` are the lines imported before. Raises `RuleBroken`
    R-018; the fact `rows` reads "3 duplicate-code; 5 amount-not-positive" with rows counted from 1.
    """
    if batch.region != own_region:
        raise RuleBroken(
            "R-018",
            "budget-region-not-own",
            "Import only the lines of your own region.",
            region=batch.region,
            own=own_region,
        )
    if batch.year != shanghai_date(now).year:
        raise RuleBroken(
            "R-018",
            "budget-wrong-year",
            "Import the budget of the current year.",
            year=batch.year,
            current=shanghai_date(now).year,
        )
    faults = [f"{row} {fault}" for row, fault in _row_faults(batch, units, known_codes)]
    if faults or not batch.lines:
        raise RuleBroken(
            "R-018",
            "budget-rows-wrong" if faults else "budget-empty",
            "Correct the named rows at their source and import the whole batch again.",
            rows="; ".join(faults),
            count=len(faults),
        )


def _row_faults(batch: BudgetImport, units: Mapping[str, str], known_codes: Set[str]) -> list[tuple[int, str]]:
    faults: list[tuple[int, str]] = []
    seen = set(known_codes)
    for row, line in enumerate(batch.lines, start=1):
        if line.code in seen:
            faults.append((row, "duplicate-code"))
        seen.add(line.code)
        if line.purchaser not in units:
            faults.append((row, "unknown-unit"))
        elif units[line.purchaser] != batch.region:
            faults.append((row, "unit-of-another-region"))
        if line.amount <= 0:
            faults.append((row, "amount-not-positive"))
    return faults
