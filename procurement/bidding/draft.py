"""The signed content of a bid, `forms.json`: everything a bid says in typed fields. Documents travel beside it, bound by digest."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Text, Uscc, Value
from procurement.tendering.tender import DocumentPlace

EnterpriseSize = Literal["micro", "small", "medium", "large"]


class QuotedFigure(Value):
    """A figure of the quote as it stands on the opening sheet. `words` is the 大写 as written; it prevails over digits (L-251)."""

    figure: Code
    amount: Number
    words_amount: Number | None = None
    """The number that the 大写 says, when it was written by hand and read back"""


class QuotedElsewhere(Value):
    """The same figure in another part of the bid, when it was stated there too."""

    place: DocumentPlace
    figure: Code
    amount: Number


class FilledCell(Value):
    column: Code
    text: str = ""
    number: Number | None = None
    """For columns of a numeric type"""


class FilledRow(Value):
    row: Code
    """Code of the agency's row, or a new one for an added row"""
    cells: tuple[FilledCell, ...]


class FilledTable(Value):
    """A price table as filled in, with the total written under it."""

    table: Code
    rows: tuple[FilledRow, ...]
    total: Money | None = None


class FieldValue(Value):
    """One answered field; text for text and choices, a number for numeric types, a date as 2026-03-02."""

    field: Code
    text: str = ""
    number: Number | None = None


class FilledForm(Value):
    form: Code
    instance: int = 1
    fields: tuple[FieldValue, ...]


class BidDocument(Value):
    """A document of the bid, in the container under this path."""

    code: Code
    title: Name
    path: str
    size: int
    sha256: Hex32
    pages: int


class EvidenceLink(Value):
    """Evidence for an item (or one counted unit of it) in a document, pages first to last from 1."""

    slot: Code
    item: Code
    unit: int = 0
    """Number of the counted unit, from 1; 0 when the slot is for the item"""
    document: Code
    first: int
    last: int


class Unlinked(Value):
    """Why the bid names no pages where the tender demands some. The committee reads it and decides; sealing is not stopped."""

    item: Code
    slot: Code
    unit: int = 0
    reason: Text


class Answer(Value):
    """How a qualification or conformity item is met."""

    item: Code
    how: Literal["document", "commitment", "agency-lookup", "licence-library", "not-applicable"]
    licence: str = ""
    """Number in the licence library"""


class ParameterResponse(Value):
    """A line of the deviation table (偏离表)."""

    parameter: Code
    deviation: Literal["none", "positive", "negative"]
    offer: Text
    """What is offered"""
    brand: str = ""
    model: str = ""


class ClaimedCount(Value):
    """How many of one named thing: an entry of a checklist, a kind of defect."""

    code: Code
    count: int


class Claim(Value):
    """What the bidder claims for one scoring item that can be counted. The committee checks it against the evidence."""

    item: Code
    """Code of the leaf (`Part`)"""
    count: int = 0
    """Units, for count × points"""
    entries: tuple[Code, ...] = ()
    """Entries fulfilled, for a checklist"""
    counts: tuple[ClaimedCount, ...] = ()
    met: bool = False
    """For a binary item, and for the prerequisite of any"""
    index: Number | None = None
    """Value of the outside index"""
    units: tuple[Name, ...] = ()
    """Names of the counted units (the contracts, the persons), in the order of the evidence's `unit`"""


class Brand(Value):
    product: Code
    brand: Name
    manufacturer: Name
    model: str = ""
    origin: str = ""


class Enterprise(Value):
    """《中小企业声明函》 and its equals (L-504 … L-508)."""

    size: EnterpriseSize
    kind: Literal["ordinary", "prison", "disabled-welfare", "sole-trader"] = "ordinary"
    declared: bool = False
    """Whether the declaration is part of the bid; nothing else may be asked (L-505)"""
    all_goods_small_micro: bool = False
    """Goods: every item is made by small or micro enterprises (L-504)"""
    employees: int = 0


