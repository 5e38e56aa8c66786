"""询问 (full edition): every answer has its question, was given once by the buyer's side, and its time is counted (L-400)."""

from __future__ import annotations

from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from procurement.basics.problems import Tampered
from procurement.challenging.question import QuestionAnswer, SupplierQuestion, check_answer, days_late
from procurement.planning.entrust import Entrustment
from procurement.tendering.package import TenderPackage


def check(evidence: Evidence, report: Report) -> None:
    """Faults: question-missing, question-answered, question-answered-by-others, question-change-missing, answer-changes-too-late."""
    questions = evidence.all(SupplierQuestion)
    if not questions and not evidence.all(QuestionAnswer):
        return
    answers = [(f"{act.member} {act.value.TYPE}", act) for act in evidence.all(QuestionAnswer)]
    report.each("questions of suppliers / 询问", answers, lambda act: _answer(evidence, act))
    late = []
    for act in evidence.all(QuestionAnswer):
        question = evidence.by_id.get(act.value.question)
        if question is not None:
            late.append(days_late(question.entry.t_recv, act.entry.t_recv))
    open_ = len(questions) - len({act.value.question for _, act in answers})
    report.grades.append(
        f"questions: {len(questions)} asked, {open_} without an answer, {sum(map(bool, late))} answered late, "
        f"at most by {max(late, default=0)} working days / 询问及答复期限"
    )


def _answer(evidence: Evidence, act: Logged[QuestionAnswer]) -> None:
    asked = evidence.by_id.get(act.value.question)
    if asked is None or not isinstance(asked.value, SupplierQuestion):
        raise Tampered("question-missing", "Get the archive again.", question=act.value.question)
    if evidence.all(QuestionAnswer, question=asked.id)[0].id != act.id:
        raise Tampered("question-answered", "A question has one answer.", question=asked.id)
    package = evidence.find(TenderPackage, asked.value.tender).value
    entrusted = evidence.by_id.get(package.entrustment)
    buyers = {package.agency} | (
        {entrusted.value.purchaser} if entrusted and isinstance(entrusted.value, Entrustment) else set()
    )
    if act.value.org not in buyers:
        raise Tampered("question-answered-by-others", "Purchaser or agency answer.", org=act.value.org)
    versions = [one for one in evidence.all(TenderPackage) if one.value.tender_id == package.tender_id]
    before = [one for one in versions if one.entry.t_recv <= act.entry.t_recv]
    check_answer(act.value, act.entry.t_recv, before[-1].value.deadline)
    if act.value.changes and not any(one.entry.t_recv > asked.entry.t_recv for one in versions):
        remedy = "Ask the agency for the corrected documents it announced."
        raise Tampered("question-change-missing", remedy, question=asked.id)
