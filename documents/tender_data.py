"""What the printed tender document holds."""

from __future__ import annotations

from typing import Literal

from documents.data import Paragraph, Project, Section, Table
from procurement.basics.value import Code, Instant, Name, Number, Text, Value


class ScoringLine(Value):
    """One row of the scoring table in the tender document."""

    code: Code
    group: Name
    name: Name
    maximum: Number
    objective: Literal["objective", "subjective", "unsaid"]
    standard: tuple[Paragraph, ...]
    """The tiers or the rule, one line each"""
    evidence: str = ""


class ReviewLine(Value):
    """A qualification or conformity item."""

    code: Code
    name: Name
    standard: Text
    substantive: bool = True


class FormSheet(Value):
    """A form to be filled in by the bidder."""

    title: Name
    lines: tuple[Name, ...] = ()
    table: Table | None = None
    note: str = ""


class TenderDocumentPrint(Value):
    """招标文件 with the 16 parts of 87号令 第二十条 (L-208), the invitation by 第十三条 (L-207)."""

    project: Project
    title: Name
    invitation: tuple[Section, ...]
    instructions: tuple[Section, ...]
    requirements: tuple[Section, ...]
    qualification: tuple[ReviewLine, ...]
    conformity: tuple[ReviewLine, ...]
    scheme: tuple[ScoringLine, ...]
    price_rule: tuple[Paragraph, ...]
    """Price formula, deductions, rounding, in the order in which they are applied"""
    contract_terms: tuple[Section, ...]
    forms: tuple[FormSheet, ...]
    issued: Instant
