"""Final quotes: asked of all still in, given hidden and once, shown together; nobody left out or let in (L-323, L-354)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from client.verify.checks.settled import Forms, leader_in, panel_of, shown_by, sift_before, tender_of
from client.verify.checks.talks_before import talks_before, until_before, withdrawn_before
from client.verify.evidence import Evidence, Logged
from procurement.basics.problems import Tampered
from procurement.evaluation.final_round import (
    check_final_quote,
    check_quote_commit,
    check_quote_reveal,
    check_round,
    round_minutes,
    round_rule,
)
from procurement.evaluation.quoting import (
    FinalQuotes,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
)
from procurement.evaluation.talk_rounds import check_nothing_under_way, round_over
from procurement.opening.session import Opening
from procurement.tendering.tender import Tender

ROUNDS = (QuoteRound, QuoteNotice, QuoteCommit, QuotesClosed, QuoteReveal, FinalQuotes)


def check_final(evidence: Evidence, act: Logged[Any], opened: Mapping[str, Forms]) -> None:
    """One act of a round, by the law the platform had to judge it by."""
    opening = _opening_of(evidence, act)
    tender, forms = tender_of(evidence, evidence.find(Opening, opening)), opened.get(opening, {})
    match act.value:
        case QuoteRound():
            _round(evidence, act, tender, forms)
        case QuoteNotice() as notice:
            if not evidence.all(QuoteRound, opening=opening, until=notice.until):
                raise Tampered("question-unasked", "The bidder was asked without the committee's request.")
        case QuoteCommit() as commit:
            put = evidence.find(QuoteNotice, commit.notice)
            given = any(c.index < act.index for c in evidence.all(QuoteCommit, notice=commit.notice))
            closed = any(c.index < act.index for c in evidence.all(QuotesClosed, opening=opening))
            check_quote_commit(
                commit,
                put.value,
                tender,
                act.entry.t_recv,
                until=until_before(evidence, put, act.index),
                given=given,
                left=commit.supplier in withdrawn_before(evidence, opening, act.index),
                closed=closed,
            )
        case QuotesClosed():
            _closed(evidence, act, tender)
        case QuoteReveal():
            _reveal(evidence, act, tender, forms)
        case FinalQuotes():
            _together(evidence, act)


def _opening_of(evidence: Evidence, act: Logged[Any]) -> str:
    match act.value:
        case QuoteCommit(notice=notice):
            return evidence.find(QuoteNotice, notice).value.opening
        case QuoteReveal(commit=commit):
            return evidence.find(QuoteNotice, evidence.find(QuoteCommit, commit).value.notice).value.opening
        case _:
            return str(act.value.opening)


def _round(evidence: Evidence, act: Logged[QuoteRound], tender: Tender, forms: Forms) -> None:
    """By the leader, once, with time enough; and every bidder still in was asked, nobody else."""
    said = act.value
    if said.member != leader_in(evidence, said.opening):
        raise Tampered("question-unasked", "The leader speaks for the committee.", member=said.member)
    survivors = sift_before(evidence, act, tender, forms)
    asked = any(r.index < act.index for r in evidence.all(QuoteRound, opening=said.opening))
    check_round(said, tender, survivors.findings, act.entry.t_recv, asked=asked)
    members = len(panel_of(evidence, said.opening).value.members)
    check_nothing_under_way(talks_before(evidence, said.opening, act.index), members, round_rule(tender))
    told = sorted(n.value.supplier for n in evidence.all(QuoteNotice, opening=said.opening))
    if told != sorted(survivors.standing):
        raise Tampered("quotes-asked-of-others", "Not those still in were asked for final quotes.", lot=said.lot)


def _closed(evidence: Evidence, act: Logged[QuotesClosed], tender: Tender) -> None:
    """Every quote given in time is in, and nobody's time was cut short."""
    said, at = act.value, act.entry.t_recv
    notices = evidence.all(QuoteNotice, opening=said.opening)
    commits = [c for n in notices for c in evidence.all(QuoteCommit, notice=n.id)]
    before = sorted((c for c in commits if c.index < act.index), key=lambda c: c.index)
    given = tuple(c.id for c in before)
    left = withdrawn_before(evidence, said.opening, act.index)
    over = round_over([n.value.supplier for n in notices], [c.value.supplier for c in before], left)
    early = not over and any(at <= until_before(evidence, n, act.index) for n in notices)
    short = said.reveal_until < at + timedelta(minutes=round_minutes(tender))
    if said.commits != given or early or short:
        raise Tampered("quotes-closed-wrongly", "The round did not close with all its quotes, in time.", lot=said.lot)


def _reveal(evidence: Evidence, act: Logged[QuoteReveal], tender: Tender, forms: Forms) -> None:
    commit = evidence.find(QuoteCommit, act.value.commit).value
    closed = evidence.find(QuotesClosed, act.value.closed)
    shown = any(r.index < act.index for r in evidence.all(QuoteReveal, commit=act.value.commit))
    if act.value.supplier != commit.supplier or act.value.commit not in closed.value.commits:
        raise Tampered("quote-differs-from-commit", "The quote is not the one that was given.", by=act.value.supplier)
    quote = check_quote_reveal(act.value, commit, closed.value, tender, act.entry.t_recv, shown=shown)
    lot = tender.lot(commit.lot)
    if commit.supplier in forms:
        check_final_quote(tender, lot, forms[commit.supplier], quote)


def _together(evidence: Evidence, act: Logged[FinalQuotes]) -> None:
    """The quotes as they were shown, all of them; who is said to have withdrawn had time to show one."""
    closed = evidence.find(QuotesClosed, act.value.closed).value
    result = shown_by(evidence, act)
    early = len(result.offers) < len(closed.commits) and act.entry.t_recv <= closed.reveal_until
    if act.value.result != result or early:
        raise Tampered("final-quotes-differ", "The final quotes are not those that were shown.", lot=act.value.lot)
