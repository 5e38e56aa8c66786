"""Files that a kill may hit: written whole beside their place, then moved into it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from procurement.basics.problems import Locked, Refused

LOG_KEY_FILE, WITNESS_FILE, OUTSIDE_WITNESS_FILE = "log.vkey", "witness.vkey", "outside-witness.vkey"
TLS_FILE, OUTSIDE_TSA_FILE = "tls.pem", "outside-tsa.pem"
"""What lies in a trust folder beside the files of `TrustStore`"""


def write_whole(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Put `data` at `path` so that a reader finds either the old file or the new one. `secret`: owner only (0600)."""
    with written_whole(path, secret=secret) as stream:
        stream.write(data)


@contextmanager
def written_whole(path: Path, *, secret: bool = False) -> Iterator[BinaryIO]:
    """A new file that takes its name, flushed to the disk, when the block ends well, and goes when it does not."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(part, flags, 0o600 if secret else 0o644)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system can (Windows does it by itself)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def becoming(target: Path, *, replace: bool = True) -> Iterator[Path]:
    """An empty, owner-only file beside `target` for large work; it takes the name, flushed, when all went well.

    A failure leaves nothing behind. Raises `Refused("file-exists")` unless `replace`, `Locked("storage-failed")` for
    whatever the system says against it (disk full, no right, folder gone).
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        if not replace and target.exists():
            raise Refused("file-exists", "Choose another name.", file=target.name)
        part.replace(target)
    except BaseException as error:
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Locked(
                "storage-failed", "Make room on the disk, or choose another folder.", reason=error.strerror or error
            ) from error
        raise
    sync_folder(target.parent)


_BEHIND = 32 * 1024**2


def write_out_soon(file: BinaryIO, at: int, size: int) -> None:
    """Of a large file written from its start on: begin to bring these bytes to the disk, so that the flush at the end is short.

    What was written 32 MiB before should be there by now: the memory that it took in the system's cache is given back,
    and serves the next bytes (ADR 0023). Says nothing about what is on the disk, and nothing at all where the system has no such call.
    """
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), at, size, os.POSIX_FADV_DONTNEED)
        if at >= _BEHIND:
            os.posix_fadvise(file.fileno(), at - _BEHIND, size, os.POSIX_FADV_DONTNEED)
