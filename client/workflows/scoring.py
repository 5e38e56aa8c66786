"""A member of the committee: sign in, review, score, commit, reveal, sign the report (R-090 … R-093, M13)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from client.acts import Act
from client.lot_day import LotDay, lot_day
from client.papers import Papers
from client.reports import Reports
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.certificates import certificate_digest
from crypto.sheet_copy import open_copy, seal_copy
from documents.papers import member_box, print_evaluation_report
from procurement.basics.problems import Refused, Tampered
from procurement.basics.value import Hex32, Value
from procurement.evaluation.panel import LeaderVote, Panel, SignIn
from procurement.evaluation.scoring import check_sheet
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    Mark,
    PriceReview,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
    Verdict,
    score_commitment,
)

DRAFT = "score"
COMMITTED = "score-commit"
COPY = "score-copy"
"""Keepsake: the sealed copy of a committed sheet, so that the same act is made again after a kill"""
ROUND = 1
SHEET_LIMIT = 16 * 1024 * 1024
_RETRIES = 5


class CommittedSheet(Value):
    """What a commit hides until all are in; kept here, revealed later, never changed."""

    opening: Hex32
    salt: Hex32
    sheet: ScoreSheet


class Scoring(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.papers = Papers(place)
        self.reports = Reports(place, tenders)

    # -- presence

    @verb()
    def sign_in(self, panel_id: str, venue: str, *, no_conflict: bool) -> Outcome:
        """签到 with the personal certificate, against a fresh nonce, with the recusal declaration (L-246)."""
        self.place.acts.get(Panel, panel_id)
        statement = SignIn(
            panel=panel_id,
            member=self.me,
            venue=venue,
            no_conflict=no_conflict,
            server_nonce=self.place.gateway.nonce(),
        )
        return self.place.act(statement)

    @verb()
    def vote(self, panel_id: str, leader: str) -> Outcome:
        """组长: one vote, never for the purchaser's representative (L-248)."""
        return self.place.act(LeaderVote(panel=panel_id, member=self.me, leader=leader))

    # -- review

    @verb()
    def review_conformity(
        self, opening_id: str, verdicts: Sequence[Verdict], low_prices: Sequence[PriceReview] = ()
    ) -> Outcome:
        """符合性审查: one verdict for each item of each qualified bid (L-242)."""
        lot = self._lot_of(opening_id)
        statement = ConformityReview(
            opening=opening_id,
            lot=lot,
            member=self.me,
            verdicts=tuple(verdicts),
            low_prices=tuple(low_prices),
        )
        return self.place.act(statement, subject=lot)

    # -- scoring

    @verb("store")
    def fetch_bids(self, opening_id: str) -> LotDay:
        """Everything scoring needs, brought into the local store: from here on it goes without the network."""
        return lot_day(self.place, self.tenders, opening_id)

    def sheet(self, opening_id: str) -> tuple[ScoreSheet, int]:
        """The draft sheet and its version; empty at first."""
        saved = self.place.drafts.load(DRAFT, opening_id)
        if saved is None:
            return ScoreSheet(lot=self._lot_of(opening_id), member=self.me, marks=()), 0
        return ScoreSheet.from_bytes(saved.body, SHEET_LIMIT), saved.version

    @verb("store")
    def save(self, opening_id: str, marks: Sequence[Mark], *, based_on: int | None = None) -> int:
        """Keep the marks so far; works offline, with history."""
        sheet = ScoreSheet(lot=self._lot_of(opening_id), member=self.me, marks=tuple(marks))
        return self.place.drafts.save(DRAFT, opening_id, sheet.to_bytes(), self.place.now(), based_on=based_on)

    @verb()
    def commit(self, opening_id: str) -> Outcome:
        """Commit to the draft sheet: first commit counts, nobody sees the marks before all are in (M13).

        Raises `Refused` or `RuleBroken` when the sheet is incomplete or a mark is not allowed.
        """
        day = lot_day(self.place, self.tenders, opening_id)
        sheet, _ = self.sheet(opening_id)
        scored = self._scored(opening_id)
        check_sheet(day.published.lot(day.lot), {one: day.forms[one] for one in scored}, sheet, scored)
        wanted = CommittedSheet(opening=opening_id, salt=os.urandom(32).hex(), sheet=sheet)
        kept = CommittedSheet.from_bytes(
            self.place.keepsakes.keep(COMMITTED, opening_id, wanted.to_bytes()), SHEET_LIMIT
        )
        commit = self._with_copy(self._commitment(day, kept), kept)
        copies = () if commit.sealed_sheet is None else (commit.sealed_sheet,)
        return self.place.act(commit, files=copies, subject=day.lot)

    def _with_copy(self, commit: ScoreCommit, kept: CommittedSheet) -> ScoreCommit:
        """Name the copy that lets another computer with this token reveal the sheet (M13)."""
        certificate = self.place.token.encryption_certificate
        if certificate is None:
            return commit
        copy = self.place.keepsakes.keep(COPY, commit.c, seal_copy(kept.to_bytes(), commit.c, certificate))
        return commit.model_copy(update={"sealed_sheet": self.place.keep_bytes(copy)})

    def _commitment(self, day: LotDay, kept: CommittedSheet) -> ScoreCommit:
        scheme = day.published.tender.digest
        c = score_commitment(
            certificate_digest(self.place.token.signing_certificate),
            day.lot,
            ROUND,
            kept.opening,
            scheme,
            bytes.fromhex(kept.salt),
            kept.sheet.to_bytes(),
        )
        return ScoreCommit(lot=day.lot, member=self.me, round=ROUND, opening=kept.opening, scheme=scheme, c=c)

    @verb()
    def reveal(self, opening_id: str) -> Outcome:
        """Open the own commit after all commits are in, here or on another computer with the same token."""
        closed = self.place.acts.only(ScoresClosed, opening=opening_id)
        commit = self.place.acts.only(ScoreCommit, opening=opening_id, member=self.me)
        kept = self.committed(commit)
        statement = ScoreReveal(commit=commit.id, closed=closed.id, salt=kept.salt, sheet=kept.sheet.to_bytes())
        return self.place.act(statement, subject=commit.value.lot)

    def committed(self, commit: Act[ScoreCommit]) -> CommittedSheet:
        """What an own commit hides: kept here, or recovered with the token."""
        data = self.place.keepsakes.find(COMMITTED, commit.value.opening)
        kept = None if data is None else CommittedSheet.from_bytes(data, SHEET_LIMIT)
        return kept if kept is not None and self._is_committed(kept, commit) else self._recovered(commit)

    @verb("token")
    def recover(self, opening_id: str) -> ScoreSheet:
        """The own committed sheet where it is not on this computer: fetched, opened with the token, checked (M13).

        Raises `Refused("sheet-not-here")` when no copy was kept; `Tampered`: unwrap-failed, sheet-differs-from-commit.
        """
        return self._recovered(self.place.acts.only(ScoreCommit, opening=opening_id, member=self.me)).sheet

    def _recovered(self, commit: Act[ScoreCommit]) -> CommittedSheet:
        digest = commit.value.sealed_sheet
        if digest is None:
            raise Refused(
                "sheet-not-here", "Reveal on the machine on which you committed.", opening=commit.value.opening
            )
        data = open_copy(self.place.read(digest), commit.value.c, self.place.token)
        kept = CommittedSheet.from_bytes(data, SHEET_LIMIT)
        if not self._is_committed(kept, commit):
            raise Tampered("sheet-differs-from-commit", "Reveal the sheet that was committed.", member=self.me)
        return kept

    def _is_committed(self, kept: CommittedSheet, commit: Act[ScoreCommit]) -> bool:
        value, salt = commit.value, bytes.fromhex(kept.salt)
        signed_with = self.place.acts.signer(commit).certificate
        again = score_commitment(
            signed_with, value.lot, value.round, value.opening, value.scheme, salt, kept.sheet.to_bytes()
        )
        return again == value.c

    # -- report

    @verb("print")
    def sign_report(self, report_id: str, *, dissent: str = "") -> Outcome:
        """Print the report again from the signed acts, compare, and add the own PAdES signature in the own place.

        Members sign one after another; when another was quicker the newer file is fetched and signed instead.
        Raises `Tampered("report-differs")` when the agency's file is not what the acts say.
        """
        report = self.place.acts.get(EvaluationReport, report_id)
        for left in reversed(range(_RETRIES)):
            try:
                return self._sign_once(report, dissent)
            except Refused as problem:
                if problem.code != "report-moved-on" or not left:
                    raise
                self.place.sync.step()
        raise AssertionError("unreachable: the loop returns or raises")

    def _sign_once(self, report: Act[EvaluationReport], dissent: str) -> Outcome:
        signed = self.place.acts.all(ReportSignature, report=report.id)
        before = signed[-1].value.pdf if signed else report.value.pdf
        data = self.reports.data(report.value.ranking)
        with self.place.blobs.scratch() as folder:
            printed = print_evaluation_report(data, folder / "again.pdf")
            current, target = folder / "current.pdf", folder / "signed.pdf"
            self.place.blobs.export(self.place.fetch(before), current)
            _require_grown_from(printed.path, current)
            box = member_box(self.me)
            self.papers.seal_file(current, target, printed.boxes[box], box, "评审报告")
            pdf = self.place.keep(target)
        statement = ReportSignature(report=report.id, member=self.me, pdf_before=before, pdf=pdf, dissent=dissent)
        return self.place.act(statement, files=(pdf,), subject=report.value.lot)

    # -- parts

    def _lot_of(self, opening_id: str) -> str:
        return self.place.acts.only(Panel, opening=opening_id).value.lot

    def _scored(self, opening_id: str) -> tuple[str, ...]:
        return self.place.acts.only(ReviewClosed, opening=opening_id).value.scored


def _require_grown_from(printed: Path, current: Path) -> None:
    """The file to sign begins with exactly the bytes printed here; what follows are others' signatures."""
    wanted = printed.read_bytes()
    with current.open("rb") as file:
        if file.read(len(wanted)) != wanted:
            raise Tampered("report-differs", "Do not sign: the report is not what the signed acts say.")
