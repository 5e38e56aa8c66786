"""Work in progress: bid drafts, score sheets. Saved as one goes, with history; and private things kept for later acts."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from offline_cache.connection import Connection
from procurement.basics.problems import Refused
from procurement.basics.value import format_instant, parse_instant

HISTORY = 50
"""So many of the newest versions of a draft are all kept"""
THINNING: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(days=1), timedelta(minutes=10)),
    (timedelta(days=60), timedelta(days=1)),
    (timedelta(days=730), timedelta(weeks=1)),
)
"""Older versions: up to which age one in how long a time is kept. At most 145 + 61 + 105 of them, however long one types"""
LOOSE = "~loose"
"""After the kind of a draft: what is typed beside it and not yet whole"""
NAME_LIMIT = 60
"""Characters in the name of a version"""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    version: int
    body: bytes
    saved: datetime
    name: str = ""
    """Given by a person: such a version is never thinned out"""
    origin: str = ""
    """How it came about when not by typing, or what was done with it: `restored:<version>`, `merged`, `theirs`, `exported`,
    `before-merge`. Such a version is not thinned out either"""
    mark: str = ""
    """A digest of what it says"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What thinning looks at."""

    version: int
    saved: datetime
    named: bool


def surplus(kept: Iterable[Kept], now: datetime) -> tuple[int, ...]:
    """The versions that thinning takes away: of each stretch of time the last one stays, named ones always."""
    newest_first = sorted(kept, key=lambda one: -one.version)
    seen: set[tuple[int, int]] = set()
    gone = []
    for one in newest_first[HISTORY:]:
        if one.named:
            continue
        stretch = _stretch(one.saved, now)
        if stretch is None or stretch in seen:
            gone.append(one.version)
        else:
            seen.add(stretch)
    return tuple(gone)


