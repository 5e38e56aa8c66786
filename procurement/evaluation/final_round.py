"""Law of the final quotes: who is asked, for how long, what may be quoted, who has withdrawn (L-323, L-354, L-254)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from procurement.basics.findings import Finding, refuse_blocking
from procurement.basics.problems import NotAllowed, Refused, RuleBroken, Tampered
from procurement.bidding.completeness import final_quote_findings
from procurement.bidding.draft import BidForms
from procurement.evaluation.quoting import (
    QUOTE_LIMIT,
    FinalOffer,
    FinalQuote,
    FinalRound,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
    quote_commitment,
)
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

QUOTES_DUE = "final-quotes-due"
"""Finding of the evaluation that a round of final quotes settles"""


def asks_final_quotes(tender: Tender) -> bool:
    """Whether the last quote, not the first, is what counts (磋商, 谈判)."""
    return tender.profile.final_quotes and tender.negotiation is not None and tender.negotiation.final_quote


def round_rule(tender: Tender) -> str:
    """The rule on final quotes of this tender's method."""
    return "L-323" if tender.method == "negotiation" else "L-354"


def round_minutes(tender: Tender) -> int:
    """Minutes a bidder has at least for its final quote, and then again to show it."""
    assert tender.negotiation is not None
    return tender.negotiation.final_quote_minutes


def check_round(act: QuoteRound, tender: Tender, findings: Sequence[Finding], now: datetime, *, asked: bool) -> None:
    """One round, once all have reviewed, with the tender's time at least. Raises `Refused` or `RuleBroken`."""
    rule = round_rule(tender) if asks_final_quotes(tender) else "L-331"
    if asked:
        raise Refused("quotes-asked-before", "The final quotes have been asked for; wait for them.", rule=rule)
    if not any(f.code == QUOTES_DUE for f in findings):
        raise RuleBroken(rule, "no-final-quotes-due", "Only bids of a negotiation get final quotes, and only once.")
    minutes = round_minutes(tender)
    if act.until < now + timedelta(minutes=minutes):
        raise RuleBroken(
            rule, "time-to-answer-short", "Give the bidders more time.", minutes=minutes, until=act.until.isoformat()
        )


def check_asked(supplier: str, addressee: str, rule: str, *, left: bool) -> None:
    """Only a bidder still in answers what was put to it. Raises `NotAllowed` or `Refused`."""
    if supplier != addressee:
        raise NotAllowed("not-asked", "Only the bidder who was asked answers.", rule=rule, supplier=supplier)
    if left:
        raise Refused("left-before", "This bidder has left.", rule="L-323")


def check_quote_commit(
    act: QuoteCommit,
    notice: QuoteNotice,
    tender: Tender,
    now: datetime,
    *,
    until: datetime,
    given: bool,
    left: bool,
    closed: bool,
) -> None:
    """By whom it was asked for, in time (`until`, after extensions), once. Raises `NotAllowed`, `RuleBroken` or `Refused`."""
    rule = round_rule(tender)
    check_asked(act.supplier, notice.supplier, rule, left=left)
    if given:
        raise Refused("quoted-before", "The first final quote counts; it cannot be replaced.", rule=rule)
    if closed or now > until:
        raise RuleBroken(rule, "final-quote-late", "The time for final quotes is over.", until=until.isoformat())


def check_quote_reveal(
    act: QuoteReveal, commit: QuoteCommit, closed: QuotesClosed | None, tender: Tender, now: datetime, *, shown: bool
) -> FinalQuote:
    """The revealed quote is the committed one, after the closing and in time; the quote. Raises `Refused`, `RuleBroken`, `Tampered`."""
    rule = round_rule(tender)
    if closed is None or act.closed != closed.id:
        raise Refused("quote-revealed-early", "Quotes are shown after the time for giving them.", rule=rule)
    if now > closed.reveal_until:
        until = closed.reveal_until.isoformat()
        raise RuleBroken(rule, "quote-reveal-late", "The time to show the quote is over.", until=until)
    if shown:
        raise Refused("quote-revealed-before", "This quote has been shown.", rule=rule)
    if quote_commitment(commit.notice, bytes.fromhex(act.salt), act.quote) != commit.c:
        raise Tampered("quote-differs-from-commit", "Show the quote that was committed.", supplier=act.supplier)
    quote = FinalQuote.from_bytes(act.quote, QUOTE_LIMIT)
    if (quote.notice, quote.supplier) != (commit.notice, commit.supplier):
        raise Refused("quote-of-another", "Show the quote of this bidder for this round.", supplier=commit.supplier)
    return quote


def check_final_quote(tender: Tender, lot: Lot, first: BidForms, quote: FinalQuote) -> None:
    """Every figure once, above zero, within the limits and the tender's precision; tables where single rows are limited (L-254).

    Raises `RuleBroken` with the first thing wrong."""
    figures = [f.figure for f in quote.quote]
    tables = [t.table for t in quote.tables]
    carrying = {t.code for t in lot.quote.tables if t.sums_to}
    if len(set(figures)) != len(figures) or set(figures) - {f.code for f in lot.quote.figures}:
        raise RuleBroken("L-254", "final-quote-figures", "Quote each figure of the quotation form once, and no other.")
    if len(set(tables)) != len(tables) or set(tables) - carrying:
        raise RuleBroken("L-254", "final-quote-tables", "Fill in only the price tables that carry the quote.")
    with_tables = bool(tables) or limits_rows(lot)
    refuse_blocking(final_quote_findings(tender, in_final(lot, first, quote), tables=with_tables))


def limits_rows(lot: Lot) -> bool:
    """Whether the tender limits single rows: a final quote then needs its price tables, too."""
    return any(
        t.ceilings or any(r.unit_ceiling is not None or r.amount_ceiling is not None for r in t.rows)
        for t in lot.quote.tables
        if t.sums_to
    )


def in_final(lot: Lot, first: BidForms, offer: FinalQuote | FinalOffer) -> BidForms:
    """The bid at its final quote: the first price, in all its places, no longer counts."""
    carrying = {t.code for t in lot.quote.tables if t.sums_to}
    kept = tuple(t for t in first.tables if t.table not in carrying)
    return first.model_copy(update={"quote": offer.quote, "tables": (*kept, *offer.tables), "elsewhere": ()})


def finally_quoted(lot: Lot, bids: Mapping[str, BidForms], result: FinalRound) -> dict[str, BidForms]:
    """The bids that gave a final quote, at it."""
    offers = {offer.supplier: offer for offer in result.offers}
    return {s: in_final(lot, forms, offers[s]) for s, forms in bids.items() if s in offers}


def round_result(asked: Collection[str], shown: Iterable[tuple[str, FinalQuote]]) -> FinalRound:
    """What a round came to: `shown` are (id of the reveal, quote). The others have withdrawn."""
    offers = {
        quote.supplier: FinalOffer(supplier=quote.supplier, reveal=id_, quote=quote.quote, tables=quote.tables)
        for id_, quote in shown
    }
    return FinalRound(
        offers=tuple(offers[s] for s in sorted(offers)), withdrawn=tuple(sorted(set(asked) - set(offers)))
    )
