"""Sealed bids on their way in: chunks checked as they arrive, offsets that survive a kill (M17, M18).

What counts is the row: its offset is only moved after the bytes below it are flushed. A kill loses at most what came
after the last mark; the client asks for the offset and goes on from there.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.bidfile import COMMIT_SIZE, MAGIC, digest_of, inspect
from crypto.chunk_line import SEALED_CHUNK
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.bidding.sealed import HEADER_LIMIT
from procurement.wire.messages import UploadAnnouncement
from server_stub.failpoints import passing
from server_stub.settings import Settings
from server_stub.store.engine import Database
from server_stub.store.models import UploadRow, to_millis
from server_stub.store.receiving import HASH, Plan, Receiving

MARK = 64 * 1024 * 1024
LEAST_PREFIX = len(MAGIC) + 4 + 2 + COMMIT_SIZE
MOST_PREFIX = len(MAGIC) + 4 + HEADER_LIMIT + COMMIT_SIZE


class Uploads:
    """All uploads of one platform. `durable=False` skips flushing to disk: for benchmarks against peers that skip it."""

    def __init__(self, database: Database, folder: Path, settings: Settings, *, durable: bool = True) -> None:
        self._database, self._folder, self._settings, self._durable = database, folder, settings, durable

    def path(self, id_: str) -> Path:
        return self._folder / f"{id_}.sealed"

    def announce(self, org: str, said: UploadAnnouncement, now: datetime) -> UploadRow:
        """A new upload, or the one this organisation already has for the same bid. Raises `Refused`."""
        self._check(said)
        self._forget_expired(now)
        with self._database.write() as session:
            known = session.scalar(select(UploadRow).where(UploadRow.bid == said.bid, UploadRow.org == org).limit(1))
            if known is not None and self._same(known, said):
                return known
            self._check_quota(session, org, said.size)
            row = UploadRow(
                id=secrets.token_hex(16),
                org=org,
                tender=said.tender,
                lot=said.lot,
                header=said.header,
                bid=said.bid,
                size=said.size,
                prefix=said.prefix,
                chunk=said.chunk,
                hashes=said.hashes,
                offset=0,
                complete=False,
                expires=to_millis(now + timedelta(days=self._settings.limits.upload_days)),
            )
            self.path(row.id).touch()
            passing("upload:announced")
            session.add(row)
            return row

    def get(self, id_: str, org: str) -> UploadRow:
        """Raises `Refused("upload-unknown")`, also for another organisation's."""
        with self._database.read() as session:
            row = session.get(UploadRow, id_)
        if row is None or row.org != org:
            raise _unknown()
        return row

    def bound(self, id_: str, offset: str) -> str:
        """What the proof of a PATCH at this offset must name: SHA-256 over the announced hashes still to come, hex."""
        with self._database.read() as session:
            row = session.get(UploadRow, id_)
        if row is None or not offset.isdecimal():
            return hashlib.sha256(b"").hexdigest()
        first = max(0, int(offset) - row.prefix) // row.chunk
        return hashlib.sha256(row.hashes[HASH * first :]).hexdigest()

    def remove(self, id_: str, org: str) -> None:
        """Termination. A complete upload stays: a commit may rest on it. Raises `Refused`."""
        with self._database.write() as session:
            row = session.get(UploadRow, id_)
            if row is None or row.org != org:
                raise _unknown()
            if row.complete:
                raise Refused("upload-complete", "Nothing is left to stop; the bid counts only once committed.")
            session.delete(row)
        self.path(id_).unlink(missing_ok=True)

    def receive(self, row: UploadRow) -> Patch:
        """Go on with an upload at its offset."""
        return Patch(self, row)

    @property
    def step(self) -> int:
        """Bytes between two durable offsets of one long PATCH."""
        return MARK if self._durable else sys.maxsize

    def mark(self, id_: str, offset: int, *, complete: bool = False) -> None:
        """The bytes below `offset` are on disk."""
        with self._database.write() as session:
            row = session.get(UploadRow, id_)
            if row is not None:
                row.offset, row.complete = offset, complete

    def flush(self, handle: int) -> None:
        if self._durable:
            os.fdatasync(handle) if hasattr(os, "fdatasync") else os.fsync(handle)

    def _check(self, said: UploadAnnouncement) -> None:
        limit = self._settings.limits.upload
        if said.size > limit:
            raise Refused(
                "upload-too-large", "Make the attachments smaller.", rule="L-208", size=said.size, limit=limit
            )
        body = said.size - said.prefix
        chunks = -(-body // SEALED_CHUNK)
        if said.chunk != SEALED_CHUNK or not LEAST_PREFIX <= said.prefix <= MOST_PREFIX or body < 1:
            raise Refused("upload-malformed", "Announce the sealed file as the program made it.", field="prefix chunk")
        if len(said.hashes) != chunks * HASH:
            raise Refused("upload-malformed", "Announce one hash for each sealed chunk.", field="hashes", chunks=chunks)

    def _same(self, known: UploadRow, said: UploadAnnouncement) -> bool:
        stored = (known.tender, known.lot, known.header, known.size, known.prefix, known.hashes)
        return stored == (said.tender, said.lot, said.header, said.size, said.prefix, said.hashes) and (
            self.path(known.id).is_file()
        )

    def _check_quota(self, session: Session, org: str, size: int) -> None:
        held = session.scalar(select(func.sum(UploadRow.size)).where(UploadRow.org == org)) or 0
        if held + size > self._settings.limits.quota:
            raise Refused("quota-exceeded", "Stop uploads that are no longer needed.", held=held, size=size)

    def _forget_expired(self, now: datetime) -> None:
        with self._database.write() as session:
            where = select(UploadRow).where(UploadRow.expires < to_millis(now), ~UploadRow.complete)
            for row in session.scalars(where):
                self.path(row.id).unlink(missing_ok=True)
                session.delete(row)


class Patch:
    """One PATCH of a known upload: its bytes, what the row keeps of them, and the whole file's check at the end."""

    def __init__(self, uploads: Uploads, row: UploadRow) -> None:
        self._uploads, self._row = uploads, row
        self._handle = os.open(uploads.path(row.id), os.O_RDWR | os.O_CREAT, 0o600)
        plan = Plan(row.size, row.prefix, row.chunk, row.hashes)
        self.receiving = Receiving(self._handle, plan, row.offset, self._keep, uploads.step)

    def close(self) -> None:
        """End of this PATCH, however it came; a whole file is checked. Raises `Tampered` when it is not the announced bid."""
        try:
            if self.receiving.complete and not self._row.complete:
                self._complete()
            else:
                self.receiving.mark()
        finally:
            os.close(self._handle)

    def _keep(self, offset: int) -> None:
        self._uploads.flush(self._handle)
        passing("upload:flushed")
        self._uploads.mark(self._row.id, offset)

    def _complete(self) -> None:
        """Header and bid digest of the whole file; only then may a commit name it."""
        try:
            self._check_whole()
        except Problem:
            self.receiving.offset = 0
            self._uploads.mark(self._row.id, 0)
            raise
        self._uploads.flush(self._handle)
        passing("upload:checked")
        self._uploads.mark(self._row.id, self._row.size, complete=True)

    def _check_whole(self) -> None:
        row = self._row
        found = inspect(self._uploads.path(row.id))
        leaves = [row.hashes[at : at + HASH] for at in range(0, len(row.hashes), HASH)]
        bid = digest_of(found.header_bytes, found.commit, leaves, found.body)
        said = (row.header, row.bid, row.prefix, row.tender, row.lot, row.org)
        header = found.header
        if said != (found.header_digest.hex(), bid, found.offset, header.tender, header.lot, header.supplier):
            raise Tampered(
                "upload-not-as-announced", "Announce and send the sealed file as the program made it.", rule="L-232"
            )


def _unknown() -> Refused:
    return Refused("upload-unknown", "Announce the upload again.")
