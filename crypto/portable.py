"""Content under a passphrase in one file that travels: any size, written and read in one pass with little memory.

    "JINCAID1" || u64(size of the content) || u32(length of box) || box || check (32) || chunk_0 .. chunk_n-1

`box` is a 32-byte key k under the passphrase (`crypto.vault`: Argon2id, AES-256-GCM). The content is enciphered as files at
rest are (`crypto.at_rest`): chunk_i = AES-256-GCM(key, u88(i) || last, 1 MiB), key = HKDF-SHA256(k, salt = check), and check
is SHA-256 of all before it: it tells damage from a wrong passphrase. The size in clear tells a file that was cut short.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.at_rest import CHUNK, chunk_nonce
from crypto.vault import Argon2Parameters, protect, unprotect
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import Pulse

MAGIC = b"JINCAID1"
LABEL = "draft-bundle"
BOX_LIMIT = 4096
MAX_SIZE = 64 * 1024**3
"""Bytes of content; far inside the limits of GCM"""
_TAG = 16
_CHECK = 32
_INFO = b"jincai/v1/draft-bundle"


def make_box(passphrase: str, parameters: Argon2Parameters | None = None) -> tuple[bytes, bytes]:
    """A new key under a passphrase, and the key. Raises `Refused("passphrase-too-short")`."""
    key = secrets.token_bytes(32)
    return protect(key, passphrase, LABEL, parameters), key


def file_size(size: int, box: bytes) -> int:
    """Bytes of the whole file for `size` bytes of content."""
    return len(_head(size, box)) + size + _TAG * _chunks(size)


class PortableWriter:
    """Takes the content piece by piece. A box serves one file: a second one would repeat nonces."""

    def __init__(self, out: BinaryIO, box: bytes, key: bytes, size: int, pulse: Pulse) -> None:
        """`size`: bytes of the content to come, from 1 to `MAX_SIZE`."""
        if not 1 <= size <= MAX_SIZE:
            raise Refused("draft-bundle-size-wrong", "Take documents out of the draft.", size=size, limit=MAX_SIZE)
        head = _head(size, box)
        self._out, self._size, self._pulse = out, size, pulse
        self._aead = _aead(key, head[-_CHECK:])
        self._room = bytearray()
        self._done = self._place = 0
        out.write(head)

    def write(self, data: bytes | memoryview) -> None:
        """Raises `Cancelled` from the pulse."""
        self._room += data
        self._done += len(data)
        while len(self._room) > CHUNK:
            self._seal(last=False)

    def finish(self) -> None:
        """Write what is left. Raises `Refused("content-changed")` unless exactly the size that was told has come."""
        if self._done != self._size:
            raise Refused("content-changed", "Do not change the draft while it is written; start again.", at=self._done)
        self._seal(last=True)

    def _seal(self, *, last: bool) -> None:
        piece = bytes(self._room[:CHUNK])
        del self._room[:CHUNK]
        self._out.write(self._aead.encrypt(chunk_nonce(self._place, last), piece, None))
        self._place += 1
        self._pulse.step(min(self._place * CHUNK, self._size), self._size)


class PortableReader:
    """Gives the content piece by piece, each authenticated before it is given."""

    def __init__(self, source: BinaryIO, passphrase: str, pulse: Pulse) -> None:
        """Raises `Tampered`: draft-bundle-malformed, -truncated, -damaged; `Locked("draft-bundle-passphrase-wrong")`."""
        start = source.read(len(MAGIC) + 12)
        if not start.startswith(MAGIC):
            raise Tampered("draft-bundle-malformed", "Choose a file that was written as a draft bundle.")
        if len(start) < len(MAGIC) + 12:
            raise _truncated()
        size, length = struct.unpack(">QI", start[len(MAGIC) :])
        if not 1 <= size <= MAX_SIZE or length > BOX_LIMIT:
            raise _damaged()
        box, check = source.read(length), source.read(_CHECK)
        whole = len(start) + length + _CHECK + size + _TAG * _chunks(size)
        found = _length(source)
        if found >= len(start) + length + _CHECK and _head(size, box) != start + box + check:
            raise _damaged()
        if found != whole:
            raise _truncated(expected=whole, found=found) if found < whole else _damaged()
        self._aead = _aead(unprotect(box, passphrase, LABEL), check)
        self._source, self._pulse = source, pulse
        self.size = size
        self._place, self._left, self._room = 0, size, b""

    def read(self, count: int) -> bytes:
        """The next bytes, at most `count`; fewer only at a chunk's end, none at the end. Raises `Tampered`, `Cancelled`."""
        if not self._room:
            if not self._left:
                return b""
            self._room = self._open()
        piece, self._room = self._room[:count], self._room[count:]
        return piece

    def exactly(self, count: int) -> bytes:
        """The next `count` bytes. Raises `Tampered` when the content is shorter."""
        pieces = []
        while count:
            piece = self.read(count)
            if not piece:
                raise _damaged()
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def _open(self) -> bytes:
        count = min(CHUNK, self._left)
        sealed = self._source.read(count + _TAG)
        try:
            clear = self._aead.decrypt(chunk_nonce(self._place, count == self._left), sealed, None)
        except (InvalidTag, ValueError) as error:
            raise _damaged() from error
        self._place, self._left = self._place + 1, self._left - count
        self._pulse.step(self.size - self._left, self.size)
        return clear


def _head(size: int, box: bytes) -> bytes:
    start = MAGIC + struct.pack(">QI", size, len(box)) + box
    return start + hashlib.sha256(start).digest()


def _chunks(size: int) -> int:
    return -(-size // CHUNK)


def _aead(key: bytes, check: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, check, _INFO).derive(key))


def _length(source: BinaryIO) -> int:
    at = source.tell()
    end = source.seek(0, 2)
    source.seek(at)
    return end


def _truncated(**facts: int) -> Tampered:
    return Tampered("draft-bundle-truncated", "Copy the file again: a part of it is missing.", rule="", **facts)


def _damaged() -> Tampered:
    return Tampered("draft-bundle-damaged", "Take the file from where it was written; this copy is not whole.")
