"""The public log: leaves, checkpoints, proofs, and the signer that cannot be rolled back (protocol B5, H14).

The tree itself is `crypto.merkle`, the signature lines are `crypto.notes`; both are offered here under the log's name.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crypto.files import write_whole
from crypto.merkle import (
    Node,
    Place,
    ReadNodes,
    append,
    consistency,
    empty_root,
    extend,
    inclusion,
    leaf_hash,
    root,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from crypto.notes import (
    LOG,
    WITNESS,
    Cosignature,
    NoteKey,
    NoteSigner,
    cosignatures,
    decode64,
    remembered_note,
    sign_note,
    verify_note,
)
from procurement.basics.digest import digest
from procurement.basics.problems import Refused, Tampered
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement

__all__ = [
    "LOG",
    "PROOF_HEADER",
    "WITNESS",
    "Checkpoint",
    "CheckpointSigner",
    "Cosignature",
    "Node",
    "NoteKey",
    "NoteSigner",
    "Place",
    "ReadNodes",
    "TlogProof",
    "append",
    "consistency",
    "cosign",
    "cosignatures",
    "empty_root",
    "entry_leaf",
    "extend",
    "inclusion",
    "leaf_hash",
    "root",
    "root_of",
    "signature_digest",
    "tlog_proof",
    "verify_consistency",
    "verify_inclusion",
    "verify_logged",
]

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_DECIMAL = re.compile(r"(0|[1-9]\d{0,18})\Z")


def entry_leaf(salt: bytes, entry: bytes) -> bytes:
    """D("leaf", salt, entry): the 32 bytes the log publishes for an entry. The tree hashes them once more (`leaf_hash`)."""
    return digest("leaf", salt, entry)


def signature_digest(der: bytes) -> str:
    """D("sig", signature DER) in hex: what `log-entry.sig` holds."""
    return digest("sig", der).hex()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: which log, how many leaves, which root (c2sp.org/tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Read a checkpoint's note text. Extension lines are refused: we write none. Raises `Refused`."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _DECIMAL.match(lines[1]):
            raise _malformed("checkpoint-malformed")
        root_hash = decode64(lines[2])
        if len(root_hash) != 32:
            raise _malformed("checkpoint-malformed")
        return cls(lines[0], int(lines[1]), root_hash)

    def sign(self, signer: NoteSigner) -> str:
        """The signed note. The key's name is the origin. A log uses `CheckpointSigner`, which also remembers."""
        if signer.key.kind != LOG or signer.key.name != self.origin:
            raise Refused("checkpoint-key-of-another-log", "Sign with the key of this origin.", origin=self.origin)
        return sign_note(self.text, signer)

    @classmethod
    def verify(cls, note: str, key: NoteKey) -> Checkpoint:
        """The checkpoint in a note signed by this log's key. Raises `Refused` or `Tampered`."""
        found = cls.from_text(verify_note(note, key))
        if found.origin != key.name:
            raise Tampered("checkpoint-of-another-log", "Ask the log you trust.", origin=found.origin)
        return found


def cosign(note: str, witness: NoteSigner, at: datetime) -> str:
    """The note with the witness's line added. The witness has checked consistency before (`verify_consistency`)."""
    text, _, _ = note.rpartition("\n\n")
    return note + witness.line(text + "\n", at)


@dataclass(frozen=True, slots=True)
class TlogProof:
    """A leaf's place in a signed tree, readable offline (c2sp.org/tlog-proof)."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    @property
    def text(self) -> str:
        lines = [PROOF_HEADER, f"index {self.index}", *(base64.b64encode(one).decode() for one in self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note

    @classmethod
    def from_text(cls, text: str) -> TlogProof:
        """Read the text form. An `extra` line is skipped, being unauthenticated. Raises `Refused`."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines[0] != PROOF_HEADER:
            raise _malformed("tlog-proof-malformed")
        rest = lines[2:] if len(lines) > 1 and lines[1].startswith("extra ") else lines[1:]
        if not rest or not rest[0].startswith("index ") or not _DECIMAL.match(rest[0][6:]) or len(rest) > 65:
            raise _malformed("tlog-proof-malformed")
        hashes = tuple(decode64(line) for line in rest[1:])
        if any(len(one) != 32 for one in hashes):
            raise _malformed("tlog-proof-malformed")
        return cls(int(rest[0][6:]), hashes, note)

    def verify(self, leaf: bytes, key: NoteKey) -> Checkpoint:
        """The checkpoint under which the 32-byte `leaf` stands. Raises `Refused` or `Tampered`."""
        found = Checkpoint.verify(self.note, key)
        verify_inclusion(leaf_hash(leaf), self.index, found.size, self.hashes, found.root)
        return found


def tlog_proof(index: int, hashes: Sequence[bytes], note: str) -> str:
    """The proof as text: what a receipt carries and what a file `*.tlog-proof` holds."""
    return TlogProof(index, tuple(hashes), note).text


def verify_logged(receipt: Receipt, key: NoteKey) -> tuple[LogEntry, Checkpoint]:
    """Check a receipt's arithmetic: the entry names this act and its signature, and the log holds the entry.

    The platform's and the actor's signatures and the time-stamp are checked by `crypto.signing` and
    `crypto.timestamps`. Raises `Tampered` or `Refused`.
    """
    statement = ReceiptStatement.from_bytes(receipt.receipt.statement)
    entry = LogEntry.from_bytes(statement.entry)
    if entry.of != receipt.act.id or entry.sig != signature_digest(receipt.act.signature.der):
        raise Tampered("receipt-of-another-act", "Keep the receipt and the act: they do not belong together.")
    proof = TlogProof.from_text(receipt.proof)
    if proof.index != receipt.leaf_index:
        raise Tampered("receipt-index-wrong", "Keep the receipt: its index and its proof differ.")
    return entry, proof.verify(entry_leaf(bytes.fromhex(statement.salt), statement.entry), key)


class CheckpointSigner:
    """A log's signer with a memory outside the database: it never signs a smaller or a forked tree (H14).

    `memory` is a small file, best on another disk than the database. Sign only trees whose transaction is committed:
    what was signed can never be taken back.
    """

    def __init__(self, signer: NoteSigner, memory: Path) -> None:
        self._signer = signer
        self._memory = memory

    @property
    def key(self) -> NoteKey:
        return self._signer.key

    @property
    def last(self) -> Checkpoint:
        """The last tree head signed; the empty tree at first. Raises `Tampered` when the memory is not ours."""
        if not self._memory.exists():
            return Checkpoint(self.key.name, 0, empty_root())
        return Checkpoint.verify(remembered_note(self._memory), self.key)

    def sign(self, read: ReadNodes, size: int) -> str:
        """Sign the head of the stored tree of `size` leaves. Raises `Tampered` ("log-rollback") on a smaller or other tree."""
        last, head = self.last, root(read, size)
        if size < last.size:
            raise self._rollback(last, size)
        try:
            verify_consistency(last.size, size, consistency(read, last.size, size), last.root, head)
        except Tampered as error:
            raise self._rollback(last, size) from error
        note = Checkpoint(self.key.name, size, head).sign(self._signer)
        if size != last.size or not self._memory.exists():
            write_whole(self._memory, note.encode())
        return note

    def _rollback(self, last: Checkpoint, size: int) -> Tampered:
        return Tampered(
            "log-rollback",
            "Stop: the stored log is older than what was signed. Restore the missing acts from clients and witness.",
            signed=last.size,
            stored=size,
        )


def _malformed(code: str) -> Refused:
    return Refused(code, "Ask for the proof again; this text does not follow the format.")
