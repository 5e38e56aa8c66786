"""What the evaluation report holds: the six parts of 87号令 第五十八条 (L-263) and the collusion section (R-115)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from documents.data import Fact, Project, Section
from documents.tender_data import ScoringLine
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc, Value
from procurement.evaluation.sheets import RankedBid, ScoreSheet
from procurement.opening.session import ReadOutRow


class PanelLine(Value):
    """A member of the committee as the report lists it."""

    member: Code
    name: Name
    kind: Literal["expert", "purchaser-representative"]
    leader: bool = False
    signed_in: Instant


class ReviewMark(Value):
    """What was found for one bid: by one reviewer, or by a vote of `votes` members of whom `in_favour` passed it."""

    supplier: Uscc
    passed: bool
    in_favour: int = 1
    votes: int = 1
    reason: str = ""


class ReviewedItem(Value):
    """A qualification or conformity item with its marks."""

    code: Code
    name: Name
    marks: tuple[ReviewMark, ...]


class CodeName(Value):
    """What people call a figure, a row, a deduction or a component of the price formula."""

    code: Code
    name: Name


class CollusionCheck(Value):
    """A check that was made, and its outcome in words."""

    name: Name
    outcome: Text


class CollusionLead(Value):
    """A lead (线索) with evidence for and against, and what the committee determined."""

    title: Name
    bidders: tuple[Name, ...]
    evidence: tuple[Text, ...]
    counter_evidence: tuple[Text, ...]
    determination: Text
    votes: Text
    reason: Text


class CollusionSection(Value):
    """串通投标情形的审查 (R-115): never empty; what was looked for is named even when nothing was found."""

    basis: Text
    checks: tuple[CollusionCheck, ...] = Field(min_length=1)
    leads: tuple[CollusionLead, ...] = ()


class Dissent(Value):
    """Written opinion of a member who disagrees (L-261)."""

    member: Code
    name: Name
    text: Text


class EvaluationReportPrint(Value):
    """评审报告."""

    project: Project
    announcement: tuple[Fact, ...]
    """Media and dates of the announcement and its corrections"""
    opened: Instant
    place: Name
    rows: tuple[ReadOutRow, ...]
    """Bidders, as read out"""
    panel: tuple[PanelLine, ...] = Field(min_length=1)
    drawn_from: Name
    method: tuple[Fact, ...]
    """Method and standard, price formula, deductions, ties"""
    rounding: tuple[Text, ...]
    """Where figures are rounded and how; one line each"""
    quote_unit: Name
    """Unit of the quote: 元, %"""
    qualification_by: Name
    qualification: tuple[ReviewedItem, ...]
    conformity: tuple[ReviewedItem, ...]
    items: tuple[ScoringLine, ...]
    sheets: tuple[ScoreSheet, ...]
    bids: tuple[RankedBid, ...]
    candidates: tuple[Uscc, ...]
    names: tuple[CodeName, ...] = ()
    """Words for the codes in the price steps"""
    others: tuple[Section, ...] = ()
    """Clarifications, replaced members, low-price explanations, outlier marks, …"""
    collusion: CollusionSection
    dissents: tuple[Dissent, ...] = ()
    opening: Hex32
    ranking: Hex32
    """Ids of the signed statements the figures come from"""
    finished: Instant
