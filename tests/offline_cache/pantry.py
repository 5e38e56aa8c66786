"""A cache on disk with a small real sealer (the port's contract is small enough for one AEAD call)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from offline_cache.blobs import Blobs
from offline_cache.connection import Connection
from offline_cache.drafts import Drafts, Keepsakes
from offline_cache.mirror import Mirror
from offline_cache.outbox import Outbox
from offline_cache.uploads import Uploads
from procurement.basics.problems import Tampered
from procurement.basics.statement import KeySignature, SignedBytes
from procurement.bidding.sealed import Withdrawal
from procurement.wire.messages import FeedItem

KEY = bytes(range(32))
AT = datetime(2026, 3, 2, 1, 2, 3, 4000, tzinfo=UTC)


class WholeFileSealer:
    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)

    def seal(self, source: Path, target: Path) -> None:
        nonce = os.urandom(12)
        target.write_bytes(nonce + self._key.encrypt(nonce, source.read_bytes(), None))

    def open(self, source: Path, target: Path) -> None:
        data = source.read_bytes()
        try:
            target.write_bytes(self._key.decrypt(data[:12], data[12:], None))
        except InvalidTag as error:
            raise Tampered("blob-damaged", "Fetch the file again.") from error


@dataclass(frozen=True)
class Pantry:
    connection: Connection
    mirror: Mirror
    outbox: Outbox
    drafts: Drafts
    keepsakes: Keepsakes
    uploads: Uploads
    blobs: Blobs


def open_pantry(folder: Path, key: bytes = KEY) -> Pantry:
    connection = Connection(folder / "cache.db", key)
    return Pantry(
        connection,
        Mirror(connection),
        Outbox(connection),
        Drafts(connection),
        Keepsakes(connection),
        Uploads(connection),
        Blobs(connection, folder / "blobs", WholeFileSealer(key)),
    )


def signed(mark: int, lot: str = "lot-1") -> SignedBytes:
    """A withdrawal nobody would accept, told apart by `mark`; the cache does not judge signatures."""
    statement = Withdrawal(tender=f"{mark:064x}", lot=lot, supplier="91140100SUP000000A", prev="0" * 64)
    return SignedBytes(statement=statement.to_bytes(), signature=KeySignature(key="1" * 64, der=b"\x30\x00"))


def feed_item(seq: int, mark: int) -> FeedItem:
    one = signed(mark)
    return FeedItem(
        seq=seq, act="withdrawal", id=one.id, number="N-1", lot="lot-1", t_recv=AT, leaf_index=seq, signed=one
    )
