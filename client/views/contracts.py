"""The story of one award after its notice: contract, signature, acceptance, payment, as far as this reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client.acts import Act, Acts
from procurement.awarding.award import AwardNotice
from procurement.performing.acceptance import Acceptance
from procurement.performing.contract import Contract, ContractPublication, ContractSignature
from procurement.performing.payment import Payment, PaymentExecution
from procurement.planning.entrust import Entrustment
from procurement.planning.plan import Plan, PlanNumbering


class Stage(StrEnum):
    """What has been done last."""

    NOTIFIED = "notified"
    OFFERED = "offered"
    """The purchaser has signed the contract, the supplier has not"""
    SIGNED = "signed"
    ACCEPTED = "accepted"
    REQUESTED = "requested"
    """Payment has been asked for"""
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class ContractStory:
    """Acts that rest on one notice. Of acceptances and payments the latest."""

    notice: Act[AwardNotice]
    contract: Act[Contract] | None
    signature: Act[ContractSignature] | None
    publication: Act[ContractPublication] | None
    acceptance: Act[Acceptance] | None
    payment: Act[Payment] | None
    execution: Act[PaymentExecution] | None

    @property
    def stage(self) -> Stage:
        ends = (
            (self.execution is not None, Stage.PAID),
            (self.payment is not None, Stage.REQUESTED),
            (self.acceptance is not None and self.acceptance.value.passed, Stage.ACCEPTED),
            (self.signature is not None, Stage.SIGNED),
            (self.contract is not None, Stage.OFFERED),
        )
        return next((stage for so, stage in ends if so), Stage.NOTIFIED)


def contract_story(acts: Acts, notice: Act[AwardNotice]) -> ContractStory:
    """Gather what rests on a notice."""
    contract = acts.last(Contract, notice=notice.id)
    of_contract = contract.id if contract else ""
    payment = acts.last(Payment, contract=of_contract)
    return ContractStory(
        notice=notice,
        contract=contract,
        signature=acts.last(ContractSignature, contract=of_contract),
        publication=acts.last(ContractPublication, contract=of_contract),
        acceptance=acts.last(Acceptance, contract=of_contract),
        payment=payment,
        execution=acts.last(PaymentExecution, payment=payment.id) if payment else None,
    )


def purchaser_contracts(acts: Acts, purchaser: str) -> tuple[ContractStory, ...]:
    """Awards under this purchaser's own numbers, newest first."""
    numbers = {act.value.number for act in acts.all(Entrustment, purchaser=purchaser)}
    notices = [act for act in acts.all(AwardNotice) if act.value.number in numbers]
    return tuple(contract_story(acts, act) for act in reversed(notices))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a payment must chain to. `agrees` is None where this reader does not have the other end."""

    what: str
    """budget-line, number, contract, payee or amount"""
    given: str
    agrees: bool | None


def payment_checks(acts: Acts, payment: Payment) -> tuple[Check, ...]:
    """无编码不支付: each code of a payment against the acts it names, as finance sees them (R-066)."""
    contract = next((act.value for act in acts.all(Contract) if act.id == payment.contract), None)
    numbering = acts.last(PlanNumbering, number=payment.number)
    plan = next((act.value for act in acts.all(Plan) if numbering and act.id == numbering.value.plan), None)
    lines = None if plan is None else {line.code: line.amount for line in plan.lines}

    def same(wanted: object, given: object) -> bool | None:
        return None if contract is None else wanted == given

    return (
        Check("budget-line", payment.budget_code, None if lines is None else payment.budget_code in lines),
        Check("number", payment.number, None if plan is None else plan.purchaser == payment.payer),
        Check(
            "contract", payment.contract_number, same(contract and contract.contract_number, payment.contract_number)
        ),
        Check("payee", f"{payment.payee_name} {payment.payee}", same(contract and contract.supplier, payment.payee)),
        Check("amount", f"{payment.amount:,.2f}", None if contract is None else payment.amount <= contract.amount),
    )
