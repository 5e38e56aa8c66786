"""What a bid must contain and prove: qualification, conformity, ★/▲ parameters, evidence slots, custom forms (87号令 第二十条)."""

from __future__ import annotations

from typing import Literal

from procurement.basics.value import Code, Hex32, Name, Number, Text, Value

FieldType = Literal["text", "long-text", "money", "number", "integer", "percent", "date", "yes-no", "choice"]
Importance = Literal["star", "triangle", "plain"]
"""★ substantive (not met: invalid), ▲ scored, ordinary"""


class EvidenceSlot(Value):
    """A place where a bid must point to pages of a document. Codes are unique in a lot."""

    code: Code
    label: Name
    per: Literal["item", "unit", "parameter"] = "item"
    """Once for the item, once for each counted unit (each contract, each person), or once for each parameter"""
    kind: Literal["document", "photograph", "certificate", "contract", "test-report", "statement", "sample"] = (
        "document"
    )
    required: bool = True
    pages: bool = True
    """Whether pages must be named, not only the document"""
    parts: tuple[Name, ...] = ()
    """All of these must be shown together (all-of), such as first page, main page and page with seals of a contract"""


class QualificationItem(Value):
    """资格条件. Never a scoring factor as well (L-211)."""

    code: Code
    title: Name
    text: Text
    proof: Literal["document", "commitment", "agency-lookup", "licence-library"] = "document"
    """Shown by a document, promised by a commitment letter, looked up by the agency, or drawn from the licence library"""
    evidence: tuple[EvidenceSlot, ...] = ()
    applies_to: Literal["each-member", "any-member", "lead"] = "each-member"
    """To whom in a consortium"""


class ConformityItem(Value):
    """符合性审查 item; `star` marks a substantive requirement. The committee votes on each."""

    code: Code
    title: Name
    text: Text
    importance: Literal["star", "plain"] = "star"
    check: Literal[
        "panel", "signature", "price-ceiling", "single-quote", "validity", "term", "star-parameters", "forms",
        "correction-confirmed", "low-price", "collusion", "deposit",
    ] = "panel"  # fmt: skip
    """What the program can pre-check from the signed forms; `panel` is for people alone"""
    evidence: tuple[EvidenceSlot, ...] = ()
    refers_to: str = ""
    """Code of the `Section` whose text decides"""


class Parameter(Value):
    """A technical or commercial parameter that a bid answers line by line (偏离表)."""

    code: Code
    title: Name
    text: Text
    importance: Importance = "plain"
    product: str = ""
    """Code of the `Product` it belongs to"""
    kind: Literal["technical", "business"] = "technical"
    evidence: tuple[EvidenceSlot, ...] = ()


class ProductFact(Value):
    """A fact of something that exists already and is maintained or replaced: year it was built, place, capacity."""

    label: Name
    text: Name


class Product(Value):
    """A thing to be bought. Core products decide who counts as one bidder (L-214, L-259)."""

    code: Code
    name: Name
    core: bool = False
    quantity: Number | None = None
    unit: str = ""
    industry: str = ""
    """Industry of the SME standard (中小企业划分标准所属行业)"""
    facts: tuple[ProductFact, ...] = ()
    imports: bool = False
    """Whether imported products are accepted"""
    mandatory_certificate: Literal["none", "energy-saving", "environment", "ccc", "network-security"] = "none"


class FormField(Value):
    """A typed field of a custom form or of the opening sheet."""

    code: Code
    label: Name
    type: FieldType = "text"
    unit: str = ""
    required: bool = True
    options: tuple[Name, ...] = ()
    low: Number | None = None
    high: Number | None = None


class CustomForm(Value):
    """A form of the tender's own, such as a commitment letter, with typed fields and signature."""

    code: Code
    title: Name
    fields: tuple[FormField, ...]
    substantive: bool = False
    """实质性格式: missing or changed makes the bid invalid"""
    required: bool = True
    """Whether every bidder fills it in; not so a form for those whom it concerns (a welfare unit's declaration)"""
    per: Literal["bid", "member", "product"] = "bid"
    instead: str = ""
    """Code of the form that may stand in its place (the identity of the legal representative, where no agent is authorised)"""
    wording: str = ""
    """The text that the signer undertakes"""
    template: Hex32 | None = None
    """SHA-256 of the blank form among the tender's documents, where one is given"""


class OpeningField(FormField):
    """A non-price field of 开标一览表: delivery days, warranty months, project leader, brand, place."""

    read_out: bool = True
    meaning: Literal["delivery-days", "warranty-months", "leader", "brand", "place", "term", "quality", "other"] = (
        "other"
    )


class Presentation(Value):
    """Sample or demonstration. Samples are the exception and need a reason (L-217)."""

    code: Code
    kind: Literal["sample", "demonstration", "site-visit"]
    text: Text
    reason: str = ""
    scored_by: str = ""
    """Code of the scoring item it serves, when it is scored"""
    minutes: int = 0
    """Time allowed for a demonstration"""
