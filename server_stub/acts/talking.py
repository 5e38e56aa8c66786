"""Acts of the talks of 磋商 and 谈判: rounds, changes confirmed, responses, leaving, reviews, longer times (L-322, L-323, L-354)."""

from __future__ import annotations

from datetime import datetime, timedelta

from procurement.basics.problems import NotAllowed
from procurement.basics.statement import Signer, Statement
from procurement.evaluation.final_round import round_rule
from procurement.evaluation.quoting import QuoteCommit, QuoteNotice, QuoteRound, QuotesClosed
from procurement.evaluation.talk_rounds import (
    check_confirmation,
    check_extension,
    check_response,
    check_talks_review,
    check_talks_round,
    check_withdrawal,
    confirmers,
    is_out,
    round_over,
    talks_rule,
)
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    RoundResponse,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
    TimeExtension,
)
from procurement.opening.session import Opening
from server_stub.acts import course, negotiating
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.panels import committee_sees, day_behind, present, same_lot, sitting_panel, spoken
from server_stub.acts.ranking import case_of, close_review
from server_stub.acts.reading import Act, Reading
from server_stub.acts.talks_facts import naming, result_of, talks_of, until_of, withdrawals_of
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible
from server_stub.jobs.timers import due

OVER = "talks-round-over"
"""Timer: the time to answer a round of talks is over"""
_A_SECOND = timedelta(seconds=1)


@accepts(TalksRound)
def talks_round(tx: Tx, act: TalksRound, signer: Signer, now: datetime, secret: bytes) -> None:
    """The leader opens a round; without changed terms it is put to all at once, else when the change is confirmed."""
    opening, sitting = spoken(tx, act, signer)
    case = case_of(tx, opening)
    survivors = case.sift()
    check_talks_round(
        act,
        case.day.tender,
        survivors.findings,
        talks_of(tx, opening),
        tuple(survivors.standing),
        naming(tx, opening),
        len(sitting.value.members),
        quoting=tx.last(QuoteRound, opening=act.opening) is not None,
    )
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if not act.changes:
        _put(tx, opening, tx.id, act, tuple(survivors.standing))


