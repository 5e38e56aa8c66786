"""Which acts belong to one procurement, found as the platform files them: by what each act names."""

from __future__ import annotations

from typing import Any

from client.acts import Act, Acts
from procurement.basics.problems import Refused
from procurement.basics.statement import Statement
from procurement.closing.checklist import KEPT_APART
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanNumbering
from procurement.planning.requirement import Requirement
from procurement.tendering.package import TenderPackage, tender_digest

OUTSIDE = frozenset(
    {"registration", "key-enrolment", "key-countersignature", "encryption-certs", "budget-import", "agency-profile"}
    | {"custody-key"}
    | KEPT_APART
)
"""Types that belong to no procurement, or to several; and those that no archive holds"""


def intention_of(acts: Acts, number: str) -> Act[Intention]:
    """The act that began the procurement which carries this 备案号. Raises `Refused("act-not-here")`."""
    plan = acts.get(Plan, acts.only(PlanNumbering, number=number).value.plan)
    return acts.get(Intention, acts.get(Requirement, plan.value.requirement).value.intention)


def acts_of(acts: Acts, number: str) -> tuple[Act[Any], ...]:
    """All acts of a procurement that this reader has, in the log's order. An act belongs where an act it names belongs."""
    try:
        begin = {intention_of(acts, number).id}
    except Refused:
        begin = {acts.only(PlanNumbering, number=number).id}
    found: dict[str, Act[Any]] = {}
    handles = set(begin)
    for act in acts.everything():
        if act.item.act in OUTSIDE:
            continue
        if act.id in begin or act.item.number == number or not handles.isdisjoint(_named(act.value)):
            found[act.id] = act
            handles.add(act.id)
            if isinstance(act.value, TenderPackage):
                handles.add(tender_digest(act.item.signed.statement))
    return tuple(found.values())


def _named(statement: Statement) -> set[str]:
    """Top-level ids and digests of a statement."""
    return {value for value in statement.__dict__.values() if isinstance(value, str) and len(value) == 64}
