"""资金支付: 无编码不支付 — budget code, 备案号 and contract number must chain to the same purchaser, payee and amount (R-066)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from procurement.basics.moment import due_date, end_of_day, shanghai_date
from procurement.basics.problems import RuleBroken
from procurement.basics.rules import rule
from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Uscc, Value
from procurement.performing.acceptance import Acceptance
from procurement.performing.contract import Contract
from procurement.planning.plan import Plan


class Payment(Statement):
    """The purchaser asks for payment."""

    TYPE: ClassVar[str] = "payment"
    acceptance: Hex32
    contract: Hex32
    contract_number: Code
    number: Code
    budget_code: Code
    payer: Uscc
    payee: Uscc
    payee_name: Name
    amount: Money
    invoice: Code
    invoice_received: Instant
    handler: Name
    """经办: who prepares the payment; never one who accepted the goods (R-130)"""


class PaymentExecution(Statement):
    """Treasury's answer, entered by finance with its enrolled key."""

    TYPE: ClassVar[str] = "payment-execution"
    payment: Hex32
    treasury_reference: Code
    paid: Instant
    amount: Money
    late_reason: str = ""
    """Why it was paid later than 30 days after the invoice (L-283); empty otherwise"""


class PaymentChain(Value):
    """The codes a payment must chain to, and what is left to pay (R-066, R-062)."""

    plan: Plan
    number: Code
    """备案号 of the plan"""
    contract_id: Hex32
    contract: Contract
    payee_name: Name
    added: Money = Decimal("0.00")
    """Σ of the supplements that both sides signed"""
    requested: Money
    """Σ of the payments of this contract asked for so far"""
    requested_on_line: Money
    """Σ of the payments asked for so far from the named budget line, for this plan"""
    acceptance_id: Hex32
    acceptance: Acceptance


def check_payment(payment: Payment, *, chain: PaymentChain, now: datetime) -> None:
    """无编码不支付: every code, both parties and the amount agree with the chain. Raises `RuleBroken` R-066."""
    _check_codes(payment, chain)
    if not chain.acceptance.passed or chain.acceptance.contract != chain.contract_id:
        raise RuleBroken("R-053", "not-accepted", "Pay what has been accepted.", contract=payment.contract_number)
    _check_amount(payment, chain)
    if payment.invoice_received > now:
        raise RuleBroken(
            "L-283", "invoice-in-the-future", "Give the day the invoice came.", at=payment.invoice_received
        )
    if payment.handler in chain.acceptance.members:
        raise RuleBroken(
            "R-130", "accepter-pays", "Whoever accepted the goods may not handle the payment.", name=payment.handler
        )


def _check_codes(payment: Payment, chain: PaymentChain) -> None:
    contract = chain.contract
    pairs = {
        "contract": (chain.contract_id, payment.contract),
        "acceptance": (chain.acceptance_id, payment.acceptance),
        "contract_number": (contract.contract_number, payment.contract_number),
        "number": (chain.number, payment.number),
        "payer": (chain.plan.purchaser, payment.payer),
        "payee": (contract.supplier, payment.payee),
        "payee_name": (chain.payee_name, payment.payee_name),
    }
    for field, (wanted, given) in pairs.items():
        if wanted != given:
            raise RuleBroken(
                "R-066",
                "payment-code-mismatch",
                "Take the codes and the payee from the contract; nothing else can be paid.",
                field=field,
                wanted=wanted,
                given=given,
            )
    codes = [line.code for line in chain.plan.lines]
    if payment.budget_code not in codes:
        raise RuleBroken(
            "R-066",
            "payment-budget-code",
            "Pay from a budget line of the plan.",
            given=payment.budget_code,
            lines=", ".join(codes),
        )


def _check_amount(payment: Payment, chain: PaymentChain) -> None:
    left = chain.contract.amount + chain.added - chain.requested
    on_line = next(line.amount for line in chain.plan.lines if line.code == payment.budget_code)
    left_on_line = on_line - chain.requested_on_line
    if not 0 < payment.amount <= min(left, left_on_line):
        raise RuleBroken(
            "R-066",
            "payment-over-remaining",
            "Ask for no more than what is left of the contract and of the budget line.",
            amount=payment.amount,
            left=left,
            left_on_line=left_on_line,
        )


def payment_due(invoice_received: datetime) -> datetime:
    """Until when an accepted invoice is paid (L-283)."""
    start = shanghai_date(invoice_received)
    return end_of_day(due_date(start, int(rule("L-283", start).params["days"])))


def check_execution(execution: PaymentExecution, *, payment: Payment, asked: datetime, now: datetime) -> None:
    """Treasury pays exactly what was asked for; a late payment is recorded with its reason, never turned away (L-283)."""
    if execution.amount != payment.amount:
        raise RuleBroken(
            "R-066",
            "paid-amount-differs",
            "Enter the amount of the order.",
            paid=execution.amount,
            asked=payment.amount,
        )
    if not asked <= execution.paid <= now:
        raise RuleBroken("R-066", "paid-time-wrong", "It was paid after the order and before now.", paid=execution.paid)
    due = payment_due(payment.invoice_received)
    if execution.paid > due and not execution.late_reason.strip():
        raise RuleBroken("L-283", "payment-late-without-reason", "Record why it was paid late.", due=due)
