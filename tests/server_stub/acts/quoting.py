"""A road of a consultation (竞争性磋商): after the reviews the bidders give their final quotes."""

from __future__ import annotations

import secrets as random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from procurement.bidding.draft import QuotedFigure
from procurement.evaluation.quoting import (
    FinalQuote,
    FinalQuotes,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
    quote_commitment,
)
from procurement.tendering.tender import Award, Negotiation
from tests.server_stub.acts import hall, publishing
from tests.server_stub.acts.walk import SUPPLIERS, Walk

MINUTES = 20
FINAL = {"a": "960000.00", "b": "900000.00", "c": "930000.00"}
"""C overtakes A, which was the lowest before"""


def consult(walk: Walk, **changes: object) -> None:
    """The tender of this road is a consultation."""
    told: dict[str, Any] = {"rounds": 2, "final_quote_minutes": MINUTES, "changeable": ("technical", "service")}
    negotiation = Negotiation(**{**told, **changes})
    walk.model = publishing.tender(method="consultation", negotiation=negotiation, award=Award(candidates=3))


def quote_round(walk: Walk, minutes: int = MINUTES + 1) -> QuoteRound:
    return QuoteRound(
        opening=walk.id("opening"),
        lot="1",
        member=walk.by("expert-1").code,
        until=walk.now() + timedelta(minutes=minutes),
    )


def ask(walk: Walk) -> None:
    """The leader asks; each bidder has its own notice."""
    walk.do("expert-1", "quote-round", quote_round(walk))
    take_notices(walk)


def take_notices(walk: Walk) -> None:
    for short, code in SUPPLIERS.items():
        found = [i for i in walk.by(short).feed().items if i.act == QuoteNotice.TYPE]
        for item in found:
            made = QuoteNotice.from_bytes(item.signed.statement)
            assert made.supplier == code
            walk.done[f"notice-{short}"] = made


def final_quote(walk: Walk, short: str, amount: str = "", **changes: object) -> FinalQuote:
    figures = (QuotedFigure(figure="total", amount=Decimal(amount or FINAL[short])),)
    made = FinalQuote(notice=walk.id(f"notice-{short}"), supplier=SUPPLIERS[short], quote=figures)
    return FinalQuote.model_validate({**dict(made), **changes}) if changes else made


def commit(walk: Walk, short: str, made: FinalQuote | None = None) -> QuoteCommit:
    """A quote under a salt of its own; both stay with the bidder."""
    body, salt = (made or final_quote(walk, short)).to_bytes(), random.token_bytes(32)
    walk.secrets[f"quote-{short}"], walk.secrets[f"quote-salt-{short}"] = body, salt
    notice = walk.id(f"notice-{short}")
    return QuoteCommit(notice=notice, lot="1", supplier=SUPPLIERS[short], c=quote_commitment(notice, salt, body))


def give(walk: Walk, short: str, made: FinalQuote | None = None) -> QuoteCommit:
    act = commit(walk, short, made)
    walk.do(short, f"quote-{short}", act)
    return act


def give_all(walk: Walk) -> None:
    """With the last one the round is closed."""
    for short in SUPPLIERS:
        give(walk, short)
    hall.by_platform(walk, QuotesClosed, "quotes-closed")


def reveal(walk: Walk, short: str, **changes: object) -> QuoteReveal:
    made = QuoteReveal(
        commit=walk.id(f"quote-{short}"),
        closed=walk.id("quotes-closed"),
        supplier=SUPPLIERS[short],
        salt=walk.secrets[f"quote-salt-{short}"].hex(),
        quote=walk.secrets[f"quote-{short}"],
    )
    return QuoteReveal.model_validate({**dict(made), **changes}) if changes else made


def show(walk: Walk, short: str) -> QuoteReveal:
    act = reveal(walk, short)
    walk.do(short, f"shown-{short}", act)
    return act


def show_all(walk: Walk) -> FinalQuotes:
    for short in SUPPLIERS:
        show(walk, short)
    return hall.by_platform(walk, FinalQuotes, "final-quotes")
