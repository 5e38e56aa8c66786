"""What the platform computes in an evaluation: who is scored, and the ranking. The law does the arithmetic; this gathers facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from procurement.awarding.award import AwardConfirmation, AwardDeemed
from procurement.basics.lifecycle import State
from procurement.basics.problems import Refused
from procurement.bidding.draft import BidForms
from procurement.evaluation.clarification import Questions, answered
from procurement.evaluation.evaluate import LotResult, Reviews, Survivors, evaluate_lot, sift
from procurement.evaluation.questions import CorrectionAnswer, CorrectionNotice, ExplanationNotice, PriceJudgement
from procurement.evaluation.quoting import FinalQuotes
from procurement.evaluation.ranking import draw_seed
from procurement.evaluation.rescoring import Stands, standing
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    EvaluationReport,
    LotWinner,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCorrection,
    ScoreReveal,
    ScoresClosed,
    TieDecision,
    TieSettlement,
)
from procurement.opening.session import Opening
from server_stub.acts import course
from server_stub.acts.day import Day, opened_forms, supplier_name
from server_stub.acts.dossier import tender_of as tender_of_project
from server_stub.acts.panels import day_behind, sitting_panel
from server_stub.acts.reading import Act
from server_stub.acts.talks_facts import Pending, result_of
from server_stub.acts.transaction import Tx
from server_stub.jobs.timers import due

LIMITED = "rank-limited-lot"
"""Timer: a lot before this one in the award limit has a new result"""


@dataclass(frozen=True, slots=True)
class Case:
    """What an evaluation of one lot rests on."""

    day: Day
    opening: Act[Opening]
    forms: Mapping[str, BidForms]
    qualification: Act[QualificationReview]
    reviews: tuple[tuple[str, ConformityReview], ...]
    context: EvaluationContext

    @property
    def given(self) -> Reviews:
        return Reviews(self.qualification.value, tuple(review for _, review in self.reviews))

    def sift(self) -> Survivors:
        """Who is left to be scored, and what is still in question."""
        return sift(self.day.tender, self.day.lot, self.forms, self.given, self.context)


def case_of(tx: Tx, opening: Act[Opening], pending: Pending = None) -> Case:
    """The evaluation as it stands, with the act in hand."""
    qualification = tx.last(QualificationReview, opening=opening.id)
    if qualification is None:
        raise Refused("wrong-order", "The qualification review comes first.", rule="L-241", act="conformity-review")
    reviews = [(a.id, a.value) for a in tx.acts(ConformityReview, opening=opening.id)]
    if pending is not None and isinstance(pending[1], ConformityReview):
        reviews.append((pending[0], pending[1]))
    day = day_behind(tx, opening)
    context = context_of(tx, day, opening, pending)
    return Case(day, opening, opened_forms(tx, opening), qualification, tuple(reviews), context)


def context_of(tx: Tx, day: Day, opening: Act[Opening], pending: Pending = None) -> EvaluationContext:
    """Rules by the date of announcement; final quotes, what bidders answered, what people decided, who won lots before this one."""
    members = len(sitting_panel(tx, opening).value.members)
    winners, undecided = _elsewhere(tx, day)
    base = EvaluationContext(event=day.tender.announcement, winners=winners, undecided=undecided)
    context = answered(base, _questions(tx, opening, pending), members, tx.now)
    settled = [a.value for a in tx.acts(TieSettlement, project=day.project, lot=day.lot.code)]
    if pending is not None and isinstance(pending[1], TieSettlement):
        settled.append(pending[1])
    decisions = tuple(TieDecision(key=t.key, order=t.order, reason=t.reason) for t in reversed(settled))
    together = tx.last(FinalQuotes, opening=opening.id)
    final = together.value.result if together is not None else None
    if pending is not None and isinstance(pending[1], FinalQuotes):
        final = pending[1].result
    talks = result_of(tx, opening, pending)
    return context.model_copy(update={"decisions": decisions, "final": final, "talks": talks})


def _questions(tx: Tx, opening: Act[Opening], pending: Pending) -> Questions:
    corrections = tuple((a.id, a.value) for a in tx.acts(CorrectionNotice, opening=opening.id))
    inquiries = tuple((a.id, a.value) for a in tx.acts(ExplanationNotice, opening=opening.id))
    answers = [(a.t_recv, a.value) for id_, _ in corrections for a in tx.acts(CorrectionAnswer, notice=id_)]
    judgements = [a.value for id_, _ in inquiries for a in tx.acts(PriceJudgement, notice=id_)]
    if pending is not None and isinstance(pending[1], CorrectionAnswer):
        answers.append((tx.now, pending[1]))
    if pending is not None and isinstance(pending[1], PriceJudgement):
        judgements.append(pending[1])
    return Questions(corrections, tuple(answers), inquiries, tuple(judgements))


def _elsewhere(tx: Tx, day: Day) -> tuple[tuple[LotWinner, ...], tuple[str, ...]]:
    """Winners of lots earlier in the order of the award limit: the confirmed one, else all first candidates; and lots still open."""
    limit = day.tender.award.limit
    if limit is None or day.lot.code not in limit.lots:
        return (), ()
    winners, undecided = [], []
    for lot in limit.lots[: limit.lots.index(day.lot.code)]:
        made = tx.last(Ranking, project=day.project, lot=lot)
        if made is None or any(p.blocking for p in made.value.open_points):
            if course.state_of(tx, day.project, lot) is not State.FAILED:
                undecided.append(lot)
            continue
        first = _winner(tx, day.project, lot) or tuple(b.supplier for b in made.value.bids if b.rank == 1)
        winners += [LotWinner(lot=lot, supplier=supplier) for supplier in first]
    return tuple(winners), tuple(undecided)


def _winner(tx: Tx, project: str, lot: str) -> tuple[str, ...]:
    """Who was confirmed as winner of a lot, last, or by silence."""
    found: list[Act[AwardConfirmation] | Act[AwardDeemed]] = [
        *tx.acts(AwardConfirmation, project=project, lot=lot),
        *tx.acts(AwardDeemed, project=project, lot=lot),
    ]
    return (max(found, key=lambda act: act.seq).value.winner,) if found else ()


def close_review(tx: Tx, opening: Act[Opening], pending: Pending = None) -> bool:
    """Make `review-closed` once nothing is in question (or too few are left whatever the answers are). Whether it was made."""
    case = case_of(tx, opening, pending)
    survivors = case.sift()
    ranked = survivors.outcome == "ranked"
    if ranked and any(f.blocking for f in survivors.findings):
        return False
    closed = ReviewClosed(
        opening=opening.id,
        lot=case.day.lot.code,
        qualification=case.qualification.id,
        conformity=tuple(id_ for id_, _ in case.reviews),
        scored=tuple(survivors.standing) if ranked else (),
    )
    tx.platform_act(closed)
    course.step(tx, ReviewClosed.TYPE, opening.project, opening.lot, "" if ranked else "too-few")
    return True


def sheets_of(tx: Tx, closed: Act[ScoresClosed], pending: Pending = None) -> dict[str, Stands]:
    """The standing sheets by commit, from reveals and corrections."""
    commits = closed.value.commits
    acts: list[Act[ScoreReveal] | Act[ScoreCorrection]] = [
        *(a for c in commits for a in tx.acts(ScoreReveal, commit=c)),
        *(a for c in commits for a in tx.acts(ScoreCorrection, commit=c)),
    ]
    ordered = [(a.id, a.value) for a in sorted(acts, key=lambda a: a.seq)]
    if pending is not None and isinstance(pending[1], ScoreReveal | ScoreCorrection):
        ordered.append((pending[0], pending[1]))
    return standing(ordered)


def rank_when_all(tx: Tx, opening: Act[Opening], closed: Act[ScoresClosed], pending: Pending) -> None:
    """Make the first ranking once every committed sheet is here; the sheets then come into the committee's feeds."""
    sheets = sheets_of(tx, closed, pending)
    if len(sheets) < len(closed.value.commits):
        return
    rank_again(tx, opening, pending)
    tx.disclose(*(s.act for s in sheets.values() if s.act != tx.id))


