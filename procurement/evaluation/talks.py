"""磋商与谈判的轮次: before the final quotes the committee talks with the bidders still in, in rounds (L-322, L-323, L-354).

The leader opens a round for the committee. Where it changes terms of the tender, the purchaser's representative confirms the change
first; only then does the platform put the round to all bidders still in, at the same moment, each in a notice of its own, so that no
bidder learns who sits on the committee or who else is still in. What a bidder answers is seen by nobody else before the round is closed.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc, Value

ChangeKind = Literal["technical", "service", "contract"]
"""What may change: technical and service requirements, terms of the draft contract (74号令 第三十二条)"""
DepartureKind = Literal["withdrawn", "silent", "unresponsive"]


class TermChange(Value):
    """One substantial change of the tender's terms."""

    kind: ChangeKind
    place: Name
    """Where it stands: chapter, clause"""
    before: str = ""
    """The words that no longer count; empty when something is added"""
    after: Text


class TalkPoint(Value):
    """What the committee says to one bidder alone, as talks are held with one at a time."""

    supplier: Uscc
    text: Text


class TalksRound(Statement):
    """The committee opens a round of talks with all bidders still in. Leader."""

    TYPE: ClassVar[str] = "talks-round"
    opening: Hex32
    lot: Code
    member: Code
    """The leader, who speaks for the committee"""
    round: int
    """From 1; a round that was not confirmed is not counted"""
    subject: Text
    """What is asked of all bidders alike"""
    changes: tuple[TermChange, ...] = ()
    points: tuple[TalkPoint, ...] = ()
    minutes: int
    """Time to answer, from when the round is put to the bidders"""


class ChangesConfirmation(Statement):
    """Changed terms are confirmed, or not, for the purchaser (74号令 第三十二条). The purchaser, or its representative on the panel."""

    TYPE: ClassVar[str] = "changes-confirmation"
    request: Hex32
    """Id of the `talks-round`"""
    lot: Code
    by: Code
    """The purchaser's code, or the number of its representative"""
    confirmed: bool
    reason: str = ""
    """Why not; the committee then opens the round in another way, or goes on without it"""


class TalksNotice(Statement):
    """The round as it is put to one bidder. Platform."""

    TYPE: ClassVar[str] = "talks-notice"
    opening: Hex32
    lot: Code
    supplier: Uscc
    request: Hex32
    round: int
    subject: Text
    changes: tuple[TermChange, ...] = ()
    points: tuple[Text, ...] = ()
    """Said to this bidder alone"""
    until: Instant
    """Who has not answered changed terms by then has left; without changes the response of before stands"""


class ResponsePaper(Value):
    """A PDF that goes with a response."""

    title: Name
    sha256: Hex32
    size: int


class TalksResponse(Statement):
    """重新提交的响应: what the bidder answers in this round, and binds it from then on. Supplier."""

    TYPE: ClassVar[str] = "talks-response"
    notice: Hex32
    lot: Code
    supplier: Uscc
    text: Text
    papers: tuple[ResponsePaper, ...] = ()


class TalksWithdrawal(Statement):
    """退出: before its final quote a bidder may leave; its deposit goes back to it (74号令 第三十四条). Supplier."""

    TYPE: ClassVar[str] = "talks-withdrawal"
    notice: Hex32
    """Id of a `talks-notice` or `quote-notice` put to this bidder"""
    lot: Code
    supplier: Uscc
    reason: str = ""


class RoundResponse(Value):
    supplier: Uscc
    response: Hex32


class TalksClosed(Statement):
    """The time of the round is over, or all have answered; the committee may read the responses. Platform."""

    TYPE: ClassVar[str] = "talks-closed"
    opening: Hex32
    lot: Code
    request: Hex32
    responses: tuple[RoundResponse, ...]


class ResponseVerdict(Value):
    supplier: Uscc
    passed: bool
    reason: str = ""


class TalksReview(Statement):
    """A member's view on whether the responses meet the changed terms; more than half of all members decide (L-261). Member."""

    TYPE: ClassVar[str] = "talks-review"
    closed: Hex32
    lot: Code
    member: Code
    verdicts: tuple[ResponseVerdict, ...]


class TimeExtension(Statement):
    """The committee gives all bidders more time in a running round of talks or of final quotes. Leader."""

    TYPE: ClassVar[str] = "time-extension"
    request: Hex32
    """Id of the `talks-round` or `quote-round` that runs"""
    opening: Hex32
    lot: Code
    member: Code
    until: Instant
    reason: Text


class ExtensionNotice(Statement):
    """The longer time as each bidder is told it. Platform."""

    TYPE: ClassVar[str] = "extension-notice"
    opening: Hex32
    lot: Code
    supplier: Uscc
    notice: Hex32
    """Id of the bidder's `talks-notice` or `quote-notice`"""
    until: Instant
    reason: Text


class Departure(Value):
    """Who is no longer in after talks, how, and why."""

    supplier: Uscc
    how: DepartureKind
    reason: str


class TalksResult(Value):
    """What the talks came to: who has left, or was found not to meet the changed terms."""

    out: tuple[Departure, ...]
