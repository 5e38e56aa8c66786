"""What the printed bid holds: everything filled in so far, to be read on paper before it is signed."""

from __future__ import annotations

from documents.data import Fact, Paragraph, Party, Project, Table
from procurement.basics.value import Hex32, Instant, Name, Value


class BidPart(Value):
    """A numbered item of a chapter: a form, a requirement with its answer."""

    title: Paragraph
    paragraphs: tuple[Paragraph, ...] = ()
    facts: tuple[Fact, ...] = ()


class BidChapter(Value):
    """A section of the bid, in the order in which it is made."""

    title: Name
    star: bool = False
    """A gap in it makes the bid invalid"""
    paragraphs: tuple[Paragraph, ...] = ()
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[BidPart, ...] = ()
    wide: bool = False
    """Set across the sheet: its tables have many columns"""


class BidPrint(Value):
    """投标文件 as far as it is filled in. It is no bid: neither signed nor sealed nor handed in, and every page says so."""

    project: Project
    supplier: Party
    version: int
    """Of the draft, from 1; 0 while nothing was saved"""
    content: Hex32
    """SHA-256 of the canonical form of what is filled in: two prints of the same content name the same"""
    tender: Hex32
    """TV of the tender version it answers"""
    chapters: tuple[BidChapter, ...]
    made: Instant
