"""An archive read for checking: acts in the log's order, closed entries, leaves, files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import procurement.wire.statements  # noqa: F401  (makes every statement type known)
from client.archive.bundle import Bundle
from client.archive.layout import ACTS, CHECKPOINT, ENTRIES, FILES, INDEX, LEAVES, ArchiveIndex, ClosedEntry
from crypto.certificates import TrustStore, certificate_digest, load_certificates
from crypto.files import LOG_KEY_FILE, OUTSIDE_TSA_FILE, OUTSIDE_WITNESS_FILE, WITNESS_FILE
from crypto.log import entry_leaf
from crypto.notes import NoteKey
from procurement.basics.problems import Tampered
from procurement.basics.statement import Statement, read_statement
from procurement.bidding.receipt import LogEntry, Receipt, ReceiptStatement
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.tender import Tender

S = TypeVar("S", bound=Statement)
MODEL_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Logged(Generic[S]):
    """An act with its receipt."""

    member: str
    receipt: Receipt
    value: S
    entry: LogEntry
    salt: str

    @property
    def id(self) -> str:
        return self.receipt.act.id

    @property
    def leaf(self) -> str:
        return entry_leaf(bytes.fromhex(self.salt), self.entry.to_bytes()).hex()

    @property
    def index(self) -> int:
        return self.receipt.leaf_index


@dataclass(frozen=True, slots=True)
class Anchors:
    """What the verifier believes beforehand; kept apart from the archive."""

    trust: TrustStore
    log_key: NoteKey
    outside: frozenset[str] = frozenset()
    """SHA-256 of certificates of time-stamping authorities that are not run by the platform"""
    witnesses: tuple[NoteKey, ...] = ()
    """Witnesses of the log run beside the platform"""
    outside_witnesses: tuple[NoteKey, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Anchors:
        """Read the trust folder. Raises `Locked("trust-missing")`, `Refused`."""
        trust = TrustStore.load(folder)
        others = folder / OUTSIDE_TSA_FILE
        outside = load_certificates(others.read_bytes()) if others.is_file() else ()
        key = NoteKey.from_vkey((folder / LOG_KEY_FILE).read_text("utf-8").strip())
        digests = frozenset(certificate_digest(c) for c in outside)
        return cls(trust, key, digests, _keys(folder / WITNESS_FILE), _keys(folder / OUTSIDE_WITNESS_FILE))


class Evidence:
    """One archive, parsed. Raises `Tampered` or `Refused` where a member cannot be read at all."""

    def __init__(self, bundle: Bundle, anchors: Anchors) -> None:
        self.bundle, self.anchors = bundle, anchors
        self.index = ArchiveIndex.from_bytes(bundle.read(INDEX))

    @cached_property
    def acts(self) -> tuple[Logged[Any], ...]:
        found = [self._act(name) for name in self.bundle.members if name.startswith(ACTS)]
        return tuple(sorted(found, key=lambda act: (act.entry.t_recv, act.index)))

    @cached_property
    def closed(self) -> tuple[ClosedEntry, ...]:
        names = [name for name in self.bundle.members if name.startswith(ENTRIES)]
        return tuple(ClosedEntry.from_bytes(self.bundle.read(name)) for name in names)

    @cached_property
    def leaves(self) -> tuple[bytes, ...]:
        data = self.bundle.read(LEAVES, 512 * 1024 * 1024)
        if len(data) % 32:
            raise Tampered("log-leaves-malformed", "Get the archive again.", size=len(data))
        return tuple(data[at : at + 32] for at in range(0, len(data), 32))

    @property
    def checkpoint(self) -> str:
        """The last signed head. Raises `Tampered("checkpoint-not-text")`."""
        try:
            return self.bundle.read(CHECKPOINT).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Tampered("checkpoint-not-text", "Get the archive again.", member=CHECKPOINT) from error

    @cached_property
    def by_id(self) -> Mapping[str, Logged[Any]]:
        return {act.id: act for act in self.acts}

    def all(self, kind: type[S], **fields: object) -> list[Logged[S]]:
        """Acts of one type whose fields equal `fields`, in order."""
        return [
            cast("Logged[S]", act)
            for act in self.acts
            if isinstance(act.value, kind) and all(getattr(act.value, k) == v for k, v in fields.items())
        ]

    def find(self, kind: type[S], id_: str) -> Logged[S]:
        """The act of this type and id. Raises `Tampered("act-missing")`."""
        act = self.by_id.get(id_)
        if act is None or not isinstance(act.value, kind):
            raise Tampered("act-missing", "The archive lacks an act that another rests on.", type=kind.TYPE, id=id_)
        return cast("Logged[S]", act)

    def only(self, kind: type[S], **fields: object) -> Logged[S]:
        """The one act of this type. Raises `Tampered` when there is none, or more than one."""
        found = self.all(kind, **fields)
        if not found:
            raise Tampered("act-missing", "The archive lacks an act it should hold.", type=kind.TYPE)
        if len(found) > 1:
            raise Tampered("act-twice", "Only one act of this type may stand here.", type=kind.TYPE)
        return found[0]

    def package(self, tv: str) -> Logged[TenderPackage]:
        """The tender version of this digest TV. Raises `Tampered`."""
        for act in self.all(TenderPackage):
            if tender_digest(act.receipt.act.statement) == tv:
                return act
        raise Tampered(
            "act-missing", "The archive lacks the tender version that was bid on.", type="tender-package", tv=tv
        )

    def only_package(self) -> Logged[TenderPackage]:
        """The last version of the archive's tender. Raises `Tampered`."""
        found = self.all(TenderPackage)
        if not found:
            raise Tampered("act-missing", "The archive lacks the tender.", type="tender-package")
        return found[-1]

    def tender(self, package: Logged[TenderPackage]) -> Tender:
        return Tender.from_bytes(self.file(package.value.model), MODEL_LIMIT)

    def file(self, sha256: str, limit: int = MODEL_LIMIT) -> bytes:
        """A document by digest; its bytes are checked. Raises `Tampered`."""
        data = self.bundle.read(FILES + sha256, limit)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Tampered("file-not-as-named", "A document of the archive was changed.", sha256=sha256)
        return data

    def has_file(self, sha256: str) -> bool:
        return FILES + sha256 in self.bundle.members

    def _act(self, name: str) -> Logged[Any]:
        receipt = Receipt.from_bytes(self.bundle.read(name))
        statement = read_statement(receipt.act.statement)
        if name != f"{ACTS}{receipt.leaf_index:08d}.json":
            raise Tampered("act-misplaced", "A member of the archive was renamed.", member=name)
        return Logged(name, receipt, statement, receipt.entry(), _salt(receipt))


def _salt(receipt: Receipt) -> str:
    return ReceiptStatement.from_bytes(receipt.receipt.statement).salt


def _keys(path: Path) -> tuple[NoteKey, ...]:
    """Verifier keys, one a line; none without the file."""
    lines = path.read_text("utf-8").split("\n") if path.is_file() else []
    return tuple(NoteKey.from_vkey(line) for line in lines if line.strip())
