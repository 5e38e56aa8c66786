"""Where each upload of a sealed bid stands, so that it resumes after any break."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline_cache.connection import Connection


@dataclass(frozen=True, slots=True)
class UploadState:
    bid: str
    """Bid digest BD"""
    file: Path
    size: int
    metadata: dict[str, str]
    hashes: bytes
    """SHA-256 of each 1 MiB piece of the file as it travels, 32 bytes each"""
    url: str
    confirmed: int
    """Bytes the server has confirmed"""
    done: bool


class Uploads:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def begin(self, bid: str, file: Path, size: int, metadata: dict[str, str], hashes: bytes) -> UploadState:
        """Note an upload; one that is known already goes on where it stood."""
        with self._db.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO upload (bid, file, size, metadata, hashes) VALUES (?, ?, ?, ?, ?)",
                (bid, str(file), size, json.dumps(metadata), hashes),
            )
        found = self.get(bid)
        assert found is not None
        return found

    def get(self, bid: str) -> UploadState | None:
        row = self._db.row("SELECT * FROM upload WHERE bid = ?", bid)
        return None if row is None else _state(row)

    def all(self) -> tuple[UploadState, ...]:
        return tuple(_state(row) for row in self._db.rows("SELECT * FROM upload ORDER BY rowid"))

    def placed(self, bid: str, url: str) -> None:
        """The server has opened the upload at `url`; nothing is confirmed yet."""
        self._set(bid, "url = ?, confirmed = 0, done = 0", url)

    def confirmed(self, bid: str, offset: int) -> None:
        self._set(bid, "confirmed = ?", offset)

    def finished(self, bid: str) -> None:
        self._set(bid, "confirmed = size, done = 1")

    def _set(self, bid: str, change: str, *values: object) -> None:
        with self._db.write() as db:
            db.execute(f"UPDATE upload SET {change} WHERE bid = ?", (*values, bid))


def _state(row: Any) -> UploadState:
    return UploadState(
        bid=row["bid"],
        file=Path(row["file"]),
        size=row["size"],
        metadata=json.loads(row["metadata"]),
        hashes=bytes(row["hashes"]),
        url=row["url"],
        confirmed=row["confirmed"],
        done=bool(row["done"]),
    )
