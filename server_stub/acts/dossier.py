"""What an act finds about its procurement: the acts it rests on, the tender model, the winner's forms, who takes part."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.bidding.draft import BidForms
from procurement.opening.session import Opening
from procurement.performing.contract import Contract
from procurement.planning.entrust import Entrustment
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanNumbering
from procurement.planning.requirement import Requirement
from procurement.tendering.package import TenderPackage
from procurement.tendering.tender import Tender
from server_stub.acts import day
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Policy, Reader

S = TypeVar("S", bound=Statement)


def the(reading: Reading, kind: type[S], project: str, **facts: object) -> Act[S]:
    """The latest act of this type in a project. Raises `Refused("act-unknown")` when there is none."""
    found = reading.last(kind, project=project, **facts)
    if found is None:
        raise Refused("act-unknown", "Do the step before this one first.", type=kind.TYPE)
    return found


def plan_of(reading: Reading, project: str) -> Act[Plan]:
    """The plan that was numbered."""
    return reading.find(Plan, the(reading, PlanNumbering, project).value.plan)


def requirement_of(reading: Reading, project: str) -> Requirement:
    return reading.find(Requirement, plan_of(reading, project).value.requirement).value


def number_of(reading: Reading, project: str) -> str:
    """备案号."""
    return the(reading, PlanNumbering, project).value.number


def region_of(reading: Reading, actor: str, role: Role) -> str:
    """区划 of a registered party."""
    party = reading.party(actor, role)
    return party.region if party is not None else ""


def name_of(reading: Reading, actor: str, role: Role) -> str:
    party = reading.party(actor, role)
    return party.name if party is not None else ""


def tender_of(tx: Tx, project: str) -> Tender | None:
    """The model of the latest version of the tender; None when its file is not here."""
    package = tx.last(TenderPackage, project=project)
    if package is None or not tx.shared.blobs.has(package.value.model):
        return None
    return day.tender_of(tx, package)


def forms_of(tx: Tx, project: str, lot: str, supplier: str) -> BidForms | None:
    """The forms of a supplier's opened bid."""
    opening = tx.last(Opening, project=project, lot=lot) if tender_of(tx, project) is not None else None
    return day.opened_forms(tx, opening).get(supplier) if opening is not None else None


def buyers(reading: Reading, project: str) -> frozenset[str]:
    """Purchaser and, once it is entrusted, agency of a project."""
    intention = reading.last(Intention, project=project)
    entrustment = reading.last(Entrustment, project=project)
    found = {intention.value.purchaser} if intention is not None else set()
    return frozenset(found | ({entrustment.value.agency} if entrustment is not None else set()))


def watched_by(*roles: Role, contractor: bool = False) -> Policy:
    """Readable by purchaser and agency of the project, by offices in one of these roles, and its contract's supplier."""

    def policy(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
        if reader.roles & set(roles) or reader.actor in buyers(reading, act.project):
            return bool(reader.actor)
        return contractor and bool(reader.actor) and reader.actor in suppliers(reading, act.project, act.lot)

    return policy


def suppliers(reading: Reading, project: str, lot: str) -> Collection[str]:
    """Parties to the lot's contracts; of a consortium all members."""
    return {code for act in reading.acts(Contract, project=project, lot=lot) for code in act.value.signers}
