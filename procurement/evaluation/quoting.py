"""最后报价: after the negotiation every bidder still in gives one signed quote, hidden until all are in (L-323, L-354).

The leader opens the round for the committee; the platform asks each bidder in a notice of its own, so that a bidder learns neither
who sits on the committee nor who else is still in. A quote is committed to before the time is over and shown after it, as score
sheets are (M13): nobody, the platform included, can read one while another may still be given.
"""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.digest import digest
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Uscc, Value
from procurement.bidding.draft import FilledTable, QuotedFigure

QUOTE_LIMIT = 16 * 1024 * 1024


class FinalQuote(Value):
    """What a bidder commits to and shows later."""

    notice: Hex32
    supplier: Uscc
    quote: tuple[QuotedFigure, ...]
    tables: tuple[FilledTable, ...] = ()
    """The price tables that carry the figures, filled in anew. Needed where the tender limits single rows; else the figures are enough"""


class FinalOffer(Value):
    """A final quote as it counts."""

    supplier: Uscc
    reveal: Hex32
    quote: tuple[QuotedFigure, ...]
    tables: tuple[FilledTable, ...] = ()


class FinalRound(Value):
    """What a round came to. Who gave no final quote in time, or none that may be taken, has withdrawn."""

    offers: tuple[FinalOffer, ...]
    withdrawn: tuple[Uscc, ...]


class QuoteRound(Statement):
    """The committee asks all bidders still in for their final quotes. Leader."""

    TYPE: ClassVar[str] = "quote-round"
    opening: Hex32
    lot: Code
    member: Code
    """The leader, who speaks for the committee"""
    until: Instant


class QuoteNotice(Statement):
    """The request as it is put to one bidder. Platform."""

    TYPE: ClassVar[str] = "quote-notice"
    opening: Hex32
    lot: Code
    supplier: Uscc
    until: Instant
    """Who has not committed to a quote by then has withdrawn"""


class QuoteCommit(Statement):
    """A final quote, given and still hidden. Supplier."""

    TYPE: ClassVar[str] = "quote-commit"
    notice: Hex32
    lot: Code
    supplier: Uscc
    c: Hex32
    """D("final-quote", notice, salt, quote bytes); the salt has 32 bytes"""
    sealed_quote: Hex32 | None = None
    """SHA-256 of the quote sealed to the bidder's own certificate, kept by the platform; absent when its token decrypts nothing"""


class QuotesClosed(Statement):
    """The time is over, or all have given a quote; none can be given or changed any more, and reveals may come. Platform."""

    TYPE: ClassVar[str] = "quotes-closed"
    opening: Hex32
    lot: Code
    commits: tuple[Hex32, ...]
    reveal_until: Instant


class QuoteReveal(Statement):
    """The bidder shows the quote it committed to. Nobody else sees it before all are there, or their time is over. Supplier."""

    TYPE: ClassVar[str] = "quote-reveal"
    commit: Hex32
    closed: Hex32
    supplier: Uscc
    salt: Hex32
    quote: Blob
    """Canonical bytes of the `FinalQuote`"""


class FinalQuotes(Statement):
    """All final quotes together: the prices from here on (L-323, L-354). Platform."""

    TYPE: ClassVar[str] = "final-quotes"
    opening: Hex32
    lot: Code
    closed: Hex32
    result: FinalRound


def quote_commitment(notice: str, salt: bytes, quote: bytes) -> str:
    """c of a quote commit: D("final-quote", notice, salt, quote). The notice is one bidder's alone: it binds opening, lot and bidder."""
    return digest("final-quote", bytes.fromhex(notice), salt, quote).hex()
