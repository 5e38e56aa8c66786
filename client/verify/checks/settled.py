"""What people settled during an evaluation, gathered again from the acts: prices confirmed or explained, sheets set right, ties, lots won.

The ranking carries the context it was computed with; a verifier does not believe it but builds it anew (L-251 … L-253, L-260).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from client.verify.checks.talks_before import result_before
from client.verify.evidence import Evidence, Logged
from procurement.awarding.award import AwardConfirmation, AwardDeemed
from procurement.basics.problems import Tampered
from procurement.bidding.draft import BidForms
from procurement.evaluation.clarification import Questions, answered
from procurement.evaluation.committee import PURCHASER_KEYS, leader_of
from procurement.evaluation.evaluate import Reviews, Survivors, sift
from procurement.evaluation.final_round import round_result
from procurement.evaluation.panel import LeaderVote, Panel
from procurement.evaluation.questions import CorrectionAnswer, CorrectionNotice, ExplanationNotice, PriceJudgement
from procurement.evaluation.quoting import (
    QUOTE_LIMIT,
    FinalQuote,
    FinalQuotes,
    FinalRound,
    QuoteNotice,
    QuoteReveal,
)
from procurement.evaluation.rescoring import Stands, check_committed, check_corrected, faults, pointed_at, standing
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    EvaluationReport,
    LotWinner,
    QualificationReview,
    Ranking,
    ReviewClosed,
    ScoreCommit,
    ScoreCorrection,
    ScoreReveal,
    ScoresClosed,
    TieDecision,
    TieSettlement,
)
from procurement.opening.session import Closing, Freeze, NoOpening, Opening
from procurement.tendering.tender import Tender

Forms = Mapping[str, BidForms]


def tender_of(evidence: Evidence, opening: Logged[Opening]) -> Tender:
    """The tender under which a lot was opened."""
    freeze = evidence.find(Freeze, opening.value.freeze)
    return evidence.tender(evidence.package(evidence.find(Closing, freeze.value.closing).value.tender))


def panel_of(evidence: Evidence, opening: str) -> Logged[Panel]:
    """The panel that sat: the last one named."""
    found = evidence.all(Panel, opening=opening)
    if not found:
        raise Tampered("act-missing", "The archive lacks the panel.", type="panel")
    return found[-1]


def context_before(evidence: Evidence, tender: Tender, opening: str, act: Logged[Any]) -> EvaluationContext:
    """The context of `act`, a review-closed or a ranking, from the acts that stand before it."""
    lot = str(act.value.lot)
    winners, undecided = _elsewhere(evidence, tender, lot, act)
    base = EvaluationContext(event=tender.announcement, winners=winners, undecided=undecided)
    members = len(panel_of(evidence, opening).value.members)
    context = answered(base, _questions(evidence, opening, act), members, act.entry.t_recv)
    ties = [t.value for t in evidence.all(TieSettlement, lot=lot) if t.index < act.index]
    decisions = tuple(TieDecision(key=t.key, order=t.order, reason=t.reason) for t in reversed(ties))
    final = final_before(evidence, opening, act)
    talks = result_before(evidence, opening, act.index, members)
    return context.model_copy(update={"decisions": decisions, "final": final, "talks": talks})


def final_before(evidence: Evidence, opening: str, act: Logged[Any]) -> FinalRound | None:
    """What the round of final quotes came to, from the quotes as they were shown; None before they are together."""
    together = [f for f in evidence.all(FinalQuotes, opening=opening) if f.index < act.index]
    return shown_by(evidence, together[-1]) if together else None


def shown_by(evidence: Evidence, together: Logged[FinalQuotes]) -> FinalRound:
    """The offers of a round, from its notices and reveals alone."""
    asked = [n.value.supplier for n in evidence.all(QuoteNotice, opening=together.value.opening)]
    reveals = [r for r in evidence.all(QuoteReveal, closed=together.value.closed) if r.index < together.index]
    return round_result(asked, [(r.id, FinalQuote.from_bytes(r.value.quote, QUOTE_LIMIT)) for r in reveals])


def sift_before(evidence: Evidence, act: Logged[Any], tender: Tender, forms: Forms) -> Survivors:
    """Who is left when `act` was made, with prices and what was in question then."""
    said = act.value
    reviews = tuple(r.value for r in evidence.all(ConformityReview, opening=said.opening) if r.index < act.index)
    given = Reviews(evidence.only(QualificationReview, opening=said.opening).value, reviews)
    return sift(tender, tender.lot(said.lot), forms, given, context_before(evidence, tender, said.opening, act))


def _questions(evidence: Evidence, opening: str, act: Logged[Any]) -> Questions:
    corrections = tuple((n.id, n.value) for n in evidence.all(CorrectionNotice, opening=opening))
    inquiries = tuple((n.id, n.value) for n in evidence.all(ExplanationNotice, opening=opening))
    mine = {id_ for id_, _ in (*corrections, *inquiries)}
    answers = [a for a in evidence.all(CorrectionAnswer) if a.value.notice in mine and a.index < act.index]
    judged = [j for j in evidence.all(PriceJudgement) if j.value.notice in mine and j.index < act.index]
    return Questions(
        corrections, tuple((a.entry.t_recv, a.value) for a in answers), inquiries, tuple(j.value for j in judged)
    )


def _elsewhere(
    evidence: Evidence, tender: Tender, lot: str, act: Logged[Any]
) -> tuple[tuple[LotWinner, ...], tuple[str, ...]]:
    limit = tender.award.limit
    if limit is None or lot not in limit.lots:
        return (), ()
    winners, undecided = [], []
    for earlier in limit.lots[: limit.lots.index(lot)]:
        made = [r for r in evidence.all(Ranking, lot=earlier) if r.index < act.index]
        if not made or any(p.blocking for p in made[-1].value.open_points):
            if not _failed(evidence, earlier, act):
                undecided.append(earlier)
            continue
        first = _winner(evidence, earlier, act) or tuple(b.supplier for b in made[-1].value.bids if b.rank == 1)
        winners += [LotWinner(lot=earlier, supplier=supplier) for supplier in first]
    return tuple(winners), tuple(undecided)


def _failed(evidence: Evidence, lot: str, act: Logged[Any]) -> bool:
    ended = [r.index for r in evidence.all(ReviewClosed, lot=lot) if not r.value.scored]
    closings = {c.id for c in evidence.all(Closing, lot=lot)}
    ended += [n.index for n in evidence.all(NoOpening) if n.value.closing in closings]
    return any(index < act.index for index in ended)


def _winner(evidence: Evidence, lot: str, act: Logged[Any]) -> tuple[str, ...]:
    reports = {r.id for r in evidence.all(EvaluationReport, lot=lot)}
    given: list[Logged[Any]] = [*evidence.all(AwardConfirmation), *evidence.all(AwardDeemed)]
    found = [c for c in given if c.value.report in reports and c.index < act.index]
    return (max(found, key=lambda c: c.index).value.winner,) if found else ()


def sheets_before(evidence: Evidence, closed: Logged[ScoresClosed], act: Logged[Any]) -> dict[str, Stands]:
    """The standing sheets by commit when `act` was made."""
    given: list[Logged[ScoreReveal] | Logged[ScoreCorrection]] = [
        *evidence.all(ScoreReveal, closed=closed.id),
        *evidence.all(ScoreCorrection, closed=closed.id),
    ]
    before = sorted((g for g in given if g.index < act.index), key=lambda g: g.index)
    return standing((g.id, g.value) for g in before)


def check_review(evidence: Evidence, review: Logged[ReviewClosed], tender: Tender, forms: Forms) -> None:
    """Who is scored follows from the reviews and the answers, and nothing was left in question."""
    said = review.value
    given = Reviews(
        evidence.find(QualificationReview, said.qualification).value,
        tuple(evidence.find(ConformityReview, id_).value for id_ in said.conformity),
    )
    context = context_before(evidence, tender, said.opening, review)
    survivors = sift(tender, tender.lot(said.lot), forms, given, context)
    ranked = survivors.outcome == "ranked"
    if ranked and any(f.blocking for f in survivors.findings):
        raise Tampered("questions-left-open", "The review was closed while a price was in question.", lot=said.lot)
    if said.scored != (tuple(survivors.standing) if ranked else ()):
        raise Tampered("review-differs", "Who is scored is not what the reviews and answers give.", lot=said.lot)


def leader_in(evidence: Evidence, opening: str) -> str:
    """The elected leader's number; empty when nobody was elected."""
    panel = panel_of(evidence, opening)
    return leader_of(panel.value, [v.value for v in evidence.all(LeaderVote, panel=panel.id)])