def _stretch(saved: datetime, now: datetime) -> tuple[int, int] | None:
    """The stretch of time a version stands for; None: it is too old. Stretches are fixed in time, so thinning is stable."""
    for place, (age, width) in enumerate(THINNING):
        if now - saved < age:
            return place, int(saved.timestamp() // width.total_seconds())
    return None


class Drafts:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def save(
        self,
        kind: str,
        key: str,
        body: bytes,
        at: datetime,
        *,
        based_on: int | None = None,
        name: str = "",
        origin: str = "",
        mark: str = "",
    ) -> int:
        """Keep a new version and return its number; unchanged bytes keep the old one.

        `based_on` names the version the writer had read: raises `Refused` when another window has saved since. `mark`
        is a digest of what the version says.
        """
        with self._db.write() as db:
            row = db.execute("SELECT version, body FROM draft WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            version = 0 if row is None else int(row["version"])
            if based_on is not None and based_on != version:
                raise Refused("draft-moved-on", "Read the draft again: it was saved elsewhere meanwhile.", kind=kind)
            if row is not None and bytes(row["body"]) == body:
                return version
            values = (kind, key, version + 1, body, format_instant(at))
            db.execute("INSERT OR REPLACE INTO draft (kind, key, version, body, saved) VALUES (?, ?, ?, ?, ?)", values)
            db.execute(
                "INSERT INTO draft_history (kind, key, version, body, saved, packed, name, origin, mark)"
                " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
                (kind, key, version + 1, zlib.compress(body, 6), format_instant(at), name, origin, mark),
            )
            self._thin(db, kind, key, at)
        return version + 1

    def _thin(self, db: Any, kind: str, key: str, now: datetime) -> None:
        rows = db.execute(
            "SELECT version, saved, name, origin FROM draft_history WHERE kind = ? AND key = ?", (kind, key)
        ).fetchall()
        kept = (Kept(row["version"], parse_instant(row["saved"]), bool(row["name"] or row["origin"])) for row in rows)
        db.executemany(
            "DELETE FROM draft_history WHERE kind = ? AND key = ? AND version = ?",
            [(kind, key, version) for version in surplus(kept, now)],
        )

    def load(self, kind: str, key: str) -> SavedDraft | None:
        row = self._db.row("SELECT version, body, saved FROM draft WHERE kind = ? AND key = ?", kind, key)
        return None if row is None else SavedDraft(row["version"], bytes(row["body"]), parse_instant(row["saved"]))

    def newest(self, kind: str, key: str) -> SavedDraft | None:
        """The version that stands, with all that history knows of it; None before the first."""
        row = self._db.row(
            "SELECT * FROM draft_history WHERE kind = ? AND key = ? ORDER BY version DESC LIMIT 1", kind, key
        )
        return None if row is None else _read(row)

    def history(self, kind: str, key: str) -> tuple[SavedDraft, ...]:
        """Versions, newest first."""
        rows = self._db.rows("SELECT * FROM draft_history WHERE kind = ? AND key = ? ORDER BY version DESC", kind, key)
        return tuple(map(_read, rows))

    def version(self, kind: str, key: str, version: int) -> SavedDraft:
        """One version. Raises `Refused("draft-version-gone")`."""
        row = self._db.row("SELECT * FROM draft_history WHERE kind = ? AND key = ? AND version = ?", kind, key, version)
        if row is None:
            raise Refused("draft-version-gone", "Choose another version from the list.", version=version)
        return _read(row)

    def name(self, kind: str, key: str, version: int, name: str) -> None:
        """Give a version a name, or take it away with "". Raises `Refused`: draft-version-gone, draft-name-too-long."""
        if len(name) > NAME_LIMIT:
            raise Refused("draft-name-too-long", "Choose a shorter name.", limit=NAME_LIMIT)
        with self._db.write() as db:
            done = db.execute(
                "UPDATE draft_history SET name = ? WHERE kind = ? AND key = ? AND version = ?",
                (name, kind, key, version),
            )
            if not done.rowcount:
                raise Refused("draft-version-gone", "Choose another version from the list.", version=version)

    def note(self, kind: str, key: str, version: int, origin: str) -> None:
        """Say what was done with a version, unless something is said of it already; it is kept for good."""
        with self._db.write() as db:
            db.execute(
                "UPDATE draft_history SET origin = ? WHERE kind = ? AND key = ? AND version = ? AND origin = ''",
                (origin, kind, key, version),
            )

    def keys(self, kind: str) -> tuple[str, ...]:
        return tuple(row["key"] for row in self._db.rows("SELECT key FROM draft WHERE kind = ? ORDER BY key", kind))

    def mentioned(self, words: Collection[str]) -> frozenset[str]:
        """Which of these words stand in any draft, in any version that is kept."""
        wanted, found = {word: word.encode() for word in words}, set()
        for row in self._db.handle().execute(
            "SELECT body, packed FROM draft_history UNION ALL SELECT body, 0 FROM draft"
        ):
            body = zlib.decompress(row["body"]) if row["packed"] else bytes(row["body"])
            found |= {word for word, raw in wanted.items() if raw in body}
        return frozenset(found)

    def keep_loose(self, kind: str, key: str, body: bytes, at: datetime) -> None:
        """Keep beside a draft what is typed and not yet whole: the latest only, without history; empty bytes take it away."""
        with self._db.write() as db:
            db.execute("DELETE FROM draft WHERE kind = ? AND key = ?", (kind + LOOSE, key))
            if body:
                row = (kind + LOOSE, key, 1, body, format_instant(at))
                db.execute("INSERT INTO draft (kind, key, version, body, saved) VALUES (?, ?, ?, ?, ?)", row)

    def loose(self, kind: str, key: str) -> bytes:
        """What `keep_loose` kept; empty when nothing is."""
        saved = self.load(kind + LOOSE, key)
        return b"" if saved is None else saved.body

    def discard(self, kind: str, key: str) -> None:
        """Remove a draft with its history and what is kept beside it."""
        with self._db.write() as db:
            db.execute("DELETE FROM draft WHERE kind IN (?, ?) AND key = ?", (kind, kind + LOOSE, key))
            db.execute("DELETE FROM draft_history WHERE kind = ? AND key = ?", (kind, key))


def _read(row: Any) -> SavedDraft:
    body = bytes(row["body"])
    if row["packed"]:
        body = zlib.decompress(body)
    return SavedDraft(row["version"], body, parse_instant(row["saved"]), row["name"], row["origin"], row["mark"])


class Keepsakes:
    """Private values a later act needs and that must never change: the salt of a score commit, a machine record."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def keep(self, kind: str, key: str, body: bytes) -> bytes:
        """Keep `body` unless something is kept already; returns what is kept."""
        with self._db.write() as db:
            db.execute("INSERT OR IGNORE INTO keepsake (kind, key, body) VALUES (?, ?, ?)", (kind, key, body))
            row = db.execute("SELECT body FROM keepsake WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return bytes(row["body"])

    def find(self, kind: str, key: str) -> bytes | None:
        row = self._db.row("SELECT body FROM keepsake WHERE kind = ? AND key = ?", kind, key)
        return None if row is None else bytes(row["body"])

    def all(self, kind: str) -> tuple[tuple[str, bytes], ...]:
        """Everything of one kind by its key, in one reading."""
        rows = self._db.rows("SELECT key, body FROM keepsake WHERE kind = ? ORDER BY rowid", kind)
        return tuple((row["key"], bytes(row["body"])) for row in rows)

    def keys(self, kind: str) -> tuple[str, ...]:
        rows = self._db.rows("SELECT key FROM keepsake WHERE kind = ? ORDER BY rowid", kind)
        return tuple(row["key"] for row in rows)
