"""A challenge with its clocks and its answer, and the answer as a letter on paper (94号令 第十五条)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.acts import Act
from client.views.tenders import TenderView
from documents.data import AnsweredMatter, ChallengeReplyPrint
from documents.tender_words import project_of
from procurement.basics.problems import Refused
from procurement.challenging.letter import ChallengeLetter, ChallengeReply, PaperChallenge
from procurement.challenging.terms import complaint_until, received_at

LetterAct = Act[ChallengeLetter] | Act[PaperChallenge]
STAGES = {"document": "采购文件", "opening": "开标过程", "result": "采购结果"}
FINDINGS = {"founded": "成立", "partly": "部分成立", "unfounded": "不成立"}


@dataclass(frozen=True, slots=True)
class Case:
    """A letter with its clocks and what became of it."""

    letter: LetterAct
    tender: TenderView | None
    until: datetime | None
    """The end of the term in which it could be made; None when what it challenges is not here"""
    reply_until: datetime
    reply: Act[ChallengeReply] | None

    @property
    def late(self) -> bool:
        return self.until is not None and self.received > self.until

    @property
    def received(self) -> datetime:
        """When the letter arrived: one on paper before it was entered."""
        return received_at(self.letter.value, self.letter.item.t_recv)

    @property
    def paper(self) -> PaperChallenge | None:
        """What was entered of a letter on paper."""
        return self.letter.value if isinstance(self.letter.value, PaperChallenge) else None

    @property
    def complaint_until(self) -> datetime:
        """Until when the challenger may complain to the finance department."""
        return complaint_until(self.reply_until)


def reply_print(case: Case, challenger: str, by: str) -> ChallengeReplyPrint:
    """The letter's data: nothing that the two signed statements and the tender do not say.

    Raises `Refused`: challenge-not-answered, act-not-here.
    """
    if case.reply is None:
        raise Refused("challenge-not-answered", "Answer the challenge first; then the letter can be printed.")
    if case.tender is None or case.tender.model is None:
        raise Refused("act-not-here", "Fetch what is new; the act this rests on has not arrived.", act="tender-package")
    letter, reply = case.letter.value, case.reply.value
    answered = zip(letter.matters, reply.matters, strict=True)
    return ChallengeReplyPrint(
        project=project_of(case.tender.model, case.tender.model.lot(letter.lot)),
        challenger=challenger,
        code=letter.supplier,
        received=case.received,
        stage=STAGES[letter.stage],
        matters=tuple(
            AnsweredMatter(
                matter=asked.matter,
                request=asked.request,
                finding=FINDINGS[said.finding],
                answer=said.answer,
                facts=said.facts,
                law=said.law,
            )
            for asked, said in answered
        ),
        affects=reply.affects,
        measure=reply.measure,
        complain_to=reply.complain_to,
        complaint_until=case.complaint_until,
        responder=reply.responder,
        by=by,
        challenge_id=case.letter.id,
        reply_id=case.reply.id,
        answered=case.reply.item.t_recv,
    )
