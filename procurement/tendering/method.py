"""Procurement methods as data: days, sizes, rounds, ties and causes of re-evaluation (L-201 … L-366; design note of §3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from procurement.planning.plan import Method

DayKind = Literal["calendar", "working"]
Evaluation = Literal["scoring", "lowest-price", "agree-or-fail"]
ReevaluationCause = Literal[
    "qualification-error", "sum-error", "outside-range", "objective-marks-differ", "outlier-marks", "price-error"
]


@dataclass(frozen=True, slots=True)
class MethodProfile:
    """What one 采购方式 prescribes. Numbers are the statutory minimum or maximum; a tender may be stricter."""

    method: Method
    title: str
    min_days: int
    """From the issue of the document to the deadline (0: none prescribed)"""
    day_kind: DayKind
    correction_days: int
    """A correction that affects bids leaves at least these days (L-204, L-352, L-321)"""
    correction_day_kind: DayKind
    min_suppliers: int
    final_quotes: bool
    """Rounds with a final quote after negotiation (磋商, 谈判)"""
    evaluations: tuple[Evaluation, ...]
    min_panel: int
    candidates_min: int
    ties: tuple[str, ...]
    """Statutory tie chain, keys of `scheme.TieKey`"""
    reevaluation: tuple[ReevaluationCause, ...]
    price_weight: dict[str, tuple[int, int]]
    """Price weight in percent by nature (goods, services, works): lowest and highest"""
    collusion_basis: str
    """Legal basis quoted when collusion is determined (R-111)"""
    rule: str
    """Id of the rule that fixes the bid period"""


_OPEN_CAUSES: tuple[ReevaluationCause, ...] = (
    "sum-error",
    "outside-range",
    "objective-marks-differ",
    "outlier-marks",
)
_TENDER_WEIGHT = {"goods": (30, 100), "services": (10, 100), "works": (0, 100)}
_FREE_WEIGHT = {"goods": (0, 100), "services": (0, 100), "works": (0, 100)}
_CONSULT_WEIGHT = {"goods": (30, 60), "services": (10, 30), "works": (0, 100)}

_PROFILES: tuple[MethodProfile, ...] = (
    MethodProfile(
        "open", "公开招标", 20, "calendar", 15, "calendar", 3, False, ("scoring", "lowest-price"), 5, 1,
        ("raw-price", "parallel"), _OPEN_CAUSES, _TENDER_WEIGHT, "87号令 第三十七条", "L-201",
    ),
    MethodProfile(
        "invited", "邀请招标", 20, "calendar", 15, "calendar", 3, False, ("scoring", "lowest-price"), 5, 1,
        ("raw-price", "parallel"), _OPEN_CAUSES, _TENDER_WEIGHT, "87号令 第三十七条", "L-201",
    ),
    MethodProfile(
        "consultation", "竞争性磋商", 10, "calendar", 5, "calendar", 3, True, ("scoring",), 3, 3,
        ("raw-price", "technical-merit"), ("qualification-error", *_OPEN_CAUSES), _CONSULT_WEIGHT,
        "政府采购法实施条例 第七十四条（七）", "L-352",
    ),
    MethodProfile(
        "negotiation", "竞争性谈判", 3, "working", 3, "working", 3, True, ("lowest-price",), 3, 3,
        ("parallel",), ("qualification-error", "price-error"), _FREE_WEIGHT,
        "政府采购法实施条例 第七十四条（七）", "L-321",
    ),
    MethodProfile(
        "inquiry", "询价", 3, "working", 3, "working", 3, False, ("lowest-price",), 3, 3,
        ("parallel",), ("qualification-error", "price-error"), _FREE_WEIGHT,
        "政府采购法实施条例 第七十四条（七）", "L-331",
    ),
    MethodProfile(
        "single-source", "单一来源", 0, "calendar", 0, "calendar", 1, True, ("agree-or-fail",), 3, 1,
        (), (), _FREE_WEIGHT, "", "L-341",
    ),
)  # fmt: skip
_BY_METHOD = {profile.method: profile for profile in _PROFILES}


def method_profile(method: Method) -> MethodProfile:
    """The profile of a 采购方式."""
    return _BY_METHOD[method]
