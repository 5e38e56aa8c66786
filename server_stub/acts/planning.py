"""Planning: budget, intention, requirement, plan and its number, entrustment (R-046 … R-050)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.roles import Role
from procurement.basics.statement import Signer
from procurement.planning.approval import check_approval, check_plan, next_number
from procurement.planning.budget import BudgetImport, check_budget_import
from procurement.planning.catalogue import catalogue_for
from procurement.planning.entrust import (
    AgencyProfile,
    Entrustment,
    EntrustmentAcceptance,
    check_entrustment,
    check_entrustment_acceptance,
    check_profile,
)
from procurement.planning.intention import Intention, check_intention
from procurement.planning.plan import Plan, PlanApproval, PlanNumbering
from procurement.planning.requirement import Requirement, check_requirement
from server_stub.acts import balances, course
from server_stub.acts.dossier import region_of, the, watched_by
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import public, roles, signed_in, visible
from server_stub.store.models import PartyRow
from server_stub.store.planning import PlanNumberRow

visible("budget-import")(
    roles(Role.FINANCE, Role.PURCHASER, Role.AGENCY, Role.SUPERVISOR)
)  # agencies archive it (L-641)
visible("intention", "plan-numbering")(public)
visible("requirement", "plan", "plan-approval", "entrustment", "entrustment-acceptance")(
    watched_by(Role.FINANCE, Role.SUPERVISOR)
)
visible("agency-profile")(signed_in)


@accepts(BudgetImport)
def budget_import(tx: Tx, act: BudgetImport, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-017, R-018: the whole batch or nothing of it."""
    purchasers = tx.session.scalars(select(PartyRow).where(PartyRow.role == str(Role.PURCHASER)))
    check_budget_import(
        act,
        own_region=region_of(tx, signer.actor, Role.FINANCE),
        units={party.actor: party.region for party in purchasers},
        known_codes=balances.known_codes(tx),
        now=now,
    )
    balances.keep_import(tx, act)


@accepts(Intention)
def intention(tx: Tx, act: Intention, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-013 … R-015, L-601: with it a procurement begins."""
    author_is(signer, act.purchaser)
    tx.find(BudgetImport, act.budget)
    waiting = [other.value for other in tx.acts(Intention, budget=act.budget) if not _planned(tx, other.project)]
    announced = frozenset(line for other in waiting for line in other.lines)
    check_intention(act, balances=balances.balances(tx, act.budget), announced=announced, now=now)
    course.begin(tx)
    course.step(tx, act.TYPE, tx.id)


def _planned(tx: Tx, project: str) -> bool:
    return bool(balances.tied_lines(tx, project))


@accepts(Requirement)
def requirement(tx: Tx, act: Requirement, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-048, R-128, L-611, L-613."""
    author_is(signer, act.purchaser)
    announced = tx.find(Intention, act.intention)
    course.step(tx, act.TYPE, announced.project)
    check_requirement(act, intention=announced.value, now=now)


@accepts(Plan)
def plan(tx: Tx, act: Plan, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-016, R-019, R-024, R-025, R-064: its lines are tied in the same transaction."""
    author_is(signer, act.purchaser)
    needs = tx.find(Requirement, act.requirement)
    course.step(tx, act.TYPE, needs.project)
    announced = tx.find(Intention, needs.value.intention)
    check_plan(
        act,
        requirement=needs.value,
        intention=announced.value,
        catalogue=catalogue_for(act.region, act.year),
        balances=balances.balances(tx, announced.value.budget),
        own_region=region_of(tx, signer.actor, Role.PURCHASER),
        now=now,
    )
    balances.tie(tx, needs.project, act)


@accepts(PlanApproval)
def plan_approval(tx: Tx, act: PlanApproval, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-022: an approved plan is numbered by the platform in the same transaction; a refused one gives its lines back."""
    decided = tx.find(Plan, act.plan)
    course.step(tx, act.TYPE, decided.project, outcome="approved" if act.approved else "refused")
    if the(tx, Plan, decided.project).id != decided.id:
        raise Refused("plan-superseded", "Decide the plan that was sent last.", plan=act.plan)
    check_approval(act, plan=decided.value, own_region=region_of(tx, signer.actor, Role.FINANCE))
    if not act.approved:
        balances.untie(tx, decided.project)
        return
    number = _number(tx, decided.value, decided.id)
    tx.platform_act(PlanNumbering(plan=act.plan, approval=tx.id, number=number))


def _number(tx: Tx, act: Plan, id_: str) -> str:
    where = select(PlanNumberRow.serial).where(PlanNumberRow.region == act.region, PlanNumberRow.year == act.year)
    serial, number = next_number(
        catalogue_for(act.region, act.year),
        region=act.region,
        year=act.year,
        used=frozenset(tx.session.scalars(where)),
    )
    tx.session.add(PlanNumberRow(region=act.region, year=act.year, serial=serial, number=number, plan=id_))
    return number


@accepts(PlanNumbering)
def plan_numbering(tx: Tx, act: PlanNumbering, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-023: from here on every act of the procurement carries the 备案号."""
    course.step(tx, act.TYPE, tx.find(Plan, act.plan).project)
    tx.file(number=act.number)


@accepts(AgencyProfile)
def agency_profile(tx: Tx, act: AgencyProfile, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-029."""
    author_is(signer, act.agency)
    check_profile(act)


@accepts(Entrustment)
def entrustment(tx: Tx, act: Entrustment, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-028, R-030, R-008, L-672, L-673."""
    author_is(signer, act.purchaser)
    numbering = tx.find(PlanNumbering, act.numbering)
    course.step(tx, act.TYPE, numbering.project)
    filed = tx.find(Plan, numbering.value.plan).value
    if Role.AGENCY not in tx.roles(act.agency):
        raise NotAllowed("agency-not-registered", "Entrust an agency that is registered here.", agency=act.agency)
    profile = tx.last(AgencyProfile, agency=act.agency)
    check_entrustment(
        act,
        plan=filed,
        requirement=tx.find(Requirement, filed.requirement).value,
        number=numbering.value.number,
        profile=profile.value if profile is not None else None,
        now=now,
    )
    tx.disclose(*(done.id for done in tx.project(numbering.project)))  # the agency reads the project's record now


@accepts(EntrustmentAcceptance)
def entrustment_acceptance(tx: Tx, act: EntrustmentAcceptance, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-050: only the entrusted agency, while the term runs."""
    author_is(signer, act.agency)
    given = tx.find(Entrustment, act.entrustment)
    course.step(tx, act.TYPE, given.project)
    check_entrustment_acceptance(act, entrustment=given.value, now=now)
