"""Scores: committed before any was revealed, unchanged, and the ranking computed again (promise 6; M13, R-093)."""

from __future__ import annotations

from typing import Any

from client.verify.checks.bids import Opened
from client.verify.checks.final_quotes import ROUNDS, check_final
from client.verify.checks.questions import QUESTIONS, check_question, opening_of
from client.verify.checks.settled import (
    check_review,
    check_sheet_correction,
    check_tie_by,
    context_before,
    panel_of,
    sheets_before,
    tender_of,
)
from client.verify.checks.talks import TALKS, check_talks
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from procurement.basics.parties import Registration
from procurement.basics.problems import Tampered
from procurement.evaluation.committee import (
    check_panel,
    check_present,
    check_report_signature,
    check_reportable,
    check_reveal,
)
from procurement.evaluation.evaluate import Reviews, evaluate_lot
from procurement.evaluation.panel import IdentityCheck, Panel, SignIn
from procurement.evaluation.ranking import draw_seed
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreCorrection,
    ScoreReveal,
    ScoresClosed,
    TieSettlement,
)
from procurement.opening.session import Opening


def check(evidence: Evidence, report: Report, opened: Opened) -> None:
    if evidence.index.edition == "public":
        report.limits.append("score sheets and the ranking are not in this edition / 未附评分表")
        return
    panels = [(f"lot {p.value.lot}", p) for p in evidence.all(Panel)]
    report.each("panel and presence / 评委到场", panels, lambda p: _panel(evidence, p))
    reveals = [(r.member, r) for r in evidence.all(ScoreReveal)]
    report.each("score sheets / 评分表", reveals, lambda r: _reveal(evidence, r))
    talked = [(f"{a.member} {a.value.TYPE}", a) for a in evidence.acts if isinstance(a.value, TALKS)]
    report.each("rounds of talks / 磋商谈判轮次", talked, lambda a: check_talks(evidence, a, opened.forms))
    quoted = [(f"{a.member} {a.value.TYPE}", a) for a in evidence.acts if isinstance(a.value, ROUNDS)]
    report.each("final quotes / 最后报价", quoted, lambda a: check_final(evidence, a, opened.forms))
    asked = [(f"{a.member} {a.value.TYPE}", a) for a in evidence.acts if isinstance(a.value, QUESTIONS)]
    report.each("questions about prices / 报价澄清", asked, lambda a: _question(evidence, a, opened))
    closings = [(f"lot {r.value.lot}", r) for r in evidence.all(ReviewClosed)]
    report.each("who is scored / 进入评分", closings, lambda r: _review(evidence, r, opened))
    settled = [(a.member, a) for a in evidence.acts if isinstance(a.value, ScoreCorrection | TieSettlement)]
    report.each("sheets and ties settled / 改正与并列", settled, lambda a: _settled(evidence, a, opened))
    rankings = [(f"lot {r.value.lot}", r) for r in evidence.all(Ranking)]
    report.each("ranking recomputed / 重算排名", rankings, lambda r: _recompute(evidence, r, opened))
    reports = [(f"lot {r.value.lot}", r) for r in evidence.all(EvaluationReport)]
    report.each("report signatures / 报告签名", reports, lambda r: _signatures(evidence, r))


def _question(evidence: Evidence, act: Logged[Any], opened: Opened) -> None:
    opening = opening_of(evidence, act)
    tender = tender_of(evidence, evidence.find(Opening, opening))
    check_question(evidence, act, tender, opened.forms.get(opening, {}))


def _panel(evidence: Evidence, panel: Logged[Panel]) -> None:
    tender = tender_of(evidence, evidence.find(Opening, panel.value.opening))
    check_panel(panel.value, tender.lot(panel.value.lot).budget, tender.profile.min_panel)
    sign_ins = {a.value.member: a.value for a in evidence.all(SignIn, panel=panel.id)}
    checks = [a.value for a in evidence.all(IdentityCheck)]
    for member in panel.value.members:
        check_present(member.member, sign_ins, checks)


