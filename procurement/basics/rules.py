"""The rulebook: rules are data with effective dates and an explanation a person can read (R-070)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Literal

Confidence = Literal["SOURCE", "V", "S", "M", "D"]
_CHAPTERS = (
    "planning",
    "tendering",
    "bidding",
    "opening",
    "evaluation",
    "awarding",
    "challenging",
    "performing",
    "closing",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in force between two dates (inclusive). Rules marked S, M or D are configuration, never law by themselves."""

    id: str
    title: str
    citation: str
    why: str
    """Explanation in Chinese, one or two sentences."""
    why_en: str
    confidence: Confidence
    effective_from: date = date(2003, 1, 1)
    effective_to: date = date(9999, 12, 31)
    params: dict[str, Decimal] = field(default_factory=dict)

    def in_force(self, on: date) -> bool:
        return self.effective_from <= on <= self.effective_to


@cache
def rulebook() -> dict[str, tuple[Rule, ...]]:
    """All rules by id; several rows of one id are its versions in time."""
    book: dict[str, tuple[Rule, ...]] = {}
    for chapter in _CHAPTERS:
        rows: tuple[Rule, ...] = import_module(f"procurement.basics.rulebook.{chapter}").RULES
        for row in rows:
            book[row.id] = (*book.get(row.id, ()), row)
    return book


def rule(rule_id: str, on: date | None = None) -> Rule:
    """The rule by id, in the version in force on the project's event date (latest version without a date). Raises KeyError."""
    versions = rulebook()[rule_id]
    if on is None:
        return versions[-1]
    for version in versions:
        if version.in_force(on):
            return version
    raise KeyError(f"{rule_id} is not in force on {on}")
