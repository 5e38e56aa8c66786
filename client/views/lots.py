"""The story of one lot, from its publication to the award: every act of its day, typed and in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from client.acts import Act, Acts
from client.views.talks import TalksStory, talks_story
from client.views.tenders import TenderView
from procurement.awarding.award import AwardConfirmation, AwardNotice
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.evaluation.committee import leader_of
from procurement.evaluation.final_round import asks_final_quotes
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, SignIn
from procurement.evaluation.questions import (
    CorrectionAnswer,
    CorrectionNotice,
    ExplanationNotice,
    PriceExplanation,
    PriceJudgement,
)
from procurement.evaluation.quoting import FinalQuotes, QuoteCommit, QuoteNotice, QuoteReveal, QuoteRound, QuotesClosed
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    OpenPoint,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreCorrection,
    ScoreReveal,
    ScoresClosed,
)
from procurement.opening.order import window_end
from procurement.opening.session import (
    Closing,
    CustodianRelease,
    Freeze,
    FreezeDisputed,
    NoOpening,
    ObjectionAnswer,
    Opening,
    OpeningConfirmation,
    OpeningObjection,
    OpeningRecord,
    Release,
    SlipAdmission,
    Window,
)
from procurement.tendering.custody import CustodyReady, LotKey
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.publication import standing_versions


class Phase(StrEnum):
    """Where a lot stands, as its acts tell."""

    BIDDING = "bidding"
    CLOSED = "closed"
    """The deadline is past and suppliers release"""
    FAILED = "failed"
    """Fewer bids than the method asks: nothing is opened"""
    FROZEN = "frozen"
    OPENED = "opened"
    RECORDED = "recorded"
    """The record is out: objections, review"""
    SCORING = "scoring"
    REVEALING = "revealing"
    RANKED = "ranked"
    REPORTED = "reported"
    AWARDED = "awarded"


@dataclass(frozen=True, slots=True)
class LotStory:
    """Acts of one lot under one version of its tender. Before the closing a supplier sees only its own."""

    tender: TenderView
    lot: str
    counting: frozenset[str]
    """TVs for which a bid counts: this version, and earlier ones that no correction affecting bids has followed"""
    mine: tuple[Act[Submission] | Act[Withdrawal], ...]
    """Own submissions and withdrawals for any version, in order"""
    key: Act[LotKey] | None
    """The lot's opening key, as published"""
    checks_of_share: tuple[Act[CustodyReady], ...]
    """Custodians' checks of readiness for this version"""
    closing: Act[Closing] | None
    no_opening: Act[NoOpening] | None
    windows: tuple[Act[Window], ...]
    releases: tuple[Act[Release], ...]
    admissions: tuple[Act[SlipAdmission], ...]
    freeze: Act[Freeze] | None
    disputes: tuple[Act[FreezeDisputed], ...]
    custodian_releases: tuple[Act[CustodianRelease], ...]
    opening: Act[Opening] | None
    record: Act[OpeningRecord] | None
    confirmations: tuple[Act[OpeningConfirmation], ...]
    objections: tuple[Act[OpeningObjection], ...]
    answers: tuple[Act[ObjectionAnswer], ...]
    panel: Act[Panel] | None
    sign_ins: tuple[Act[SignIn], ...]
    checks: tuple[Act[IdentityCheck], ...]
    votes: tuple[Act[LeaderVote], ...]
    qualification: Act[QualificationReview] | None
    conformity: tuple[Act[ConformityReview], ...]
    talks: TalksStory
    """Rounds before the final quotes"""
    quote_round: Act[QuoteRound] | None
    quote_notices: tuple[Act[QuoteNotice], ...]
    """Final quotes asked for; a bidder sees its own"""
    quote_commits: tuple[Act[QuoteCommit], ...]
    quotes_closed: Act[QuotesClosed] | None
    quote_reveals: tuple[Act[QuoteReveal], ...]
    final_quotes: Act[FinalQuotes] | None
    """All of them together; the committee sees it"""
    corrections: tuple[Act[CorrectionNotice], ...]
    """Corrected prices put to bidders; a bidder sees its own"""
    answers_to_corrections: tuple[Act[CorrectionAnswer], ...]
    inquiries: tuple[Act[ExplanationNotice], ...]
    """Low prices that bidders are asked to explain; a bidder sees its own"""
    explanations: tuple[Act[PriceExplanation], ...]
    judgements: tuple[Act[PriceJudgement], ...]
    review_closed: Act[ReviewClosed] | None
    commits: tuple[Act[ScoreCommit], ...]
    scores_closed: Act[ScoresClosed] | None
    reveals: tuple[Act[ScoreReveal], ...]
    sheet_corrections: tuple[Act[ScoreCorrection], ...]
    ranking: Act[Ranking] | None
    report: Act[EvaluationReport] | None
    signatures: tuple[Act[ReportSignature], ...]
    confirmation: Act[AwardConfirmation] | None
    notice: Act[AwardNotice] | None

    @property
    def custodians(self) -> tuple[tuple[str, datetime | None], ...]:
        """Every custodian's name, with when it last said that its share opens and fits (L5)."""
        said = {act.value.i: act.value.checked for act in self.checks_of_share}
        return tuple((c.name, said.get(c.i)) for c in self.key.value.custodians) if self.key else ()

    @property
    def standing(self) -> Act[Submission] | None:
        """The own submission that stands, if the last own act is one and no correction has undone it."""
        last = self._last_submission
        return last if last is not None and last.value.tender in self.counting else None

    @property
    def superseded(self) -> Act[Submission] | None:
        """The own submission that a correction affecting bids has undone: it is to be made again before the deadline (L-204)."""
        last = self._last_submission
        return last if last is not None and last.value.tender not in self.counting else None

    @property
    def explained(self) -> bool:
        """Whether a correction came after the own standing bid that does not affect it: nothing is to be done."""
        return self.standing is not None and self.standing.value.tender != self.tender.id

    @property
    def _last_submission(self) -> Act[Submission] | None:
        last = self.mine[-1] if self.mine else None
        return last if last is not None and isinstance(last.value, Submission) else None

    def release_of(self, supplier: str) -> Act[Release] | None:
        """The release that stands for this supplier: one that counts before one that waits for the agency's hand."""
        made = [act for act in self.releases if act.value.supplier == supplier]
        return next((act for act in made if self.counts(act)), made[-1] if made else None)

    def counts(self, release: Act[Release]) -> bool:
        """By token; or by slip, where the tender's clause or the agency's hand admits it (decision 5)."""
        if release.value.source == "token":
            return True
        clause = self.tender.model is not None and self.tender.model.opening.slip_admitted
        return clause or any(one.value.release == release.id for one in self.admissions)

    def awaits_release(self, me: str, now: datetime) -> bool:
        """Whether this supplier's standing bid waits for its release, and the window is open."""
        release = self.release_of(me)
        waits = (
            self.phase is Phase.CLOSED and self.standing is not None and (release is None or not self.counts(release))
        )
        return waits and self.window_until is not None and now < self.window_until

    def may_answer_record(self, me: str, now: datetime) -> bool:
        """Whether this bidder may still confirm the opening record or object to it (L-236): others have nothing to say to it."""
        if self.record is None or now > self.record.value.confirm_until:
            return False
        bidder = any(row.supplier == me for row in self.record.value.rows)
        return bidder and not any(act.value.supplier == me for act in self.confirmations)

    @property
    def leader(self) -> str:
        """Number of the elected leader of the committee; empty until more than half have voted."""
        return leader_of(self.panel.value, [act.value for act in self.votes]) if self.panel else ""

    @property
    def negotiating(self) -> bool:
        """All members have reviewed, and final quotes are awaited."""
        asks = self.tender.model is not None and asks_final_quotes(self.tender.model)
        return asks and self._all_reviewed and self.final_quotes is None and self.review_closed is None

    @property
    def clarifying(self) -> bool:
        """All members have reviewed, and prices are still in question."""
        return self._all_reviewed and self.review_closed is None and not self.negotiating

    @property
    def _all_reviewed(self) -> bool:
        return self.panel is not None and len(self.conformity) == len(self.panel.value.members)

    @property
    def awaits_bidder(self) -> bool:
        """Whether the committee waits for this bidder: a final quote to give or show, a price to confirm or explain."""
        if self.phase is not Phase.RECORDED:
            return False
        given = {act.value.notice for act in self.quote_commits}
        shown = {act.value.commit for act in self.quote_reveals}
        if self.quotes_closed is None:
            quote = any(act.id not in given and not self.talks.left(act.value.supplier) for act in self.quote_notices)
        else:
            quote = any(act.id not in shown for act in self.quote_commits)
        talk = not self.quote_notices and any(self.talks.due(act.value.supplier) for act in self.talks.notices[-1:])
        return quote or talk or self.asked_about_price

    @property
    def asked_about_price(self) -> bool:
        """Whether a corrected price waits for this bidder's confirmation, or a low one for its explanation."""
        answered = {act.value.notice for act in self.answers_to_corrections}
        answered |= {act.value.notice for act in self.explanations}
        open_ = self.phase is Phase.RECORDED
        return open_ and any(act.id not in answered for act in (*self.corrections, *self.inquiries))

    @property
    def left_open(self) -> tuple[OpenPoint, ...]:
        """What has to be settled before a report can be made (L-260)."""
        points = self.ranking.value.open_points if self.ranking is not None else ()
        return tuple(point for point in points if point.blocking)

    @property
    def phase(self) -> Phase:
        ends = (
            (self.notice, Phase.AWARDED),
            (self.report, Phase.REPORTED),
            (self.ranking, Phase.RANKED),
            (self.scores_closed, Phase.REVEALING),
            (self.review_closed, Phase.SCORING),
            (self.record, Phase.RECORDED),
            (self.opening, Phase.OPENED),
            (self.freeze, Phase.FROZEN),
            (self.no_opening, Phase.FAILED),
            (self.closing, Phase.CLOSED),
        )
        return next((phase for act, phase in ends if act is not None), Phase.BIDDING)

    @property
    def window_until(self) -> datetime | None:
        """End of the release window; None before the closing, while paused, or when the model is not here."""
        if self.closing is None or self.tender.model is None:
            return None
        window = self.tender.model.opening.window
        first = window.until or self.closing.value.t_close + timedelta(minutes=window.minutes or 30)
        return window_end(first, [act.value for act in self.windows])


