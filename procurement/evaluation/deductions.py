"""Policy deductions: who may have which, and the figures used for evaluation only (L-502 … L-512)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from procurement.bidding.draft import BidForms
from procurement.bidding.price import PriceStep
from procurement.tendering.lot import Lot
from procurement.tendering.quote import Figure
from procurement.tendering.scheme import PolicyDeduction

ZERO = Decimal(0)
HUNDRED = Decimal(100)
_SMALL = ("micro", "small")
_SME_KINDS = ("small-micro", "consortium-share", "subcontract-share")
_DOMESTIC_SHARE = Decimal(80)
_RULES = {"domestic": "L-510", "energy-saving": "L-509", "environment": "L-509"}


def granted(lot: Lot, forms: BidForms, mixed_origin: bool) -> tuple[PolicyDeduction, ...]:
    """The deductions this bid gets: of each `once_group` the largest. `mixed_origin`: domestic and other products compete."""
    best: dict[str, PolicyDeduction] = {}
    for cut in lot.scheme.deductions:
        if _entitled(lot, forms, cut, mixed_origin):
            group = cut.once_group if cut.applies in _SME_KINDS else f"{cut.once_group}/{cut.applies}"
            if group not in best or cut.percent > best[group].percent:
                best[group] = cut
    return tuple(best.values())


def is_domestic(forms: BidForms) -> bool:
    """《本国产品声明函》 with at least 80 % of the cost (L-510)."""
    return forms.domestic is not None and forms.domestic.declared and forms.domestic.cost_share >= _DOMESTIC_SHARE


def _entitled(lot: Lot, forms: BidForms, cut: PolicyDeduction, mixed_origin: bool) -> bool:
    if cut.applies == "domestic":
        return mixed_origin and is_domestic(forms)
    if cut.applies in ("energy-saving", "environment"):
        return cut.applies in forms.certified
    if lot.reservation.mode == "whole" or not forms.enterprise.declared:
        return False
    if cut.applies == "small-micro":
        return _small_micro(lot, forms)
    if cut.applies == "consortium-share":
        members = forms.consortium
        return bool(members) and _share_of([(m.size, m.share, m.related) for m in members], cut)
    return _share_of([(s.size, s.share, s.related) for s in forms.subcontracts], cut)


def _small_micro(lot: Lot, forms: BidForms) -> bool:
    enterprise = forms.enterprise
    small = enterprise.size in _SMALL or enterprise.kind in ("prison", "disabled-welfare")
    made = lot.nature != "goods" or enterprise.all_goods_small_micro
    return small and made and all(m.size in _SMALL for m in forms.consortium)


def _share_of(parts: Sequence[tuple[str, Decimal, bool]], cut: PolicyDeduction) -> bool:
    if any(related for _, _, related in parts):
        return False
    return sum((share for size, share, _ in parts if size in _SMALL), ZERO) >= cut.minimum_share


def evaluated(
    lot: Lot, figures: Mapping[str, Decimal], cuts: Sequence[PolicyDeduction]
) -> tuple[dict[str, Decimal], tuple[PriceStep, ...]]:
    """The figures after deductions, each computed on the original figure and added up (L-511), with one step for each."""
    steps: list[PriceStep] = []
    result: dict[str, Decimal] = {}
    for code, original in figures.items():
        figure = lot.quote.figure(code)
        current = original
        for cut in cuts:
            change = _change(figure, original, cut)
            if change:
                rule = _RULES.get(cut.applies, "L-511")
                steps.append(
                    PriceStep(kind="deduction", of=cut.code, before=current, after=current + change, rule=rule)
                )
                current += change
        result[code] = current
    return result, tuple(steps)


def _change(figure: Figure, original: Decimal, cut: PolicyDeduction) -> Decimal:
    """How much a deduction moves a figure; never against the enterprise it is meant for."""
    share = cut.percent / HUNDRED
    if figure.direction == "lower":
        return -original * share if cut.transform in ("unsaid", "price-cut", "payable-cut") else ZERO
    if cut.transform == "payable-cut":
        return figure.payable(original) * share
    return original * share if cut.transform == "rate-raise" else ZERO


def score_raise(cuts: Sequence[PolicyDeduction]) -> Decimal:
    """Percent by which the price score is raised, for tenders that transform a deduction so."""
    return sum((cut.percent for cut in cuts if cut.transform == "score-raise"), ZERO)
