"""询问 and its answer: a supplier asks about a procurement, purchaser or agency answer within three working days (L-400)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from procurement.basics.moment import add_working_days, end_of_day, shanghai_date, working_days_between
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.basics.statement import Statement
from procurement.basics.value import Hex32, Name, Text, Uscc


class SupplierQuestion(Statement):
    """询问 (采购法 第五十一条). Until the deadline only those who answer and the asker may read it: it says who is interested."""

    TYPE: ClassVar[str] = "supplier-question"
    tender: Hex32
    """Id of the `tender-package` it is about"""
    supplier: Uscc
    about: Name
    """Which document, clause or page"""
    question: Text
    contact: Name
    phone: Name


class QuestionAnswer(Statement):
    """答复询问. To the asker alone: what all bidders must know goes to all of them, as a correction of the documents (L-204)."""

    TYPE: ClassVar[str] = "question-answer"
    question: Hex32
    """Id of the `supplier-question`"""
    org: Uscc
    """Who answers"""
    answer: Text
    changes: bool
    """The documents are changed because of it: a corrected version follows, or has come"""
    responder: Name


def answer_until(received: datetime) -> datetime:
    """Until when a question that arrived at `received` is answered: three working days (L-400)."""
    day = shanghai_date(received)
    return end_of_day(add_working_days(day, int(rule("L-400", day).params["working_days"])))


def days_late(received: datetime, answered: datetime) -> int:
    """By how many working days an answer came after its term; 0 in time. A day begun counts."""
    until = answer_until(received)
    if answered <= until:
        return 0
    return max(1, working_days_between(shanghai_date(until), shanghai_date(answered)))


def check_answer(answer: QuestionAnswer, answered: datetime, deadline: datetime) -> None:
    """Documents are not changed once bids are in. Raises `RuleBroken("answer-changes-too-late")`."""
    if answer.changes and answered >= deadline:
        raise RuleBroken(
            "L-204", "answer-changes-too-late", "Answer without changing the documents: the deadline has passed."
        )
