"""The story of one award after its notice: contract, signature, acceptance, payment, as far as this reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client.acts import Act, Acts
from procurement.awarding.award import AwardConfirmation, AwardDeemed, AwardNotice
from procurement.performing.acceptance import Acceptance
from procurement.performing.contract import Contract, ContractPublication, ContractSignature
from procurement.performing.payment import Payment, PaymentExecution
from procurement.performing.signing import missing_signers
from procurement.planning.entrust import Entrustment
from procurement.planning.plan import Plan, PlanNumbering


class Stage(StrEnum):
    """What has been done last."""

    SUPERSEDED = "superseded"
    """The lot has been awarded anew since (L-278): nothing can be done under this notice"""
    NOTIFIED = "notified"
    OFFERED = "offered"
    """The purchaser has signed the contract, the supplier (of a consortium: somebody) has not"""
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
    signatures: tuple[Act[ContractSignature], ...]
    """In order, under the latest draft; of a consortium one for each member"""
    publication: Act[ContractPublication] | None
    voided: tuple[Act[ContractSignature], ...]
    """Signatures under drafts that the purchaser has replaced"""
    acceptance: Act[Acceptance] | None
    payment: Act[Payment] | None
    execution: Act[PaymentExecution] | None
    superseded: Act[AwardConfirmation] | Act[AwardNotice] | None
    """The later confirmation or notice of the same lot in whose favour this award fell, as far as this reader sees it"""

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of those on the supplier's side whose signature is still needed."""
        if self.contract is None:
            return ()
        return missing_signers(self.contract.value, [act.value.supplier for act in self.signatures])

    @property
    def signature(self) -> Act[ContractSignature] | None:
        """The last needed signature, with which the contract came into force; None until then."""
        return self.signatures[-1] if self.signatures and not self.missing else None

    @property
    def signers(self) -> tuple[tuple[str, str, Act[ContractSignature] | None], ...]:
        """Code, name and signature, if there is one, of everybody on the supplier's side, the leading member first."""
        if self.contract is None:
            return ()
        value = self.contract.value
        names = {one.supplier: one.name for one in value.members or ()} or {
            value.supplier: self.notice.value.winner_name
        }
        signed = {act.value.supplier: act for act in self.signatures}
        return tuple((code, names[code], signed.get(code)) for code in value.signers)

    def voided_for(self, party: str) -> bool:
        """Whether this party has signed a draft that was replaced."""
        return any(act.value.supplier == party for act in self.voided)

    @property
    def stage(self) -> Stage:
        ends = (
            (self.superseded is not None, Stage.SUPERSEDED),
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
    older = [act.id for act in acts.all(Contract, notice=notice.id) if act.id != of_contract]
    return ContractStory(
        notice=notice,
        contract=contract,
        signatures=acts.all(ContractSignature, contract=of_contract),
        publication=acts.last(ContractPublication, contract=of_contract),
        voided=tuple(one for id_ in older for one in acts.all(ContractSignature, contract=id_)),
        acceptance=acts.last(Acceptance, contract=of_contract),
        payment=payment,
        execution=acts.last(PaymentExecution, payment=payment.id) if payment else None,
        superseded=_later_award(acts, notice),
    )


def _later_award(acts: Acts, notice: Act[AwardNotice]) -> Act[AwardConfirmation] | Act[AwardNotice] | None:
    """The latest notice of the lot, if it is another; or the latest confirmation on the same report, which only some may read."""
    last = acts.last(AwardNotice, number=notice.value.number, lot=notice.value.lot)
    if last is not None and last != notice:
        return last
    decided: list[Act[AwardConfirmation] | Act[AwardDeemed]] = [*acts.all(AwardConfirmation), *acts.all(AwardDeemed)]
    report = next((act.value.report for act in decided if act.id == notice.value.confirmation), "")
    confirmed = acts.last(AwardConfirmation, report=report)
    return confirmed if confirmed is not None and confirmed.item.leaf_index > notice.item.leaf_index else None


def contract_of(acts: Acts, notice: Act[AwardNotice] | None, party: str) -> ContractStory | None:
    """The story of the contract that this party signs or has signed on the supplier's side; None where there is none yet."""
    if notice is None or acts.last(Contract, notice=notice.id) is None:
        return None
    story = contract_story(acts, notice)
    return story if story.contract is not None and party in story.contract.value.signers else None


def purchaser_contracts(acts: Acts, purchaser: str) -> tuple[ContractStory, ...]:
    """Awards under this purchaser's own numbers, newest first; those that were replaced come after those in force."""
    numbers = {act.value.number for act in acts.all(Entrustment, purchaser=purchaser)}
    notices = [act for act in acts.all(AwardNotice) if act.value.number in numbers]
    stories = [contract_story(acts, act) for act in reversed(notices)]
    return tuple(sorted(stories, key=lambda one: one.stage is Stage.SUPERSEDED))


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
