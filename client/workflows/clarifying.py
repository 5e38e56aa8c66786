"""Questions about prices and what settles a ranking: ask, answer, judge, decide ties, set sheets right (L-250 … L-260)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from client.acts import Act
from client.lot_day import lot_day
from client.tenders import Tenders
from client.views.talks import talks_story
from client.workflows.scoring import Scoring
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from procurement.basics.findings import Finding
from procurement.basics.value import Code
from procurement.evaluation.clarification import Questions, answered, explanation_minutes
from procurement.evaluation.evaluate import Reviews, Survivors, sift
from procurement.evaluation.panel import Panel
from procurement.evaluation.questions import (
    CorrectionAnswer,
    CorrectionNotice,
    CorrectionRequest,
    ExplanationFile,
    ExplanationNotice,
    ExplanationRequest,
    PriceExplanation,
    PriceJudgement,
)
from procurement.evaluation.quoting import FinalQuotes, QuoteNotice
from procurement.evaluation.rescoring import standing
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationContext,
    Mark,
    QualificationReview,
    Ranking,
    ScoreCommit,
    ScoreCorrection,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
    TieSettlement,
)
from procurement.evaluation.talk_rounds import talks_result

Ground = Literal["outside-range", "objective-marks-differ", "outlier-marks"]
LEEWAY = timedelta(minutes=1)
"""Added to a time to answer, so that it is still whole when the request arrives"""


class Clarifying(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders, scoring: Scoring) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.scoring = scoring

    # -- the committee asks

    @verb("store")
    def in_question(self, opening_id: str) -> tuple[Finding, ...]:
        """What keeps the review open: final quotes still due, corrections not confirmed, low prices not concluded."""
        return tuple(f for f in self._sifted(opening_id).findings if f.blocking)

    @verb("store")
    def still_in(self, opening_id: str) -> tuple[str, ...]:
        """Bidders who are qualified, conform, and have not left."""
        return tuple(self._sifted(opening_id).standing)

    def _sifted(self, opening_id: str) -> Survivors:
        acts = self.place.acts
        day = lot_day(self.place, self.tenders, opening_id)
        qualification = acts.only(QualificationReview, opening=opening_id).value
        reviews = tuple(act.value for act in acts.all(ConformityReview, opening=opening_id))
        together = acts.last(FinalQuotes, opening=opening_id)
        final = together.value.result if together is not None else None
        members = len(acts.only(Panel, opening=opening_id).value.members)
        story = talks_story(acts, opening_id, day.lot, acts.all(QuoteNotice, opening=opening_id))
        gone = {act.value.supplier: act.value.reason for act in story.withdrawals}
        talks = talks_result(story.talks, gone, members)
        context = answered(
            EvaluationContext(event=day.published.tender.announcement, final=final, talks=talks),
            self._questions(opening_id),
            members,
            self.place.now(),
        )
        lot = day.published.lot(day.lot)
        return sift(day.published.tender, lot, day.forms, Reviews(qualification, reviews), context)

    @verb()
    def ask_confirmation(self, opening_id: str, supplier: str, *, minutes: int = 0) -> Outcome:
        """The leader has a corrected price confirmed by its bidder; 0 minutes: the tender's usual time (L-251)."""
        day = lot_day(self.place, self.tenders, opening_id)
        least = day.published.tender.opening.confirm_minutes
        until = self.place.now() + timedelta(minutes=max(minutes, least)) + LEEWAY
        request = CorrectionRequest(opening=opening_id, lot=day.lot, member=self.me, supplier=supplier, until=until)
        return self.place.act(request, subject=day.lot)

    @verb()
    def ask_explanation(self, opening_id: str, supplier: str, reason: str, *, minutes: int = 0) -> Outcome:
        """The leader has a low price explained; never less than the rule's time (L-253)."""
        day = lot_day(self.place, self.tenders, opening_id)
        least = explanation_minutes(day.published.lot(day.lot), day.published.tender.announcement)
        until = self.place.now() + timedelta(minutes=max(minutes, least)) + LEEWAY
        request = ExplanationRequest(
            opening=opening_id, lot=day.lot, member=self.me, supplier=supplier, reason=reason, until=until
        )
        return self.place.act(request, subject=day.lot)

    @verb()
    def judge(self, notice_id: str, accepted: bool, reason: str, *, consulted: Sequence[str] = ()) -> Outcome:
        """A member's view of an explanation, with what was looked up on the net (L-253)."""
        notice = self.place.acts.get(ExplanationNotice, notice_id)
        judgement = PriceJudgement(
            notice=notice_id, member=self.me, accepted=accepted, reason=reason, consulted=tuple(consulted)
        )
        return self.place.act(judgement, subject=notice.value.lot)

    # -- the bidder answers

    @verb()
    def answer_correction(self, notice_id: str, confirmed: bool, reason: str = "") -> Outcome:
        """Confirm the corrected price, or do not: then the bid is invalid (L-251)."""
        notice = self.place.acts.get(CorrectionNotice, notice_id)
        answer = CorrectionAnswer(notice=notice_id, supplier=self.me, confirmed=confirmed, reason=reason)
        return self.place.act(answer, subject=notice.value.lot)

    @verb()
    def explain_price(self, notice_id: str, text: str, files: Sequence[Path] = ()) -> Outcome:
        """Explain a low price in writing, with proof (L-253)."""
        notice = self.place.acts.get(ExplanationNotice, notice_id)
        kept = tuple(ExplanationFile(title=path.name, sha256=self.place.keep(path)) for path in files)
        explanation = PriceExplanation(notice=notice_id, supplier=self.me, text=text, files=kept)
        return self.place.act(explanation, files=[f.sha256 for f in kept], subject=notice.value.lot)

    # -- what settles a ranking

    @verb()
    def decide_tie(self, ranking_id: str, key: Code, order: Sequence[str], reason: str) -> Outcome:
        """The leader, or the purchaser, puts tied bids in order as the tender's chain asks (L-258)."""
        ranking = self.place.acts.get(Ranking, ranking_id)
        settled = TieSettlement(
            ranking=ranking_id,
            lot=ranking.value.lot,
            decider=self.me,
            key=key,
            order=tuple(order),
            reason=reason,
        )
        return self.place.act(settled, subject=ranking.value.lot)

    def standing_sheet(self, opening_id: str) -> ScoreSheet:
        """The own sheet as it stands: corrected, revealed, or as committed on this machine."""
        acts = self.place.acts
        commit = acts.only(ScoreCommit, opening=opening_id, member=self.me)
        given: list[Act[ScoreReveal] | Act[ScoreCorrection]] = [
            *acts.all(ScoreReveal, commit=commit.id),
            *acts.all(ScoreCorrection, commit=commit.id),
        ]
        found = standing((a.id, a.value) for a in sorted(given, key=lambda a: a.item.leaf_index))
        return found[commit.id].sheet if found else self.scoring.committed(commit).sheet

    @verb()
    def correct_sheet(
        self,
        opening_id: str,
        marks: Sequence[Mark],
        ground: Ground,
        reason: str,
        *,
        without: Collection[tuple[str, str]] = (),
    ) -> Outcome:
        """Set the own sheet right: these marks stand in place of those at fault, the others as they are (L-260). Marks `without`
        (item, supplier) are taken back, and computed points stand.

        Before the ranking this shows a committed sheet that breaks the scheme; after it, it settles an open point.
        """
        closed = self.place.acts.only(ScoresClosed, opening=opening_id)
        commit = self.place.acts.only(ScoreCommit, opening=opening_id, member=self.me)
        before = self.standing_sheet(opening_id)
        new = {(m.supplier, m.item): m for m in marks}
        kept = [new.pop((m.supplier, m.item), m) for m in before.marks if (m.item, m.supplier) not in without]
        corrected = ScoreSheet(lot=commit.value.lot, member=self.me, marks=(*kept, *new.values()))
        committed = self.scoring.committed(commit)
        statement = ScoreCorrection(
            commit=commit.id,
            closed=closed.id,
            salt=committed.salt,
            sheet=committed.sheet.to_bytes(),
            corrected=corrected.to_bytes(),
            ground=ground,
            reason=reason,
        )
        return self.place.act(statement, subject=commit.value.lot)

    # -- parts

    def _questions(self, opening_id: str) -> Questions:
        acts = self.place.acts
        corrections = tuple((a.id, a.value) for a in acts.all(CorrectionNotice, opening=opening_id))
        inquiries = tuple((a.id, a.value) for a in acts.all(ExplanationNotice, opening=opening_id))
        mine = {id_ for id_, _ in (*corrections, *inquiries)}
        answers = tuple((a.item.t_recv, a.value) for a in acts.all(CorrectionAnswer) if a.value.notice in mine)
        judged = tuple(a.value for a in acts.all(PriceJudgement) if a.value.notice in mine)
        return Questions(corrections, answers, inquiries, judged)
