"""项目委托: the purchaser entrusts an agency and signs (R-028 … R-032, L-673)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Literal

from procurement.basics.problems import RuleBroken
from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc
from procurement.planning.plan import Plan
from procurement.planning.requirement import Requirement

LANDLINE_MESSAGE = "当前办理人未维护电话"
"""The exact words that the source prescribes (R-028)."""
_LANDLINE = re.compile(r"0\d{2,3}-[2-9]\d{6,7}(-\d{1,6})?\Z")


class AgencyProfile(Statement):
    """配置管理 > 委托受理配置 of an agency. Without a landline it cannot be entrusted (R-029)."""

    TYPE: ClassVar[str] = "agency-profile"
    agency: Uscc
    contact: Name
    landline: str
    """区号-号码; a mobile number alone is not enough"""
    kind: Literal["central", "social"] = "social"
    """集中采购机构 or 社会代理机构, as the agency says of itself"""


class Entrustment(Statement):
    """委托协议: scope, authority and term, signed after the unit's internal review (R-030)."""

    TYPE: ClassVar[str] = "entrustment"
    purchaser: Uscc
    agency: Uscc
    numbering: Hex32
    number: Code
    """备案号"""
    scope: Text
    authority: Text
    until: Instant
    reviewer: Name
    """Who agreed in the internal review and signs (R-031)"""


class EntrustmentAcceptance(Statement):
    TYPE: ClassVar[str] = "entrustment-acceptance"
    agency: Uscc
    entrustment: Hex32
    contact: Name


def is_landline(text: str) -> bool:
    """Whether `text` is 区号-号码, with an extension perhaps: 0351-4123456, 010-68321234-808 (R-029)."""
    return _LANDLINE.match(text) is not None


def check_profile(profile: AgencyProfile) -> None:
    """A landline may be left empty for now, but not be a mobile number or a guess (R-029)."""
    if profile.landline and not is_landline(profile.landline):
        raise RuleBroken(
            "R-029",
            "landline-malformed",
            "Write area code and number as 0351-4123456; a mobile number is not enough.",
            landline=profile.landline,
        )


def check_entrustment(
    entrustment: Entrustment,
    *,
    plan: Plan,
    requirement: Requirement,
    number: str,
    profile: AgencyProfile | None,
    now: datetime,
) -> None:
    """Judge an entrustment: the agency can be reached, the plan is one for the platform, scope and term are stated.

    `number` is the 备案号 given to `plan`; `profile` the agency's latest configuration, None when it has none.
    """
    if profile is None or not is_landline(profile.landline):
        raise RuleBroken(
            "R-028",
            "agency-landline-missing",
            "Ask the agency to set 配置管理 > 委托受理配置 > 联系人固定电话, then send this form again.",
            message=LANDLINE_MESSAGE,
            agency=entrustment.agency,
        )
    if entrustment.purchaser != plan.purchaser or entrustment.number != number:
        raise RuleBroken(
            "R-050", "entrustment-number-wrong", "Entrust your own plan under its own 备案号.", number=number
        )
    if plan.organisation == "e-mall":
        raise RuleBroken(
            "R-008",
            "mall-purchase",
            "Buy in the e-mall (山西政府网上商城); the platform runs project procurement only.",
            organisation=plan.organisation,
        )
    if plan.organisation == "central-agency" and profile.kind != "central":
        raise RuleBroken(
            "L-672",
            "central-agency-required",
            "Items of the central catalogue go to the central procurement agency.",
            agency=entrustment.agency,
        )
    _check_terms(entrustment, requirement, now)


def _check_terms(entrustment: Entrustment, requirement: Requirement, now: datetime) -> None:
    if not entrustment.scope.strip() or not entrustment.authority.strip() or entrustment.until <= now:
        raise RuleBroken(
            "L-673",
            "entrustment-terms-missing",
            "State scope, authority and a term that lies ahead.",
            until=entrustment.until,
        )
    if not entrustment.reviewer.strip():
        raise RuleBroken("R-030", "internal-review-missing", "Name who agreed in the unit's review and signs.")
    if entrustment.reviewer in requirement.drafted_by:
        raise RuleBroken(
            "R-130",
            "drafter-reviews-entrustment",
            "Whoever drafted the requirement may not agree in the review.",
            name=entrustment.reviewer,
        )


def check_entrustment_acceptance(acceptance: EntrustmentAcceptance, *, entrustment: Entrustment, now: datetime) -> None:
    """Only the entrusted agency takes it on, while its term runs (R-050, L-673)."""
    if acceptance.agency != entrustment.agency:
        raise RuleBroken(
            "R-050", "not-the-entrusted-agency", "Only the entrusted agency accepts.", agency=entrustment.agency
        )
    if entrustment.until <= now:
        raise RuleBroken(
            "L-673", "entrustment-expired", "Ask the purchaser for a new entrustment.", until=entrustment.until
        )
