"""Who edits at a profile: one window of one process at a time. The lock is the system's and ends with its process, however that ends.

The other window may look at everything and do acts, which take turns in the store; it does not edit drafts.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from procurement.basics.moment import Clock
from procurement.basics.problems import Refused
from procurement.basics.value import format_instant, parse_instant

LOCK_FILE, KNOCK_FILE = "seat.lock", "seat.knock"
_BEYOND = 1 << 30
"""The byte that Windows locks: far behind the words in the file, which stay readable"""


@dataclass(frozen=True, slots=True)
class Sitter:
    """Who has the seat, as they wrote it down when they took it."""

    process: int
    host: str
    since: datetime


class Seat:
    """The seat of the profile in `folder`."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        self._file: BinaryIO | None = None
        self._knocks = self._knocked()

    @property
    def taken(self) -> bool:
        """Whether this process sits here."""
        return self._file is not None

    def take(self) -> bool:
        """Sit down; False when another process, or another desk of this one, sits here. Asking again is free."""
        if self._file is not None:
            return True
        try:
            handle = os.open(self._folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise Refused("seat-unusable", "Make the profile's folder writable.", folder=self._folder.name) from error
        file = os.fdopen(handle, "r+b", buffering=0)
        if not _lock(file):
            file.close()
            return False
        words = {"process": os.getpid(), "host": socket.gethostname()[:100], "since": format_instant(self._clock.now())}
        file.truncate(0)
        file.write(json.dumps(words).encode())
        self._file = file
        return True

    def sitter(self) -> Sitter | None:
        """Who has the seat; None when what is written there cannot be read. Only worth asking after `take` said no."""
        try:
            found = json.loads((self._folder / LOCK_FILE).read_bytes())
            return Sitter(int(found["process"]), str(found["host"]), parse_instant(found["since"]))
        except (OSError, ValueError, KeyError, TypeError, Refused):
            return None

    def knock(self) -> None:
        """Ask the window that sits here to come forward."""
        with suppress(OSError):
            (self._folder / KNOCK_FILE).write_bytes(os.urandom(8))

    def heard(self) -> bool:
        """Whether somebody has knocked since this was asked last."""
        before, self._knocks = self._knocks, self._knocked()
        return self._knocks not in (b"", before)

    def _knocked(self) -> bytes:
        try:
            return (self._folder / KNOCK_FILE).read_bytes()
        except OSError:
            return b""

    def leave(self) -> None:
        """Stand up; the next one may sit down at once."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> bool:
        file.seek(_BEYOND)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            file.seek(0)
        return True

else:
    import fcntl

    def _lock(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
