"""采购需求: what is needed and who answers for it (财库〔2021〕22号, R-048, R-128)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from procurement.basics.moment import shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.basics.statement import Statement
from procurement.basics.value import Hex32, Instant, Money, Name, Number, Text, Uscc, Value
from procurement.planning.intention import Intention


class RequirementItem(Value):
    name: Name
    unit: Name
    quantity: Number
    specification: Text
    substantive: bool = False
    """★: not meeting it makes a bid invalid"""
    acceptance: Text
    """How this item will be accepted (L-631)"""


class Survey(Value):
    """需求调查 (L-611): at least three objects, valid for a year."""

    objects: tuple[Name, ...]
    made_at: Instant
    findings: Text


class Review(Value):
    """审查 before the start (L-613). Reviewers may not have drafted the requirement."""

    kind: Literal["general", "focused"]
    reviewers: tuple[Name, ...]
    opinion: Text


class Requirement(Statement):
    TYPE: ClassVar[str] = "requirement"
    purchaser: Uscc
    intention: Hex32
    nature: Literal["goods", "services", "works"]
    amount: Money
    items: tuple[RequirementItem, ...]
    drafted_by: tuple[Name, ...]
    responsible: Name
    """The named person who answers for the requirement (R-128)"""
    survey: Survey | None = None
    review: Review
    public_interest: bool = False
    """Public services and the like: survey whatever the amount (L-611)"""
    complex: bool = False
    """Customised IT, imports and the like: survey whatever the amount (L-611)"""


def survey_required(requirement: Requirement) -> bool:
    """Whether survey, focused review and legal adviser are mandatory (财库〔2021〕22号 第十一条)."""
    params = rule("L-611").params
    limit = params["works" if requirement.nature == "works" else "goods_services"]
    return requirement.amount >= limit or requirement.public_interest or requirement.complex


def check_requirement(requirement: Requirement, *, intention: Intention, now: datetime) -> None:
    """Judge a signed requirement against the intention it rests on (R-048, R-128, L-611, L-613)."""
    if requirement.purchaser != intention.purchaser:
        raise RuleBroken("R-048", "intention-of-another", "Rest on your own intention.", of=intention.purchaser)
    if not 0 < requirement.amount <= intention.amount:
        raise RuleBroken(
            "R-064",
            "requirement-amount-not-covered",
            "Keep the amount within the published intention.",
            amount=requirement.amount,
            intention=intention.amount,
        )
    _check_items(requirement)
    if not requirement.responsible.strip():
        raise RuleBroken("R-128", "responsible-missing", "Name the person who answers for the requirement.")
    if survey_required(requirement):
        _check_survey(requirement, now)
    _check_review(requirement)


def _check_items(requirement: Requirement) -> None:
    names = [item.name for item in requirement.items]
    if not names or len(set(names)) != len(names):
        raise RuleBroken("R-048", "requirement-items-wrong", "List each item once, under its own name.")
    for item in requirement.items:
        if item.quantity <= 0:
            raise RuleBroken("R-048", "quantity-not-positive", "Give a quantity above zero.", item=item.name)


def _check_survey(requirement: Requirement, now: datetime) -> None:
    survey = requirement.survey
    if survey is None:
        raise RuleBroken("L-611", "survey-missing", "Make the survey and record it.", amount=requirement.amount)
    least = int(rule("L-611").params["objects"])
    if len(set(survey.objects)) < least:
        raise RuleBroken(
            "L-611", "survey-too-few", "Ask at least three objects.", objects=len(set(survey.objects)), least=least
        )
    if not now - timedelta(days=365) <= survey.made_at <= now:
        raise RuleBroken(
            "L-611", "survey-out-of-date", "A survey is valid for a year.", made=shanghai_date(survey.made_at)
        )


def _check_review(requirement: Requirement) -> None:
    review = requirement.review
    if not review.reviewers or not requirement.drafted_by:
        raise RuleBroken("L-613", "review-missing", "Name who drafted and who reviewed the requirement.")
    both = set(review.reviewers) & set(requirement.drafted_by)
    if both:
        raise RuleBroken(
            "L-613",
            "drafter-reviews",
            "Have it reviewed by people who did not draft it.",
            names="、".join(sorted(both)),
        )
    if survey_required(requirement) and review.kind != "focused":
        raise RuleBroken(
            "L-613", "focused-review-missing", "This project needs the focused review (重点审查).", kind=review.kind
        )
