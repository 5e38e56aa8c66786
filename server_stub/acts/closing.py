"""Closing: credit, performance, archive and figures (R-055 … R-058)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from procurement.basics.problems import NotAllowed
from procurement.basics.roles import Role
from procurement.basics.statement import Signer
from procurement.bidding.sealed import Submission
from procurement.closing.accounts import (
    ProjectFigures,
    check_credit,
    check_performance,
    check_statistics,
    whole_days,
)
from procurement.closing.checklist import KEPT_APART, check_archive
from procurement.closing.records import Archive, CreditRecord, PerformanceEvaluation, StatisticsRelease
from procurement.evaluation.panel import Panel
from procurement.opening.session import Closing
from procurement.performing.contract import Contract, ContractPublication, ContractSignature
from procurement.planning.budget import BudgetImport
from procurement.planning.entrust import Entrustment
from procurement.planning.intention import Intention
from procurement.tendering.package import TenderPackage
from server_stub.acts import balances, course
from server_stub.acts.dossier import number_of, plan_of, region_of, the, watched_by
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.performing import added, executions
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import public, visible
from server_stub.store.models import ActRow

visible("credit-record", "performance-evaluation", "archive")(
    watched_by(Role.FINANCE, Role.SUPERVISOR, contractor=True)
)
visible("statistics-release")(public)


def _parties(reading: Reading, contract: Act[Contract]) -> dict[str, str]:
    found: dict[str, str] = {contract.value.purchaser: "purchaser"}
    found |= dict.fromkeys(contract.value.signers, "supplier")
    found[the(reading, Entrustment, contract.project).value.agency] = "agency"
    panel = reading.last(Panel, project=contract.project, lot=contract.lot)
    for member in panel.value.members if panel is not None else ():
        if member.kind == "expert":
            found[member.member] = "expert"
    return found


@accepts(CreditRecord)
def credit_record(tx: Tx, act: CreditRecord, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-055."""
    author_is(signer, act.by)
    contract = tx.find(Contract, act.contract)
    course.step(tx, act.TYPE, contract.project, contract.lot)
    judged = frozenset((r.value.by, r.value.about) for r in tx.acts(CreditRecord, contract=act.contract))
    check_credit(act, parties=_parties(tx, contract), judged=judged)


@accepts(PerformanceEvaluation)
def performance_evaluation(tx: Tx, act: PerformanceEvaluation, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-056."""
    contract = tx.find(Contract, act.contract)
    author_is(signer, contract.value.purchaser)
    course.step(tx, act.TYPE, contract.project, contract.lot)
    made = frozenset(execution.value.payment for execution in executions(tx, contract.id))
    check_performance(act, contract=contract.id, executed=made)


def acts_by_type(reading: Reading, contract: Act[Contract]) -> dict[str, Sequence[str]]:
    """Ids of all acts of the contract's lot and of the whole project, by type, in log order; with the budget it rests on."""
    found: dict[str, list[str]] = {}
    for act in sorted(reading.project(contract.project), key=lambda a: a.seq):
        if act.lot in ("", contract.lot) and act.type not in KEPT_APART:
            found.setdefault(act.type, []).append(act.id)
    return {BudgetImport.TYPE: [the(reading, Intention, contract.project).value.budget], **found}


@accepts(Archive)
def archive(tx: Tx, act: Archive, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-057, R-074, L-641: complete and equal to the log, or the procurement stays open."""
    contract = tx.find(Contract, act.contract)
    author_is(signer, the(tx, Entrustment, contract.project).value.agency)
    course.step(tx, act.TYPE, contract.project, contract.lot)
    check_archive(
        act,
        method=plan_of(tx, contract.project).value.method,
        number=number_of(tx, contract.project),
        acts=acts_by_type(tx, contract),
        ended=max(execution.value.paid for execution in executions(tx, contract.id)),
    )


@accepts(StatisticsRelease)
def statistics_release(tx: Tx, act: StatisticsRelease, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-058, R-062: figures as recomputed here."""
    archived = tx.find(Archive, act.archive)
    course.step(tx, act.TYPE, archived.project, archived.lot)
    plan = plan_of(tx, archived.project).value
    if region_of(tx, signer.actor, Role.FINANCE) != plan.region:
        raise NotAllowed("finance-of-another-region", "The plan's own finance office publishes.", region=plan.region)
    check_statistics(
        act,
        figures=figures(tx, archived.project),
        number=number_of(tx, archived.project),
        region=plan.region,
        year=plan.year,
    )


def figures(reading: Reading, project: str) -> ProjectFigures:
    """What a project came to, over all its lots."""
    tied = balances.tied_lines(reading, project)
    lines = balances.balances(reading, the(reading, Intention, project).value.budget)
    contracts = [reading.find(Contract, p.value.contract) for p in reading.acts(ContractPublication, project=project)]
    signed = max(one.t_recv for act in contracts for one in reading.acts(ContractSignature, contract=act.id))
    zero = Decimal("0.00")
    return ProjectFigures(
        budget=sum((lines[line.code].budget for line in tied), zero),
        planned=sum((line.amount for line in tied), zero),
        contracted=sum((c.value.amount + added(reading, c.id) for c in contracts), zero),
        paid=sum((line.paid for line in tied), zero),
        bidders=len(_bidders(reading, project)),
        days=whole_days(reading.acts(TenderPackage, project=project)[0].t_recv, signed),
    )


def _bidders(reading: Reading, project: str) -> set[str]:
    leaves = [leaf for closing in reading.acts(Closing, project=project) for leaf in closing.value.active]
    ids = reading.session.scalars(select(ActRow.id).where(ActRow.leaf.in_(leaves)))
    return {reading.find(Submission, id_).value.supplier for id_ in ids}
