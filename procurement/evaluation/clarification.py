"""Law of the committee's questions about prices: who is asked, how long, who answers, what follows (L-251 … L-253, 87号令 第五十九、六十条)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from procurement.basics.findings import Finding
from procurement.basics.moment import shanghai_date
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.basics.rules import rule
from procurement.evaluation.questions import (
    CorrectionAnswer,
    CorrectionNotice,
    CorrectionRequest,
    ExplanationNotice,
    ExplanationRequest,
    PriceJudgement,
)
from procurement.evaluation.sheets import EvaluationContext, PriceConclusion
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

N = TypeVar("N", CorrectionNotice, ExplanationNotice)
UNCONFIRMED, UNDECIDED = "correction-unconfirmed", "low-price-undecided"
"""Findings of the evaluation that a question settles"""


@dataclass(frozen=True, slots=True)
class Questions:
    """Everything asked and answered about the prices of one lot, with ids of notices and times of answers."""

    corrections: tuple[tuple[str, CorrectionNotice], ...] = ()
    answers: tuple[tuple[datetime, CorrectionAnswer], ...] = ()
    inquiries: tuple[tuple[str, ExplanationNotice], ...] = ()
    judgements: tuple[PriceJudgement, ...] = ()


def answered(context: EvaluationContext, questions: Questions, members: int, at: datetime) -> EvaluationContext:
    """The context with what the questions gave by `at`: silence past its time counts as no confirmation."""
    confirmed, refused = [], []
    for id_, notice in questions.corrections:
        given = [a for t, a in questions.answers if a.notice == id_ and t <= notice.until]
        if given and given[0].confirmed:
            confirmed.append(notice.supplier)
        elif given or at > notice.until:
            refused.append(notice.supplier)
    concluded = [conclusion(id_, notice, questions.judgements, members) for id_, notice in questions.inquiries]
    return context.model_copy(
        update={
            "confirmed": tuple(sorted(confirmed)),
            "refused": tuple(sorted(refused)),
            "low_prices": tuple(sorted((c for c in concluded if c is not None), key=lambda c: c.supplier)),
        }
    )


def conclusion(
    id_: str, notice: ExplanationNotice, judgements: Sequence[PriceJudgement], members: int
) -> PriceConclusion | None:
    """What more than half of all members found; None until then (L-261)."""
    mine = [j for j in judgements if j.notice == id_]
    for accepted in (True, False):
        reasons = [j.reason for j in mine if j.accepted is accepted]
        if 2 * len(reasons) > members:
            return PriceConclusion(supplier=notice.supplier, accepted=accepted, votes=len(reasons), reason=reasons[0])
    return None


def explanation_minutes(lot: Lot, event: datetime) -> int:
    """Minutes a bidder has at least to explain: the tender's, never fewer than the rule's of the day."""
    stated = lot.scheme.abnormally_low.minutes
    try:
        return max(stated, int(rule("L-253", shanghai_date(event)).params["minutes"]))
    except KeyError:
        return stated


def check_correction_request(
    act: CorrectionRequest, tender: Tender, findings: Sequence[Finding], asked: Collection[str], now: datetime
) -> None:
    """A corrected price of a conforming bid is put to its bidder once, with no less time than the opening record gives."""
    _once(act.supplier, asked, "L-251")
    if not any((f.code, f.where) == (UNCONFIRMED, act.supplier) for f in findings):
        raise RuleBroken(
            "L-251", "nothing-to-confirm", "Ask only bidders whose price was corrected.", supplier=act.supplier
        )
    _time(act.until, now, tender.opening.confirm_minutes, "L-251")


def check_explanation_request(
    act: ExplanationRequest, tender: Tender, findings: Sequence[Finding], asked: Collection[str], now: datetime
) -> None:
    """A low price is asked about once, after the corrections (L-513), with at least 30 minutes (L-253)."""
    _once(act.supplier, asked, "L-253")
    if any(f.code == UNCONFIRMED for f in findings):
        raise RuleBroken("L-513", "corrections-first", "Settle the corrected prices first; low prices rest on them.")
    if not any((f.code, f.where) == (UNDECIDED, act.supplier) for f in findings):
        raise RuleBroken(
            "L-252", "price-not-in-question", "Ask only about prices that are in question.", supplier=act.supplier
        )
    _time(act.until, now, explanation_minutes(tender.lot(act.lot), tender.announcement), "L-253")


def _once(supplier: str, asked: Collection[str], rule_id: str) -> None:
    if supplier in asked:
        raise Refused(
            "asked-before", "This bidder has been asked; wait for the answer.", rule=rule_id, supplier=supplier
        )


def _time(until: datetime, now: datetime, minutes: int, rule_id: str) -> None:
    if until < now + timedelta(minutes=minutes):
        raise RuleBroken(
            rule_id,
            "time-to-answer-short",
            "Give the bidder more time to answer.",
            minutes=minutes,
            until=until.isoformat(),
        )


def check_addressee(notice: N, supplier: str) -> None:
    """Only the bidder asked answers."""
    if notice.supplier != supplier:
        raise NotAllowed("not-asked", "Only the bidder who was asked answers.", rule="L-250", supplier=supplier)


def check_answer(answer: CorrectionAnswer, notice: CorrectionNotice, now: datetime, *, answered_before: bool) -> None:
    """In time, once, and a refusal with its reason is welcome but not needed (87号令 第五十九条)."""
    check_addressee(notice, answer.supplier)
    _in_time(now, notice.until, "L-251", "correction-answer-late", answered_before)


def check_explanation(supplier: str, notice: ExplanationNotice, now: datetime, *, answered_before: bool) -> None:
    """In time and once (L-253)."""
    check_addressee(notice, supplier)
    _in_time(now, notice.until, "L-253", "explanation-late", answered_before)


def _in_time(now: datetime, until: datetime, rule_id: str, code: str, answered_before: bool) -> None:
    if now > until:
        raise RuleBroken(rule_id, code, "The time to answer is over.", until=until.isoformat())
    if answered_before:
        raise Refused("answered-before", "The first answer counts.", rule=rule_id)


def check_judgement(
    judgement: PriceJudgement, notice: ExplanationNotice, now: datetime, *, explained: bool, judged: Collection[str]
) -> None:
    """Members judge after the explanation or after its time, once each (L-253)."""
    if not explained and now <= notice.until:
        raise RuleBroken(
            "L-253",
            "explanation-time-running",
            "Wait for the explanation, or until its time has run out.",
            until=notice.until.isoformat(),
        )
    if judgement.member in judged:
        raise Refused("judged-before", "Each member judges once.", rule="L-261", member=judgement.member)
