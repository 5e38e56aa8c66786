"""Acts of the final quotes of 磋商 and 谈判: asked for, given under a commitment, closed, shown, together (L-323, L-354)."""

from __future__ import annotations

from datetime import datetime, timedelta

from procurement.basics.lifecycle import State
from procurement.basics.statement import Signer, Statement
from procurement.evaluation.final_round import (
    check_final_quote,
    check_quote_commit,
    check_quote_reveal,
    check_round,
    round_minutes,
    round_result,
    round_rule,
)
from procurement.evaluation.quoting import (
    QUOTE_LIMIT,
    FinalQuote,
    FinalQuotes,
    QuoteCommit,
    QuoteNotice,
    QuoteReveal,
    QuoteRound,
    QuotesClosed,
)
from procurement.evaluation.talk_rounds import check_nothing_under_way, round_over
from procurement.opening.session import Opening
from server_stub.acts import course
from server_stub.acts.day import opened_forms
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.panels import committee_sees, day_behind, same_lot, spoken
from server_stub.acts.ranking import case_of, close_review
from server_stub.acts.reading import Act, Reading
from server_stub.acts.talks_facts import Pending, talks_of, until_of, withdrawals_of
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible
from server_stub.jobs.timers import due

GIVE, SHOW = "final-quotes-due", "final-quotes-shown"
"""Timers: the time to give a final quote is over; the time to show it is over"""
_A_SECOND = timedelta(seconds=1)


@accepts(QuoteRound)
def quote_round(tx: Tx, act: QuoteRound, signer: Signer, now: datetime, secret: bytes) -> None:
    """The leader asks; the platform tells every bidder still in, each in a notice of its own."""
    opening, sitting = spoken(tx, act, signer)
    case = case_of(tx, opening)
    survivors = case.sift()
    asked = tx.last(QuoteRound, opening=act.opening) is not None
    check_round(act, case.day.tender, survivors.findings, now, asked=asked)
    check_nothing_under_way(talks_of(tx, opening), len(sitting.value.members), round_rule(case.day.tender))
    course.step(tx, act.TYPE, opening.project, opening.lot)
    for supplier in survivors.standing:
        tx.platform_act(QuoteNotice(opening=opening.id, lot=act.lot, supplier=supplier, until=act.until))
    tx.at(act.until.replace(microsecond=0) + _A_SECOND, GIVE, opening.id, opening=opening.id)


@accepts(QuoteCommit)
def quote_commit(tx: Tx, act: QuoteCommit, signer: Signer, now: datetime, secret: bytes) -> None:
    """One quote of each; with the last one the round is closed, as nobody is waited for."""
    author_is(signer, act.supplier)
    notice = tx.find(QuoteNotice, act.notice)
    opening = tx.find(Opening, notice.value.opening)
    same_lot(act.lot, notice.lot)
    given = tx.last(QuoteCommit, notice=act.notice) is not None
    closed = tx.last(QuotesClosed, opening=opening.id) is not None
    check_quote_commit(
        act,
        notice.value,
        day_behind(tx, opening).tender,
        now,
        until=until_of(tx, notice),
        given=given,
        left=act.supplier in withdrawals_of(tx, opening),
        closed=closed,
    )
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if act.sealed_quote is not None:
        tx.require_file(act.sealed_quote)
    close_when_all(tx, opening, (tx.id, act))


def close_when_all(tx: Tx, opening: Act[Opening], pending: Pending) -> None:
    """Close the round when each bidder has given a quote or left; nobody is waited for."""
    given = [(a.id, a.value.supplier) for a in _commits(tx, opening)]
    if pending is not None and isinstance(pending[1], QuoteCommit):
        given.append((pending[0], pending[1].supplier))
    asked = [a.value.supplier for a in tx.acts(QuoteNotice, opening=opening.id)]
    if round_over(asked, [supplier for _, supplier in given], withdrawals_of(tx, opening, pending)):
        _close(tx, opening, tuple(id_ for id_, _ in given))


@due(GIVE)
def time_to_quote_over(tx: Tx, payload: dict[str, str]) -> None:
    """Who has given no quote has withdrawn."""
    opening = tx.find(Opening, payload["opening"])
    if tx.last(QuotesClosed, opening=opening.id) is None:
        _close(tx, opening, tuple(a.id for a in _commits(tx, opening)))


