"""采购包: what is bought, for how much, under which conditions, and how its bids are quoted and scored."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from procurement.basics.value import Code, Instant, Money, Name, Text, Value
from procurement.tendering.conditions import (
    ConformityItem,
    CustomForm,
    EvidenceSlot,
    OpeningField,
    Parameter,
    Presentation,
    Product,
    QualificationItem,
)
from procurement.tendering.quote import QuoteForm
from procurement.tendering.scheme import Scheme


class Deposit(Value):
    """投标保证金 of a lot (L-221, L-222): arrival deadline is the bid deadline; the supplier chooses the form."""

    amount: Money
    forms: tuple[Literal["transfer", "cheque", "draft", "promissory-note", "guarantee", "e-guarantee"], ...] = (
        "transfer",
        "e-guarantee",
    )
    account_name: str = ""
    account: str = ""
    bank: str = ""


class TermDate(Value):
    """A fixed date of the term: what has to be done before it."""

    what: Name
    by: Instant


class TermException(Value):
    """A part of the lot with a period of its own, in the term's unit or another: a bridge kept for 31 months, the rest for 3 years."""

    what: Name
    products: tuple[Code, ...] = ()
    amount: int
    unit: Literal["calendar-days", "working-days", "months", "years"]


class Term(Value):
    """交付期 or 服务期. A bid that promises a longer delivery breaks it where it is substantive."""

    kind: Literal["delivery", "service"]
    amount: int
    """Number of units; 0 where only fixed dates are given"""
    unit: Literal["calendar-days", "working-days", "months", "years"]
    starts: Literal["contract-signed", "notice-sent", "purchaser-order", "fixed-dates", "unstated"] = "contract-signed"
    dates: tuple[TermDate, ...] = ()
    """The dates of a `fixed-dates` term, in order: delivered by, put up by"""
    exceptions: tuple[TermException, ...] = ()
    warranty_months: int = 0
    place: str = ""
    substantive: bool = True


class SmeReservation(Value):
    """预留份额 (L-501): in a wholly reserved lot price deductions are off, even where the text names a percentage."""

    mode: Literal["none", "whole", "consortium", "subcontract"] = "none"
    percent: int = 0
    """Share reserved, for consortium or subcontract"""
    size: Literal["sme", "small-micro"] = "sme"


class Consortium(Value):
    """联合体 (L-213): accepted unless the document says otherwise."""

    accepted: bool = True
    max_members: int = 0
    """0: no limit"""
    subcontracting: bool = False
    subcontract_percent: int = 0
    """Most that may be subcontracted"""


class Lot(Value):
    """One lot. `ceiling` is the 最高限价 in yuan; the quote's own limit stands in its figures (a rate's in percent)."""

    code: Code
    title: Name
    nature: Literal["goods", "services", "works"]
    scope: Text
    budget: Money
    """预算金额, beside any limit in the quote's own dimension"""
    ceiling: Money | None = None
    """最高限价 in money; the budget when not stated"""
    deposit: Deposit | None = None
    validity_days: int = 90
    """投标有效期 from the deadline (L-218)"""
    term: Term
    products: tuple[Product, ...] = ()
    qualification: tuple[QualificationItem, ...] = ()
    """Besides the project's own"""
    conformity: tuple[ConformityItem, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    annex: str = ""
    """Code of the `TenderDocument` that holds further products, core products and parameters, where the model lists only some"""
    quote: QuoteForm
    opening_fields: tuple[OpeningField, ...] = ()
    forms: tuple[CustomForm, ...] = ()
    evidence: tuple[EvidenceSlot, ...] = ()
    """Documents asked for that belong to no single item (authorisation letter, business licence); their links name the lot's code"""
    presentations: tuple[Presentation, ...] = ()
    reservation: SmeReservation = SmeReservation()
    consortium: Consortium = Consortium()
    uniform_specification: bool = False
    """Standard goods or services whose specification is uniform: lowest price is mandatory (L-212)"""
    scheme: Scheme

    @property
    def money_ceiling(self) -> Decimal:
        """The highest admissible amount in yuan."""
        return self.budget if self.ceiling is None else self.ceiling

    @property
    def core_products(self) -> tuple[Product, ...]:
        return tuple(p for p in self.products if p.core)