def evaluation_of(
    tx: Tx, opening: Act[Opening], pending: Pending = None
) -> tuple[Case, Act[ScoresClosed], list[Stands], LotResult]:
    """The lot evaluated from the standing sheets."""
    closed = tx.last(ScoresClosed, opening=opening.id)
    if closed is None:
        raise Refused("act-unknown", "Do the step before this one first.", type=ScoresClosed.TYPE)
    sheets = sheets_of(tx, closed, pending)
    ordered = [sheets[c] for c in closed.value.commits]
    case = case_of(tx, opening, pending)
    seed = draw_seed(opening.id, case.day.lot.code, [s.salt for s in ordered])
    case = replace(case, context=case.context.model_copy(update={"draw": seed}))
    bids = [(supplier, supplier_name(tx, opening, supplier), form) for supplier, form in case.forms.items()]
    given = [s.sheet for s in ordered]
    result = evaluate_lot(case.day.tender, case.day.lot.code, bids, case.given, given, case.context)
    return case, closed, ordered, result


def rank_again(tx: Tx, opening: Act[Opening], pending: Pending = None) -> None:
    """Make a ranking from what stands now. Lots later in the order of an award limit look at theirs again."""
    case, closed, sheets, result = evaluation_of(tx, opening, pending)
    made = Ranking(
        opening=opening.id,
        lot=case.day.lot.code,
        scheme=case.day.tender.digest,
        closed=closed.id,
        reveals=tuple(s.act for s in sheets),
        bids=result.bids,
        candidates=result.candidates,
        computed_at=tx.now,
        context=case.context,
        open_points=result.open_points,
    )
    tx.platform_act(made)
    course.step(tx, Ranking.TYPE, opening.project, opening.lot)
    look_again(tx, opening.project, opening.lot)


