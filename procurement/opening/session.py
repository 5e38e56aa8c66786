"""Statements of the day of opening. Each names the one before, so the order holds without clocks (B6)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.statement import SignedBytes, Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Name, Text, Uscc, Value


class Closing(Statement):
    """The set is fixed. Platform."""

    TYPE: ClassVar[str] = "closing"
    tender: Hex32
    lot: Code
    deadline: Instant
    t_close: Instant
    chain: tuple[Hex32, ...]
    """Leaves of the lot's chain in order"""
    active: tuple[Hex32, ...]
    """Leaves of the submissions that stand"""
    count: int


class NoOpening(Statement):
    """Fewer bids than the method allows: nothing is opened (L-234). Platform."""

    TYPE: ClassVar[str] = "no-opening"
    closing: Hex32
    minimum: int


class Window(Statement):
    """The release window is opened, extended, paused or resumed, with a reason. Agency (first one: from the tender's profile)."""

    TYPE: ClassVar[str] = "window"
    closing: Hex32
    prev: Hex32
    """Id of the window statement before, or 64 zeros"""
    kind: Literal["extend", "pause", "resume"]
    until: Instant
    reason: Text


class Release(Statement):
    """A supplier releases its share s in the window. The share travels beside, checked against share_s (C3)."""

    TYPE: ClassVar[str] = "release"
    tender: Hex32
    lot: Code
    supplier: Uscc
    bid: Hex32
    closing: Hex32
    source: Literal["token", "slip"]


class SlipAdmission(Statement):
    """The agency admits a release from a backup slip by hand, where the tender asks for it (decision 5, R-081)."""

    TYPE: ClassVar[str] = "slip-admission"
    release: Hex32
    reason: Text


class AbsentBid(Value):
    leaf: Hex32
    reason: Literal["not-released", "slip-not-admitted"]


class Freeze(Statement):
    """The window is over; the set of released bids is fixed. Platform."""

    TYPE: ClassVar[str] = "freeze"
    closing: Hex32
    windows: tuple[Hex32, ...]
    released: tuple[Hex32, ...]
    """Leaves of the submissions whose share was released"""
    absent: tuple[AbsentBid, ...]
    t: Instant


class CustodianRelease(Statement):
    """A custodian releases its share against the freeze."""

    TYPE: ClassVar[str] = "custodian-release"
    freeze: Hex32
    lot_key: Hex32
    i: int
    org: Code
    share: Hex32
    """D("custody-share", LKD, i, share)"""


class FreezeDisputed(Statement):
    """A supervisor holds a release that the freeze lacks: evidence for people, no veto (decision 3)."""

    TYPE: ClassVar[str] = "freeze-disputed"
    freeze: Hex32
    release: SignedBytes
    """The supplier's `release` as it was signed; the platform never took it in"""
    held: Instant
    """When the supervisor took it in, by its own word"""
    reason: Text


class OpenedBid(Value):
    """Result for one released bid. Code "opened", else a failure of table B7 with whose fault it is."""

    leaf: Hex32
    bid: Hex32
    code: Code
    fault: Literal["none", "bidder", "platform", "agency", "unknown"] = "none"
    s: Hex32
    """D("opened-s", salt, s): the full edition discloses s and salt"""
    o: Hex32
    manifest: Hex32
    """SHA-256 of the ASiC manifest"""
    forms: Hex32
    """SHA-256 of `forms.json`"""


class Opening(Statement):
    """All released bids opened in one act (decision 4: salted digests only). Platform."""

    TYPE: ClassVar[str] = "opening"
    freeze: Hex32
    custodian_releases: tuple[Hex32, ...]
    results: tuple[OpenedBid, ...]


class ReadOutField(Value):
    name: Code
    label: Name
    text: Text


class ReadOutRow(Value):
    """One bidder's line of the read-out (唱标)."""

    number: int
    supplier: Uscc
    name: Name
    state: Literal["opened", "failed", "not-released"]
    source: Literal["token", "slip", "none"]
    fields: tuple[ReadOutField, ...]


class OpeningRecord(Statement):
    """开标记录: rows as read out, and the printed form. Signed by the agency."""

    TYPE: ClassVar[str] = "opening-record"
    opening: Hex32
    rows: tuple[ReadOutRow, ...]
    confirm_until: Instant
    pdf: Hex32
    """SHA-256 of the PDF"""


class OpeningConfirmation(Statement):
    TYPE: ClassVar[str] = "opening-confirmation"
    record: Hex32
    supplier: Uscc


class OpeningObjection(Statement):
    TYPE: ClassVar[str] = "opening-objection"
    record: Hex32
    supplier: Uscc
    text: Text


class ObjectionAnswer(Statement):
    TYPE: ClassVar[str] = "objection-answer"
    objection: Hex32
    text: Text


class Share(Value):
    """A share beside its statement: s of a bid, or a custodian's share."""

    value: Blob
    """32 bytes"""