def check_tie_by(evidence: Evidence, tie: Logged[TieSettlement], tender: Tender) -> None:
    """A tie was decided by whom the tender names, on a ranking in which it was open."""
    made = evidence.find(Ranking, tie.value.ranking)
    purchaser = tie.value.key in PURCHASER_KEYS
    wanted = tender.purchaser.code if purchaser else leader_in(evidence, made.value.opening)
    if tie.value.decider != wanted:
        raise Tampered("tie-decided-by-others", "The tender leaves this tie to somebody else.", by=tie.value.decider)
    if not any(p.code == "tie-undecided" and p.blocking for p in made.value.open_points):
        raise Tampered("tie-not-open", "There was no tie to decide.", ranking=made.id)


def check_sheet_correction(evidence: Evidence, act: Logged[ScoreCorrection], tender: Tender, forms: Forms) -> None:
    """The committed sheet is shown, only marks at fault were changed, and on a ground of 87号令 第六十四条."""
    commit = evidence.find(ScoreCommit, act.value.commit)
    closed = evidence.find(ScoresClosed, act.value.closed)
    opening, member = commit.value.opening, commit.value.member
    panel = panel_of(evidence, opening).value
    check_committed(
        act.value, commit.value, closed.id, next((m.certificate for m in panel.members if m.member == member), "")
    )
    review = evidence.only(ReviewClosed, opening=opening).value
    lot = tender.lot(review.lot)
    rankings = [r for r in evidence.all(Ranking, opening=opening) if r.index < act.index]
    if rankings:
        before = sheets_before(evidence, closed, act)[act.value.commit].body
        cells = pointed_at(rankings[-1].value.open_points, act.value.ground, member, lot, review.scored)
        check_corrected(lot, forms, before, act.value, member, review.scored, cells)
    else:
        at_fault = faults(lot, forms, act.value.sheet, member, review.scored)
        check_corrected(lot, forms, act.value.sheet, act.value, member, review.scored, at_fault)
