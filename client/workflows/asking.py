"""询问: ask about a tender, see the clock, answer (L-400)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.acts import Act
from client.views.tenders import TenderView, TenderViews
from client.workflows.following import Following
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from procurement.basics.problems import Refused
from procurement.challenging.question import (
    QuestionAnswer,
    SupplierQuestion,
    answer_until,
    check_answer,
    days_late,
)
from procurement.tendering.package import TenderPackage

SEEN = "answer-seen"
FEW = 100
"""As many tenders are listed whole"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its clock and what became of it."""

    question: Act[SupplierQuestion]
    tender: TenderView | None
    """The version in force of the tender it is about"""
    version: int
    """Which version it was asked about; 0 when that is not here"""
    until: datetime
    """Until when it is answered"""
    answer: Act[QuestionAnswer] | None
    late: int
    """Working days by which the answer came late"""

    @property
    def after_deadline(self) -> bool:
        """It came when bids were in: the documents cannot change any more."""
        return self.tender is not None and self.question.item.t_recv >= self.tender.package.deadline


class Asking(Workflow):
    """Questions are read from the mirror: the asker's own, or those of one's own procurements. Both acts are like any other."""

    def __init__(self, place: Workplace, tenders: TenderViews, following: Following) -> None:
        super().__init__(place)
        self._tenders, self._following = tenders, following

    def asked(self) -> tuple[Asked, ...]:
        """Every question this desk may read: those without an answer first, the nearest end first; then the newest."""
        found = [self._asked(one) for one in self.place.acts.all(SupplierQuestion)]
        open_ = sorted((one for one in found if one.answer is None), key=lambda one: one.until)
        answered = sorted((one for one in found if one.answer), key=lambda one: -one.question.item.leaf_index)
        return (*open_, *answered)

    def open_count(self) -> int:
        """Questions that wait for an answer."""
        return sum(one.answer is None for one in self.asked())

    def unseen(self) -> tuple[Asked, ...]:
        """Own questions whose answer nobody here has looked at."""
        seen = set(self.place.keepsakes.keys(SEEN))
        return tuple(one for one in self.asked() if one.answer is not None and one.answer.id not in seen)

    def unread(self) -> int:
        """How many those are."""
        return len(self.unseen())

    def see(self, asked: Asked) -> None:
        """Somebody looks at the answer, if there is one."""
        if asked.answer is not None:
            self.place.keepsakes.keep(SEEN, asked.answer.id, b"")

    def may_ask(self, tender: str = "") -> tuple[TenderView, ...]:
        """Tenders to ask about, those still open first, then by their deadlines. Of very many only those this desk watches or has
        looked at, and `tender`."""
        now, found = self.place.now(), self._tenders.tenders()
        if len(found) > FEW:
            near = {*self._following.all(), tender}
            found = tuple(one for one in found if one.key in near)
        return tuple(sorted(found, key=lambda one: (one.package.deadline < now, one.package.deadline)))

    @verb()
    def ask(self, tender: TenderView, about: str, question: str, contact: str, phone: str) -> Outcome:
        """Send a question, signed with the open certificate. Raises the server's refusals."""
        asked = SupplierQuestion(
            tender=tender.act.id, supplier=self.me, about=about, question=question, contact=contact, phone=phone
        )
        return self.place.act(asked, subject=tender.key)

    @verb()
    def answer(self, question: str, text: str, *, changes: bool, responder: str) -> Outcome:
        """Answer a question, once. Raises `RuleBroken` as the server would, and its refusals."""
        asked = next(one for one in self.asked() if one.question.id == question)
        answer = QuestionAnswer(question=question, org=self.me, answer=text, changes=changes, responder=responder)
        if asked.tender is not None:
            check_answer(answer, self.place.now(), asked.tender.package.deadline)
        return self.place.act(answer, subject=asked.tender.key if asked.tender else "")

    def _asked(self, question: Act[SupplierQuestion]) -> Asked:
        acts = self.place.acts
        try:
            package = acts.get(TenderPackage, question.value.tender)
        except Refused:  # not arrived yet
            package = None
        answer = acts.last(QuestionAnswer, question=question.id)
        received = question.item.t_recv
        return Asked(
            question,
            self._tenders.tender(package.value.tender_id) if package else None,
            package.value.version if package else 0,
            answer_until(received),
            answer,
            days_late(received, answer.item.t_recv) if answer else 0,
        )
