"""Judging a plan, deciding it and numbering it (R-016, R-019, R-022 … R-027, R-064)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from decimal import Decimal

from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.planning.balance import LineBalance, take_lines
from procurement.planning.catalogue import Catalogue
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanApproval
from procurement.planning.requirement import Requirement

MISMATCH_MESSAGE = "该采购计划申请填写内容不符合财政要求，请更改"
"""The exact words that the source prescribes (R-024)."""


def check_plan(
    plan: Plan,
    *,
    requirement: Requirement,
    intention: Intention,
    catalogue: Catalogue,
    balances: Mapping[str, LineBalance],
    own_region: str,
    now: datetime,
) -> dict[str, LineBalance]:
    """Judge a plan; the answer is the balances with its lines tied. Raises `RuleBroken`.

    `balances` holds the lines of the intention's import by code, as they stand before this plan.
    """
    if plan.purchaser != requirement.purchaser:
        raise RuleBroken("R-049", "requirement-of-another", "Rest on your own requirement.", of=requirement.purchaser)
    if plan.region != own_region or plan.year != shanghai_date(now).year:
        raise RuleBroken(
            "R-049", "plan-region-or-year", "File in your own region and the current year.", region=own_region
        )
    check_organisation(plan, catalogue)
    _check_method(plan, catalogue)
    _check_amounts(plan, requirement, intention)
    return take_lines({code: line for code, line in balances.items() if line.purchaser == plan.purchaser}, plan.lines)


def check_organisation(plan: Plan, catalogue: Catalogue) -> None:
    """品目 ↔ 组织形式 (R-025); refused in the exact words of R-024, with field and reason beside them."""
    allowed = catalogue.allowed(plan.category)
    if plan.organisation not in allowed:
        raise RuleBroken(
            "R-024",
            "organisation-not-allowed",
            "Clear 组织形式 and choose one that the catalogue allows for this category.",
            message=MISMATCH_MESSAGE,
            field="organisation",
            category=plan.category,
            organisation=plan.organisation,
            allowed=", ".join(allowed),
            notice=catalogue.notice,
        )


def _check_method(plan: Plan, catalogue: Catalogue) -> None:
    threshold = catalogue.open_tender_threshold(plan.nature)
    if plan.method == "open" or threshold is None or plan.amount < threshold or plan.method_approval.strip():
        return
    raise RuleBroken(
        "L-303",
        "method-needs-approval",
        "Use open tendering, or give the number of finance's approval of the other method.",
        method=plan.method,
        amount=plan.amount,
        threshold=threshold,
    )


def _check_amounts(plan: Plan, requirement: Requirement, intention: Intention) -> None:
    codes = [line.code for line in plan.lines]
    if not codes:
        raise RuleBroken(
            "R-064",
            "plan-without-budget",
            "Tie the plan to imported lines. An urgent purchase before the budget needs finance's consent first (R-012).",
        )
    if len(set(codes)) != len(codes) or not set(codes) <= set(intention.lines):
        raise RuleBroken(
            "R-047", "plan-lines-not-announced", "Use the lines of the published intention, each once.", lines=codes
        )
    total = sum((line.amount for line in plan.lines), Decimal(0))
    if total != plan.amount:
        raise RuleBroken(
            "R-049", "plan-total-wrong", "Make the amount the sum of its lines.", amount=plan.amount, sum=total
        )
    if plan.amount > requirement.amount or plan.nature != requirement.nature:
        raise RuleBroken(
            "L-617",
            "plan-differs-from-requirement",
            "Keep nature and amount within the signed requirement.",
            amount=plan.amount,
            requirement=requirement.amount,
        )


def check_approval(approval: PlanApproval, *, plan: Plan, own_region: str) -> None:
    """Finance decides plans of its own region only, and says why (R-034, R-044)."""
    if approval.region != own_region or plan.region != own_region:
        raise RuleBroken(
            "R-044",
            "plan-of-another-region",
            "The finance office of the plan's region decides.",
            region=plan.region,
            own=own_region,
        )


def next_number(catalogue: Catalogue, *, region: str, year: int, used: Set[int]) -> tuple[int, str]:
    """The next serial and 备案号 of a region and year: 1, 2, 3 … without a gap, never reused (R-022).

    `used` are all serials ever given there, void ones included. Raises `RuleBroken` when that set already has a gap.
    """
    serial = len(used) + 1
    if used and max(used) != len(used):
        raise RuleBroken(
            "R-022", "numbering-has-a-gap", "Numbers were lost: stop and restore the record.", highest=max(used)
        )
    return serial, catalogue.number_format.format(region=region, year=year, serial=serial)
