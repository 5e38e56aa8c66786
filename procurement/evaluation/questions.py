"""What the committee asks bidders about their prices, and what they answer: corrections to confirm, low prices to explain (L-250 … L-253).

The leader asks for the committee; the platform puts the question to the bidder in a notice of its own, so that the bidder does not
learn who sits on the committee before the result (L-245), and adds what follows from the bid: figures, steps, causes.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Name, Number, Text, Uscc, Value
from procurement.bidding.price import PriceStep

PriceCause = Literal["mean", "second", "ceiling", "judgement"]
"""Why a price is asked about: a trigger of L-253, or most members find it obviously low (L-252)"""


class CorrectionRequest(Statement):
    """The committee has a bid's price, as corrected by the tender's steps, confirmed by its bidder (L-251). Leader."""

    TYPE: ClassVar[str] = "correction-request"
    opening: Hex32
    lot: Code
    member: Code
    """The leader, who speaks for the committee"""
    supplier: Uscc
    until: Instant


class CorrectedFigure(Value):
    figure: Code
    amount: Number


class CorrectionNotice(Statement):
    """The corrected price as it is put to its bidder, step by step. Platform."""

    TYPE: ClassVar[str] = "correction-notice"
    opening: Hex32
    lot: Code
    supplier: Uscc
    figures: tuple[CorrectedFigure, ...]
    steps: tuple[PriceStep, ...]
    until: Instant
    """Without a confirmation by then the bid is invalid (87号令 第五十九条)"""


class CorrectionAnswer(Statement):
    """The bidder confirms the corrected price, or does not: then the bid is invalid (L-251). Supplier."""

    TYPE: ClassVar[str] = "correction-answer"
    notice: Hex32
    supplier: Uscc
    confirmed: bool
    reason: str = ""


class ExplanationRequest(Statement):
    """The committee has an abnormally low price explained in writing, with its reasons and a time of at least 30 minutes (L-253). Leader."""

    TYPE: ClassVar[str] = "explanation-request"
    opening: Hex32
    lot: Code
    member: Code
    supplier: Uscc
    reason: Text
    until: Instant


class ExplanationNotice(Statement):
    """The request as it is put to its bidder, with the causes that apply. Platform."""

    TYPE: ClassVar[str] = "explanation-notice"
    opening: Hex32
    lot: Code
    supplier: Uscc
    causes: tuple[PriceCause, ...]
    reason: Text
    until: Instant


class ExplanationFile(Value):
    """What the bidder shows: cost tables, contracts, other proof."""

    title: Name
    sha256: Hex32


class PriceExplanation(Statement):
    """The bidder's written explanation with its proof. Supplier."""

    TYPE: ClassVar[str] = "price-explanation"
    notice: Hex32
    supplier: Uscc
    text: Text
    files: tuple[ExplanationFile, ...] = ()


class PriceJudgement(Statement):
    """A member's view after the explanation, or after its time has run out; more than half of all members decide (L-253, L-261)."""

    TYPE: ClassVar[str] = "price-judgement"
    notice: Hex32
    member: Code
    accepted: bool
    reason: Text
    consulted: tuple[Name, ...] = ()
    """Addresses the member looked up on the net; they are kept with the record (L-253)"""
