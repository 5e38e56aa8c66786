"""What lies between planning and awarding, recorded as it would stand in the log: tender, three bids, opening, evaluation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from procurement.basics.value import ZERO_ID
from procurement.bidding.sealed import ClientRelease, Submission
from procurement.evaluation.panel import Panel, PanelMember, SignIn
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    QualificationReview,
    RankedBid,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
)
from procurement.opening.session import Closing, Freeze, Opening, OpeningRecord
from procurement.tendering.package import LotCustody, TenderPackage, tender_digest
from tests.server_stub.acts.road import AMOUNT, NAMES
from tests.server_stub.acts.walk import AGENCY, EXPERTS, NUMBER, SUPPLIERS, Recorder, Walk


def record_tender_to_report(walk: Walk, until: str = "") -> None:
    """Tender, three bids, opening, evaluation and report, recorded as they would stand in the log; stops before `until`."""
    with Recorder(walk) as recorder:
        recorder.now = datetime(2026, 4, 2, tzinfo=UTC)
        tv = _tender(walk, recorder)
        recorder.now = datetime(2026, 4, 22, tzinfo=UTC)
        leaves = [
            recorder.record(short, f"submission-{short}", _submission(tv, code)) for short, code in SUPPLIERS.items()
        ]
        recorder.now = datetime(2026, 4, 23, tzinfo=UTC)
        _opening(walk, recorder, tv, tuple(leaves))
        recorder.now = datetime(2026, 4, 24, tzinfo=UTC)
        _evaluation(walk, recorder)
        recorder.now = datetime(2026, 4, 29, 1, tzinfo=UTC)
        if until != "report-signature":
            sign_report(walk, recorder)


def _tender(walk: Walk, recorder: Recorder) -> str:
    package = TenderPackage(
        tender_id="T-2026-1",
        number=NUMBER,
        entrustment=walk.id("entrustment"),
        agency=AGENCY,
        version=1,
        previous=ZERO_ID,
        model="0a" * 32,
        issued=recorder.now,
        deadline=recorder.now + timedelta(days=21),
        custody=(LotCustody(lot="1", lot_key="0b" * 32, acks=()),),
        files=(),
    )
    recorder.record("agency", "tender-package", package)
    return tender_digest(package.to_bytes())


def _submission(tv: str, supplier: str) -> Submission:
    return Submission(
        tender=tv,
        lot="1",
        supplier=supplier,
        bid="0c" * 32,
        header="0d" * 32,
        chunks=1,
        size=1024,
        prev=ZERO_ID,
        client_time=datetime(2026, 4, 22, tzinfo=UTC),
        skew_ms=0,
        client=ClientRelease(version="0.1.0", digest="0e" * 32),
        machine="0f" * 32,
    )


def _opening(walk: Walk, recorder: Recorder, tv: str, leaves: tuple[str, ...]) -> None:
    now = recorder.now
    closing = Closing(tender=tv, lot="1", deadline=now, t_close=now, chain=leaves, active=leaves, count=len(leaves))
    recorder.record("", "closing", closing)
    recorder.record("", "freeze", Freeze(closing=closing.id, windows=(), released=leaves, absent=(), t=now))
    opening = Opening(freeze=walk.id("freeze"), custodian_releases=(), results=())
    recorder.record("", "opening", opening)
    record = OpeningRecord(opening=opening.id, rows=(), confirm_until=now, pdf="1a" * 32)
    recorder.record("agency", "opening-record", record)


def _evaluation(walk: Walk, recorder: Recorder) -> None:
    opening = walk.id("opening")
    tv = walk.done["closing"].tender  # type: ignore[attr-defined]
    members = tuple(
        PanelMember(member=number, name=f"专家{number[-1]}", certificate="1b" * 32, kind="expert")
        for number in EXPERTS.values()
    )
    panel = Panel(tender=tv, lot="1", opening=opening, members=members, drawn_from="山西省评审专家库")
    recorder.record("agency", "panel", panel)
    for short, number in EXPERTS.items():
        seat = SignIn(panel=panel.id, member=number, venue="评标室", no_conflict=True, server_nonce="1c" * 32)
        recorder.record(short, f"sign-in-{short}", seat)
    qualification = QualificationReview(opening=opening, lot="1", verdicts=())
    recorder.record("agency", "qualification-review", qualification)
    reviews, commits, reveals = [], [], []
    for short, number in EXPERTS.items():
        review = ConformityReview(opening=opening, lot="1", member=number, verdicts=())
        recorder.record(short, f"conformity-{short}", review)
        reviews.append(review.id)
    closed_review = ReviewClosed(
        opening=opening, lot="1", qualification=qualification.id, conformity=tuple(reviews), scored=()
    )
    recorder.record("", "review-closed", closed_review)
    for short, number in EXPERTS.items():
        commit = ScoreCommit(lot="1", member=number, round=1, opening=opening, scheme="1d" * 32, c="1e" * 32)
        recorder.record(short, f"commit-{short}", commit)
        commits.append(commit.id)
    closed = ScoresClosed(lot="1", opening=opening, commits=tuple(commits))
    recorder.record("", "scores-closed", closed)
    for short, commit_id in zip(EXPERTS, commits, strict=True):
        reveal = ScoreReveal(commit=commit_id, closed=closed.id, salt="1f" * 32, sheet=b"{}")
        recorder.record(short, f"reveal-{short}", reveal)
        reveals.append(reveal.id)
    recorder.record("", "ranking", _ranking(recorder, opening, closed.id, tuple(reveals)))
    report = EvaluationReport(ranking=walk.id("ranking"), lot="1", pdf="2a" * 32)
    recorder.record("agency", "evaluation-report", report)


def _ranking(recorder: Recorder, opening: str, closed: str, reveals: tuple[str, ...]) -> Ranking:
    a, b, c = SUPPLIERS.values()
    table = ((a, 1, AMOUNT, "91.25"), (b, 2, Decimal("985000.00"), "88.10"), (c, 0, Decimal("990000.00"), "0"))
    return Ranking(
        opening=opening,
        lot="1",
        scheme="1d" * 32,
        closed=closed,
        reveals=reveals,
        bids=tuple(
            RankedBid(
                supplier=code,
                name=NAMES[code],
                rank=rank,
                state="ranked" if rank else "nonconforming",
                quote=quote,
                evaluation_price=quote - 100000 if rank == 1 else quote,
                price_score=Decimal("30.00"),
                item_scores=(),
                total=Decimal(total),
            )
            for code, rank, quote, total in table
        ),
        candidates=(a, b),
        computed_at=recorder.now,
    )


def sign_report(walk: Walk, recorder: Recorder) -> None:
    before = "2a" * 32
    for (short, number), after in zip(EXPERTS.items(), ("2b" * 32, "2c" * 32), strict=True):
        signature = ReportSignature(report=walk.id("evaluation-report"), member=number, pdf_before=before, pdf=after)
        outcome = "last" if short == list(EXPERTS)[-1] else ""
        recorder.record(short, f"report-signature-{short}", signature, outcome=outcome)
        before = after
