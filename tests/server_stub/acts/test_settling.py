"""Sheets set right, ties decided, no report while a point is open: over HTTP, with roles, order, content by rule, leaf and refusal."""

from __future__ import annotations

from decimal import Decimal

from procurement.evaluation.sheets import EvaluationReport, Ranking, ReportSignature, ScoresClosed, TieSettlement
from tests.procurement.chain import but
from tests.server_stub.acts import committee, hall, pricing
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.pricing import EVEN, A, B, C
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import Walk


def rank(walk: Walk, sheets: dict[str, dict[str, str]] | None = None) -> Ranking:
    """All commit and reveal: A and B even unless `sheets` says other points of a member."""
    for short in MEMBERS:
        body = pricing.sheet(walk, short, (sheets or {}).get(short, EVEN)).to_bytes()
        walk.do(short, f"commit-{short}", pricing.commit_bytes(walk, short, body))
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    for short in MEMBERS:
        walk.do(short, f"reveal-{short}", committee.reveal(walk, short))
    return hall.by_platform(walk, Ranking, "ranking")


def decision(walk: Walk, short: str = "expert-1", **changes: object) -> TieSettlement:
    made = TieSettlement(
        ranking=walk.id("ranking"),
        lot="1",
        decider=walk.by(short).code,
        key="open-vote",
        order=(B, A),
        reason="记名投票，三比二",
    )
    return TieSettlement.model_validate({**dict(made), **changes}) if changes else made


def test_a_tie_waits_for_the_committee_and_the_report_waits_for_the_tie(asking: Station) -> None:
    walk = asking("settled")
    tied = rank(walk)
    assert [(b.supplier, b.rank) for b in tied.bids] == [(A, 1), (B, 1), (C, 3)]
    assert [(p.code, p.blocking) for p in tied.open_points if p.blocking] == [("tie-undecided", True)]
    refuses(walk, "agency", committee.report(walk), "open-points-left", "L-260")
    refuses(walk, "agency", decision(walk, "agency"), "wrong-role")
    refuses(walk, "expert-2", decision(walk), "not-the-author", "L-901")
    refuses(walk, "expert-2", decision(walk, "expert-2"), "not-the-leader", "L-248")
    refuses(walk, "purchaser", decision(walk, "purchaser"), "not-on-the-panel", "R-092")
    refuses(walk, "purchaser", decision(walk, "purchaser", key="purchaser-decides"), "tie-not-open", "L-258")
    refuses(walk, "expert-1", decision(walk, key="purchaser-decides"), "tie-decided-by-others", "L-258")
    refuses(walk, "expert-1", decision(walk, order=(B, C)), "tie-not-open", "L-258")
    refuses(walk, "expert-1", decision(walk, order=(A, B, C)), "tie-not-open", "L-258")
    refuses(walk, "expert-1", decision(walk, lot="2"), "wrong-lot", "L-208")
    settled = decision(walk)
    logged(walk, walk.do("expert-1", "tie", settled), settled)
    stale = committee.report(walk)
    ranked = hall.by_platform(walk, Ranking, "ranking")
    assert [(b.supplier, b.rank) for b in ranked.bids] == [(B, 1), (A, 2), (C, 3)]
    assert not any(p.blocking for p in ranked.open_points)
    refuses(walk, "agency", stale, "ranking-superseded", "L-260")
    refuses(walk, "expert-1", decision(walk, order=(A, B)), "tie-not-open", "L-258")
    walk.do("agency", "evaluation-report", committee.report(walk))
    for short in ("agency", "expert-4", "purchaser"):
        assert "tie-decision" in {i.act for i in walk.by(short).feed().items}
    assert "tie-decision" not in {i.act for i in walk.by("a").feed().items}


def test_no_tie_is_decided_before_the_ranking(asking: Station) -> None:
    walk = asking("settled")
    walk.done["ranking"] = walk.done["opening"]
    refuses(walk, "expert-1", decision(walk), "act-unknown")


