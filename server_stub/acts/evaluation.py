"""Acts of evaluation: panel, presence, reviews, scores committed then revealed, report (R-089 … R-093)."""

from __future__ import annotations

from datetime import datetime

from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.basics.value import ZERO_ID
from procurement.evaluation.committee import (
    check_commit,
    check_leader,
    check_panel,
    check_report_signature,
    check_reportable,
    check_reveal,
    check_sign_in,
)
from procurement.evaluation.final_round import asks_final_quotes
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, SignIn
from procurement.evaluation.review import conformity_failures, qualification_failures
from procurement.evaluation.scoring import check_sheet
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
)
from procurement.opening.session import Opening, OpeningRecord
from server_stub.acts import course, ranking
from server_stub.acts.day import opened_forms
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.panels import certificate_of, committee_sees, day_behind, present, same_lot, sitting_panel
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible


@accepts(Panel)
def panel(tx: Tx, act: Panel, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    day = day_behind(tx, opening)
    author_is(signer, day.package.value.agency)
    same_lot(act.lot, opening.lot)
    if act.tender != day.closing.value.tender:
        raise Refused("tender-unknown", "Name the tender as it was closed.", tender=act.tender)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    if tx.last(OpeningRecord, opening=act.opening) is None:
        raise Refused("wrong-order", "Make the opening record first.", act=act.TYPE)
    if tx.last(SignIn, lot=act.lot, project=opening.project) is not None:
        raise Refused("panel-sits-already", "Members have signed in; replace a member instead.", lot=act.lot)
    check_panel(act, day.lot.budget, day.tender.profile.min_panel)
    bidders = {a.actor for a in day.submissions.values()}
    for member in act.members:
        if Role.EXPERT not in tx.roles(member.member) or member.member in bidders:
            raise NotAllowed("member-not-registered", "Name members registered as experts.", member=member.member)


@accepts(SignIn)
def sign_in(tx: Tx, act: SignIn, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.member)
    sitting = tx.find(Panel, act.panel)
    course.require(tx, act.TYPE, sitting.project, sitting.lot)
    if sitting_panel(tx, tx.find(Opening, sitting.value.opening)).id != act.panel:
        raise NotAllowed("not-on-the-panel", "Sign in to the panel now named.", rule="R-090", member=act.member)
    fresh = act.server_nonce if tx.shared.take_nonce(act.server_nonce, now) else ""
    check_sign_in(act, sitting.value, signer.certificate, fresh)


@accepts(IdentityCheck)
def identity_check(tx: Tx, act: IdentityCheck, signer: Signer, now: datetime, secret: bytes) -> None:
    given = tx.find(SignIn, act.sign_in)
    sitting = tx.find(Panel, given.value.panel)
    author_is(signer, sitting.actor)
    course.require(tx, act.TYPE, sitting.project, sitting.lot)
    if given.value.member != act.member:
        raise Refused("identity-of-another", "Check the member who signed in.", member=act.member)


@accepts(LeaderVote)
def leader_vote(tx: Tx, act: LeaderVote, signer: Signer, now: datetime, secret: bytes) -> None:
    sitting = present(tx, act.panel, act.member, signer)
    course.require(tx, act.TYPE, sitting.project, sitting.lot)
    check_leader(act, sitting.value)
    if tx.last(LeaderVote, panel=act.panel, member=act.member) is not None:
        raise Refused("voted-before", "Each member votes once.", member=act.member)


@accepts(QualificationReview)
def qualification_review(tx: Tx, act: QualificationReview, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    day = day_behind(tx, opening)
    if signer.actor not in (day.package.value.agency, day.tender.purchaser.code):
        raise NotAllowed("not-of-this-procurement", "Purchaser or agency of this tender reviews.", rule="L-241")
    same_lot(act.lot, opening.lot)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    if tx.last(QualificationReview, opening=act.opening) is not None:
        raise Refused("reviewed-before", "The qualification review of this lot is made.", lot=act.lot)
    qualification_failures(day.tender, day.lot, act, list(opened_forms(tx, opening)))


@accepts(ConformityReview)
def conformity_review(tx: Tx, act: ConformityReview, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    sitting = sitting_panel(tx, opening)
    present(tx, sitting.id, act.member, signer)
    same_lot(act.lot, opening.lot)
    day = day_behind(tx, opening)
    qualification = tx.last(QualificationReview, opening=act.opening)
    if qualification is None:
        raise Refused("wrong-order", "The qualification review comes first.", rule="L-241", act=act.TYPE)
    if tx.last(ConformityReview, opening=act.opening, member=act.member) is not None:
        raise Refused("reviewed-before", "Each member reviews once.", member=act.member)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    forms = opened_forms(tx, opening)
    failed = qualification_failures(day.tender, day.lot, qualification.value, list(forms))
    conformity_failures(day.lot, [act], [supplier for supplier in forms if supplier not in failed])
    others = [(a.id, a.value) for a in tx.acts(ConformityReview, opening=act.opening)]
    if len(others) + 1 == len(sitting.value.members) and not ranking.close_review(tx, opening, (tx.id, act)):
        outcome = "final-quotes" if asks_final_quotes(day.tender) else "questions"
        course.step(tx, act.TYPE, opening.project, opening.lot, outcome)


@accepts(ScoreCommit)
def score_commit(tx: Tx, act: ScoreCommit, signer: Signer, now: datetime, secret: bytes) -> None:
    opening = tx.find(Opening, act.opening)
    sitting = sitting_panel(tx, opening)
    present(tx, sitting.id, act.member, signer)
    day = day_behind(tx, opening)
    if (act.scheme, act.lot, act.round) != (day.tender.digest, day.lot.code, 1):
        raise Refused("commit-for-another-scheme", "Score by the scheme of this tender and lot.", lot=act.lot)
    earlier = [a.value for a in tx.acts(ScoreCommit, opening=act.opening)]
    check_commit(act, earlier, closed=tx.last(ScoresClosed, opening=act.opening) is not None)
    if act.sealed_sheet is not None:
        tx.require_file(act.sealed_sheet)
    course.step(tx, act.TYPE, opening.project, opening.lot)
    if len(earlier) + 1 == len(sitting.value.members):
        commits = (*(a.id for a in tx.acts(ScoreCommit, opening=act.opening)), tx.id)
        tx.platform_act(ScoresClosed(lot=act.lot, opening=act.opening, commits=commits))
        course.step(tx, ScoresClosed.TYPE, opening.project, opening.lot)


@accepts(ScoreReveal)
def score_reveal(tx: Tx, act: ScoreReveal, signer: Signer, now: datetime, secret: bytes) -> None:
    commit = tx.find(ScoreCommit, act.commit)
    author_is(signer, commit.value.member)
    closed = tx.last(ScoresClosed, opening=commit.value.opening)
    opening = tx.find(Opening, commit.value.opening)
    course.require(tx, act.TYPE, opening.project, opening.lot)
    check_reveal(act, commit.value, closed.id if closed else ZERO_ID, certificate_of(tx, opening, commit.actor))
    assert closed is not None
    if act.commit in ranking.sheets_of(tx, closed):
        raise Refused("revealed-before", "This sheet is revealed.", member=commit.actor)
    day, forms = day_behind(tx, opening), opened_forms(tx, opening)
    sheet = ScoreSheet.from_bytes(act.sheet)
    review = tx.last(ReviewClosed, opening=opening.id)
    assert review is not None
    if (sheet.lot, sheet.member) != (day.lot.code, commit.value.member):
        raise Refused("sheet-of-another", "Reveal the sheet of this member for this lot.", member=commit.actor)
    check_sheet(day.lot, {s: forms[s] for s in review.value.scored}, sheet, review.value.scored)
    ranking.rank_when_all(tx, opening, closed, (tx.id, act))


@accepts(EvaluationReport)
def evaluation_report(tx: Tx, act: EvaluationReport, signer: Signer, now: datetime, secret: bytes) -> None:
    made = tx.find(Ranking, act.ranking)
    day = day_behind(tx, tx.find(Opening, made.value.opening))
    author_is(signer, day.package.value.agency)
    same_lot(act.lot, made.lot)
    if tx.last(EvaluationReport, ranking=act.ranking) is not None:
        raise Refused("report-made-before", "The report of this lot is being signed.", lot=act.lot)
    ranking.check_latest(tx, made)
    check_reportable(made.value)
    tx.require_file(act.pdf)
    course.step(tx, act.TYPE, made.project, made.lot)


@accepts(ReportSignature)
def report_signature(tx: Tx, act: ReportSignature, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.member)
    report = tx.find(EvaluationReport, act.report)
    made = tx.find(Ranking, report.value.ranking)
    sitting = sitting_panel(tx, tx.find(Opening, made.value.opening))
    ranking.check_latest(tx, made)
    signed = tx.acts(ReportSignature, report=act.report)
    current = signed[-1].value.pdf if signed else report.value.pdf
    check_report_signature(act, sitting.value, {a.value.member: a.value.pdf for a in signed}, current)
    tx.require_file(act.pdf)
    last = len(signed) + 1 == len(sitting.value.members)
    course.step(tx, act.TYPE, made.project, made.lot, "last" if last else "")


@visible("score-reveal", "score-correction")
def _after_ranking(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """No member sees another's sheet before the ranking stands (L-256)."""
    ranked = reading.last(Ranking, project=act.project, lot=act.lot) is not None
    return ranked and committee_sees(reading, reader, act)


visible("panel", "sign-in", "identity-check", "leader-vote", "qualification-review", "conformity-review")(
    committee_sees
)
visible("review-closed", "score-commit", "scores-closed", "ranking", "evaluation-report", "report-signature")(
    committee_sees
)
