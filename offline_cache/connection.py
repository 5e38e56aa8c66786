"""The cache file: SQLite in WAL mode under sqlcipher. The key comes from outside as 32 raw bytes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from offline_cache.migrations import migrate
from procurement.basics.problems import Locked

KEY_LENGTH = 32
_BUSY_MS = 10_000


class Connection:
    """The open cache. Each thread gets its own handle, so a reader never waits for a writer; writers take turns.

    Every commit is synced to disk before it returns: what was said to be kept survives `kill -9` and a power cut.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or create the cache at `path`. Raises `Locked` when the key does not open it."""
        if len(key) != KEY_LENGTH:
            raise Locked("cache-key-malformed", "Give the cache its 32-byte key.", length=len(key))
        self.path = path
        self._key = key
        self._local = threading.local()
        self._handles: list[Any] = []
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self.write() as handle:
            migrate(handle)

    def handle(self) -> Any:
        """This thread's handle."""
        found = getattr(self._local, "handle", None)
        if found is None:
            found = self._open()
            self._local.handle = found
            with self._guard:
                self._handles.append(found)
        return found

    def _open(self) -> Any:
        handle = dbapi2.connect(str(self.path), isolation_level=None, check_same_thread=False)
        handle.row_factory = dbapi2.Row
        handle.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        try:
            handle.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except dbapi2.DatabaseError as error:
            handle.close()
            raise Locked(
                "cache-key-wrong",
                "Sign in as the person who made this cache, or set it aside: the server has everything that was sent.",
                file=self.path.name,
            ) from error
        handle.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        handle.execute("PRAGMA journal_mode = WAL")
        handle.execute("PRAGMA synchronous = FULL")
        handle.execute("PRAGMA foreign_keys = ON")
        handle.execute("PRAGMA temp_store = MEMORY")
        return handle

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows of a query."""
        return list(self.handle().execute(sql, values))

    def row(self, sql: str, *values: object) -> Any:
        """The first row of a query, or None."""
        return self.handle().execute(sql, values).fetchone()

    @contextmanager
    def write(self) -> Iterator[Any]:
        """One transaction; nested use joins the outer one.

        Raises `Locked`: disk-full, storage-failed, where the disk takes nothing; nothing of the transaction is kept then.
        """
        with self._writing:
            handle = self.handle()
            if handle.in_transaction:
                yield handle
                return
            try:
                handle.execute("BEGIN IMMEDIATE")
                yield handle
                handle.execute("COMMIT")
            except BaseException as error:
                if handle.in_transaction:  # a full disk has rolled it back already
                    handle.execute("ROLLBACK")
                named = _of_the_disk(error)
                if named is None:
                    raise
                raise named from error

    def close(self) -> None:
        with self._guard:
            for handle in self._handles:
                handle.close()
            self._handles.clear()
            self._local = threading.local()


def _of_the_disk(error: BaseException) -> Locked | None:
    """The problem behind what SQLite says, where the disk is at fault."""
    if not isinstance(error, dbapi2.OperationalError):
        return None
    words = str(error)
    if "full" in words:
        return Locked("disk-full", "Free disk space; what is typed is kept again as soon as there is room.")
    if any(sign in words for sign in ("readonly", "read-only", "disk I/O", "unable to open")):
        return Locked("storage-failed", "Make room on the disk, or see that this folder may be written.", reason=words)
    return None
