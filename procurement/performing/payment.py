"""资金支付: 无编码不支付 — budget code, 备案号 and contract number must chain to the same purchaser, payee and amount (R-066)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Uscc


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


class PaymentExecution(Statement):
    """Treasury's answer, entered by finance with its enrolled key."""

    TYPE: ClassVar[str] = "payment-execution"
    payment: Hex32
    treasury_reference: Code
    paid: Instant
    amount: Money
