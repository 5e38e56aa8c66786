"""Work in progress: bid drafts, score sheets. Saved as one goes, with history; and private things kept for later acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from offline_cache.connection import Connection
from procurement.basics.problems import Refused
from procurement.basics.value import format_instant, parse_instant

HISTORY = 50
"""Older versions kept of each draft"""


@dataclass(frozen=True, slots=True)
class SavedDraft:
    version: int
    body: bytes
    saved: datetime


class Drafts:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def save(self, kind: str, key: str, body: bytes, at: datetime, *, based_on: int | None = None) -> int:
        """Keep a new version and return its number; unchanged bytes keep the old one.

        `based_on` names the version the writer had read: raises `Refused` when another window has saved since.
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
            db.execute("INSERT INTO draft_history (kind, key, version, body, saved) VALUES (?, ?, ?, ?, ?)", values)
            db.execute(
                "DELETE FROM draft_history WHERE kind = ? AND key = ? AND version <= ?",
                (kind, key, version + 1 - HISTORY),
            )
        return version + 1

    def load(self, kind: str, key: str) -> SavedDraft | None:
        row = self._db.row("SELECT version, body, saved FROM draft WHERE kind = ? AND key = ?", kind, key)
        return None if row is None else SavedDraft(row["version"], bytes(row["body"]), parse_instant(row["saved"]))

    def history(self, kind: str, key: str) -> tuple[SavedDraft, ...]:
        """Versions, newest first."""
        rows = self._db.rows(
            "SELECT version, body, saved FROM draft_history WHERE kind = ? AND key = ? ORDER BY version DESC", kind, key
        )
        return tuple(SavedDraft(row["version"], bytes(row["body"]), parse_instant(row["saved"])) for row in rows)

    def keys(self, kind: str) -> tuple[str, ...]:
        return tuple(row["key"] for row in self._db.rows("SELECT key FROM draft WHERE kind = ? ORDER BY key", kind))

    def discard(self, kind: str, key: str) -> None:
        with self._db.write() as db:
            db.execute("DELETE FROM draft WHERE kind = ? AND key = ?", (kind, key))
            db.execute("DELETE FROM draft_history WHERE kind = ? AND key = ?", (kind, key))


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

    def keys(self, kind: str) -> tuple[str, ...]:
        rows = self._db.rows("SELECT key FROM keepsake WHERE kind = ? ORDER BY rowid", kind)
        return tuple(row["key"] for row in rows)
