"""Questions about prices: asked by the leader, put as the law computes them, answered in time by those asked (L-250 … L-253)."""

from __future__ import annotations

from typing import Any

from client.verify.checks.settled import Forms, leader_in, panel_of, sift_before
from client.verify.evidence import Evidence, Logged
from procurement.basics.problems import Tampered
from procurement.evaluation.clarification import check_answer, check_explanation, check_judgement
from procurement.evaluation.questions import (
    CorrectedFigure,
    CorrectionAnswer,
    CorrectionNotice,
    CorrectionRequest,
    ExplanationNotice,
    ExplanationRequest,
    PriceExplanation,
    PriceJudgement,
)
from procurement.tendering.tender import Tender

QUESTIONS = (CorrectionNotice, CorrectionAnswer, ExplanationNotice, PriceExplanation, PriceJudgement)


def opening_of(evidence: Evidence, act: Logged[Any]) -> str:
    """Id of the opening that a question, or an answer to one, is about."""
    match act.value:
        case CorrectionNotice(opening=opening) | ExplanationNotice(opening=opening):
            return opening
        case CorrectionAnswer(notice=notice):
            return evidence.find(CorrectionNotice, notice).value.opening
        case _:
            return evidence.find(ExplanationNotice, act.value.notice).value.opening


def check_question(evidence: Evidence, act: Logged[Any], tender: Tender, forms: Forms) -> None:
    """A notice rests on the leader's request; answers and judgements came in time, from those who were asked."""
    match act.value:
        case CorrectionNotice() as notice:
            _as_corrected(evidence, act, tender, forms)
            asked = evidence.all(
                CorrectionRequest, opening=notice.opening, supplier=notice.supplier, until=notice.until
            )
            _asked_by_leader(evidence, notice.opening, asked)
        case ExplanationNotice() as told:
            _with_its_causes(evidence, act, tender, forms)
            wanted = {"opening": told.opening, "supplier": told.supplier, "until": told.until, "reason": told.reason}
            _asked_by_leader(evidence, told.opening, evidence.all(ExplanationRequest, **wanted))
        case CorrectionAnswer() as answer:
            put = evidence.find(CorrectionNotice, answer.notice).value
            check_answer(answer, put, act.entry.t_recv, answered_before=_earlier(evidence, act))
        case PriceExplanation() as given:
            inquiry = evidence.find(ExplanationNotice, given.notice).value
            check_explanation(given.supplier, inquiry, act.entry.t_recv, answered_before=_earlier(evidence, act))
        case PriceJudgement() as judged:
            inquiry = evidence.find(ExplanationNotice, judged.notice).value
            _member(evidence, inquiry.opening, judged.member)
            explained = [e for e in evidence.all(PriceExplanation, notice=judged.notice) if e.index < act.index]
            others = [j for j in evidence.all(PriceJudgement, notice=judged.notice) if j.index < act.index]
            check_judgement(
                judged, inquiry, act.entry.t_recv, explained=bool(explained), judged=[j.value.member for j in others]
            )


def _earlier(evidence: Evidence, act: Logged[Any]) -> bool:
    return any(a.index < act.index for a in evidence.all(type(act.value), notice=act.value.notice))


def _member(evidence: Evidence, opening: str, member: str) -> None:
    if member not in {m.member for m in panel_of(evidence, opening).value.members}:
        raise Tampered("not-on-the-panel", "Only members of the panel judge.", member=member)


def _asked_by_leader(evidence: Evidence, opening: str, asked: list[Any]) -> None:
    if not any(a.value.member == leader_in(evidence, opening) for a in asked):
        raise Tampered("question-unasked", "The bidder was asked without the committee's request.")


def _as_corrected(evidence: Evidence, act: Logged[CorrectionNotice], tender: Tender, forms: Forms) -> None:
    """The figures and steps put to the bidder are those that the bid and the tender give (L-251)."""
    said = act.value
    priced = sift_before(evidence, act, tender, forms).prices.get(said.supplier)
    if priced is None or not priced.quote.needs_confirmation:
        raise Tampered("correction-notice-differs", "There was nothing to confirm.", supplier=said.supplier)
    figures = tuple(CorrectedFigure(figure=code, amount=amount) for code, amount in priced.quote.figures.items())
    if (said.figures, said.steps) != (figures, priced.quote.steps):
        raise Tampered(
            "correction-notice-differs",
            "The bidder was shown other figures than its bid gives.",
            supplier=said.supplier,
        )


def _with_its_causes(evidence: Evidence, act: Logged[ExplanationNotice], tender: Tender, forms: Forms) -> None:
    """The causes named are the limits that the price is under, or the members' own doubts (L-252, L-253)."""
    found = sift_before(evidence, act, tender, forms)
    causes = tuple(t.cause for t in found.triggers if t.supplier == act.value.supplier) or ("judgement",)
    if act.value.causes != causes:
        raise Tampered("explanation-notice-differs", "The bidder was told other causes.", supplier=act.value.supplier)
