"""中标确认 and 中标通知书: what is signed. How it is judged stands in `confirmation` and `notice`."""

from __future__ import annotations

from typing import ClassVar, Literal

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
    skip_ground: Literal["", "winner-refused", "cannot-perform", "challenge-upheld"] = ""
    """Lawful ground when the first candidate is skipped (条例 第四十九条, 94号令 第十六条); empty otherwise"""
    reason: str = ""
    """The same in words, with the evidence"""


class AwardDeemed(Statement):
    """Five working days passed in silence: the first candidate is the winner by rule (L-272). Platform."""

    TYPE: ClassVar[str] = "award-deemed"
    report: Hex32
    lot: Code
    winner: Uscc
    due: Instant
    """The end of the last day on which the purchaser could have confirmed"""


class AwardNotice(Statement):
    """中标通知书, sealed by the agency and sent to the winner; starts the 30 days of R-095."""

    TYPE: ClassVar[str] = "award-notice"
    confirmation: Hex32
    """Id of the `award-confirmation`, or of the `award-deemed` in its place"""
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
