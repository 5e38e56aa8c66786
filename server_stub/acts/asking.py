"""询问: taken whatever their time, answered once by purchaser or agency; nobody else reads either (L-400, 87号令 第二十八条)."""

from __future__ import annotations

from datetime import datetime

from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.statement import Signer, Statement
from procurement.challenging.question import QuestionAnswer, SupplierQuestion, check_answer
from procurement.tendering.package import TenderPackage
from server_stub.acts.dossier import buyers, the
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible


@visible("supplier-question", "question-answer")
def _asker_and_those_who_answer(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """Whoever asks shows interest, and who is interested stays secret until the opening: offices read it in the archive."""
    if not reader.actor:
        return False
    asker = act.value.supplier if isinstance(act.value, SupplierQuestion) else _asker(reading, act.value)
    return reader.actor == asker or reader.actor in buyers(reading, act.project)


@accepts(SupplierQuestion)
def supplier_question(tx: Tx, act: SupplierQuestion, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-400: any registered supplier, at any time; after the deadline, too."""
    author_is(signer, act.supplier)
    tx.file(project=tx.find(TenderPackage, act.tender).project)


@accepts(QuestionAnswer)
def question_answer(tx: Tx, act: QuestionAnswer, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-400: once, by the project's purchaser or agency; a late one is taken, and its days are counted from the log."""
    author_is(signer, act.org)
    question = tx.find(SupplierQuestion, act.question)
    if signer.actor not in buyers(tx, question.project):
        raise NotAllowed("not-of-this-project", "Purchaser or agency of the project answer.", rule="L-400")
    if tx.last(QuestionAnswer, question=question.id) is not None:
        raise Refused("question-answered", "This question has its answer; it is not replaced.", rule="L-400")
    check_answer(act, now, the(tx, TenderPackage, question.project).value.deadline)


def _asker(reading: Reading, answer: object) -> str:
    assert isinstance(answer, QuestionAnswer)
    return reading.find(SupplierQuestion, answer.question).value.supplier
