"""Credit, performance and the figures: judged against what was really done (R-055, R-056, R-058, R-062)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.value import Money, Value
from procurement.closing.records import CreditRecord, PerformanceEvaluation, StatisticsRelease


def check_credit(record: CreditRecord, *, parties: Mapping[str, str], judged: Set[tuple[str, str]]) -> None:
    """One party judges another of the same contract, once, never itself (R-055).

    `parties` maps each party's code to its role; `judged` are the pairs (by, about) recorded before.
    """
    if record.by not in parties or record.about not in parties:
        raise RuleBroken("R-055", "credit-about-stranger", "Judge a party of this procurement.", about=record.about)
    if parties[record.about] != record.about_role:
        raise RuleBroken("R-055", "credit-role-wrong", "Name the role it had.", role=parties[record.about])
    if record.by == record.about:
        raise RuleBroken("R-055", "credit-about-itself", "Nobody judges itself.", by=record.by)
    if (record.by, record.about) in judged:
        raise RuleBroken("R-055", "credit-recorded-already", "It stands already.", about=record.about)


def check_performance(evaluation: PerformanceEvaluation, *, contract: str, executed: Set[str]) -> None:
    """Evaluated after payment, on a scale of 0 to 100 (R-056). `executed` are the ids of payments that were made."""
    if evaluation.contract != contract or evaluation.payment not in executed:
        raise RuleBroken("R-056", "performance-before-payment", "Evaluate after the payment was made.")
    if not 0 <= evaluation.score <= 100:
        raise RuleBroken("R-056", "performance-score-range", "Score from 0 to 100.", score=evaluation.score)


class ProjectFigures(Value):
    """What one procurement came to, as the platform computes it from its acts. Amounts in CNY."""

    budget: Money
    """Σ of the budget lines that the plan uses"""
    planned: Money
    contracted: Money
    """Contracts with the supplements that both sides signed"""
    paid: Money
    bidders: int
    """Suppliers whose bid stood at the closing, over all lots"""
    days: int
    """Whole days from tender publication to the last contract signature"""

    @property
    def saved(self) -> Decimal:
        return self.planned - self.contracted


def check_closed_loop(figures: ProjectFigures) -> None:
    """预算－执行－支付 is closed: budget ≥ Σ planned ≥ Σ contracted ≥ Σ paid ≥ 0 (R-062)."""
    steps = (figures.budget, figures.planned, figures.contracted, figures.paid, Decimal(0))
    if any(before < after for before, after in pairwise(steps)):
        raise RuleBroken(
            "R-062",
            "figures-loop-broken",
            "Find the amount that exceeds what it rests on.",
            budget=figures.budget,
            planned=figures.planned,
            contracted=figures.contracted,
            paid=figures.paid,
        )


def whole_days(start: datetime, end: datetime) -> int:
    """Whole Shanghai days between two moments."""
    return (shanghai_date(end) - shanghai_date(start)).days


def check_statistics(
    release: StatisticsRelease, *, figures: ProjectFigures, number: str, region: str, year: int
) -> None:
    """Published figures equal the recomputed ones, and the loop is closed (R-058, R-062)."""
    check_closed_loop(figures)
    wanted = {
        "number": number,
        "region": region,
        "year": year,
        "budget": figures.budget,
        "planned": figures.planned,
        "contracted": figures.contracted,
        "paid": figures.paid,
        "saved": figures.saved,
        "bidders": figures.bidders,
        "days": figures.days,
    }
    for field, value in wanted.items():
        if getattr(release, field) != value:
            raise RuleBroken(
                "R-058",
                "figures-differ",
                "Publish the figures as recomputed from the acts.",
                field=field,
                given=getattr(release, field),
                recomputed=value,
            )
