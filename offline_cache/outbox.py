"""Acts on their way: the only table that acts write. Sync carries them to the server in order, and its answer is final."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from offline_cache.connection import Connection
from procurement.basics.statement import SignedBytes
from procurement.basics.value import format_instant, parse_instant
from procurement.wire.messages import ActMessage, ProblemDocument

State = Literal["queued", "sent", "accepted", "refused"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One act. `sent` means that it may have reached the server; sending again is harmless (its id is the key)."""

    place: int
    id: str
    act: str
    message: ActMessage
    files: tuple[str, ...]
    """SHA-256 of files that must be on the server before the act"""
    subject: str
    """What the act is about, for people: a project number, a lot"""
    state: State
    attempts: int
    problem: ProblemDocument | None
    made: datetime


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(
        self,
        act: str,
        signed: SignedBytes,
        *,
        made: datetime,
        secret: bytes = b"",
        files: Iterable[str] = (),
        subject: str = "",
    ) -> str:
        """Queue one act; the same statement again is the same row, unless it was refused: then it is tried anew. Its id."""
        with self._db.write() as db:
            db.execute("DELETE FROM outbox WHERE id = ? AND state = 'refused'", (signed.id,))
            db.execute(
                "INSERT OR IGNORE INTO outbox (id, act, signed, secret, files, subject, made)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    signed.id,
                    act,
                    signed.to_bytes(),
                    secret,
                    json.dumps(list(files)),
                    subject,
                    format_instant(made),
                ),
            )
        return signed.id

    def waiting(self) -> tuple[OutboxRow, ...]:
        """Acts without an answer, in order."""
        rows = self._db.rows("SELECT * FROM outbox WHERE state IN ('queued', 'sent') ORDER BY place")
        return tuple(_row(row) for row in rows)

    def all(self) -> tuple[OutboxRow, ...]:
        return tuple(_row(row) for row in self._db.rows("SELECT * FROM outbox ORDER BY place"))

    def get(self, statement_id: str) -> OutboxRow | None:
        row = self._db.row("SELECT * FROM outbox WHERE id = ?", statement_id)
        return None if row is None else _row(row)

    def sending(self, statement_id: str) -> None:
        """Noted before the act leaves, so that a kill cannot make it look unsent."""
        with self._db.write() as db:
            db.execute("UPDATE outbox SET state = 'sent', attempts = attempts + 1 WHERE id = ?", (statement_id,))

    def troubled(self, statement_id: str, problem: ProblemDocument) -> None:
        """Keep what went wrong with an act that has no final answer yet."""
        with self._db.write() as db:
            db.execute("UPDATE outbox SET problem = ? WHERE id = ?", (problem.to_bytes(), statement_id))

    def accepted(self, statement_id: str) -> None:
        """The server said yes; the secret is no longer needed here."""
        with self._db.write() as db:
            db.execute(
                "UPDATE outbox SET state = 'accepted', secret = x'', problem = x'' WHERE id = ?", (statement_id,)
            )

    def refused(self, statement_id: str, problem: ProblemDocument) -> None:
        """The server said no, with its reason."""
        with self._db.write() as db:
            db.execute(
                "UPDATE outbox SET state = 'refused', secret = x'', problem = ? WHERE id = ?",
                (problem.to_bytes(), statement_id),
            )


def _row(row: Any) -> OutboxRow:
    return OutboxRow(
        place=row["place"],
        id=row["id"],
        act=row["act"],
        message=ActMessage(signed=SignedBytes.from_bytes(row["signed"]), secret=row["secret"]),
        files=tuple(json.loads(row["files"])),
        subject=row["subject"],
        state=row["state"],
        attempts=row["attempts"],
        problem=ProblemDocument.from_bytes(row["problem"]) if row["problem"] else None,
        made=parse_instant(row["made"]),
    )
