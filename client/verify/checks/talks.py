"""Talks: opened within the law, changes confirmed, put to all alike at one moment, responses unseen until closed, nobody cut short."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from client.verify.checks.settled import Forms, leader_in, panel_of, sift_before, tender_of
from client.verify.checks.talks_before import naming, result_before, talks_before, until_before, withdrawn_before
from client.verify.evidence import Evidence, Logged
from procurement.basics.problems import Tampered
from procurement.evaluation.final_round import round_rule
from procurement.evaluation.quoting import QuoteCommit, QuoteNotice, QuoteRound, QuotesClosed
from procurement.evaluation.talk_rounds import (
    Talk,
    check_confirmation,
    check_extension,
    check_response,
    check_talks_review,
    check_talks_round,
    check_withdrawal,
    is_out,
    round_over,
    talks_rule,
)
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksResult,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
    TimeExtension,
)
from procurement.opening.session import Opening
from procurement.tendering.tender import Tender

TALKS = (
    TalksRound, ChangesConfirmation, TalksNotice, TalksResponse, TalksWithdrawal, TalksClosed, TalksReview,
    TimeExtension, ExtensionNotice,
)  # fmt: skip
Notice = Logged[TalksNotice] | Logged[QuoteNotice]


def check_talks(evidence: Evidence, act: Logged[Any], opened: Mapping[str, Forms]) -> None:
    """One act of the talks, by the law the platform had to judge it by."""
    opening = _opening_of(evidence, act)
    tender, forms = tender_of(evidence, evidence.find(Opening, opening)), opened.get(opening, {})
    match act.value:
        case TalksRound():
            _round(evidence, act, tender, forms)
        case ChangesConfirmation() as said:
            talk = _talk(evidence, opening, said.request, act.index)
            check_confirmation(said, tender, panel_of(evidence, opening).value, talk)
        case TalksNotice():
            _notice(evidence, act, tender, forms)
        case TalksResponse():
            _response(evidence, act, opening, tender)
        case TalksWithdrawal() as left:
            notice = _notice_of(evidence, left.notice)
            check_withdrawal(
                left.supplier,
                notice.value.supplier,
                out=is_out(_result(evidence, opening, act.index), left.supplier),
                quoted=any(c.index < act.index for c in _commits(evidence, opening, left.supplier)),
                over=any(c.index < act.index for c in evidence.all(QuotesClosed, opening=opening)),
            )
        case TalksClosed():
            _closed(evidence, act)
        case TalksReview() as review:
            request = evidence.find(TalksClosed, review.closed).value.request
            members = len(panel_of(evidence, opening).value.members)
            check_talks_review(review, tender, _talk(evidence, opening, request, act.index), members)
        case TimeExtension():
            _extension(evidence, act, tender, forms)
        case ExtensionNotice() as told:
            put = [e for e in evidence.all(TimeExtension, opening=opening, until=told.until) if e.index < act.index]
            if not any(told.reason == e.value.reason for e in put):
                raise Tampered("question-unasked", "The bidder was told another time than the committee gave.")


def _opening_of(evidence: Evidence, act: Logged[Any]) -> str:
    match act.value:
        case ChangesConfirmation(request=request):
            return evidence.find(TalksRound, request).value.opening
        case TalksReview(closed=closed):
            return evidence.find(TalksClosed, closed).value.opening
        case TalksResponse(notice=notice) | TalksWithdrawal(notice=notice):
            return str(_notice_of(evidence, notice).value.opening)
        case _:
            return str(act.value.opening)


def _result(evidence: Evidence, opening: str, index: int) -> TalksResult | None:
    return result_before(evidence, opening, index, len(panel_of(evidence, opening).value.members))


def _notice_of(evidence: Evidence, id_: str) -> Notice:
    quoted = [n for n in evidence.all(QuoteNotice) if n.id == id_]
    return quoted[0] if quoted else evidence.find(TalksNotice, id_)


def _commits(evidence: Evidence, opening: str, supplier: str) -> list[Logged[QuoteCommit]]:
    notices = evidence.all(QuoteNotice, opening=opening, supplier=supplier)
    return [c for n in notices for c in evidence.all(QuoteCommit, notice=n.id)]


def _talk(evidence: Evidence, opening: str, request: str, index: int) -> Talk:
    found = next((t for t in talks_before(evidence, opening, index) if t.id == request), None)
    if found is None:
        raise Tampered("question-unasked", "This rests on a round that nobody had opened.", request=request)
    return found


def _round(evidence: Evidence, act: Logged[TalksRound], tender: Tender, forms: Forms) -> None:
    """By the leader, in its turn, and put to the bidders unless its changes were not confirmed."""
    said, panel = act.value, panel_of(evidence, act.value.opening).value
    if said.member != leader_in(evidence, said.opening):
        raise Tampered("question-unasked", "The leader speaks for the committee.", member=said.member)
    survivors = sift_before(evidence, act, tender, forms)
    check_talks_round(
        said,
        tender,
        survivors.findings,
        talks_before(evidence, said.opening, act.index),
        tuple(survivors.standing),
        naming(evidence, panel, forms),
        len(panel.members),
        quoting=any(r.index < act.index for r in evidence.all(QuoteRound, opening=said.opening)),
    )
    if not said.changes and not evidence.all(TalksNotice, request=act.id):
        raise Tampered("talks-not-put", "The round was put to nobody.", round=said.round)


def _notice(evidence: Evidence, act: Logged[TalksNotice], tender: Tender, forms: Forms) -> None:
    """The leader's words, confirmed where they change terms, to exactly those still in, with one and the same end."""
    said = act.value
    request = evidence.find(TalksRound, said.request)
    confirmed = [c for c in evidence.all(ChangesConfirmation, request=request.id) if c.value.confirmed]
    if request.value.changes and not any(c.index < act.index for c in confirmed):
        raise Tampered("change-unconfirmed", "Changed terms were put to bidders unconfirmed.", round=said.round)
    points = tuple(p.text for p in request.value.points if p.supplier == said.supplier)
    words = (said.round, said.subject, said.changes, said.points)
    if words != (request.value.round, request.value.subject, request.value.changes, points):
        raise Tampered("talks-differ", "A bidder was told something else than the committee said.", round=said.round)
    put = evidence.all(TalksNotice, request=request.id)
    first = min(put, key=lambda n: n.index)
    standing = sorted(sift_before(evidence, first, tender, forms).standing)
    if sorted(n.value.supplier for n in put) != standing or {n.value.until for n in put} != {said.until}:
        raise Tampered("talks-put-unequally", "Not all bidders still in were told alike.", round=said.round)
    if said.until < act.entry.t_recv + timedelta(minutes=request.value.minutes):
        raise Tampered("talks-put-unequally", "The time was shorter than the committee gave.", round=said.round)