def _close(tx: Tx, opening: Act[Opening], commits: tuple[str, ...]) -> None:
    minutes = timedelta(minutes=round_minutes(day_behind(tx, opening).tender))
    until = tx.now.replace(microsecond=0) + _A_SECOND + minutes
    course.step(tx, QuotesClosed.TYPE, opening.project, opening.lot)
    closed = QuotesClosed(opening=opening.id, lot=opening.lot, commits=commits, reveal_until=until)
    tx.platform_act(closed)
    if commits:
        tx.at(until + _A_SECOND, SHOW, opening.id, opening=opening.id)
    else:
        _gather(tx, opening, closed.id, [])


@accepts(QuoteReveal)
def quote_reveal(tx: Tx, act: QuoteReveal, signer: Signer, now: datetime, secret: bytes) -> None:
    """Shown to nobody else yet; refused where its content may not be quoted (L-254): then the bidder has given no final quote."""
    author_is(signer, act.supplier)
    commit = tx.find(QuoteCommit, act.commit)
    author_is(signer, commit.value.supplier)
    opening = tx.find(Opening, tx.find(QuoteNotice, commit.value.notice).value.opening)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    closed, day = tx.last(QuotesClosed, opening=opening.id), day_behind(tx, opening)
    shown = _shown(tx, closed) if closed else []
    again = any(one.supplier == act.supplier for _, one in shown)
    quote = check_quote_reveal(act, commit.value, closed.value if closed else None, day.tender, now, shown=again)
    assert closed is not None
    check_final_quote(day.tender, day.lot, opened_forms(tx, opening)[act.supplier], quote)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if len(shown) + 1 == len(closed.value.commits):
        _gather(tx, opening, closed.id, [*shown, (tx.id, quote)])


@due(SHOW)
def time_to_show_over(tx: Tx, payload: dict[str, str]) -> None:
    """Who has not shown the quote it committed to has given none."""
    opening = tx.find(Opening, payload["opening"])
    closed = tx.last(QuotesClosed, opening=opening.id)
    if closed is not None and course.state_of(tx, opening.project, opening.lot) is State.NEGOTIATING:
        _gather(tx, opening, closed.id, _shown(tx, closed))


def _gather(tx: Tx, opening: Act[Opening], closed: str, shown: list[tuple[str, FinalQuote]]) -> None:
    """All quotes together, and with them the committee may read each."""
    asked = [a.value.supplier for a in tx.acts(QuoteNotice, opening=opening.id)]
    tx.platform_act(FinalQuotes(opening=opening.id, lot=opening.lot, closed=closed, result=round_result(asked, shown)))
    course.step(tx, FinalQuotes.TYPE, opening.project, opening.lot)
    tx.disclose(*(id_ for id_, _ in shown if id_ != tx.id))


def _commits(tx: Tx, opening: Act[Opening]) -> list[Act[QuoteCommit]]:
    notices = tx.acts(QuoteNotice, opening=opening.id)
    found = [commit for notice in notices for commit in tx.acts(QuoteCommit, notice=notice.id)]
    return sorted(found, key=lambda commit: commit.seq)


def _shown(tx: Tx, closed: Act[QuotesClosed]) -> list[tuple[str, FinalQuote]]:
    """Accepted reveals with their quotes."""
    return [(a.id, FinalQuote.from_bytes(a.value.quote, QUOTE_LIMIT)) for a in tx.acts(QuoteReveal, closed=closed.id)]


@accepts(FinalQuotes)
def final_quotes(tx: Tx, act: FinalQuotes, signer: Signer, now: datetime, secret: bytes) -> None:
    """These are the prices from here on; scoring begins at once where nothing of them is in question."""
    close_review(tx, tx.find(Opening, act.opening), (tx.id, act))


visible("quote-round", "quote-commit", "final-quotes")(committee_sees)


@visible("quote-notice")
def _asked_or_asking(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The bidder who is asked, and the committee; no bidder learns who else is still in."""
    supplier = getattr(act.value, "supplier", "")
    return bool(reader.actor) and (reader.actor == supplier or committee_sees(reading, reader, act))


@visible("quotes-closed")
def _in_the_round(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """Those who may show a quote now, and the committee."""
    if committee_sees(reading, reader, act):
        return True
    notice = reading.last(QuoteNotice, project=act.project, lot=act.lot, supplier=reader.actor)
    return notice is not None and reading.last(QuoteCommit, notice=notice.id) is not None


@visible("quote-reveal")
def _all_together(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """Its author until the quotes come together; then the committee. Bidders do not see each other's."""
    together = reading.last(FinalQuotes, project=act.project, lot=act.lot) is not None
    return together and committee_sees(reading, reader, act)
