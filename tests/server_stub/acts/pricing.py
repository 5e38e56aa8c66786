"""A road on which prices are in question: one bid's price is corrected, one is abnormally low; ties end in an open vote."""

from __future__ import annotations

import secrets as random
from datetime import timedelta
from decimal import Decimal

from procurement.bidding.draft import QuotedElsewhere, QuotedFigure
from procurement.evaluation.questions import (
    CorrectionAnswer,
    CorrectionNotice,
    CorrectionRequest,
    ExplanationNotice,
    ExplanationRequest,
    PriceExplanation,
    PriceJudgement,
)
from procurement.evaluation.sheets import Mark, ScoreCommit, ScoreCorrection, ScoreSheet, score_commitment
from procurement.tendering.scheme import TieKey
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.server_stub.acts import committee, hall, publishing
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.walk import SUPPLIERS, Walk

LOW = Decimal("400000.00")
MINUTE = timedelta(minutes=1)
A, B, C = SUPPLIERS.values()


def question_prices(walk: Walk) -> None:
    """A's price stands differently in another place of its bid; C's is under 45 % of the ceiling and half of the second."""
    scheme = simple_scheme(ties=(TieKey(key="open-vote"), TieKey(key="parallel")))
    lot = example_lot("1", scheme=scheme, parameters=(), conformity=example_lot().conformity[:1])
    walk.model = publishing.tender(lots=(lot,))
    other = QuotedElsewhere(place="bid-letter", figure="total", amount=Decimal("986000.00"))
    walk.quoted = {
        "a": {"elsewhere": (other,)},
        "c": {"quote": (QuotedFigure(figure="total", amount=LOW),)},
    }


def review(walk: Walk) -> None:
    """The leader is elected; all have reviewed; the review stays open."""
    for short in MEMBERS:
        walk.do(short, f"vote-{short}", committee.leader_vote(walk, short))
    walk.do("purchaser", "qualification", committee.qualification(walk))
    for short in MEMBERS:
        walk.do(short, f"conformity-{short}", committee.conformity(walk, short))


def correction_request(walk: Walk, minutes: int = 10, supplier: str = A) -> CorrectionRequest:
    return CorrectionRequest(
        opening=walk.id("opening"),
        lot="1",
        member=walk.by("expert-1").code,
        supplier=supplier,
        until=walk.now() + (minutes + 1) * MINUTE,
    )


def ask_confirmation(walk: Walk) -> CorrectionNotice:
    walk.do("expert-1", "correction-request", correction_request(walk))
    return hall.by_platform(walk, CorrectionNotice, "correction-notice")


def correction_answer(walk: Walk, *, confirmed: bool = True) -> CorrectionAnswer:
    return CorrectionAnswer(notice=walk.id("correction-notice"), supplier=A, confirmed=confirmed)


def confirm(walk: Walk) -> None:
    ask_confirmation(walk)
    walk.do("a", "correction-answer", correction_answer(walk))


def explanation_request(walk: Walk, minutes: int = 30, supplier: str = C) -> ExplanationRequest:
    return ExplanationRequest(
        opening=walk.id("opening"),
        lot="1",
        member=walk.by("expert-1").code,
        supplier=supplier,
        reason="报价低于次低价的百分之五十，请说明成本构成",
        until=walk.now() + (minutes + 1) * MINUTE,
    )


def ask_explanation(walk: Walk) -> ExplanationNotice:
    walk.do("expert-1", "explanation-request", explanation_request(walk))
    return hall.by_platform(walk, ExplanationNotice, "explanation-notice")


def explanation(walk: Walk, **changes: object) -> PriceExplanation:
    made = PriceExplanation(notice=walk.id("explanation-notice"), supplier=C, text="厂家直供，附成本测算表")
    return PriceExplanation.model_validate({**dict(made), **changes}) if changes else made


def judgement(walk: Walk, short: str, *, accepted: bool = True) -> PriceJudgement:
    return PriceJudgement(
        notice=walk.id("explanation-notice"),
        member=walk.by(short).code,
        accepted=accepted,
        reason="成本测算合理" if accepted else "不能证明报价合理",
        consulted=("https://example.gov.cn/prices",),
    )


def settle(walk: Walk) -> None:
    """Confirmed and explained: three of five accept, and scoring begins."""
    confirm(walk)
    ask_explanation(walk)
    walk.do("c", "explanation", explanation(walk))
    for short in MEMBERS[:3]:
        walk.do(short, f"judgement-{short}", judgement(walk, short))


def marks(points: dict[str, str]) -> tuple[Mark, ...]:
    return tuple(Mark(supplier=SUPPLIERS[s], item="tech", points=Decimal(p)) for s, p in points.items())


def sheet(walk: Walk, short: str, points: dict[str, str]) -> ScoreSheet:
    return ScoreSheet(lot="1", member=walk.by(short).code, marks=marks(points))


EVEN = {"a": "50", "b": "50.22", "c": "30"}
"""400000 ÷ 968000 × 30 = 12.40 and ÷ 985000 = 12.18: A and B both come to 62.40, C to 60"""


def commit_bytes(walk: Walk, short: str, body: bytes) -> ScoreCommit:
    """A commitment to any bytes at all."""
    salt = random.token_bytes(32)
    walk.secrets[f"sheet-{short}"], walk.secrets[f"salt-{short}"] = body, salt
    scheme, opening = publishing.tender_on(walk).digest, walk.id("opening")
    c = score_commitment(committee.certificate_of(walk, short), "1", 1, opening, scheme, salt, body)
    return ScoreCommit(lot="1", member=walk.by(short).code, round=1, opening=opening, scheme=scheme, c=c)


def score_correction(walk: Walk, short: str, corrected: ScoreSheet, ground: str, **changes: object) -> ScoreCorrection:
    plain = {
        "commit": walk.id(f"commit-{short}"),
        "closed": walk.id("scores-closed"),
        "salt": walk.secrets[f"salt-{short}"].hex(),
        "sheet": walk.secrets[f"sheet-{short}"],
        "corrected": corrected.to_bytes(),
        "ground": ground,
        "reason": "复核发现，当场改正",
    }
    return ScoreCorrection.model_validate({**plain, **changes})
