"""Contract, supplement, acceptance, payment (R-052 … R-054)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from client.workflows.papers import Papers
from client.workflows.verbs import verb
from client.workplace import Outcome
from documents.data import ContractPrint
from procurement.awarding.award import AwardNotice
from procurement.basics.parties import Registration
from procurement.performing.acceptance import Acceptance, AcceptedItem
from procurement.performing.contract import (
    Contract,
    ContractItem,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from procurement.performing.payment import Payment, PaymentExecution
from procurement.planning.plan import Plan, PlanNumbering


@dataclass(frozen=True, slots=True)
class ContractTexts:
    """The clauses a person writes."""

    quality: str
    term: str
    acceptance: str
    payment_terms: str
    breach: str
    disputes: str


class Performing(Papers):
    @verb("print")
    def print_contract(self, data: ContractPrint, name: str) -> Path:
        """Print one edition of the contract into the profile's papers and return its path."""
        return self.print_paper("contract", data, name)

    @verb()
    def offer_contract(
        self,
        notice: str,
        contract_number: str,
        subject: str,
        items: Sequence[ContractItem],
        texts: ContractTexts,
        pdf: Path,
        public_pdf: Path,
        *,
        performance_bond: Decimal = Decimal("0.00"),
        legal_adviser: str = "",
        late_reason: str = "",
    ) -> Outcome:
        """The purchaser signs the contract that the notice fixes; both printed editions travel with it."""
        basis = self.place.acts.get(AwardNotice, notice)
        sealed = self.keep_sealed(pdf, "合同专用章 采购人", "contract")
        redacted = self.place.keep(public_pdf)
        contract = Contract(
            notice=notice,
            contract_number=contract_number,
            number=basis.value.number,
            lot=basis.value.lot,
            purchaser=self.me,
            supplier=basis.value.winner,
            subject=subject,
            amount=basis.value.amount,
            items=tuple(items),
            quality=texts.quality,
            term=texts.term,
            acceptance=texts.acceptance,
            payment_terms=texts.payment_terms,
            breach=texts.breach,
            disputes=texts.disputes,
            pdf=sealed,
            public_pdf=redacted,
            performance_bond=performance_bond,
            legal_adviser=legal_adviser,
            late_reason=late_reason,
        )
        return self.place.act(contract, files=(sealed, redacted), subject=contract_number)

    @verb()
    def sign_contract(self, contract: str) -> Outcome:
        """The supplier adds its seal to the same PDF and signs; the platform then publishes by itself."""
        basis = self.place.acts.get(Contract, contract).value
        with self.place.blobs.scratch() as folder:
            path = folder / "contract.pdf"
            self.place.blobs.export(self.place.fetch(basis.pdf), path)
            sealed = self.keep_sealed(path, "合同专用章 供应商", "contract", second=True)
        statement = ContractSignature(contract=contract, supplier=self.me, pdf=sealed)
        return self.place.act(statement, files=(sealed,), subject=basis.contract_number)

    @verb()
    def supplement(
        self, contract: str, kind: Literal["correction", "addition"], added: Decimal, text: str
    ) -> Outcome:
        number = self.place.acts.get(Contract, contract).value.contract_number
        statement = ContractSupplement(contract=contract, kind=kind, added=added, text=text)
        return self.place.act(statement, subject=number)

    @verb()
    def sign_supplement(self, supplement: str) -> Outcome:
        self.place.acts.get(ContractSupplement, supplement)
        return self.place.act(SupplementSignature(supplement=supplement, supplier=self.me))

    @verb()
    def accept(
        self, contract: str, items: Sequence[AcceptedItem], members: Sequence[str], opinion: str
    ) -> Outcome:
        """履约验收: passes only when every item is accepted (L-631)."""
        number = self.place.acts.get(Contract, contract).value.contract_number
        passed = all(item.accepted for item in items)
        statement = Acceptance(
            contract=contract, items=tuple(items), members=tuple(members), passed=passed, opinion=opinion
        )
        return self.place.act(statement, subject=number)

    @verb()
    def ask_payment(
        self,
        acceptance: str,
        amount: Decimal,
        invoice: str,
        invoice_received: datetime,
        handler: str,
        *,
        budget_code: str = "",
    ) -> Outcome:
        """资金支付: the codes come from the acts themselves (R-066). `budget_code` chooses a line when the plan has several."""
        acts = self.place.acts
        accepted = acts.get(Acceptance, acceptance).value
        contract = acts.get(Contract, accepted.contract).value
        plan = acts.get(Plan, acts.only(PlanNumbering, number=contract.number).value.plan).value
        statement = Payment(
            acceptance=acceptance,
            contract=accepted.contract,
            contract_number=contract.contract_number,
            number=contract.number,
            budget_code=budget_code or plan.lines[0].code,
            payer=self.me,
            payee=contract.supplier,
            payee_name=self._name_of(contract),
            amount=amount,
            invoice=invoice,
            invoice_received=invoice_received,
            handler=handler,
        )
        return self.place.act(statement, subject=contract.contract_number)

    @verb()
    def execute_payment(
        self, payment: str, treasury_reference: str, paid: datetime, amount: Decimal, *, late_reason: str = ""
    ) -> Outcome:
        """Finance enters the treasury's answer."""
        number = self.place.acts.get(Payment, payment).value.contract_number
        statement = PaymentExecution(
            payment=payment, treasury_reference=treasury_reference, paid=paid, amount=amount, late_reason=late_reason
        )
        return self.place.act(statement, subject=number)

    def _name_of(self, contract: Contract) -> str:
        notice = self.place.acts.get(AwardNotice, contract.notice).value
        known = self.place.acts.last(Registration, actor=contract.supplier)
        return notice.winner_name if known is None else known.value.name
