"""A draft on its way to another computer: what its bundle says of it, before the bytes of its documents."""

from __future__ import annotations

from typing import Literal

from procurement.basics.value import Code, Hex32, Instant, Name, Uscc, Value
from procurement.bidding.draft import BidForms

INDEX_LIMIT = 24 * 1024 * 1024
"""Bytes of an index"""
MARKS = 400
"""So many of the newest versions are named, by which the receiver finds the common one"""
FILES = 5000


class BundledFile(Value):
    """A file of the bundle, in the order in which the bytes stand."""

    sha256: Hex32
    size: int


class DraftIndex(Value):
    """First part of a bundle's content. The files' bytes follow it, in this order, without anything between them."""

    format: Literal["jincai/draft-bundle/1"] = "jincai/draft-bundle/1"
    made: Instant
    host: str = ""
    """Name of the computer that wrote it, as that computer gave it"""
    supplier: Uscc
    supplier_name: Name
    tender: Code
    """The procurement; `forms.tender` names its version"""
    lot: Code
    forms: BidForms
    marks: tuple[Hex32, ...] = ()
    """Digests of what the writer's kept versions say, newest first (machines left out)"""
    files: tuple[BundledFile, ...] = ()
