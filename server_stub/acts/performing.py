"""Performing: contract, its publication by itself, supplements, acceptance and payment (R-052 … R-054, R-095 … R-099)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from procurement.awarding.award import AwardNotice
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.performing.acceptance import Acceptance, check_acceptance
from procurement.performing.contract import (
    Contract,
    ContractPublication,
    ContractSignature,
    ContractSupplement,
    SupplementSignature,
)
from procurement.performing.payment import Payment, PaymentChain, PaymentExecution, check_execution, check_payment
from procurement.performing.signing import (
    AwardTerms,
    check_contract,
    check_members,
    check_signature,
    check_supplement,
    check_supplement_signature,
    consortium_of,
    contract_due,
    missing_signers,
    pdf_to_sign,
)
from procurement.performing.terms import awarded_items
from procurement.planning.balance import TiedLine
from procurement.planning.requirement import survey_required
from server_stub.acts import balances, course
from server_stub.acts.challenging import require_settled
from server_stub.acts.dossier import (
    forms_of,
    name_of,
    number_of,
    plan_of,
    region_of,
    requirement_of,
    tender_of,
    the,
    watched_by,
)
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, public, visible

PARTIES = watched_by(Role.FINANCE, Role.SUPERVISOR, contractor=True)
visible("contract", "contract-signature", "acceptance", "payment", "payment-execution")(PARTIES)
visible("contract-publication")(public)


@visible("contract-supplement", "supplement-signature")
def _public_once_signed(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """R-099: a supplement is public with the last signature; before that it is between the parties."""
    supplement = act.value.supplement if isinstance(act.value, SupplementSignature) else act.id
    return _stands(reading, supplement) or PARTIES(reading, reader, act)


def _stands(reading: Reading, supplement: str) -> bool:
    """Whether all who signed the contract have signed its supplement, too."""
    offered = reading.find(ContractSupplement, supplement)
    original = reading.find(Contract, offered.value.contract)
    return not missing_signers(original.value, _supplement_signers(reading, supplement))


def _supplement_signers(reading: Reading, supplement: str) -> set[str]:
    return {act.value.supplier for act in reading.acts(SupplementSignature, supplement=supplement)}


def _terms(tx: Tx, notice: Act[AwardNotice]) -> AwardTerms:
    project, lot = notice.project, notice.lot
    plan, needs, tender = plan_of(tx, project), requirement_of(tx, project), tender_of(tx, project)
    single = tender is None or len(tender.lots) == 1
    forms = forms_of(tx, project, lot, notice.value.winner)
    items = awarded_items(
        notice.value.amount,
        requirement=needs if single else None,
        lot=tender.lot(lot) if tender is not None else None,
        forms=forms,
    )
    return AwardTerms(
        notice_id=notice.id,
        notice=notice.value,
        purchaser=plan.value.purchaser,
        items=items,
        members=consortium_of(forms),
        days=tender.contract.sign_days if tender is not None else 30,
        adviser_required=survey_required(needs),
    )


@accepts(Contract)
def contract(tx: Tx, act: Contract, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-276, R-095, L-282: the award, nothing else. Until all have signed a draft may be replaced; all sign the new one."""
    author_is(signer, act.purchaser)
    notice = tx.find(AwardNotice, act.notice)
    course.step(tx, act.TYPE, notice.project, notice.lot)
    require_settled(tx, notice.project, notice.lot)
    if the(tx, AwardNotice, notice.project, lot=notice.lot).id != notice.id:
        raise Refused("notice-superseded", "Rest the contract on the latest notice of this lot.", notice=act.notice)
    if any(other.project != notice.project for other in tx.acts(Contract, contract_number=act.contract_number)):
        raise Refused("contract-number-taken", "Choose another contract number.", contract_number=act.contract_number)
    check_contract(act, terms=_terms(tx, notice), now=now)
    tx.require_file(act.pdf)
    tx.require_file(act.public_pdf)


