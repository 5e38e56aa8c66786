"""The committee's acts, from the drawing of the panel to the signed report."""

from __future__ import annotations

import secrets as random
from decimal import Decimal

import requests

from crypto.certificates import certificate_digest
from procurement.bidding.receipt import Receipt
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, PanelMember, SignIn
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    Mark,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
    Verdict,
    score_commitment,
)
from procurement.wire.endpoints import API
from procurement.wire.messages import NonceAnswer
from tests.server_stub.acts.hall import by_platform
from tests.server_stub.acts.publishing import tender_on
from tests.server_stub.acts.sealing import tv_of
from tests.server_stub.acts.walk import SUPPLIERS, Walk
from tests.world import read

MEMBERS = tuple(f"expert-{n}" for n in range(1, 6))
POINTS = {"a": "60", "b": "55", "c": "50"}


def add_experts(walk: Walk) -> None:
    """Enough for a tender of a million: five."""
    for n in (3, 4, 5):
        walk.world.register(walk.world.person(f"expert-{n}", f"专家{n}", f"SXZJ2026000{n}"))


def panel(walk: Walk, *shorts: str) -> Panel:
    members = tuple(
        PanelMember(member=walk.by(s).code, name=walk.by(s).name, certificate=certificate_of(walk, s), kind="expert")
        for s in shorts or MEMBERS
    )
    return Panel(
        tender=tv_of(walk), lot="1", opening=walk.id("opening"), members=members, drawn_from="山西省评审专家库"
    )


def certificate_of(walk: Walk, short: str) -> str:
    token = walk.by(short).token
    assert token is not None
    return certificate_digest(token.signing_certificate)


def sign_in(walk: Walk, short: str, nonce: str = "", *, no_conflict: bool = True) -> SignIn:
    """With a nonce that the platform has just given out."""
    nonce = nonce or read(requests.post(walk.world.url + API + "/sessions/nonce", timeout=60), NonceAnswer).nonce
    member = walk.by(short).code
    return SignIn(
        panel=walk.id("panel"), member=member, venue="第一评标室", no_conflict=no_conflict, server_nonce=nonce
    )


def identity_check(walk: Walk, short: str) -> IdentityCheck:
    return IdentityCheck(
        sign_in=walk.id(f"sign-in-{short}"),
        member=walk.by(short).code,
        method="manual",
        witness="公证员李某",
        reason="人证核对一致",
    )


def leader_vote(walk: Walk, short: str, leader: str = "expert-1") -> LeaderVote:
    return LeaderVote(panel=walk.id("panel"), member=walk.by(short).code, leader=walk.by(leader).code)


def seat(walk: Walk) -> None:
    """The panel is named; all sign in and are checked."""
    walk.do("agency", "panel", panel(walk))
    for short in MEMBERS:
        walk.do(short, f"sign-in-{short}", sign_in(walk, short))
        walk.do("agency", f"identity-{short}", identity_check(walk, short))


def qualification(walk: Walk, **changes: object) -> QualificationReview:
    model = tender_on(walk)
    verdicts = tuple(
        Verdict(supplier=supplier, item=item.code, passed=True)
        for supplier in SUPPLIERS.values()
        for item in model.qualification_of(model.lot("1"))
    )
    made = QualificationReview(opening=walk.id("opening"), lot="1", verdicts=verdicts)
    return QualificationReview.model_validate({**dict(made), **changes}) if changes else made


def conformity(walk: Walk, short: str) -> ConformityReview:
    verdicts = tuple(Verdict(supplier=supplier, item="signed", passed=True) for supplier in SUPPLIERS.values())
    return ConformityReview(opening=walk.id("opening"), lot="1", member=walk.by(short).code, verdicts=verdicts)


def review(walk: Walk) -> None:
    walk.do("purchaser", "qualification", qualification(walk))
    for short in MEMBERS:
        walk.do(short, f"conformity-{short}", conformity(walk, short))
    by_platform(walk, ReviewClosed, "review-closed")


def sheet(walk: Walk, short: str) -> ScoreSheet:
    marks = tuple(Mark(supplier=SUPPLIERS[s], item="tech", points=Decimal(points)) for s, points in POINTS.items())
    return ScoreSheet(lot="1", member=walk.by(short).code, marks=marks)


def commit(walk: Walk, short: str, made: ScoreSheet | None = None) -> ScoreCommit:
    """A sheet under a salt of its own; both stay with the member."""
    body, salt = (made or sheet(walk, short)).to_bytes(), random.token_bytes(32)
    walk.secrets[f"sheet-{short}"], walk.secrets[f"salt-{short}"] = body, salt
    scheme, opening = tender_on(walk).digest, walk.id("opening")
    c = score_commitment(certificate_of(walk, short), "1", 1, opening, scheme, salt, body)
    return ScoreCommit(lot="1", member=walk.by(short).code, round=1, opening=opening, scheme=scheme, c=c)


def commit_all(walk: Walk) -> None:
    for short in MEMBERS:
        walk.do(short, f"commit-{short}", commit(walk, short))
    by_platform(walk, ScoresClosed, "scores-closed")


def reveal(walk: Walk, short: str, **changes: object) -> ScoreReveal:
    made = ScoreReveal(
        commit=walk.id(f"commit-{short}"),
        closed=walk.id("scores-closed"),
        salt=walk.secrets[f"salt-{short}"].hex(),
        sheet=walk.secrets[f"sheet-{short}"],
    )
    return ScoreReveal.model_validate({**dict(made), **changes}) if changes else made


def reveal_all(walk: Walk) -> None:
    for short in MEMBERS:
        walk.do(short, f"reveal-{short}", reveal(walk, short))
    by_platform(walk, Ranking, "ranking")


def report(walk: Walk) -> EvaluationReport:
    return EvaluationReport(ranking=walk.id("ranking"), lot="1", pdf=walk.keep_file("evaluation report"))


def make_report(walk: Walk) -> None:
    walk.do("agency", "evaluation-report", report(walk))


def signature(walk: Walk, short: str, before: str, after: str) -> ReportSignature:
    """`before` and `after` are the texts that stand for the PDF's two states."""
    return ReportSignature(
        report=walk.id("evaluation-report"),
        member=walk.by(short).code,
        pdf_before=walk.keep_file(before),
        pdf=walk.keep_file(after),
    )


def sign(walk: Walk, short: str, before: str, after: str) -> Receipt:
    return walk.do(short, f"signature-{short}", signature(walk, short, before, after))
