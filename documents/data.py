"""What the printing room prints: frozen values, most of them made of the law's own statements. Layout adds no facts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from procurement.basics.value import Code, Hex32, Instant, Money, Name, Number, Text, Uscc, Value
from procurement.opening.session import ReadOutRow
from procurement.performing.contract import ContractItem

Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""Running text: longer than any one text of the law's values, which it may join"""


class Party(Value):
    """An organisation as it stands in an official document. Empty fields are not printed."""

    name: Name
    code: Uscc
    address: str = ""
    contact: str = ""
    phone: str = ""
    representative: str = ""
    """法定代表人 or 授权代表"""
    bank: str = ""
    account: str = ""


class Project(Value):
    """Facts of the project and lot that every document repeats."""

    number: Code
    """备案号"""
    tender_id: Code
    name: Name
    lot: Code
    lot_name: Name
    method: Name
    """采购方式, e.g. 公开招标"""
    purchaser: Party
    agency: Party


class Fact(Value):
    """One line of a two-column list."""

    label: Name
    text: Paragraph


class TimelineEntry(Value):
    """One act of the day, in the order the log holds them."""

    time: Instant
    event: Name
    actor: Name
    digest: Hex32


class Table(Value):
    """A plain table: head and rows of text; `right` names the columns (from 0) set right-aligned."""

    caption: str = ""
    head: tuple[Name, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    """Relative widths; equal when empty"""
    right: tuple[int, ...] = ()


class Section(Value):
    """A headed part of a document. A paragraph that begins with ★ is set in heavier type (L-208)."""

    title: Name
    paragraphs: tuple[Paragraph, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()


class OpeningRecordPrint(Value):
    """开标记录 (L-236)."""

    project: Project
    deadline: Instant
    opened: Instant
    place: Name
    host: Name
    """主持 (the agency's person)"""
    recorder: Name
    budget: Money | None = None
    ceiling: Text | None = None
    """Highest price in the quote's own dimension, as read out"""
    rows: tuple[ReadOutRow, ...]
    timeline: tuple[TimelineEntry, ...]
    confirm_until: Instant
    closing: Hex32
    freeze: Hex32
    opening: Hex32
    remarks: tuple[Text, ...] = ()
    printed: Instant


class AwardNoticePrint(Value):
    """中标通知书 (L-274, R-087)."""

    project: Project
    number: Code
    winner: Party
    amount: Money
    quote: Text
    """The quote in its own dimension, with its unit"""
    term: Text
    opened: Instant
    evaluated: Instant
    confirmation: Hex32
    contract_until: Instant
    """Last moment for signing the contract (L-276)"""
    sent: Instant


class Redaction(Value):
    """What the public edition leaves out, and the ground."""

    place: Name
    ground: Text


class ContractPartyPrint(Value):
    """A further member of the consortium that is the contract's second party."""

    party: Party
    work: str = ""
    """What it does, as the members agreed"""
    share: Number
    """Percent of the contract"""


class ContractPrint(Value):
    """政府采购合同 with the elements of 87号令 第七十二条 (L-282)."""

    edition: Literal["full", "public"]
    project: Project
    contract_number: Code
    notice_number: Code
    notice: Hex32
    supplier: Party
    subject: Name
    amount: Money
    items: tuple[ContractItem, ...]
    quality: Text
    term: Text
    place_and_way: Text
    """履行地点和方式"""
    acceptance: Text
    payment_terms: Text
    breach: Text
    disputes: Text
    special: tuple[Section, ...] = ()
    redactions: tuple[Redaction, ...] = ()
    members: tuple[ContractPartyPrint, ...] = ()
    """All members of a consortium, `supplier` first; empty for a single supplier"""
    drafted: Instant


class OwnScore(Value):
    name: Name
    maximum: Number
    points: Number


class ResultLetterPrint(Value):
    """Own score and rank, or the reason for being out, told to one bidder only (L-274)."""

    project: Project
    notice_number: Code
    supplier: Party
    winner_name: Name
    winner_amount: Money
    rank: int
    """0 when not ranked"""
    total: Number
    items: tuple[OwnScore, ...] = ()
    reason: str = ""
    challenge_until: Instant
    """Last moment of a 质疑 (L-401)"""
    sent: Instant


class AnsweredMatter(Value):
    """One 质疑事项 with what was asked and its answer."""

    matter: Text
    request: Text
    finding: Name
    """成立, 部分成立, 不成立"""
    answer: Text
    facts: Text
    law: str = ""


class ChallengeReplyPrint(Value):
    """质疑答复函 (94号令 第十五条), from the letter and the signed answer alone."""

    project: Project
    challenger: Name
    code: Uscc
    received: Instant
    stage: Name
    """采购文件, 开标, 采购结果"""
    matters: tuple[AnsweredMatter, ...]
    affects: bool
    measure: str = ""
    complain_to: Name
    complaint_until: Instant
    """Last day of a complaint (L-411)"""
    responder: Name
    by: Name
    """Organisation that answers"""
    challenge_id: Hex32
    reply_id: Hex32
    answered: Instant


class ReceiptPrint(Value):
    """A receipt on paper, for people; the JSON file is the proof (protocol B5)."""

    project: Project
    act: Name
    """What was done, e.g. 递交投标文件"""
    actor: Party
    act_id: Hex32
    bid: Hex32 | None = None
    size: int | None = Field(default=None, ge=0)
    received: Instant
    stamped: Instant | None = None
    """Time of the RFC 3161 token; absent when the authority was down"""
    leaf_index: int
    checkpoint: Text
    """The signed checkpoint, C2SP note text"""
    platform: Name
    proves: tuple[Text, ...]
    does_not_prove: tuple[Text, ...]


class SupplierAttachmentPrint(Value):
    """A plain paper a bidder attaches: licence, technical response and the like."""

    supplier: Party
    title: Name
    project_name: Name
    project_number: Code
    sections: tuple[Section, ...]
    made: Instant
