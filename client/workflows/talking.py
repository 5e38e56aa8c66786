"""Rounds of talks of 磋商 and 谈判: opened, confirmed, answered, judged, extended; a bidder may leave before its final quote (L-322, L-323)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from client.acts import Act
from client.attachments import check_attachment
from client.lot_day import lot_day
from client.tenders import Tenders
from client.views.talks import talks_story
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from procurement.basics.problems import Refused
from procurement.evaluation.final_round import round_minutes
from procurement.evaluation.quoting import QuoteNotice, QuoteRound
from procurement.evaluation.sheets import ReviewClosed
from procurement.evaluation.talk_rounds import PAPERS, PAPERS_TOGETHER, held
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ResponsePaper,
    ResponseVerdict,
    TalkPoint,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
    TermChange,
    TimeExtension,
)
from procurement.tendering.tender import Upload

ONLY_PDF = Upload(file_limit=PAPERS_TOGETHER)


class Talking(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders

    # -- the committee

    @verb()
    def open_round(
        self,
        opening_id: str,
        subject: str,
        *,
        changes: Sequence[TermChange] = (),
        points: Sequence[TalkPoint] = (),
        minutes: int = 0,
    ) -> Outcome:
        """The leader opens the next round; never less than the tender's minutes. Changed terms wait for the purchaser's confirmation."""
        day = lot_day(self.place, self.tenders, opening_id)
        acts = self.place.acts
        quotes = acts.all(QuoteNotice, opening=opening_id, lot=day.lot)
        number = held(talks_story(acts, opening_id, day.lot, quotes).talks) + 1
        request = TalksRound(
            opening=opening_id,
            lot=day.lot,
            member=self.me,
            round=number,
            subject=subject,
            changes=tuple(changes),
            points=tuple(points),
            minutes=max(minutes, round_minutes(day.published.tender)),
        )
        return self.place.act(request, subject=day.lot)

    @verb()
    def confirm_changes(self, request_id: str, confirmed: bool, reason: str = "") -> Outcome:
        """The purchaser, or its representative on the panel, confirms changed terms, or says why not (74号令 第三十二条)."""
        request = self.place.acts.get(TalksRound, request_id)
        said = ChangesConfirmation(
            request=request_id, lot=request.value.lot, by=self.me, confirmed=confirmed, reason=reason
        )
        return self.place.act(said, subject=request.value.lot)

    def unconfirmed(self) -> int:
        """Rounds of any lot whose changed terms wait for the purchaser."""
        acts = self.place.acts
        said = {act.value.request for act in acts.all(ChangesConfirmation)}
        over = {act.value.opening for act in acts.all(ReviewClosed)}
        waiting = [act for act in acts.all(TalksRound) if act.value.changes and act.id not in said]
        return sum(act.value.opening not in over for act in waiting)

    @verb()
    def judge_responses(self, closed_id: str, verdicts: Sequence[ResponseVerdict]) -> Outcome:
        """A member's view on whether the responses meet the changed terms; the majority decides (L-261)."""
        closed = self.place.acts.get(TalksClosed, closed_id)
        review = TalksReview(closed=closed_id, lot=closed.value.lot, member=self.me, verdicts=tuple(verdicts))
        return self.place.act(review, subject=closed.value.lot)

    @verb()
    def extend(self, request_id: str, reason: str, *, minutes: int) -> Outcome:
        """The leader gives all bidders more time: so many minutes after the end as it stands."""
        acts = self.place.acts
        notices: list[Act[TalksNotice] | Act[QuoteNotice]] = [*acts.all(TalksNotice, request=request_id)]
        quotes = next((act for act in acts.all(QuoteRound) if act.id == request_id), None)
        if quotes is not None:
            notices += acts.all(QuoteNotice, opening=quotes.value.opening)
        if not notices:
            raise Refused(
                "act-not-here", "Fetch what is new; the act this rests on has not arrived.", act="talks-notice"
            )
        first = notices[0].value
        story = talks_story(acts, first.opening, first.lot, acts.all(QuoteNotice, opening=first.opening))
        until = max(story.until(notice) for notice in notices) + timedelta(minutes=minutes)
        extension = TimeExtension(
            request=request_id, opening=first.opening, lot=first.lot, member=self.me, until=until, reason=reason
        )
        return self.place.act(extension, subject=first.lot)

    @verb("store")
    def paper(self, sha256: str) -> str:
        """Make sure a paper of a response is here; its SHA-256."""
        return self.place.fetch(sha256)

    # -- the bidder

    def waits(self, notice_id: str) -> bool:
        """Whether an own answer to this notice, or leaving it, is signed and waits for the platform."""
        kinds = (TalksResponse.TYPE, TalksWithdrawal.TYPE)
        rows = [row for row in self.place.outbox.waiting() if row.act in kinds]
        return any(notice_id.encode() in row.message.signed.statement for row in rows)

    @verb()
    def respond(self, notice_id: str, text: str, papers: Sequence[Path] = ()) -> Outcome:
        """Answer the round: what is said here binds the bidder from then on. Papers are PDF, within the limits.

        Raises `Refused`: response-papers, and what `check_attachment` raises for a file that is no harmless PDF.
        """
        notice = self.place.acts.get(TalksNotice, notice_id)
        if self.waits(notice_id):
            raise Refused("answered-before", "The first answer counts.", rule="L-322")
        size = sum(check_attachment(path, ONLY_PDF).size for path in papers)
        if len(papers) > PAPERS or size > PAPERS_TOGETHER:
            raise Refused(
                "response-papers", "Take fewer or smaller papers.", most=PAPERS, limit=PAPERS_TOGETHER, size=size
            )
        kept = tuple(self._paper(path) for path in papers)
        answer = TalksResponse(notice=notice_id, lot=notice.value.lot, supplier=self.me, text=text, papers=kept)
        return self.place.act(answer, files=[one.sha256 for one in kept], subject=notice.value.lot)

    def _paper(self, path: Path) -> ResponsePaper:
        sha256 = self.place.keep(path)
        return ResponsePaper(title=path.name[:200], sha256=sha256, size=self.place.blobs.size(sha256))

    @verb()
    def leave(self, notice_id: str, reason: str = "") -> Outcome:
        """Leave before the own final quote; the deposit goes back (74号令 第三十四条)."""
        acts = self.place.acts
        lots = {act.id: act.value.lot for act in acts.all(TalksNotice)}
        lots |= {act.id: act.value.lot for act in acts.all(QuoteNotice)}
        if notice_id not in lots:
            raise Refused(
                "act-not-here", "Fetch what is new; the act this rests on has not arrived.", act="talks-notice"
            )
        gone = TalksWithdrawal(notice=notice_id, lot=lots[notice_id], supplier=self.me, reason=reason)
        return self.place.act(gone, subject=gone.lot)