class Domestic(Value):
    """《本国产品声明函》 (L-510)."""

    declared: bool
    cost_share: Number = Decimal(100)
    """Share of domestic products in the cost of the offer, percent"""


class ConsortiumMember(Value):
    """One party of a 联合体; the leading one, which hands in the bid, is among them."""

    supplier: Uscc
    name: Name
    role: Literal["lead", "member"] = "member"
    share: Number
    """Percent of the contract"""
    work: str = ""
    """What it does, as the agreement says"""
    size: EnterpriseSize
    related: bool = False
    """Shareholding or management relation with another member: no deduction (L-503)"""


class Subcontractor(Value):
    supplier: Uscc
    name: Name
    share: Number
    size: EnterpriseSize
    related: bool = False


class Machine(Value):
    """A computer on which the bid was edited (R-105). Collected with notice, inside the sealed bid, treated as forgeable."""

    macs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    cpu: str = ""
    disk: str = ""
    cost_dongle: str = ""
    tool_machine_code: str = ""
    host: str = ""
    first_used: Instant
    last_used: Instant


class DepositRecord(Value):
    """Voucher of the deposit (R-103)."""

    form: Literal["transfer", "cheque", "draft", "promissory-note", "guarantee", "e-guarantee"]
    amount: Money
    payer_name: Name
    """Name of the account it came from; for a guarantee the applicant"""
    payer_account: str = ""
    bank: str = ""
    """Bank, or issuer of the guarantee"""
    paid_at: Instant
    voucher: Code
    purpose: str = ""


class Person(Value):
    """Who acts for the bidder, or leads the project (37-2, 37-3)."""

    role: Literal["agent", "project-manager", "contact", "legal-representative"]
    name: Name
    phone: str = ""


class BidForms(Value):
    """投标文件 in typed fields, for one lot. Signed as part of the container; nothing of the evaluation is outside it."""

    format: Literal["jincai/bid-forms/1"] = "jincai/bid-forms/1"
    tender: Hex32
    """TV of the tender version it answers"""
    lot: Code
    supplier: Uscc
    name: Name
    quote: tuple[QuotedFigure, ...]
    elsewhere: tuple[QuotedElsewhere, ...] = ()
    tables: tuple[FilledTable, ...] = ()
    validity_days: int
    opening: tuple[FieldValue, ...] = ()
    """Non-price fields of the opening sheet"""
    forms: tuple[FilledForm, ...] = ()
    answers: tuple[Answer, ...] = ()
    responses: tuple[ParameterResponse, ...] = ()
    claims: tuple[Claim, ...] = ()
    documents: tuple[BidDocument, ...] = ()
    evidence: tuple[EvidenceLink, ...] = ()
    unlinked: tuple[Unlinked, ...] | None = None
    """Demanded evidence for which no pages are named, each with the bidder's reason; left out when there is none"""
    enterprise: Enterprise
    domestic: Domestic | None = None
    certified: tuple[Literal["energy-saving", "environment"], ...] = ()
    """Preferred certificates held for the products offered (L-509)"""
    brands: tuple[Brand, ...] = ()
    consortium: tuple[ConsortiumMember, ...] = ()
    """All members, the leading one too; empty for a single bidder"""
    consortium_agreement: Code | None = None
    """Code of the document that is the 联合协议"""
    subcontracts: tuple[Subcontractor, ...] = ()
    people: tuple[Person, ...] = ()
    machines: tuple[Machine, ...] = ()
    deposit: DepositRecord | None = None
    low_price_explanation: str = ""
    """Code of a document that explains a low price in advance, where it was handed in with the bid"""

    def figure(self, code: str) -> QuotedFigure | None:
        """The figure quoted under this code, if any."""
        return next((f for f in self.quote if f.figure == code), None)

    def claim(self, item: str) -> Claim | None:
        return next((c for c in self.claims if c.item == item), None)

    def document(self, code: str) -> BidDocument | None:
        return next((d for d in self.documents if d.code == code), None)

    def table(self, code: str) -> FilledTable | None:
        return next((t for t in self.tables if t.table == code), None)