def look_again(tx: Tx, project: str, lot: str) -> None:
    """What this lot's result means for lots later in the order of an award limit is worked out next, each in its own transaction."""
    tender = tender_of_project(tx, project)
    limit = tender.award.limit if tender is not None else None
    if limit is None or lot not in limit.lots:
        return
    for later in limit.lots[limit.lots.index(lot) + 1 :]:
        tx.at(tx.now, LIMITED, f"{project}/{later}", project=project, lot=later)


@due(LIMITED)
def rank_limited(tx: Tx, payload: dict[str, str]) -> None:
    """A lot under the award limit is ranked again when who won before it has changed, while its report is unsigned."""
    project, lot = payload["project"], payload["lot"]
    made = tx.last(Ranking, project=project, lot=lot)
    if made is None or course.state_of(tx, project, lot) is not State.RANKED:
        return
    opening = tx.find(Opening, made.value.opening)
    before = made.value.context
    now = context_of(tx, day_behind(tx, opening), opening)
    if before is None or (before.winners, before.undecided) == (now.winners, now.undecided):
        return
    if not is_being_signed(tx, made):
        rank_again(tx, opening)


@course.entering(State.CONFIRMED)
def winner_known(tx: Tx, project: str, lot: str) -> None:
    """Of parallel candidates one has won: a lot that waited for it goes on."""
    look_again(tx, project, lot)


def check_latest(tx: Tx, made: Act[Ranking]) -> None:
    """A report rests on the lot's latest ranking (L-260)."""
    latest = tx.last(Ranking, opening=made.value.opening)
    if latest is not None and latest.id != made.id:
        raise Refused("ranking-superseded", "Take the latest ranking.", rule="L-260", latest=latest.id)


def is_being_signed(tx: Tx, made: Act[Ranking]) -> bool:
    """Whether a member has signed the report of this ranking."""
    report = tx.last(EvaluationReport, ranking=made.id)
    return report is not None and tx.last(ReportSignature, report=report.id) is not None


def check_unsigned(tx: Tx, made: Act[Ranking]) -> None:
    """Marks and ties are set right before the report is signed (87号令 第六十四条); later the committee is called again."""
    check_latest(tx, made)
    if is_being_signed(tx, made):
        raise Refused(
            "report-being-signed", "The report is being signed; nothing is changed on the spot.", rule="L-260"
        )
