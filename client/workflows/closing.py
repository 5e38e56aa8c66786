"""Credit, performance, archive and figures: the last acts, and the archive files (R-055 … R-058, decision 4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from client.archive.builder import ArchiveBuilder, Edition
from client.projects import acts_of, intention_of
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from procurement.basics.moment import end_of_day, shanghai_date
from procurement.basics.pulse import Pulse
from procurement.basics.rules import rule
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.closing.accounts import ProjectFigures, whole_days
from procurement.closing.checklist import archive_item
from procurement.closing.records import Archive, CreditRecord, PerformanceEvaluation, StatisticsRelease
from procurement.opening.session import Closing
from procurement.performing.contract import (
    Contract,
    ContractPublication,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from procurement.performing.payment import Payment, PaymentExecution
from procurement.performing.signing import missing_signers
from procurement.planning.budget import BudgetImport
from procurement.planning.plan import Plan, PlanNumbering
from procurement.tendering.package import TenderPackage

ZERO = Decimal("0.00")


class ClosingRoom(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.builder = ArchiveBuilder(place, tenders)

    @verb()
    def record_credit(
        self,
        contract_id: str,
        about: str,
        about_role: Literal["supplier", "agency", "expert", "purchaser"],
        grade: Literal["good", "fair", "poor"],
        facts: str,
    ) -> Outcome:
        """信用评价 of a party about another (R-055)."""
        record = CreditRecord(
            contract=contract_id, by=self.me, about=about, about_role=about_role, grade=grade, facts=facts
        )
        return self.place.act(record)

    @verb()
    def evaluate_performance(
        self, contract_id: str, payment_id: str, goals_met: bool, score: Decimal, findings: str
    ) -> Outcome:
        """绩效评价, 0 to 100 (R-056)."""
        statement = PerformanceEvaluation(
            contract=contract_id, payment=payment_id, goals_met=goals_met, score=score, findings=findings
        )
        return self.place.act(statement)

    @verb()
    def archive(self, contract_id: str) -> Outcome:
        """归档 by the agency: every kind of record with its count and digest, kept fifteen years from the end (L-641)."""
        acts = self.place.acts
        contract = acts.get(Contract, contract_id).value
        found: dict[str, list[str]] = {BudgetImport.TYPE: [intention_of(acts, contract.number).value.budget]}
        for act in acts_of(acts, contract.number):
            if act.item.lot in ("", contract.lot):
                found.setdefault(act.item.act, []).append(act.id)
        payments = {act.id for act in acts.all(Payment, contract=contract_id)}
        paid = [act.value.paid for act in acts.all(PaymentExecution) if act.value.payment in payments]
        ended = shanghai_date(max(paid, default=self.place.now()))
        years = int(rule("L-641").params["years"])
        statement = Archive(
            contract=contract_id,
            number=contract.number,
            items=tuple(archive_item(kind, ids) for kind, ids in found.items()),
            keep_until=end_of_day(date(ended.year + years, 12, 31)),
        )
        return self.place.act(statement, subject=contract.number)

    @verb("net", pulsed=True)
    def build_archive(self, number: str, target: Path, edition: Edition, pulse: Pulse | None = None) -> Path:
        """Write one edition of the archive as a file that `jincai verify` reads."""
        return self.builder.build(number, target, edition, pulse)

    @verb()
    def publish_statistics(self, archive_id: str, comment: str) -> Outcome:
        """大数据服务: figures computed from the acts, which the platform computes again before it accepts them (R-058)."""
        number = self.place.acts.get(Archive, archive_id).value.number
        plan = self.place.acts.get(Plan, self.place.acts.only(PlanNumbering, number=number).value.plan).value
        figures = self.figures(number)
        statement = StatisticsRelease(
            archive=archive_id,
            number=number,
            region=plan.region,
            year=plan.year,
            budget=figures.budget,
            planned=figures.planned,
            contracted=figures.contracted,
            paid=figures.paid,
            saved=figures.saved,
            bidders=figures.bidders,
            days=figures.days,
            comment=comment,
        )
        return self.place.act(statement, subject=number)

    def figures(self, number: str) -> ProjectFigures:
        """What a procurement came to, from its acts (R-062)."""
        acts = self.place.acts
        plan = acts.get(Plan, acts.only(PlanNumbering, number=number).value.plan).value
        budget = acts.get(BudgetImport, intention_of(acts, number).value.budget).value
        lines = {line.code: line.amount for line in budget.lines}
        contracts = acts.all(Contract, number=number)
        published = {act.value.contract for act in acts.all(ContractPublication)}
        standing = [act for act in contracts if act.id in published]
        signed = [act for act in acts.all(ContractSignature) if act.value.contract in published]
        packages = acts.all(TenderPackage, number=number)
        return ProjectFigures(
            budget=sum((lines[line.code] for line in plan.lines), ZERO),
            planned=sum((line.amount for line in plan.lines), ZERO),
            contracted=sum((act.value.amount + self._added(act.id) for act in standing), ZERO),
            paid=sum((self._paid(act.id) for act in standing), ZERO),
            bidders=len(self._bidders(number)),
            days=whole_days(packages[0].item.t_recv, max(act.item.t_recv for act in signed)),
        )

    def _added(self, contract_id: str) -> Decimal:
        acts = self.place.acts
        contract = acts.get(Contract, contract_id).value
        signed: dict[str, set[str]] = {}
        for act in acts.all(SupplementSignature):
            signed.setdefault(act.value.supplement, set()).add(act.value.supplier)
        supplements = acts.all(ContractSupplement, contract=contract_id)
        standing = (act for act in supplements if not missing_signers(contract, signed.get(act.id, ())))
        return sum((act.value.added for act in standing), ZERO)

    def _paid(self, contract_id: str) -> Decimal:
        payments = {act.id for act in self.place.acts.all(Payment, contract=contract_id)}
        executed = self.place.acts.all(PaymentExecution)
        return sum((act.value.amount for act in executed if act.value.payment in payments), ZERO)

    def _bidders(self, number: str) -> set[str]:
        """Suppliers whose bid stood at the closing, over all lots: their last act on a lot is a submission."""
        last: dict[tuple[str, str], str] = {}
        closed = {act.value.lot for act in self.place.acts.all(Closing)}
        for act in acts_of(self.place.acts, number):
            if isinstance(act.value, Submission | Withdrawal) and act.value.lot in closed:
                last[act.value.supplier, act.value.lot] = act.item.act
        return {supplier for (supplier, _), kind in last.items() if kind == Submission.TYPE}
