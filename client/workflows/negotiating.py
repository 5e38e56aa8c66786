"""Final quotes of 磋商 and 谈判: the leader asks, each bidder gives one and shows it when the round is closed (L-323, L-354)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta

from client.acts import Act
from client.lot_day import lot_day
from client.tenders import Tenders
from client.workflows.clarifying import LEEWAY
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.national.certified import is_national
from crypto.sheet_copy import open_copy, seal_copy
from procurement.basics.problems import Refused, Tampered
from procurement.basics.value import Hex32, Value
from procurement.bidding.draft import BidForms, FilledTable, QuotedFigure
from procurement.evaluation.final_round import check_final_quote, round_minutes
from procurement.evaluation.quoting import (
    QUOTE_LIMIT,
    FinalQuote,
    FinalQuotes,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
    quote_commitment,
)

COMMITTED, COPY = "quote-commit", "quote-copy"
"""Keepsakes: the quote a commit hides, and its sealed copy, so that the same act is made again after a kill"""


class CommittedQuote(Value):
    """What an own commit hides until the round is closed; kept here, shown later, never changed."""

    salt: Hex32
    quote: FinalQuote


class Negotiating(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders

    # -- the committee asks

    @verb()
    def ask_quotes(self, opening_id: str, *, minutes: int = 0) -> Outcome:
        """The leader asks all bidders still in for their final quotes; never less than the tender's minutes."""
        day = lot_day(self.place, self.tenders, opening_id)
        least = round_minutes(day.published.tender)
        until = self.place.now() + timedelta(minutes=max(minutes, least)) + LEEWAY
        asked = QuoteRound(opening=opening_id, lot=day.lot, member=self.me, until=until)
        return self.place.act(asked, subject=day.lot)

    # -- the bidder quotes

    @verb("store")
    def first_offer(self, notice_id: str) -> BidForms:
        """The own bid as it was opened, to start the final quote from."""
        notice = self.place.acts.get(QuoteNotice, notice_id).value
        return lot_day(self.place, self.tenders, notice.opening).forms[self.me]

    @verb()
    def give_quote(self, notice_id: str, quote: Sequence[QuotedFigure], tables: Sequence[FilledTable] = ()) -> Outcome:
        """Commit to the one final quote. It is checked here, as nobody can read it before the round is closed.

        Raises `RuleBroken` for a quote that would be refused when it is shown (L-254)."""
        notice = self.place.acts.get(QuoteNotice, notice_id).value
        day = lot_day(self.place, self.tenders, notice.opening)
        wanted = FinalQuote(notice=notice_id, supplier=self.me, quote=tuple(quote), tables=tuple(tables))
        check_final_quote(day.published.tender, day.published.lot(day.lot), day.forms[self.me], wanted)
        made = CommittedQuote(salt=os.urandom(32).hex(), quote=wanted)
        kept = CommittedQuote.from_bytes(self.place.keepsakes.keep(COMMITTED, notice_id, made.to_bytes()), QUOTE_LIMIT)
        if kept.quote != wanted:
            raise Refused("quoted-before", "The first final quote counts; it cannot be replaced.", notice=notice_id)
        c = quote_commitment(notice_id, bytes.fromhex(kept.salt), kept.quote.to_bytes())
        commit = QuoteCommit(notice=notice_id, lot=day.lot, supplier=self.me, c=c, sealed_quote=self._copy(kept, c))
        copies = () if commit.sealed_quote is None else (commit.sealed_quote,)
        return self.place.act(commit, files=copies, subject=day.lot)

    def _copy(self, kept: CommittedQuote, c: str) -> str | None:
        """A copy for another computer with this token, as of score sheets (M13)."""
        certificate = self.place.token.encryption_certificate
        if certificate is None or is_national(certificate):
            return None
        return self.place.keep_bytes(self.place.keepsakes.keep(COPY, c, seal_copy(kept.to_bytes(), c, certificate)))

    @verb()
    def show_quote(self, opening_id: str) -> Outcome:
        """Show the own quote after the round is closed, here or on another computer with the same token."""
        closed = self.place.acts.only(QuotesClosed, opening=opening_id)
        commit = self.own_commit(opening_id)
        kept = self.committed(commit)
        statement = QuoteReveal(
            commit=commit.id, closed=closed.id, supplier=self.me, salt=kept.salt, quote=kept.quote.to_bytes()
        )
        return self.place.act(statement, subject=commit.value.lot)

    def own_commit(self, opening_id: str) -> Act[QuoteCommit]:
        """The own final quote of this opening, given and hidden."""
        notice = self.place.acts.only(QuoteNotice, opening=opening_id, supplier=self.me)
        return self.place.acts.only(QuoteCommit, notice=notice.id)

    def committed(self, commit: Act[QuoteCommit]) -> CommittedQuote:
        """What an own commit hides: kept here, or recovered with the token. Raises `Refused`, `Tampered`, `Locked`."""
        data = self.place.keepsakes.find(COMMITTED, commit.value.notice)
        if data is None:
            if commit.value.sealed_quote is None:
                raise Refused("quote-not-here", "Show the quote on the machine on which it was given.")
            data = open_copy(self.place.read(commit.value.sealed_quote), commit.value.c, self.place.token)
        kept = CommittedQuote.from_bytes(data, QUOTE_LIMIT)
        found = quote_commitment(commit.value.notice, bytes.fromhex(kept.salt), kept.quote.to_bytes())
        if found != commit.value.c:
            raise Tampered("quote-differs-from-commit", "Show the quote that was committed.", supplier=self.me)
        return kept

    def result(self, opening_id: str) -> FinalQuotes | None:
        """All final quotes, once they are together; None before."""
        act = self.place.acts.last(FinalQuotes, opening=opening_id)
        return act.value if act is not None else None
