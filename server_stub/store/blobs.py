"""The blob store: bytes by digest in a folder. Written beside their place, flushed, then renamed."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from crypto.files import sync_folder
from procurement.basics.problems import Refused, Tampered
from server_stub.failpoints import passing


class Blobs(Protocol):
    """The port: what another store (S3) would have to answer."""

    def begin(self, sha256: str, limit: int) -> Incoming: ...

    def path(self, sha256: str) -> Path: ...

    def has(self, sha256: str) -> bool: ...


class FolderBlobs:
    """Files under `folder/ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.part"):
            left.unlink()

    def begin(self, sha256: str, limit: int) -> Incoming:
        """Bytes are about to arrive that should have this digest and at most `limit` bytes."""
        return Incoming(self.folder / f"{secrets.token_hex(16)}.part", self.path(sha256), sha256, limit)

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Store `data` made by the platform itself; its digest."""
        incoming = self.begin(hashlib.sha256(data).hexdigest(), len(data))
        incoming.write(data)
        incoming.finish()
        return incoming.sha256

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("??/*"))


class Incoming:
    """A blob on its way in. Either `finish` or `drop` ends it."""

    def __init__(self, temporary: Path, target: Path, sha256: str, limit: int) -> None:
        self.sha256, self.size = sha256, 0
        self._temporary, self._target, self._limit = temporary, target, limit
        self._hash = hashlib.sha256()
        self._file: BinaryIO = temporary.open("xb")

    def write(self, data: bytes) -> None:
        """Raises `Refused("file-too-large")`."""
        self.size += len(data)
        if self.size > self._limit:
            raise Refused("file-too-large", "Make the file smaller, or split it.", rule="L-208", limit=self._limit)
        self._hash.update(data)
        self._file.write(data)

    def finish(self) -> None:
        """Put the blob in its place. Raises `Tampered("file-digest-differs")`."""
        if self._hash.hexdigest() != self.sha256:
            raise Tampered("file-digest-differs", "Send the file again; it was damaged on the way.", wanted=self.sha256)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._target.parent.mkdir(exist_ok=True)
        self._temporary.replace(self._target)
        passing("blob:renamed")
        sync_folder(self._target.parent)
        sync_folder(self._target.parent.parent)

    def drop(self) -> None:
        """Forget what came. Harmless after `finish`."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)