def _response(evidence: Evidence, act: Logged[TalksResponse], opening: str, tender: Tender) -> None:
    notice = evidence.find(TalksNotice, act.value.notice)
    check_response(
        act.value,
        notice.value,
        tender,
        act.entry.t_recv,
        until=until_before(evidence, notice, act.index),
        answered=any(r.index < act.index for r in evidence.all(TalksResponse, notice=notice.id)),
        left=act.value.supplier in withdrawn_before(evidence, opening, act.index),
        closed=any(c.index < act.index for c in evidence.all(TalksClosed, request=notice.value.request)),
    )


def _closed(evidence: Evidence, act: Logged[TalksClosed]) -> None:
    """Every response given in time is in, and nobody's time was cut short."""
    said = act.value
    notices = evidence.all(TalksNotice, request=said.request)
    given = {
        r.value.supplier: r.id for n in notices for r in evidence.all(TalksResponse, notice=n.id) if r.index < act.index
    }
    asked = [n.value.supplier for n in notices]
    over = round_over(asked, given, withdrawn_before(evidence, said.opening, act.index))
    early = not over and any(act.entry.t_recv <= until_before(evidence, n, act.index) for n in notices)
    if {r.supplier: r.response for r in said.responses} != given or early:
        raise Tampered("talks-closed-wrongly", "The round did not close with all its responses, in time.", lot=said.lot)


def _extension(evidence: Evidence, act: Logged[TimeExtension], tender: Tender, forms: Forms) -> None:
    """By the leader, before the end, for longer; and all bidders asked were told so."""
    said = act.value
    if said.member != leader_in(evidence, said.opening):
        raise Tampered("question-unasked", "The leader speaks for the committee.", member=said.member)
    talks = any(r.id == said.request for r in evidence.all(TalksRound, opening=said.opening))
    notices: list[Notice] = []
    if talks:
        notices += evidence.all(TalksNotice, request=said.request)
        closed = any(c.index < act.index for c in evidence.all(TalksClosed, request=said.request))
    else:
        notices += evidence.all(QuoteNotice, opening=said.opening)
        closed = any(c.index < act.index for c in evidence.all(QuotesClosed, opening=said.opening))
    rule = talks_rule(tender) if talks else round_rule(tender)
    before = max((until_before(evidence, n, act.index) for n in notices), default=act.entry.t_recv)
    names = naming(evidence, panel_of(evidence, said.opening).value, forms)
    check_extension(said, rule, before, act.entry.t_recv, names, open_=not closed and bool(notices))
    told = {e.value.notice for e in evidence.all(ExtensionNotice, opening=said.opening, until=said.until)}
    if {n.id for n in notices} - told:
        raise Tampered("talks-put-unequally", "Not all bidders were told of the longer time.", lot=said.lot)
