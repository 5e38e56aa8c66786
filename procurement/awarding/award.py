"""中标确认 and 中标通知书."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Uscc


class AwardConfirmation(Statement):
    """The purchaser confirms the first candidate within five working days (L-272)."""

    TYPE: ClassVar[str] = "award-confirmation"
    report: Hex32
    lot: Code
    winner: Uscc
    responsible: Name
    """The named person who answers for the result (R-128)"""
    reason: str = ""
    """Lawful reason when the first candidate is skipped"""


class AwardNotice(Statement):
    """中标通知书, sealed by the agency and sent to the winner; starts the 30 days of R-095."""

    TYPE: ClassVar[str] = "award-notice"
    confirmation: Hex32
    number: Code
    lot: Code
    project_name: Name
    winner: Uscc
    winner_name: Name
    amount: Money
    """Contract amount: the bid (corrected) price, never the evaluation price (L-512)"""
    quote: Number
    """The quote in its own dimension (equal to amount for a total)"""
    sent: Instant
    pdf: Hex32


class ResultLetter(Statement):
    """Told to each loser with the notice: own score and rank, or why it was out (L-274). Agency."""

    TYPE: ClassVar[str] = "result-letter"
    notice: Hex32
    supplier: Uscc
    rank: int
    total: Number
    reason: str = ""