def _reveal(evidence: Evidence, reveal: Logged[ScoreReveal]) -> None:
    commit = evidence.find(ScoreCommit, reveal.value.commit)
    closed = evidence.only(ScoresClosed, opening=commit.value.opening)
    panel = panel_of(evidence, commit.value.opening).value
    certificate = next((m.certificate for m in panel.members if m.member == commit.value.member), "")
    check_reveal(reveal.value, commit.value, closed.id, certificate)
    if commit.id not in closed.value.commits:
        raise Tampered(
            "commit-not-closed", "A sheet was revealed that was not committed in time.", member=commit.value.member
        )
    for other in evidence.all(ScoreReveal, closed=closed.id):
        if other.entry.t_recv < closed.entry.t_recv:
            raise Tampered("out-of-order", "A sheet was revealed before all were committed.", member=other.member)


def _review(evidence: Evidence, review: Logged[ReviewClosed], opened: Opened) -> None:
    tender = tender_of(evidence, evidence.find(Opening, review.value.opening))
    check_review(evidence, review, tender, opened.forms.get(review.value.opening, {}))


def _settled(evidence: Evidence, act: Logged[Any], opened: Opened) -> None:
    if isinstance(act.value, TieSettlement):
        opening = evidence.find(Ranking, act.value.ranking).value.opening
        check_tie_by(evidence, act, tender_of(evidence, evidence.find(Opening, opening)))
        return
    opening = evidence.find(ScoreCommit, act.value.commit).value.opening
    tender = tender_of(evidence, evidence.find(Opening, opening))
    check_sheet_correction(evidence, act, tender, opened.forms.get(opening, {}))


def _recompute(evidence: Evidence, ranking: Logged[Ranking], opened: Opened) -> None:
    said = ranking.value
    opening = evidence.find(Opening, said.opening)
    tender = tender_of(evidence, opening)
    closed = evidence.find(ScoresClosed, said.closed)
    sheets = sheets_before(evidence, closed, ranking)
    if set(sheets) != set(closed.value.commits):
        raise Tampered("reveals-incomplete", "The ranking does not rest on every committed sheet.", lot=said.lot)
    ordered = [sheets[commit] for commit in closed.value.commits]
    if said.reveals != tuple(s.act for s in ordered):
        raise Tampered("reveals-incomplete", "The ranking does not rest on the sheets that stand.", lot=said.lot)
    review = evidence.only(ReviewClosed, opening=opening.id)
    members = {m.member for m in panel_of(evidence, opening.id).value.members}
    reviews = [evidence.find(ConformityReview, id_) for id_ in review.value.conformity]
    if {r.value.member for r in reviews} != members or len(reviews) != len(members):
        raise Tampered("reviews-incomplete", "Not every member's review was counted.", lot=said.lot)
    seed = draw_seed(opening.id, said.lot, [s.salt for s in ordered])
    context = context_before(evidence, tender, opening.id, ranking).model_copy(update={"draw": seed})
    if said.context != context:
        raise Tampered(
            "ranking-by-other-rules", "The ranking rests on answers or rules the acts do not give.", lot=said.lot
        )
    names = {a.value.actor: a.value.name for a in evidence.all(Registration)}
    bids = [(s, names.get(s, ""), form) for s, form in opened.forms.get(opening.id, {}).items()]
    result = evaluate_lot(
        tender,
        said.lot,
        bids,
        Reviews(evidence.find(QualificationReview, review.value.qualification).value, tuple(r.value for r in reviews)),
        [s.sheet for s in ordered],
        context,
    )
    found = (result.bids, result.candidates, result.open_points, tender.digest)
    if found != (said.bids, said.candidates, said.open_points, said.scheme):
        raise Tampered("ranking-differs", "The ranking is not what the sheets and the bids give.", lot=said.lot)


def _signatures(evidence: Evidence, report: Logged[EvaluationReport]) -> None:
    ranking = evidence.find(Ranking, report.value.ranking)
    check_reportable(ranking.value)
    later = [r for r in evidence.all(Ranking, opening=ranking.value.opening) if r.index > ranking.index]
    signatures = evidence.all(ReportSignature, report=report.id)
    if later and not signatures:
        return  # superseded before anybody signed: a later report stands
    if later:
        raise Tampered("ranking-superseded", "The report rests on a ranking that no longer stands.", ranking=ranking.id)
    panel = panel_of(evidence, ranking.value.opening).value
    signed: dict[str, str] = {}
    current = report.value.pdf
    for signature in signatures:
        check_report_signature(signature.value, panel, signed, current)
        current = signed[signature.value.member] = signature.value.pdf
    missing = {m.member for m in panel.members} - set(signed)
    if missing:
        raise Tampered("report-unsigned", "Not every member signed the report.", missing=", ".join(sorted(missing)))
