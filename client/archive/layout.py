"""What lies where in an archive (docs/archive-format.md).

index.json                 edition, project, list of members with SHA-256
acts/<leaf index>.json     an act with its receipt: statement, signature, entry, salt, proof, time-stamp
entries/<leaf index>.json  public edition: an act that stays closed, as the log's entry and salt only
log/checkpoint.txt         the last signed head; log/leaves: 32 bytes for each leaf under it
files/<sha256>             documents, named by acts; the tender model among them
bids/<bid digest>.sealed   full edition: an opened bid as it was submitted; .json: its shares and salts
"""

from __future__ import annotations

from typing import Literal

from procurement.basics.value import Blob, Code, Hex32, Value

INDEX = "index.json"
CHECKPOINT = "log/checkpoint.txt"
LEAVES = "log/leaves"
ACTS, ENTRIES, FILES, BIDS = "acts/", "entries/", "files/", "bids/"

PUBLIC_ACTS = frozenset(
    {
        "registration",
        "key-enrolment",
        "key-countersignature",
        "intention",
        "plan-numbering",
        "custody-key",
        "lot-key",
        "custody-ack",
        "tender-package",
        "closing",
        "no-opening",
        "window",
        "freeze",
        "custodian-release",
        "opening",
        "award-notice",
        "contract-publication",
        "archive",
        "statistics-release",
    }
)
"""Acts the public edition shows whole: what the law publishes, and the skeleton of the day (decision 4)."""


class IndexedFile(Value):
    path: str
    sha256: Hex32
    size: int


class ArchiveIndex(Value):
    """The first thing a reader reads. Unsigned: it finds accidents; forgeries are found by signatures and the log."""

    format: Literal["jincai/archive/1"] = "jincai/archive/1"
    edition: Literal["full", "public"]
    number: Code
    tender_id: Code
    files: tuple[IndexedFile, ...]


class ClosedEntry(Value):
    """An act that this edition does not show: its entry proves that it is in the log, when, and where in its chain."""

    leaf_index: int
    salt: Hex32
    entry: Blob
