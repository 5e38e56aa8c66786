"""Files by digest, encrypted at rest. The sealer is handed in: this room knows no cryptography."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from offline_cache.connection import Connection
from procurement.basics.problems import Locked, Tampered
from procurement.basics.pulse import Pulse
from procurement.basics.value import format_instant

_BLOCK = 1024 * 1024


class Sealer(Protocol):
    """Encrypts and authenticates whole files. A file of size 0 is allowed."""

    def seal(self, source: Path, target: Path) -> None: ...

    def open(self, source: Path, target: Path) -> None:
        """Raises `Tampered` when the bytes do not authenticate; then `target` is not to be used."""


class Blobs:
    """The store under `folder`; clear copies live in `folder/clear` only while in use and are swept at start."""

    def __init__(self, connection: Connection, folder: Path, sealer: Sealer, *, sweep: bool = True) -> None:
        """`sweep`: whether this process is the only one here, so that clear copies at hand are left-overs."""
        self._db = connection
        self._folder = folder
        self._sealer = sealer
        self._clear = folder / "clear"
        if sweep:
            shutil.rmtree(self._clear, ignore_errors=True)
        self._clear.mkdir(parents=True, mode=0o700, exist_ok=True)

    def has(self, sha256: str) -> bool:
        return self._db.row("SELECT 1 FROM blob WHERE sha256 = ?", sha256) is not None

    def size(self, sha256: str) -> int:
        row = self._db.row("SELECT size FROM blob WHERE sha256 = ?", sha256)
        if row is None:
            raise self._missing(sha256)
        return int(row["size"])

    def put(self, data: bytes, at: datetime) -> str:
        """Keep bytes; returns their SHA-256."""
        with self.scratch() as folder:
            path = folder / "in"
            path.write_bytes(data)
            return self.put_file(path, at)

    def put_file(self, source: Path, at: datetime, pulse: Pulse | None = None, *, loose: bool = False) -> str:
        """Keep a copy of a file; returns its SHA-256 (lower-case hex). `loose`: nothing refers to it yet, unless it was here before."""
        name = file_digest(source, pulse)
        if self.has(name):
            if not loose:
                self.bind(name)
            return name
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        pending = target.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}.part")
        try:
            self._sealer.seal(source, pending)
            _sync(pending)
            pending.replace(target)
            _sync(target.parent)
        finally:
            pending.unlink(missing_ok=True)
        with self._db.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO blob (sha256, size, kept, loose) VALUES (?, ?, ?, ?)",
                (name, source.stat().st_size, format_instant(at), int(loose)),
            )
        return name

    def bind(self, sha256: str) -> None:
        """Something refers to the file now."""
        if self._db.row("SELECT 1 FROM blob WHERE sha256 = ? AND loose = 1", sha256) is not None:
            with self._db.write() as db:
                db.execute("UPDATE blob SET loose = 0 WHERE sha256 = ?", (sha256,))

    def loose(self) -> tuple[str, ...]:
        """Files that nothing was said to refer to."""
        return tuple(row["sha256"] for row in self._db.rows("SELECT sha256 FROM blob WHERE loose = 1"))

    def discard(self, sha256: str) -> None:
        """Forget a loose file. The entry goes first: a file without one is taken for absent."""
        with self._db.write() as db:
            gone = db.execute("DELETE FROM blob WHERE sha256 = ? AND loose = 1", (sha256,)).rowcount
        if gone:
            self._path(sha256).unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        """The whole file in memory. Raises `Locked` when it is not here, `Tampered` when it was damaged."""
        with self.clear(sha256) as path:
            return path.read_bytes()

    def export(self, sha256: str, target: Path) -> None:
        """Write a clear copy to `target`, checked against its digest."""
        if not self.has(sha256):
            raise self._missing(sha256)
        pending = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        try:
            self._sealer.open(self._path(sha256), pending)
            if file_digest(pending) != sha256:
                raise Tampered("blob-damaged", "Fetch the file again.", sha256=sha256)
            pending.replace(target)
        finally:
            pending.unlink(missing_ok=True)

    @contextmanager
    def clear(self, sha256: str) -> Iterator[Path]:
        """A clear copy on disk for as long as the block runs."""
        with self.scratch() as folder:
            path = folder / "file"
            self.export(sha256, path)
            yield path

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A private folder that is swept afterwards, at the latest at the next start."""
        folder = Path(tempfile.mkdtemp(dir=self._clear))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _missing(self, sha256: str) -> Locked:
        return Locked("blob-missing", "Fetch the file first.", sha256=sha256)


def file_digest(path: Path, pulse: Pulse | None = None) -> str:
    """SHA-256 of a file in hex; hashing releases the GIL, so other lanes go on."""
    state, done = hashlib.sha256(), 0
    total = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        buffer = memoryview(bytearray(_BLOCK))
        while count := file.readinto(buffer):
            state.update(buffer[:count])
            done += count
            if pulse is not None:
                pulse.step(done, total)
    return state.hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
