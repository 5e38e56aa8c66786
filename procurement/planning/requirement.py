"""采购需求: what is needed and who answers for it (财库〔2021〕22号, R-048, R-128)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Hex32, Instant, Money, Name, Number, Text, Uscc, Value


class RequirementItem(Value):
    name: Name
    unit: Name
    quantity: Number
    specification: Text
    substantive: bool = False
    """★: not meeting it makes a bid invalid"""
    acceptance: Text
    """How this item will be accepted (L-631)"""


class Survey(Value):
    """需求调查 (L-611): at least three objects, valid for a year."""

    objects: tuple[Name, ...]
    made_at: Instant
    findings: Text


class Review(Value):
    """审查 before the start (L-613). Reviewers may not have drafted the requirement."""

    kind: Literal["general", "focused"]
    reviewers: tuple[Name, ...]
    opinion: Text


class Requirement(Statement):
    TYPE: ClassVar[str] = "requirement"
    purchaser: Uscc
    intention: Hex32
    nature: Literal["goods", "services", "works"]
    amount: Money
    items: tuple[RequirementItem, ...]
    drafted_by: tuple[Name, ...]
    responsible: Name
    """The named person who answers for the requirement (R-128)"""
    survey: Survey | None = None
    review: Review
