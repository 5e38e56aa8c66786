"""The log's storage: leaves and nodes in the act's own transaction; heads signed after it is committed (B5, H14, H7)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import TextClause, func, insert, select, text
from sqlalchemy.orm import Session

from crypto.files import write_whole
from crypto.log import CheckpointSigner, NoteSigner, Place, consistency, extend, inclusion, leaf_hash, tlog_proof
from procurement.basics.problems import Locked, Refused
from server_stub.store.models import CheckpointRow, LeafRow, NodeRow

BATCH = 8
"""Smallest batch between two public checkpoints; larger ones are padded to a power of two (H7)"""
SCATTER = 4
"""Up to one less dummy leaf goes in before each act's, so that indices do not count acts"""
PAGE = 1000


class Nodes:
    """The stored tree as `crypto.merkle` reads it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, places: Sequence[Place]) -> Sequence[bytes]:
        if not places:
            return []
        values = {f"level{n}": place.level for n, place in enumerate(places)}
        values |= {f"index{n}": place.number for n, place in enumerate(places)}
        found = {(level, index): hash_ for level, index, hash_ in self._session.execute(_nodes_at(len(places)), values)}
        return [found[place.level, place.number] for place in places]


@cache
def _nodes_at(count: int) -> TextClause:
    """Reads so many nodes: each place a term of its own, for SQLite scans the table for a list of pairs but seeks for terms."""
    terms = " OR ".join(f'(level = :level{n} AND "index" = :index{n})' for n in range(count))
    return text(f'SELECT level, "index", hash FROM log_nodes WHERE {terms}')


def size(session: Session) -> int:
    """Leaves in the log."""
    last = session.scalar(select(func.max(LeafRow.index)))
    return 0 if last is None else last + 1


def add(session: Session, *leaves: bytes) -> int:
    """Append leaves of 32 bytes each; the index of the last. Belongs to the caller's transaction."""
    first = size(session)
    if leaves:
        nodes = extend(Nodes(session), first, [leaf_hash(leaf) for leaf in leaves])
        session.execute(insert(LeafRow), [{"index": at, "data": leaf} for at, leaf in enumerate(leaves, first)])
        session.execute(insert(NodeRow), [{"level": n.level, "index": n.number, "hash": n.hash} for n in nodes])
    return first + len(leaves) - 1


def add_scattered(session: Session, leaf: bytes) -> int:
    """Append `leaf` after a random few dummies."""
    return add(session, *_dummies(secrets.randbelow(SCATTER)), leaf)


def _dummies(count: int) -> list[bytes]:
    return [secrets.token_bytes(32) for _ in range(count)]


def pad(session: Session, since: int) -> None:
    """Dummies until the batch since the last public checkpoint is a power of two, at least `BATCH`."""
    now = size(session)
    wanted = max(BATCH, 1 << max(0, now - since - 1).bit_length())
    add(session, *_dummies(since + wanted - now))


def proof(session: Session, index: int, note: str, tree: int) -> str:
    """tlog-proof text of one leaf under a signed head of `tree` leaves."""
    return tlog_proof(index, inclusion(Nodes(session), index, tree), note)


def public_checkpoint(session: Session) -> CheckpointRow | None:
    """The latest head that went out on the beat."""
    return session.scalar(select(CheckpointRow).order_by(CheckpointRow.size.desc()).limit(1))


def public_inclusion(session: Session, index: int, tree: int) -> list[str]:
    """Audit path in hex. Raises `Refused` beyond the public head: a size would tell what it hides."""
    _check_public(session, tree)
    return [one.hex() for one in inclusion(Nodes(session), index, tree)]


def public_consistency(session: Session, first: int, second: int) -> list[str]:
    """Consistency proof in hex, up to the tree that has been signed for anybody (receipts included)."""
    if second > size(session):
        raise Refused("log-size-unknown", "Ask for a size that a checkpoint names.", size=second)
    return [one.hex() for one in consistency(Nodes(session), first, second)]


def public_leaves(session: Session, start: int, end: int) -> list[str]:
    """The published leaves [start, end) in hex, at most a page."""
    _check_public(session, end)
    if not 0 <= start <= end or end - start > PAGE:
        raise Refused("log-range-malformed", "Ask for at most a page of leaves, first before last.", page=PAGE)
    rows = select(LeafRow).where(LeafRow.index >= start, LeafRow.index < end).order_by(LeafRow.index)
    return [row.data.hex() for row in session.scalars(rows)]


def _check_public(session: Session, tree: int) -> None:
    head = public_checkpoint(session)
    if head is None or tree > head.size:
        raise Refused(
            "log-not-yet-public", "Wait for the next public checkpoint.", size=tree, public=head.size if head else 0
        )


def make_key(folder: Path) -> None:
    """A new Ed25519 key for the log, owner-readable."""
    write_whole(folder / "log.key", Ed25519PrivateKey.generate().private_bytes_raw(), secret=True)


def open_signer(folder: Path, origin: str) -> CheckpointSigner:
    """The log's signer with its memory outside the database. Raises `Locked`."""
    path = folder / "log.key"
    if not path.is_file():
        raise Locked("log-key-missing", "Mount the folder with the platform's keys.", folder=folder.name)
    key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    return CheckpointSigner(NoteSigner.of(origin, key), folder / "log.memory")
