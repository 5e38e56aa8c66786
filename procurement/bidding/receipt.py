"""What the platform answers to an act: entry, log proof, its signature and a time-stamp (protocol B5)."""

from __future__ import annotations

from typing import ClassVar

from procurement.basics.statement import SignedBytes, Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Text, Value


class LogEntry(Statement):
    """What the log commits to. Leaf = D("leaf", salt, entry bytes)."""

    TYPE: ClassVar[str] = "log-entry"
    act: Code
    """Statement type of the act"""
    of: Hex32
    """Statement id of the act"""
    sig: Hex32
    """D("sig", signature DER)"""
    t_recv: Instant
    prev_leaf: Hex32
    """Last leaf of this lot's (or project's) chain; 64 zeros at its start"""


class ReceiptStatement(Statement):
    """Signed by the platform's receipt key."""

    TYPE: ClassVar[str] = "receipt"
    entry: Blob
    """Canonical bytes of the `log-entry`"""
    salt: Hex32
    note: Text
    """What is and what is not proved by this receipt"""


class Receipt(Value):
    """回执: one JSON file that anyone can check offline."""

    receipt: SignedBytes
    act: SignedBytes
    leaf_index: int
    proof: str
    """C2SP tlog-proof text with the signed checkpoint"""
    timestamp: Blob = b""
    """RFC 3161 token over SHA-256 of the act id; empty when the authority was down (M18)"""

    def entry(self) -> LogEntry:
        return LogEntry.from_bytes(ReceiptStatement.from_bytes(self.receipt.statement).entry)
