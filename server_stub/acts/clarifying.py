"""Acts of clarification: corrected prices confirmed, low prices explained and judged (L-250 … L-253, 87号令 第五十一、五十九、六十条)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from procurement.basics.lifecycle import State
from procurement.basics.statement import Signer, Statement
from procurement.evaluation.clarification import (
    check_answer,
    check_correction_request,
    check_explanation,
    check_explanation_request,
    check_judgement,
)
from procurement.evaluation.low_price import Cause
from procurement.evaluation.questions import (
    CorrectedFigure,
    CorrectionAnswer,
    CorrectionNotice,
    CorrectionRequest,
    ExplanationNotice,
    ExplanationRequest,
    PriceCause,
    PriceExplanation,
    PriceJudgement,
)
from procurement.opening.session import Opening
from server_stub.acts import course
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.panels import committee_sees, present, sitting_panel, spoken
from server_stub.acts.ranking import Case, case_of, close_review
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible
from server_stub.jobs.timers import due

LAPSE = "correction-lapses"
"""Timer: the time to confirm a corrected price is over"""
_A_SECOND = timedelta(seconds=1)


@accepts(CorrectionRequest)
def correction_request(tx: Tx, act: CorrectionRequest, signer: Signer, now: datetime, secret: bytes) -> None:
    """87号令 第五十九条: the platform puts the corrected figures to the bidder."""
    opening, _sitting = spoken(tx, act, signer)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    case = case_of(tx, opening)
    asked = [a.value.supplier for a in tx.acts(CorrectionNotice, opening=opening.id)]
    survivors = case.sift()
    check_correction_request(act, case.day.tender, survivors.findings, asked, now)
    quote = survivors.prices[act.supplier].quote
    figures = tuple(CorrectedFigure(figure=code, amount=amount) for code, amount in quote.figures.items())
    notice = CorrectionNotice(
        opening=opening.id,
        lot=act.lot,
        supplier=act.supplier,
        figures=figures,
        steps=quote.steps,
        until=act.until,
    )
    tx.platform_act(notice)
    tx.at(act.until.replace(microsecond=0) + _A_SECOND, LAPSE, notice.id, opening=opening.id)


@due(LAPSE)
def correction_lapses(tx: Tx, payload: dict[str, str]) -> None:
    """Silence is no confirmation: the bid is invalid, and the review may be over with it."""
    opening = tx.find(Opening, payload["opening"])
    if course.state_of(tx, opening.project, opening.lot) is State.CLARIFYING:
        close_review(tx, opening)


@accepts(CorrectionAnswer)
def correction_answer(tx: Tx, act: CorrectionAnswer, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.supplier)
    notice = tx.find(CorrectionNotice, act.notice)
    before = tx.last(CorrectionAnswer, notice=act.notice) is not None
    check_answer(act, notice.value, now, answered_before=before)
    course.step(tx, act.TYPE, notice.project, notice.lot)
    close_review(tx, tx.find(Opening, notice.value.opening), (tx.id, act))


@accepts(ExplanationRequest)
def explanation_request(tx: Tx, act: ExplanationRequest, signer: Signer, now: datetime, secret: bytes) -> None:
    """财库〔2026〕2号: reasons and time; the platform adds which limits the price is under."""
    opening, _sitting = spoken(tx, act, signer)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    case = case_of(tx, opening)
    asked = [a.value.supplier for a in tx.acts(ExplanationNotice, opening=opening.id)]
    check_explanation_request(act, case.day.tender, case.sift().findings, asked, now)
    notice = ExplanationNotice(
        opening=opening.id,
        lot=act.lot,
        supplier=act.supplier,
        causes=_causes(case, act.supplier),
        reason=act.reason,
        until=act.until,
    )
    tx.platform_act(notice)


def _causes(case: Case, supplier: str) -> tuple[PriceCause, ...]:
    raised: Sequence[Cause] = [t.cause for t in case.sift().triggers if t.supplier == supplier]
    return tuple(raised) or ("judgement",)


@accepts(PriceExplanation)
def price_explanation(tx: Tx, act: PriceExplanation, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.supplier)
    notice = tx.find(ExplanationNotice, act.notice)
    before = tx.last(PriceExplanation, notice=act.notice) is not None
    check_explanation(act.supplier, notice.value, now, answered_before=before)
    for file in act.files:
        tx.require_file(file.sha256)
    course.step(tx, act.TYPE, notice.project, notice.lot)


@accepts(PriceJudgement)
def price_judgement(tx: Tx, act: PriceJudgement, signer: Signer, now: datetime, secret: bytes) -> None:
    """Most members decide; with the last thing in question the review is closed."""
    notice = tx.find(ExplanationNotice, act.notice)
    opening = tx.find(Opening, notice.value.opening)
    present(tx, sitting_panel(tx, opening).id, act.member, signer)
    course.require(tx, act.TYPE, notice.project, notice.lot)
    explained = tx.last(PriceExplanation, notice=act.notice) is not None
    judged = [a.value.member for a in tx.acts(PriceJudgement, notice=act.notice)]
    check_judgement(act, notice.value, now, explained=explained, judged=judged)
    course.step(tx, act.TYPE, notice.project, notice.lot)
    close_review(tx, opening, (tx.id, act))


visible("correction-request", "explanation-request", "price-judgement")(committee_sees)


@visible("correction-notice", "correction-answer", "explanation-notice", "price-explanation")
def _asked_or_asking(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The bidder who is asked, and the committee with those who organise it; no other bidder."""
    supplier = getattr(act.value, "supplier", "")
    return bool(reader.actor) and (reader.actor == supplier or committee_sees(reading, reader, act))
