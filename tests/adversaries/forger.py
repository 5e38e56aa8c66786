"""An attacker on the demo's evidence: changes what he likes and rebuilds all he can above it.

The platform itself colludes: receipts, time-stamps, tree, proofs and heads are signed anew with its true keys. What stays
out of reach are the keys of the others, unless they are named as accomplices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.archive.bundle import Bundle, write_bundle
from client.archive.layout import ACTS, CHECKPOINT, FILES, INDEX, LEAVES, ArchiveIndex, IndexedFile
from client.demo.cast import EVERYBODY, PIN
from crypto.authority import TestAuthority
from crypto.log import (
    Checkpoint,
    NoteKey,
    NoteSigner,
    Place,
    append,
    entry_leaf,
    inclusion,
    leaf_hash,
    signature_digest,
    tlog_proof,
)
from crypto.log import root as tree_root
from crypto.signing import sign_statement
from crypto.timestamps import TimestampAuthority
from crypto.tokens import Pkcs12Token
from crypto.tokens.port import Signing
from procurement.basics.statement import SignedBytes, read_statement
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement
from procurement.wire.endpoints import PLATFORM_ACTS


@dataclass
class Forged:
    """One act of the archive as the attacker now wants it."""

    receipt: Receipt
    statement: bytes
    signature: Any
    entry: LogEntry
    salt: bytes
    stamp: bytes
    changed: bool = False

    @classmethod
    def of(cls, receipt: Receipt) -> Forged:
        said = ReceiptStatement.from_bytes(receipt.receipt.statement)
        entry = LogEntry.from_bytes(said.entry)
        act = receipt.act
        return cls(receipt, act.statement, act.signature, entry, bytes.fromhex(said.salt), receipt.timestamp)

    @property
    def value(self) -> Any:
        return read_statement(self.statement)

    @property
    def id(self) -> str:
        return SignedBytes(statement=self.statement, signature=self.signature).id

    @property
    def leaf(self) -> str:
        return entry_leaf(self.salt, self.entry.to_bytes()).hex()

    def becomes(self, **fields: Any) -> None:
        """The statement with other fields."""
        self.statement = self.value.model_copy(update=fields).to_bytes()


class Forger:
    """The archive in pieces; `write` puts it together again, consistent as far as the keys at hand reach."""

    def __init__(self, world: Path, archive: Path) -> None:
        with Bundle(archive) as bundle:
            self.members = {name: bundle.read(name) for name in bundle.members}
        self.acts = {
            int(name[len(ACTS) : -5]): Forged.of(Receipt.from_bytes(data))
            for name, data in self.members.items()
            if name.startswith(ACTS)
        }
        data = self.members[LEAVES]
        self.leaves = [data[at : at + 32].hex() for at in range(0, len(data), 32)]
        self._world = world
        self.platform: Signing = Pkcs12Token.open(world / "platform" / "receipt.p12", PIN)
        self.authority = TestAuthority.load(world / "authority")
        self.vendor = TestAuthority.load(world / "vendors" / "itrus")
        self._stamps = TimestampAuthority(self.authority.issue_tsa("晋采演示时间戳").token)
        private = Ed25519PrivateKey.from_private_bytes((world / "platform/keys/log.key").read_bytes())
        self.log = NoteSigner.of(NoteKey.from_vkey((world / "trust/log.vkey").read_text()).name, private)
        self.accomplices: dict[str, Signing] = {}
        self._new: dict[str, str] = {}

    def token(self, code: str) -> Pkcs12Token:
        """The token of a party: it has become an accomplice, or only its own mischief is told."""
        key = next(party.key for party in EVERYBODY if party.code == code)
        return Pkcs12Token.open(self._world / "profiles" / key / "token.p12", PIN)

    def find(self, kind: str, where: Callable[[Any], bool] = lambda value: True) -> Forged:
        """The first act of this type."""
        return next(act for _, act in sorted(self.acts.items()) if kind == act.value.TYPE and where(act.value))

    def index_of(self, wanted: Forged) -> int:
        return next(index for index, act in self.acts.items() if act is wanted)

    def drop(self, wanted: Forged) -> None:
        """Out of the archive and out of the tree; what follows moves up."""
        gone = self.index_of(wanted)
        del self.leaves[gone], self.acts[gone]
        self.acts = {index - (index > gone): act for index, act in self.acts.items()}

    def insert(self, after: Forged, made: Forged) -> None:
        """Into the log behind an act of the same chain; what followed it there now follows this."""
        made.entry = made.entry.model_copy(update={"prev_leaf": after.leaf, "of": made.id})
        made.entry = made.entry.model_copy(update={"sig": signature_digest(made.signature.der)})
        for act in self.acts.values():
            if act.entry.prev_leaf == after.leaf:
                act.entry = act.entry.model_copy(update={"prev_leaf": made.leaf})
        place = self.index_of(after) + 1
        self.leaves.insert(place, made.leaf)
        self.acts = {index + (index >= place): act for index, act in self.acts.items()} | {place: made}
        made.changed = True

    def file(self, old: str, data: bytes) -> str:
        """Another document in place of one; its digest is renamed in every act."""
        new = hashlib.sha256(data).hexdigest()
        self.members[FILES + new] = data
        self.members.pop(FILES + old, None)
        self._new[old] = new
        return new

    def renamed(self, old: str) -> str:
        return self._new[old]

    def write(self, target: Path, *, log: NoteSigner | None = None, carry: bool = True) -> Path:
        """Recompute everything above what was changed (`carry`: ids and leaves in later acts too), and write."""
        for index, act in sorted(self.acts.items()):
            self._settle(index, act, carry)
        read, size = _tree(self.leaves)
        signer = log or self.log
        note = Checkpoint(signer.key.name, size, tree_root(read, size)).sign(signer)
        members = {name: data for name, data in self.members.items() if not name.startswith(ACTS)}
        for index, act in self.acts.items():
            proof = tlog_proof(index, inclusion(read, index, size), note)
            members[f"{ACTS}{index:08d}.json"] = self._receipt(act, index, proof).to_bytes()
        members[CHECKPOINT] = note.encode()
        members[LEAVES] = bytes.fromhex("".join(self.leaves))
        return write_members(target, members)

    def _settle(self, index: int, act: Forged, carry: bool) -> None:
        """Carry new digests into this act, then sign and enter it anew where it changed."""
        before_id, before_leaf = act.receipt.act.id, self.leaves[index]
        if carry:
            act.statement = self._renamed(act.statement)
            act.entry = LogEntry.from_bytes(self._renamed(act.entry.to_bytes()))
        if act.id != before_id:
            self._new.setdefault(before_id, act.id)
            signer = self._signer(act)
            if signer is not None:
                act.signature = sign_statement(act.statement, signer).signature
            act.stamp = self._stamps.stamp(hashlib.sha256(bytes.fromhex(act.id)).digest(), act.entry.t_recv)
        sig = signature_digest(act.signature.der)
        act.entry = act.entry.model_copy(update={"of": act.id, "sig": sig})
        if act.leaf != before_leaf:
            self._new.setdefault(before_leaf, act.leaf)
            self.leaves[index] = act.leaf
            act.changed = True

    def _renamed(self, data: bytes) -> bytes:
        for old, new in self._new.items():
            data = data.replace(old.encode(), new.encode())
        return data

    def _signer(self, act: Forged) -> Signing | None:
        if act.value.TYPE in PLATFORM_ACTS:
            return self.platform
        fields = act.value.__dict__
        named = [fields[name] for name in ("supplier", "member", "agency", "purchaser", "org") if name in fields]
        return next((self.accomplices[code] for code in named if code in self.accomplices), None)

    def _receipt(self, act: Forged, index: int, proof: str) -> Receipt:
        signed = act.receipt.receipt
        if act.changed:
            said = ReceiptStatement.from_bytes(signed.statement)
            fields = {"entry": act.entry.to_bytes(), "salt": act.salt.hex()}
            signed = sign_statement(said.model_copy(update=fields), self.platform)
        own = SignedBytes(statement=act.statement, signature=act.signature)
        return Receipt(receipt=signed, act=own, leaf_index=index, proof=proof, timestamp=act.stamp)


def write_members(target: Path, members: dict[str, bytes]) -> Path:
    """The archive with an index that fits its members."""
    index = ArchiveIndex.from_bytes(members[INDEX])
    files = tuple(
        IndexedFile(path=name, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        for name, data in sorted(members.items())
        if name != INDEX
    )
    write_bundle(target, {**members, INDEX: index.model_copy(update={"files": files}).to_bytes()})
    return target


def _tree(leaves: Sequence[str]) -> tuple[Callable[[Sequence[Place]], Sequence[bytes]], int]:
    nodes: dict[tuple[int, int], bytes] = {}

    def read(places: Sequence[Place]) -> Sequence[bytes]:
        return [nodes[(place.level, place.number)] for place in places]

    for size, leaf in enumerate(leaves):
        for node in append(read, size, leaf_hash(bytes.fromhex(leaf))):
            nodes[(node.level, node.number)] = node.hash
    return read, len(leaves)