@accepts(ContractSignature)
def contract_signature(tx: Tx, act: ContractSignature, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-096, R-097: the last needed signature publishes the contract in the same transaction, without a human step.

    Of a consortium every member signs, in any order; until then the contract is not in force (政府采购法 第二十四条).
    """
    author_is(signer, act.supplier)
    offered = tx.find(Contract, act.contract)
    course.require(tx, act.TYPE, offered.project, offered.lot)
    require_settled(tx, offered.project, offered.lot)
    if the(tx, Contract, offered.project, lot=offered.lot).id != offered.id:
        raise Refused("contract-superseded", "Sign the latest draft.", contract=act.contract)
    terms = _terms(tx, tx.find(AwardNotice, offered.value.notice))
    check_members(offered.value, terms)
    earlier = [one.value for one in tx.acts(ContractSignature, contract=offered.id)]
    due = contract_due(terms.notice.sent, terms.days)
    check_signature(act, contract=offered.value, due=due, now=now, earlier=earlier)
    before = tx.shared.blobs.path(pdf_to_sign(offered.value, earlier))
    _require_grown(tx.require_file(act.pdf), before)
    missing = missing_signers(offered.value, [act.supplier, *(one.supplier for one in earlier)])
    course.step(tx, act.TYPE, offered.project, offered.lot, "members-missing" if missing else "")
    if missing:
        return
    balances.put_under_contract(tx, offered.project, offered.value.amount)
    tx.platform_act(
        ContractPublication(contract=offered.id, signature=tx.id, public_pdf=offered.value.public_pdf, published=now)
    )


def _require_grown(signed: Path, before: Path) -> None:
    """R-096: the signed file begins with the very bytes that were signed before; a seal adds bytes and changes none."""
    with signed.open("rb") as new, before.open("rb") as old:
        while block := old.read(1 << 20):
            if new.read(len(block)) != block:
                raise RuleBroken(
                    "R-096", "wrong-contract-document", "Sign the PDF that the purchaser sealed, no other."
                )
        if not new.read(1):
            raise RuleBroken("R-096", "wrong-contract-document", "Add your seal to the PDF; it is as it was.")


@accepts(ContractPublication)
def contract_publication(tx: Tx, act: ContractPublication, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-097: the public version is readable by everybody from now on."""
    signed = tx.find(Contract, act.contract)
    course.step(tx, act.TYPE, signed.project, signed.lot)
    tx.require_file(act.public_pdf)


def _published(reading: Reading, contract_id: str) -> Act[Contract]:
    found = reading.find(Contract, contract_id)
    if reading.last(ContractPublication, contract=contract_id) is None:
        raise Refused("contract-not-in-force", "Name the contract that all parties signed.", contract=contract_id)
    return found


def supplements(reading: Reading, contract_id: str) -> list[ContractSupplement]:
    """Supplements of a contract that all sides signed."""
    return [s.value for s in reading.acts(ContractSupplement, contract=contract_id) if _stands(reading, s.id)]


def added(reading: Reading, contract_id: str) -> Decimal:
    """Σ of what supplements in force add, in CNY."""
    return sum((s.added for s in supplements(reading, contract_id)), Decimal("0.00"))


@accepts(ContractSupplement)
def contract_supplement(tx: Tx, act: ContractSupplement, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-098, R-099, L-281: the contract itself never changes."""
    original = _published(tx, act.contract)
    author_is(signer, original.value.purchaser)
    course.step(tx, act.TYPE, original.project, original.lot)
    check_supplement(act, contract=original.value, earlier=supplements(tx, act.contract))


@accepts(SupplementSignature)
def supplement_signature(tx: Tx, act: SupplementSignature, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-099: with the last one the supplement stands and is public."""
    author_is(signer, act.supplier)
    supplement = tx.find(ContractSupplement, act.supplement)
    original = _published(tx, supplement.value.contract)
    course.step(tx, act.TYPE, original.project, original.lot)
    check_supplement_signature(act, contract=original.value)
    earlier = tx.acts(SupplementSignature, supplement=act.supplement)
    signed = {one.value.supplier for one in earlier}
    if act.supplier in signed:
        raise Refused("supplement-signed-already", "Nothing is left to sign.", supplement=act.supplement)
    check_supplement(supplement.value, contract=original.value, earlier=supplements(tx, original.id))
    if missing_signers(original.value, signed | {act.supplier}):
        return
    balances.put_under_contract(tx, original.project, supplement.value.added)
    tx.disclose(supplement.id, *(one.id for one in earlier))


@accepts(Acceptance)
def acceptance(tx: Tx, act: Acceptance, signer: Signer, now: datetime, secret: bytes) -> None:
    """L-631, R-130."""
    signed = _published(tx, act.contract)
    author_is(signer, signed.value.purchaser)
    course.step(tx, act.TYPE, signed.project, signed.lot, "passed" if act.passed else "failed")
    check_acceptance(act, contract=signed.value, drafters=frozenset(requirement_of(tx, signed.project).drafted_by))


@accepts(Payment)
def payment(tx: Tx, act: Payment, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-066: every code, both parties and the amount, or nothing."""
    author_is(signer, act.payer)
    signed = _published(tx, act.contract)
    course.step(tx, act.TYPE, signed.project, signed.lot)
    passed = tx.find(Acceptance, act.acceptance)
    earlier = [other.value.amount for other in tx.acts(Payment, contract=act.contract)]
    line = _line(tx, signed.project, act.budget_code)
    chain = PaymentChain(
        plan=plan_of(tx, signed.project).value,
        number=number_of(tx, signed.project),
        contract_id=signed.id,
        contract=signed.value,
        payee_name=name_of(tx, signed.value.supplier, Role.SUPPLIER),
        added=added(tx, signed.id),
        requested=sum(earlier, Decimal("0.00")),
        requested_on_line=line.requested if line is not None else Decimal("0.00"),
        acceptance_id=passed.id,
        acceptance=passed.value,
    )
    check_payment(act, chain=chain, now=now)
    balances.ask(tx, signed.project, act.budget_code, act.amount)


def _line(tx: Tx, project: str, code: str) -> TiedLine | None:
    return next((line for line in balances.tied_lines(tx, project) if line.code == code), None)


@accepts(PaymentExecution)
def payment_execution(tx: Tx, act: PaymentExecution, signer: Signer, now: datetime, secret: bytes) -> None:
    """R-054, L-283: entered by the finance office of the plan's region, once for each payment."""
    order = tx.find(Payment, act.payment)
    course.require(tx, act.TYPE, order.project, order.lot)
    region = plan_of(tx, order.project).value.region
    if region_of(tx, signer.actor, Role.FINANCE) != region:
        raise NotAllowed("finance-of-another-region", "The finance office of the plan's region pays.", region=region)
    if tx.last(PaymentExecution, payment=act.payment) is not None:
        raise Refused("payment-made-already", "It was paid; nothing is left to do.", payment=act.payment)
    check_execution(act, payment=order.value, asked=order.t_recv, now=now)
    balances.pay(tx, order.project, order.value.budget_code, act.amount)
    signed = tx.find(Contract, order.value.contract)
    paid = act.amount + sum((x.value.amount for x in executions(tx, signed.id)), Decimal(0))
    whole = paid >= signed.value.amount + added(tx, signed.id)
    course.step(tx, act.TYPE, order.project, order.lot, "whole" if whole else "part")


def executions(reading: Reading, contract_id: str) -> list[Act[PaymentExecution]]:
    """Payments that were made under a contract."""
    orders = reading.acts(Payment, contract=contract_id)
    made = (reading.last(PaymentExecution, payment=order.id) for order in orders)
    return [one for one in made if one is not None]