def _versions(acts: Acts, tender: TenderView) -> tuple[Act[TenderPackage], ...]:
    """The tender's versions up to this one, oldest first."""
    found = acts.all(TenderPackage, tender_id=tender.key)
    return tuple(act for act in found if act.value.version <= tender.package.version)


def lot_story(acts: Acts, tender: TenderView, lot: str, me: str) -> LotStory:
    """Gather the story of a lot."""
    with acts.held():
        return _story(acts, tender, lot, me)


def _story(acts: Acts, tender: TenderView, lot: str, me: str) -> LotStory:
    closing = acts.last(Closing, tender=tender.id, lot=lot)
    of_closing = closing.id if closing else ""
    freeze = acts.last(Freeze, closing=of_closing)
    opening = acts.last(Opening, freeze=freeze.id if freeze else "")
    of_opening = opening.id if opening else ""
    record = acts.last(OpeningRecord, opening=of_opening)
    of_record = record.id if record else ""
    objections = acts.all(OpeningObjection, record=of_record)
    raised = {act.id for act in objections}
    panel = acts.last(Panel, tender=tender.id, lot=lot)
    of_panel = panel.id if panel else ""
    sign_ins = acts.all(SignIn, panel=of_panel)
    present = {act.id for act in sign_ins}
    quote_notices = acts.all(QuoteNotice, opening=of_opening, lot=lot)
    quotes_closed = acts.last(QuotesClosed, opening=of_opening, lot=lot)
    corrections = acts.all(CorrectionNotice, opening=of_opening, lot=lot)
    inquiries = acts.all(ExplanationNotice, opening=of_opening, lot=lot)
    put = {act.id for act in (*corrections, *inquiries)}
    commits = acts.all(ScoreCommit, opening=of_opening, lot=lot)
    committed = {act.id for act in commits}
    ranking = acts.last(Ranking, opening=of_opening, lot=lot)
    report = acts.last(EvaluationReport, ranking=ranking.id if ranking else "")
    confirmation = acts.last(AwardConfirmation, report=report.id if report else "")
    versions = [(tender_digest(act.item.signed.statement), act.value) for act in _versions(acts, tender)]
    siblings = {tv for tv, _ in versions}
    submissions = [act for act in acts.all(Submission, lot=lot, supplier=me) if act.value.tender in siblings]
    withdrawals = [act for act in acts.all(Withdrawal, lot=lot, supplier=me) if act.value.tender in siblings]
    releases = acts.all(Release, closing=of_closing)
    held = {custody.lot_key for custody in tender.package.custody}
    released = {act.id for act in releases}
    return LotStory(
        tender=tender,
        lot=lot,
        counting=standing_versions(versions),
        mine=tuple(sorted((*submissions, *withdrawals), key=lambda act: act.item.leaf_index)),
        key=next((act for act in acts.all(LotKey, tender_id=tender.key, lot=lot) if act.id in held), None),
        checks_of_share=acts.all(CustodyReady, tender=tender.id, lot=lot),
        closing=closing,
        no_opening=acts.last(NoOpening, closing=of_closing),
        windows=acts.all(Window, closing=of_closing),
        releases=releases,
        admissions=acts.among(SlipAdmission, "release", released),
        freeze=freeze,
        disputes=acts.all(FreezeDisputed, freeze=freeze.id if freeze else ""),
        custodian_releases=acts.all(CustodianRelease, freeze=freeze.id if freeze else ""),
        opening=opening,
        record=record,
        confirmations=acts.all(OpeningConfirmation, record=of_record),
        objections=objections,
        answers=acts.among(ObjectionAnswer, "objection", raised),
        panel=panel,
        sign_ins=sign_ins,
        checks=acts.among(IdentityCheck, "sign_in", present),
        votes=acts.all(LeaderVote, panel=of_panel),
        qualification=acts.last(QualificationReview, opening=of_opening, lot=lot),
        conformity=acts.all(ConformityReview, opening=of_opening, lot=lot),
        talks=talks_story(acts, of_opening, lot, quote_notices),
        quote_round=acts.last(QuoteRound, opening=of_opening, lot=lot),
        quote_notices=quote_notices,
        quote_commits=tuple(c for n in quote_notices for c in acts.all(QuoteCommit, notice=n.id)),
        quotes_closed=quotes_closed,
        quote_reveals=acts.all(QuoteReveal, closed=quotes_closed.id) if quotes_closed else (),
        final_quotes=acts.last(FinalQuotes, opening=of_opening, lot=lot),
        corrections=corrections,
        answers_to_corrections=acts.among(CorrectionAnswer, "notice", put),
        inquiries=inquiries,
        explanations=acts.among(PriceExplanation, "notice", put),
        judgements=acts.among(PriceJudgement, "notice", put),
        review_closed=acts.last(ReviewClosed, opening=of_opening, lot=lot),
        commits=commits,
        scores_closed=acts.last(ScoresClosed, opening=of_opening, lot=lot),
        reveals=acts.among(ScoreReveal, "commit", committed),
        sheet_corrections=acts.among(ScoreCorrection, "commit", committed),
        ranking=ranking,
        report=report,
        signatures=acts.all(ReportSignature, report=report.id if report else ""),
        confirmation=confirmation,
        notice=_notice(acts, tender, lot, confirmation) if opening else None,
    )


def _notice(
    acts: Acts, tender: TenderView, lot: str, confirmation: Act[AwardConfirmation] | None
) -> Act[AwardNotice] | None:
    """The notice of this award. Bidders see it before the confirmation on which it rests is public."""
    if confirmation is not None:
        return acts.last(AwardNotice, confirmation=confirmation.id)
    return acts.last(AwardNotice, number=tender.package.number, lot=lot)
