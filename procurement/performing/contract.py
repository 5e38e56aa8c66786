"""政府采购合同: must equal the award; all parties sign; published by itself; immutable (R-096 … R-099, L-276)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from procurement.basics.statement import Statement
from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Text, Uscc, Value


class ContractItem(Value):
    name: Name
    unit: Name
    quantity: Number
    unit_price: Money
    charges: Money = Decimal("0.00")
    """What the bid charges for this row beside its unit price: installation, service"""
    amount: Money
    """Quantity × unit price + charges"""


class ContractMember(Value):
    """A member of the consortium (联合体) that signs the contract together with the others (政府采购法 第二十四条)."""

    supplier: Uscc
    name: Name
    share: Number
    """Percent of the contract, as the members agreed"""
    work: str = ""
    """What it does, as the agreement says"""


class Contract(Statement):
    """The contract as drafted and signed by the purchaser."""

    TYPE: ClassVar[str] = "contract"
    notice: Hex32
    contract_number: Code
    number: Code
    """备案号"""
    lot: Code
    purchaser: Uscc
    supplier: Uscc
    subject: Name
    amount: Money
    items: tuple[ContractItem, ...]
    quality: Text
    term: Text
    acceptance: Text
    payment_terms: Text
    breach: Text
    disputes: Text
    pdf: Hex32
    public_pdf: Hex32
    """The redacted public version, agreed before the last signature (R-097)"""
    performance_bond: Money = Decimal("0.00")
    """履约保证金 in CNY, at most 10 % of the amount (L-277)"""
    legal_adviser: str = ""
    """Who reviewed the contract, where the requirement calls for it (L-616)"""
    place_and_way: str = ""
    """履行地点和方式 (L-282)"""
    drafted: Instant | None = None
    """When the purchaser drafted it, as printed; with it both sides print the same bytes again (M10)"""
    late_reason: str = ""
    """Why it is signed later than 30 days after the notice (a lawful pause, L-407); empty otherwise"""
    members: tuple[ContractMember, ...] | None = None
    """All members of the winning consortium as its opened bid names them, `supplier` (the leading one) first: each of them
    signs. Left out for a single supplier"""

    @property
    def signers(self) -> tuple[str, ...]:
        """Codes of all who sign on the supplier's side, the leading member first."""
        return tuple(one.supplier for one in self.members) if self.members else (self.supplier,)


class ContractSignature(Statement):
    """The supplier, or one member of its consortium, signs the same contract."""

    TYPE: ClassVar[str] = "contract-signature"
    contract: Hex32
    supplier: Uscc
    """Who signs"""
    pdf: Hex32
    """SHA-256 of the PDF with this party's seal added"""
    pdf_before: Hex32 | None = None
    """SHA-256 of the PDF as this member found it: members sign one after another in any order. Left out by a single supplier,
    which finds the purchaser's"""


class ContractPublication(Statement):
    """Published by the platform itself with the last signature; from here on nothing changes it (R-097, R-098)."""

    TYPE: ClassVar[str] = "contract-publication"
    contract: Hex32
    signature: Hex32
    """Id of the last signature, with which the contract came into force"""
    public_pdf: Hex32
    published: Instant


class ContractSupplement(Statement):
    """补充协议: corrects or adds; additions stay within 10 % of the contract in total (R-099, L-281). Purchaser."""

    TYPE: ClassVar[str] = "contract-supplement"
    contract: Hex32
    kind: Literal["correction", "addition"]
    added: Money
    """Amount added in CNY; 0 for a correction"""
    text: Text


class SupplementSignature(Statement):
    """The supplier, or a member of its consortium, signs the same supplement; with the last it stands and is public (R-099)."""

    TYPE: ClassVar[str] = "supplement-signature"
    supplement: Hex32
    supplier: Uscc
    """Who signs"""
