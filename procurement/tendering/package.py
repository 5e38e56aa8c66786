"""The signed tender package: announcement, documents, tender model, lot keys and acknowledgements as one publication (R-084)."""

from __future__ import annotations

from typing import ClassVar, Literal

from procurement.basics.digest import digest
from procurement.basics.statement import Statement, suite_in
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Uscc, Value


class PackageFile(Value):
    """A member of the package, bound by digest."""

    path: str
    title: Name
    media: Literal["application/pdf", "application/json", "application/octet-stream"]
    size: int
    sha256: Hex32


class LotCustody(Value):
    lot: Code
    lot_key: Hex32
    """Id of the `lot-key` statement (LKD)"""
    acks: tuple[Hex32, ...]
    """Ids of the n `custody-ack` statements, in order of i"""


class Correction(Value):
    """更正: what a new version changes. It may not change subject or qualification (L-204)."""

    reason: Text
    affects_bids: bool
    """Whether it may affect how bids are made; then 15 days must remain"""


class TenderPackage(Statement):
    """Manifest of one version of a tender; signed by the agency. Its digest TV is D("tender", these bytes)."""

    TYPE: ClassVar[str] = "tender-package"
    tender_id: Code
    number: Code
    """备案号"""
    entrustment: Hex32
    """Id of the entrustment this tender rests on"""
    agency: Uscc
    version: int
    previous: Hex32
    """TV of the version before, or 64 zeros"""
    correction: Correction | None = None
    model: Hex32
    """SHA-256 of the tender model's canonical bytes (`tender.json`)"""
    issued: Instant
    deadline: Instant
    custody: tuple[LotCustody, ...]
    files: tuple[PackageFile, ...]


def tender_digest(manifest: bytes) -> str:
    """TV in hex, in the suite the manifest names."""
    return digest("tender", manifest, suite=suite_in(manifest)).hex()
