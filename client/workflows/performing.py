"""Contract, supplement, acceptance, payment (R-052 … R-054)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from client.acts import Act
from client.contracts import contract_print, require_printed
from client.lot_day import LotDay, lot_day
from client.papers import Papers
from client.tenders import Published, Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Outcome, Workplace
from crypto.pdf_check import require_sealed
from documents.papers import contract_box, print_contract
from procurement.awarding.award import AwardConfirmation, AwardDeemed, AwardNotice
from procurement.basics.money import to_cents
from procurement.basics.parties import Registration
from procurement.basics.problems import Refused, Tampered
from procurement.basics.value import ZERO_ID
from procurement.evaluation.sheets import EvaluationReport, Ranking
from procurement.performing.acceptance import Acceptance, AcceptedItem
from procurement.performing.contract import (
    Contract,
    ContractItem,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from procurement.performing.payment import Payment, PaymentExecution
from procurement.performing.signing import consortium_of, missing_signers, pdf_to_sign
from procurement.performing.terms import awarded_items
from procurement.planning.plan import Plan, PlanNumbering

_RETRIES = 5
"""How often a member fetches the newer file when another signed meanwhile"""


@dataclass(frozen=True, slots=True)
class ContractTexts:
    """The clauses a person writes."""

    quality: str
    term: str
    place_and_way: str
    acceptance: str
    payment_terms: str
    breach: str
    disputes: str


class Performing(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.papers = Papers(place)

    # -- contract

    def awarded_items(self, notice_id: str) -> tuple[ContractItem, ...]:
        """Items as awarded, priced as in the winner's bid (L-276). Raises `Refused` where the bid does not price them."""
        notice = self.place.acts.get(AwardNotice, notice_id).value
        day = self._day_of(notice)
        lot = day.published.lot(notice.lot)
        found = awarded_items(notice.amount, requirement=None, lot=lot, forms=day.forms.get(notice.winner))
        if not found or any(item.unit_price is None for item in found):
            raise Refused(
                "items-not-priced", "Enter the contract's items by hand: the bid does not itemise them.", lot=notice.lot
            )
        return tuple(
            ContractItem(
                name=item.name,
                unit=item.unit,
                quantity=item.quantity,
                unit_price=item.unit_price or Decimal(0),
                charges=item.charges,
                amount=to_cents(item.quantity * (item.unit_price or Decimal(0)) + item.charges),
            )
            for item in found
        )

    def _day_of(self, notice: AwardNotice) -> LotDay:
        report = self.place.acts.get(EvaluationReport, self._report_of(notice)).value
        opening = self.place.acts.get(Ranking, report.ranking).value.opening
        return lot_day(self.place, self.tenders, opening)

    def _report_of(self, notice: AwardNotice) -> str:
        acts = self.place.acts
        found: dict[str, str] = {act.id: act.value.report for act in acts.all(AwardConfirmation)}
        found |= {act.id: act.value.report for act in acts.all(AwardDeemed)}
        if notice.confirmation in found:
            return found[notice.confirmation]
        raise Refused("act-not-here", "Fetch what is new; the confirmation has not arrived.", act="award-confirmation")

    @verb("print")
    def offer_contract(
        self,
        notice_id: str,
        contract_number: str,
        subject: str,
        items: Sequence[ContractItem],
        texts: ContractTexts,
        *,
        performance_bond: Decimal = Decimal("0.00"),
        legal_adviser: str = "",
        late_reason: str = "",
    ) -> Outcome:
        """The purchaser signs the contract that the notice fixes; both editions are printed, the full one sealed.

        Where a consortium won, its members are those of the opened bid: each of them signs (R-096).
        """
        notice = self.place.acts.get(AwardNotice, notice_id).value
        members = consortium_of(self._day_of(notice).forms.get(notice.winner))
        published = self._published(notice)
        draft = Contract(
            notice=notice_id,
            contract_number=contract_number,
            number=notice.number,
            lot=notice.lot,
            purchaser=self.me,
            supplier=notice.winner,
            subject=subject,
            amount=notice.amount,
            items=tuple(items),
            quality=texts.quality,
            term=texts.term,
            acceptance=texts.acceptance,
            payment_terms=texts.payment_terms,
            breach=texts.breach,
            disputes=texts.disputes,
            pdf=ZERO_ID,
            public_pdf=ZERO_ID,
            performance_bond=performance_bond,
            legal_adviser=legal_adviser,
            place_and_way=texts.place_and_way,
            drafted=self.place.now(),
            late_reason=late_reason,
            members=members or None,
        )
        full = contract_print(self.papers, published, draft, notice.winner_name, "full")
        public = contract_print(self.papers, published, draft, notice.winner_name, "public")
        pdf = self.papers.seal(lambda path: print_contract(full, path), "purchaser", "政府采购合同")
        public_pdf = self.papers.keep(lambda path: print_contract(public, path))
        contract = draft.model_copy(update={"pdf": pdf, "public_pdf": public_pdf})
        return self.place.act(contract, files=(pdf, public_pdf), subject=contract_number)

    @verb("print")
    def sign_contract(self, contract_id: str) -> Outcome:
        """A party prints both editions again, compares, adds its seal and signs; publication follows the last signature by itself.

        Members of a consortium sign one after another in any order; when another was quicker the newer file is fetched and
        signed instead. Raises `Tampered("contract-differs")` when a PDF is not what the statement says.
        """
        contract = self.place.acts.get(Contract, contract_id)
        for left in reversed(range(_RETRIES)):
            try:
                return self._sign_once(contract)
            except Refused as problem:
                if problem.code != "contract-moved-on" or not left:
                    raise
                self.place.sync.step()
        raise AssertionError("unreachable: the loop returns or raises")

    def _sign_once(self, act: Act[Contract]) -> Outcome:
        contract = act.value
        notice = self.place.acts.get(AwardNotice, contract.notice).value
        if self.me not in contract.signers or (contract.supplier, contract.amount) != (notice.winner, notice.amount):
            raise Tampered("contract-differs", "Do not sign: party or amount differ from the notice.")
        published = self._published(notice)
        full = contract_print(self.papers, published, contract, notice.winner_name, "full")
        public = contract_print(self.papers, published, contract, notice.winner_name, "public")
        earlier = self.place.acts.all(ContractSignature, contract=act.id)
        if self.me not in missing_signers(contract, [one.value.supplier for one in earlier]):
            raise Refused("contract-signed-already", "Nothing is left to sign.", supplier=self.me)
        before = pdf_to_sign(contract, [one.value for one in earlier])
        blobs, box = self.place.blobs, contract_box(self.me, contract.supplier)
        with blobs.scratch() as folder:
            current, open_edition, target = folder / "current.pdf", folder / "public.pdf", folder / "signed.pdf"
            blobs.export(self.place.fetch(contract.public_pdf), open_edition)
            require_printed(public, open_edition, folder)
            blobs.export(self.place.fetch(before), current)
            printed = require_printed(full, current, folder)
            if contract.members:
                self._require_seals(current, act, earlier)
            self.papers.seal_file(current, target, printed.boxes[box], box, "政府采购合同")
            pdf = self.place.keep(target)
        said = before if contract.members else None
        statement = ContractSignature(contract=act.id, supplier=self.me, pdf=pdf, pdf_before=said)
        return self.place.act(statement, files=(pdf,), subject=contract.contract_number)

    def _require_seals(self, pdf: Path, act: Act[Contract], earlier: Sequence[Act[ContractSignature]]) -> None:
        """A member adds its seal only to a file that purchaser and earlier signers have soundly sealed, each at its own time."""
        signed = {act.value.purchaser: act.item.t_recv} | {one.value.supplier: one.item.t_recv for one in earlier}
        require_sealed(pdf, self.place.trust, self.place.now(), tuple(signed), signed)

    @verb()
    def supplement(
        self, contract_id: str, kind: Literal["correction", "addition"], added: Decimal, text: str
    ) -> Outcome:
        """补充协议, within 10 % of the contract in total (R-099)."""
        number = self.place.acts.get(Contract, contract_id).value.contract_number
        statement = ContractSupplement(contract=contract_id, kind=kind, added=added, text=text)
        return self.place.act(statement, subject=number)

    @verb()
    def sign_supplement(self, supplement_id: str) -> Outcome:
        self.place.acts.get(ContractSupplement, supplement_id)
        return self.place.act(SupplementSignature(supplement=supplement_id, supplier=self.me))

    # -- acceptance and payment

    @verb()
    def accept(self, contract_id: str, items: Sequence[AcceptedItem], members: Sequence[str], opinion: str) -> Outcome:
        """履约验收: passes only when every item is accepted (L-631)."""
        number = self.place.acts.get(Contract, contract_id).value.contract_number
        passed = all(item.accepted for item in items)
        statement = Acceptance(
            contract=contract_id, items=tuple(items), members=tuple(members), passed=passed, opinion=opinion
        )
        return self.place.act(statement, subject=number)

    @verb()
    def ask_payment(
        self,
        acceptance_id: str,
        amount: Decimal,
        invoice: str,
        invoice_received: datetime,
        handler: str,
        *,
        budget_code: str = "",
    ) -> Outcome:
        """资金支付: every code comes from the acts (R-066); `budget_code` chooses when the plan has several lines."""
        acts = self.place.acts
        contract_id = acts.get(Acceptance, acceptance_id).value.contract
        contract = acts.get(Contract, contract_id).value
        plan = acts.get(Plan, acts.only(PlanNumbering, number=contract.number).value.plan).value
        statement = Payment(
            acceptance=acceptance_id,
            contract=contract_id,
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
        self, payment_id: str, treasury_reference: str, paid: datetime, amount: Decimal, *, late_reason: str = ""
    ) -> Outcome:
        """Finance enters the treasury's answer."""
        number = self.place.acts.get(Payment, payment_id).value.contract_number
        statement = PaymentExecution(
            payment=payment_id,
            treasury_reference=treasury_reference,
            paid=paid,
            amount=amount,
            late_reason=late_reason,
        )
        return self.place.act(statement, subject=number)

    # -- parts

    def _published(self, notice: AwardNotice) -> Published:
        """The version in force of the tender under this 备案号."""
        found = [one for one in self.tenders.all() if one.package.number == notice.number]
        return found[-1] if found else self.tenders.current(notice.number)

    def _name_of(self, contract: Contract) -> str:
        notice = self.place.acts.get(AwardNotice, contract.notice).value
        known = self.place.acts.last(Registration, actor=contract.supplier)
        return notice.winner_name if known is None else known.value.name
