"""异常低价: which raw prices start a review (L-252, L-253; 财库〔2026〕2号 from 2026-02-01). A trigger is a question, not a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from procurement.basics.moment import shanghai_date
from procurement.basics.rules import rule
from procurement.tendering.lot import Lot
from procurement.tendering.scheme import AbnormallyLow

Cause = Literal["mean", "second", "ceiling"]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A price strictly below `percent` of `measure` (both in what is paid: yuan, or percent of the list price)."""

    supplier: str
    cause: Cause
    percent: Decimal
    measure: Fraction
    price: Decimal


def thresholds(stated: AbnormallyLow, event: datetime) -> dict[Cause, Decimal]:
    """Percentages in force on the event date: the tender's, else the statutory ones; before February 2026 only the tender's."""
    causes: tuple[tuple[Cause, Decimal | None], ...] = (
        ("mean", stated.mean_percent),
        ("second", stated.second_percent),
        ("ceiling", stated.ceiling_percent),
    )
    found: dict[Cause, Decimal] = {cause: percent for cause, percent in causes if percent is not None}
    try:
        law = rule("L-253", shanghai_date(event)).params
    except KeyError:
        return found
    return {cause: found.get(cause, law[cause]) for cause, _ in causes}


def triggers(lot: Lot, paid: Mapping[str, Decimal], event: datetime) -> tuple[Trigger, ...]:
    """Who has to explain the price. `paid` holds the corrected raw prices of all conforming bids, before any deduction."""
    if not paid:
        return ()
    limits = thresholds(lot.scheme.abnormally_low, event)
    ordered = sorted(paid.values())
    measures: dict[Cause, Fraction] = {"mean": Fraction(sum(ordered, Decimal(0))) / len(ordered)}
    if len(ordered) > 1:
        measures["second"] = Fraction(ordered[1])
    ceiling = paid_ceiling(lot)
    if ceiling is not None:
        measures["ceiling"] = Fraction(ceiling)
    return tuple(
        Trigger(supplier, cause, limits[cause], measure, price)
        for supplier, price in paid.items()
        for cause, measure in measures.items()
        if cause in limits and Fraction(price) * 100 < measure * Fraction(limits[cause])
    )


def paid_ceiling(lot: Lot) -> Decimal | None:
    """The ceiling in what is paid: yuan for a total, else the figures' own limits (100 − floor for a rate taken off)."""
    if lot.quote.main.dimension == "total":
        return lot.money_ceiling if lot.quote.main.limit is None else min(lot.money_ceiling, lot.quote.main.limit)
    total = Decimal(0)
    for figure in lot.quote.figures:
        if figure.limit is None:
            return None
        total += figure.weight * figure.payable(figure.limit)
    return total


def paid(lot: Lot, figures: Mapping[str, Decimal]) -> Decimal:
    """What a quote comes to, as a figure that grows with cost: weighted over the figures."""
    return sum((f.weight * f.payable(figures[f.code]) for f in lot.quote.figures if f.code in figures), Decimal(0))