@accepts(ChangesConfirmation)
def changes_confirmation(tx: Tx, act: ChangesConfirmation, signer: Signer, now: datetime, secret: bytes) -> None:
    """74号令 第三十二条: only what the purchaser's representative confirms is put to the bidders, to all at the same moment."""
    request = tx.find(TalksRound, act.request)
    opening = tx.find(Opening, request.value.opening)
    day, sitting = day_behind(tx, opening), sitting_panel(tx, opening)
    same_lot(act.lot, opening.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    author_is(signer, act.by)
    if act.by not in confirmers(day.tender, sitting.value):
        raise NotAllowed(
            "not-the-purchaser", "The purchaser's representative confirms changed terms.", rule=talks_rule(day.tender)
        )
    if act.by != day.tender.purchaser.code:
        present(tx, sitting.id, act.by, signer)
    talk = next(one for one in talks_of(tx, opening) if one.id == request.id)
    check_confirmation(act, day.tender, sitting.value, talk)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if act.confirmed:
        _put(tx, opening, request.id, request.value, tuple(case_of(tx, opening).sift().standing))


def _put(tx: Tx, opening: Act[Opening], request: str, act: TalksRound, standing: tuple[str, ...]) -> None:
    """The same words and the same time to all still in, and to each what is said to it alone."""
    until = tx.now.replace(microsecond=0) + _A_SECOND + timedelta(minutes=act.minutes)
    for supplier in standing:
        notice = TalksNotice(
            opening=opening.id,
            lot=opening.lot,
            supplier=supplier,
            request=request,
            round=act.round,
            subject=act.subject,
            changes=act.changes,
            points=tuple(point.text for point in act.points if point.supplier == supplier),
            until=until,
        )
        tx.platform_act(notice)
    tx.at(until + _A_SECOND, OVER, request, request=request)


@accepts(TalksResponse)
def talks_response(tx: Tx, act: TalksResponse, signer: Signer, now: datetime, secret: bytes) -> None:
    """One response of each; seen by nobody else before the round is closed, which it is with the last one."""
    author_is(signer, act.supplier)
    notice = tx.find(TalksNotice, act.notice)
    opening = tx.find(Opening, notice.value.opening)
    same_lot(act.lot, notice.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    check_response(
        act,
        notice.value,
        day_behind(tx, opening).tender,
        now,
        until=until_of(tx, notice),
        answered=tx.last(TalksResponse, notice=act.notice) is not None,
        left=act.supplier in withdrawals_of(tx, opening),
        closed=tx.last(TalksClosed, request=notice.value.request) is not None,
    )
    for paper in act.papers:
        tx.require_file(paper.sha256, size=paper.size)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    _close_when_all(tx, opening, notice.value.request, (tx.id, act))


@accepts(TalksWithdrawal)
def talks_withdrawal(tx: Tx, act: TalksWithdrawal, signer: Signer, now: datetime, secret: bytes) -> None:
    """Before its own final quote a bidder may leave; with it a round may be complete, or too few may be left."""
    author_is(signer, act.supplier)
    talked, quoted = tx.get(TalksNotice, act.notice), tx.get(QuoteNotice, act.notice)
    notice = talked or quoted or tx.find(TalksNotice, act.notice)
    opening = tx.find(Opening, notice.value.opening)
    same_lot(act.lot, notice.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    check_withdrawal(
        act.supplier,
        notice.value.supplier,
        out=is_out(result_of(tx, opening), act.supplier),
        quoted=tx.last(QuoteCommit, project=opening.project, lot=opening.lot, supplier=act.supplier) is not None,
        over=tx.last(QuotesClosed, opening=opening.id) is not None,
    )
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if tx.last(QuoteRound, opening=opening.id) is not None:
        negotiating.close_when_all(tx, opening, (tx.id, act))
        return
    running = [one for one in talks_of(tx, opening) if one.asked and one.closed is None]
    for one in running:
        _close_when_all(tx, opening, one.id, (tx.id, act))
    if not running:
        close_review(tx, opening, (tx.id, act))


@due(OVER)
def talks_time_over(tx: Tx, payload: dict[str, str]) -> None:
    """Nobody is waited for any longer, unless the committee has given more time."""
    request = tx.find(TalksRound, payload["request"])
    if tx.last(TalksClosed, request=request.id) is None:
        _close(tx, tx.find(Opening, request.value.opening), request.id, None)


def _close_when_all(tx: Tx, opening: Act[Opening], request: str, pending: tuple[str, Statement]) -> None:
    asked = [a.value.supplier for a in tx.acts(TalksNotice, request=request)]
    answered = [one.supplier for one in _responses(tx, request, pending)]
    if round_over(asked, answered, withdrawals_of(tx, opening, pending)):
        _close(tx, opening, request, pending)


def _responses(tx: Tx, request: str, pending: tuple[str, Statement] | None) -> list[RoundResponse]:
    found = [
        (act.id, act.value.supplier)
        for notice in tx.acts(TalksNotice, request=request)
        for act in tx.acts(TalksResponse, notice=notice.id)
    ]
    if pending is not None and isinstance(pending[1], TalksResponse):
        found.append((pending[0], pending[1].supplier))
    return [RoundResponse(supplier=supplier, response=id_) for id_, supplier in sorted(found, key=lambda one: one[1])]


def _close(tx: Tx, opening: Act[Opening], request: str, pending: tuple[str, Statement] | None) -> None:
    responses = tuple(_responses(tx, request, pending))
    course.step(tx, TalksClosed.TYPE, opening.project, opening.lot)
    tx.cancel(OVER, request)
    tx.platform_act(TalksClosed(opening=opening.id, lot=opening.lot, request=request, responses=responses))


@accepts(TalksClosed)
def talks_closed(tx: Tx, act: TalksClosed, signer: Signer, now: datetime, secret: bytes) -> None:
    """The committee may read all responses from here on. With too few bidders left the lot fails."""
    tx.disclose(*(one.response for one in act.responses))
    close_review(tx, tx.find(Opening, act.opening), (tx.id, act))


@accepts(TalksReview)
def talks_review(tx: Tx, act: TalksReview, signer: Signer, now: datetime, secret: bytes) -> None:
    """Whether the responses meet the changed terms; the majority decides when all have judged (L-261)."""
    closed = tx.find(TalksClosed, act.closed)
    opening = tx.find(Opening, closed.value.opening)
    sitting = sitting_panel(tx, opening)
    present(tx, sitting.id, act.member, signer)
    same_lot(act.lot, opening.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    talk = next(one for one in talks_of(tx, opening) if one.id == closed.value.request)
    check_talks_review(act, day_behind(tx, opening).tender, talk, len(sitting.value.members))
    course.step(tx, act.TYPE, opening.project, opening.lot)
    close_review(tx, opening, (tx.id, act))


@accepts(TimeExtension)
def time_extension(tx: Tx, act: TimeExtension, signer: Signer, now: datetime, secret: bytes) -> None:
    """More time for all at once, in a round of talks or of final quotes that runs."""
    opening, _sitting = spoken(tx, act, signer)
    notices, open_, kind, key = _running(tx, opening, act.request)
    tender = day_behind(tx, opening).tender
    rule = talks_rule(tender) if kind == OVER else round_rule(tender)
    until = max((until_of(tx, notice) for notice in notices), default=now)
    check_extension(act, rule, until, now, naming(tx, opening), open_=open_ and bool(notices))
    course.step(tx, act.TYPE, opening.project, opening.lot)
    for notice in notices:
        told = ExtensionNotice(
            opening=opening.id,
            lot=opening.lot,
            supplier=notice.value.supplier,
            notice=notice.id,
            until=act.until,
            reason=act.reason,
        )
        tx.platform_act(told)
    payload = {"request": key} if kind == OVER else {"opening": key}
    tx.at(act.until.replace(microsecond=0) + _A_SECOND, kind, key, **payload)


def _running(
    tx: Tx, opening: Act[Opening], request: str
) -> tuple[list[Act[TalksNotice] | Act[QuoteNotice]], bool, str, str]:
    """Notices of the round, whether it is open, its timer and the timer's key."""
    notices: list[Act[TalksNotice] | Act[QuoteNotice]] = []
    if tx.get(QuoteRound, request) is not None:
        notices += tx.acts(QuoteNotice, opening=opening.id)
        return notices, tx.last(QuotesClosed, opening=opening.id) is None, negotiating.GIVE, opening.id
    asked = tx.find(TalksRound, request)
    notices += tx.acts(TalksNotice, request=asked.id, opening=opening.id)
    return notices, tx.last(TalksClosed, request=asked.id) is None, OVER, asked.id


visible("talks-round", "changes-confirmation", "talks-closed", "talks-review", "talks-withdrawal", "time-extension")(
    committee_sees
)


@visible("talks-notice", "extension-notice")
def _asked_or_asking(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The bidder whom it is put to, and the committee; no bidder learns who else is still in."""
    supplier = getattr(act.value, "supplier", "")
    return bool(reader.actor) and (reader.actor == supplier or committee_sees(reading, reader, act))


@visible("talks-response")
def _when_closed(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """Its author until the round is closed; then the committee. Bidders do not see each other's."""
    notice = reading.get(TalksNotice, getattr(act.value, "notice", ""))
    closed = notice is not None and reading.last(TalksClosed, request=notice.value.request) is not None
    return closed and committee_sees(reading, reader, act)