def test_a_committed_sheet_that_breaks_the_scheme_is_shown_and_set_right(asking: Station) -> None:
    walk = asking("settled")
    bad = pricing.sheet(walk, "expert-1", {**EVEN, "a": "70.01"})
    walk.do("expert-1", "commit-expert-1", pricing.commit_bytes(walk, "expert-1", bad.to_bytes()))
    good = pricing.sheet(walk, "expert-1", {**EVEN, "a": "60"})
    walk.done["scores-closed"] = walk.done["review-closed"] = walk.done["opening"]
    early = pricing.score_correction(walk, "expert-1", good, "outside-range")
    refuses(walk, "expert-1", early, "reveal-before-closing")
    for short in MEMBERS[1:]:
        body = pricing.sheet(walk, short, {"a": "60", "b": "50", "c": "40"}).to_bytes()
        walk.do(short, f"commit-{short}", pricing.commit_bytes(walk, short, body))
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    refuses(walk, "expert-1", committee.reveal(walk, "expert-1"), "mark-outside-range", "L-260")
    mend = pricing.score_correction(walk, "expert-1", good, "outside-range")
    refuses(walk, "agency", mend, "wrong-role")
    refuses(walk, "expert-2", mend, "not-the-author", "L-901")
    refuses(walk, "expert-1", but(mend, salt="ab" * 32), "sheet-differs-from-commit")
    refuses(walk, "expert-1", but(mend, ground="outlier-marks"), "ranking-missing", "L-260")
    kinder = pricing.sheet(walk, "expert-1", {**EVEN, "a": "60", "b": "70"})
    refuses(walk, "expert-1", but(mend, corrected=kinder.to_bytes()), "correction-beyond-fault", "L-260")
    still = pricing.sheet(walk, "expert-1", {**EVEN, "a": "71"})
    refuses(walk, "expert-1", but(mend, corrected=still.to_bytes()), "mark-outside-range", "L-260")
    refuses(walk, "expert-2", pricing.score_correction(
        walk, "expert-2", pricing.sheet(walk, "expert-2", {"a": "70", "b": "50", "c": "40"}), "outside-range"
    ), "sheet-not-at-fault", "L-260")  # fmt: skip
    logged(walk, walk.do("expert-1", "reveal-expert-1", mend), mend)
    refuses(walk, "expert-1", but(mend, reason="又一次"), "revealed-before")
    assert not {"score-correction", "score-reveal"} & {i.act for i in walk.by("expert-2").feed().items}
    for short in MEMBERS[1:]:
        walk.do(short, f"reveal-{short}", committee.reveal(walk, short))
    ranked = hall.by_platform(walk, Ranking, "ranking")
    assert ranked.reveals[0] == mend.id
    assert next(i.points for b in ranked.bids if b.supplier == A for i in b.item_scores) == Decimal("60")
    assert {"score-correction", "score-reveal"} <= {i.act for i in walk.by("expert-2").feed().items}


def test_bytes_that_are_no_sheet_are_set_right_as_a_whole(asking: Station) -> None:
    walk = asking("settled")
    for short in MEMBERS:
        body = b"{}" if short == "expert-5" else pricing.sheet(walk, short, EVEN).to_bytes()
        walk.do(short, f"commit-{short}", pricing.commit_bytes(walk, short, body))
    hall.by_platform(walk, ScoresClosed, "scores-closed")
    for short in MEMBERS[:4]:
        walk.do(short, f"reveal-{short}", committee.reveal(walk, short))
    refuses(walk, "expert-5", committee.reveal(walk, "expert-5"), "value-malformed")
    whole = pricing.sheet(walk, "expert-5", EVEN)
    partial = whole.model_copy(update={"marks": whole.marks[:1]})
    refuses(
        walk,
        "expert-5",
        pricing.score_correction(walk, "expert-5", partial, "outside-range"),
        "sheet-incomplete",
        "L-256",
    )
    walk.do("expert-5", "mend", pricing.score_correction(walk, "expert-5", whole, "outside-range"))
    assert hall.by_platform(walk, Ranking, "ranking").reveals[4] == walk.id("mend")


def test_marks_far_out_are_set_right_until_the_report_is_signed(asking: Station) -> None:
    walk = asking("settled")
    ranked = rank(walk, {"expert-5": {"a": "5", "b": "50", "c": "30"}})
    far = [p for p in ranked.open_points if p.code == "outlier-marks"]
    assert [p.where for p in far] == [f"{walk.by('expert-5').code}.{A}"] and not far[0].blocking
    mend = pricing.score_correction(
        walk, "expert-5", pricing.sheet(walk, "expert-5", {**EVEN, "b": "50"}), "outlier-marks"
    )
    refuses(walk, "expert-5", but(mend, ground="objective-marks-differ"), "sheet-not-at-fault", "L-260")
    other = pricing.score_correction(
        walk, "expert-4", pricing.sheet(walk, "expert-4", {**EVEN, "a": "60"}), "outlier-marks"
    )
    refuses(walk, "expert-4", other, "sheet-not-at-fault", "L-260")
    walk.do("agency", "evaluation-report", committee.report(walk))
    logged(walk, walk.do("expert-5", "mend", mend), mend)
    again = hall.by_platform(walk, Ranking, "ranking")
    assert not [p for p in again.open_points if p.code == "outlier-marks"]
    refuses(walk, "expert-1", _signature(walk, "expert-1", "evaluation report"), "ranking-superseded", "L-260")
    walk.done["evaluation-report"] = committee.report(walk)
    walk.do("agency", "evaluation-report", walk.statement(EvaluationReport, "evaluation-report"))
    walk.do("expert-1", "signature", _signature(walk, "expert-1", "evaluation report"))
    late = pricing.score_correction(
        walk, "expert-5", pricing.sheet(walk, "expert-5", {**EVEN, "a": "51"}), "outlier-marks"
    )
    refuses(walk, "expert-5", late, "report-being-signed", "L-260")
    assert len(acts(walk, "ranking")) == 2


def _signature(walk: Walk, short: str, before: str) -> ReportSignature:
    return committee.signature(walk, short, before, before + "+")
