"""What the server has told: acts, receipts, checkpoints. Written only by sync; never changed afterwards."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from offline_cache.connection import Connection
from procurement.basics.problems import Tampered
from procurement.basics.value import format_instant
from procurement.bidding.receipt import Receipt
from procurement.wire.messages import FeedItem

_CURSOR = "feed-cursor:"
_AT_ONCE = 500
"""Values in one question; SQLite has a limit"""


@dataclass(frozen=True, slots=True)
class SeenCheckpoint:
    """A head of the platform's log that this client has seen and keeps (H4: every client is a witness)."""

    size: int
    root: str
    note: str


class Mirror:
    """The local copy of what this reader may see."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._taken = 0
        """Pages taken by this program; what another program wrote, SQLite itself tells"""
        self._asked = threading.local()

    # -- acts

    def cursor(self, reader: str) -> int:
        """Where `reader` stands in the feed: one who has signed in is shown more than the public."""
        value = self.memo(_CURSOR + reader)
        return int(value) if value else 0

    def take(self, reader: str, items: Iterable[FeedItem], cursor: int) -> tuple[FeedItem, ...]:
        """Keep a page of the feed and move the cursor, in one step. Returns what was new. Raises `Tampered`.

        An act disclosed to more readers stands in the feed again at a later place; the first place stays.
        """
        new: dict[str, FeedItem] = {}
        with self._db.write() as db:
            page = tuple(items)
            known = self.known(item.id for item in page)
            for item in page:
                if item.id not in known:
                    new.setdefault(item.id, item)
            self._check_places(new.values())
            db.executemany(
                "INSERT INTO feed_item (seq, act, id, number, lot, t_recv, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (one.seq, one.act, one.id, one.number, one.lot, format_instant(one.t_recv), one.to_bytes())
                    for one in new.values()
                ],
            )
            self.remember(_CURSOR + reader, str(cursor).encode())
        self._taken += 1
        return tuple(new.values())

    def known(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of the acts that are here."""
        return frozenset(self._present("id", ids))

    def _check_places(self, items: Iterable[FeedItem]) -> None:
        """Nothing stands yet where these shall stand. Raises `Tampered`."""
        places = [item.seq for item in items]
        taken = set(self._present("seq", places))
        for place in places:
            if place in taken:
                raise Tampered(
                    "feed-rewritten",
                    "Keep this cache and tell the supervisor: the platform showed another act here before.",
                    seq=place,
                )
            taken.add(place)

    def _present(self, column: Literal["id", "seq"], values: Iterable[object]) -> Iterator[Any]:
        """Those of the values that stand in the mirror, asked for many at a time."""
        left = iter(values)
        while some := tuple(islice(left, _AT_ONCE)):
            marks = ", ".join("?" * len(some))
            for row in self._db.rows(f"SELECT {column} FROM feed_item WHERE {column} IN ({marks})", *some):
                yield row[column]

    def items(self, act: str = "", after: int = 0) -> Iterator[FeedItem]:
        """Acts in the platform's order, of one type or of all."""
        where, values = ("AND act = ?", (after, act)) if act else ("", (after,))
        for row in self._db.rows(f"SELECT body FROM feed_item WHERE seq > ? {where} ORDER BY seq", *values):
            yield FeedItem.from_bytes(row["body"])

    def item(self, statement_id: str) -> FeedItem | None:
        row = self._db.row("SELECT body FROM feed_item WHERE id = ?", statement_id)
        return None if row is None else FeedItem.from_bytes(row["body"])

    def unread(self, known: Collection[str]) -> tuple[FeedItem, ...]:
        """Acts whose id is not among `known`; costs next to nothing when nothing was written since this thread last asked."""
        state = (self._db.row("PRAGMA data_version")[0], self._taken, len(known))
        if getattr(self._asked, "state", None) == state:
            return ()
        last = getattr(self._asked, "last", 0)
        found = self._unread_after(last, known)
        total = int(self._db.row("SELECT count(*) FROM feed_item")[0])
        if len(known) + len(found) < total:  # something came to an earlier place: to another reader of this store
            found = self._unread_after(0, known)
        self._asked.state = (*state[:2], total)
        return found

    def _unread_after(self, seq: int, known: Collection[str]) -> tuple[FeedItem, ...]:
        places = self._db.rows("SELECT seq, id FROM feed_item WHERE seq > ? ORDER BY seq", seq)
        if places:
            self._asked.last = places[-1]["seq"]
        new = [row["seq"] for row in places if row["id"] not in known]
        bodies = (self._db.row("SELECT body FROM feed_item WHERE seq = ?", place)["body"] for place in new)
        return tuple(FeedItem.from_bytes(body) for body in bodies)

    # -- receipts and checkpoints

    def keep_receipt(self, statement_id: str, receipt: Receipt, at: datetime) -> None:
        """Keep a receipt that was verified. The same one again is nothing new; one that has its time-stamp now replaces it."""
        known = self.receipt(statement_id)
        if known is not None and (known.timestamp or not receipt.timestamp):
            return
        with self._db.write() as db:
            db.execute("DELETE FROM receipt WHERE id = ?", (statement_id,))
            db.execute(
                "INSERT INTO receipt (id, body, kept) VALUES (?, ?, ?)",
                (statement_id, receipt.to_bytes(), format_instant(at)),
            )

    def receipt(self, statement_id: str) -> Receipt | None:
        row = self._db.row("SELECT body FROM receipt WHERE id = ?", statement_id)
        return None if row is None else Receipt.from_bytes(row["body"])

    def receipts(self) -> tuple[tuple[str, Receipt], ...]:
        rows = self._db.rows("SELECT id, body FROM receipt ORDER BY kept, id")
        return tuple((row["id"], Receipt.from_bytes(row["body"])) for row in rows)

    def checkpoint(self) -> SeenCheckpoint | None:
        """The largest head of the log seen so far."""
        row = self._db.row("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1")
        return None if row is None else SeenCheckpoint(row["size"], row["root"], row["note"])

    def keep_checkpoint(self, seen: SeenCheckpoint) -> None:
        """Keep a head. Raises `Tampered` when another root was seen for the same size: the log was forked."""
        with self._db.write() as db:
            known = db.execute("SELECT root FROM checkpoint WHERE size = ?", (seen.size,)).fetchone()
            if known is None:
                db.execute(
                    "INSERT INTO checkpoint (size, root, note) VALUES (?, ?, ?)", (seen.size, seen.root, seen.note)
                )
            elif known["root"] != seen.root:
                raise Tampered(
                    "log-forked",
                    "Keep this cache and tell the supervisor: the platform showed two logs of one size.",
                    size=seen.size,
                )

    # -- small facts of sync

    def memo(self, name: str) -> bytes:
        row = self._db.row("SELECT value FROM memo WHERE name = ?", name)
        return b"" if row is None else bytes(row["value"])

    def remember(self, name: str, value: bytes) -> None:
        with self._db.write() as db:
            db.execute("INSERT OR REPLACE INTO memo (name, value) VALUES (?, ?)", (name, value))
