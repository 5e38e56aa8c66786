"""The body of a sealed bid: 1 MiB chunks under the suite's cipher, hashed in the same pass (protocol B2).

What a line of two threads (`crypto.chunk_line`) does with each chunk: sealing, hashing, opening, and the first two at once.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import AEADEncryptionContext, Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256, SM4

from crypto.chunk_line import SEALED_CHUNK, Files, Slot, Step, chunk_count, work
from crypto.files import write_out_soon
from crypto.national.sm4 import Sm4Gcm
from crypto.suites import chunk_nonce
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import CHUNK_SIZE

PIECE = 128 * 1024
"""Plain bytes read and enciphered at once: they stay in the processor's cache"""
CIPHERS: dict[str, type[AESGCM] | type[Sm4Gcm]] = {"sha256": AESGCM, "sm3": Sm4Gcm}
"""The cipher of a suite, by its hash: a suite has one of each"""
BLOCK_CIPHERS: dict[str, type[AES256] | type[SM4]] = {"sha256": AES256, "sm3": SM4}
"""The same ciphers for enciphering a chunk piece by piece"""
MAX_SIZE = 64 * 1024**3
"""Largest content in bytes; far inside the limits of GCM (L9)."""


class BodyKey:
    """The key of one body. It encrypts once: a second use would repeat nonces, which breaks GCM wholly (H9)."""

    def __init__(self, key: bytes) -> None:
        self._key: bytes | None = key

    def spend(self, algorithm: str) -> Callable[[bytes], AEADEncryptionContext]:
        """From a chunk's nonce to what enciphers that chunk, for one body. Raises `Refused`."""
        key, self._key = self._key, None
        if key is None:
            raise Refused("body-key-spent", "Seal again from the start: new shares, new nonce, new file.")
        cipher = BLOCK_CIPHERS[algorithm](key)
        return lambda nonce: Cipher(cipher, modes.GCM(nonce)).encryptor()


def encrypt_body(
    source: Path, size: int, target: Path, offset: int, key: BodyKey, pulse: Pulse, algorithm: str = "sha256"
) -> list[bytes]:
    """Encrypt `size` bytes of `source` into `target` from `offset` on; the leaf hashes of the chunks, in order.

    Raises `Refused("content-changed")` when the source ends early, `Cancelled` from the pulse.
    """
    encipher = _enciphering(key, size, algorithm)

    def finish(files: Files, slot: Slot, _: memoryview) -> None:
        _write(files.target, offset + slot.number * SEALED_CHUNK, slot.sealed)

    return work(lambda: Files(_open(source), _open(target, "r+b")), encipher, finish, PIECE, size, pulse, algorithm)


def encrypt_and_open_body(
    source: Path,
    size: int,
    target: Path,
    offset: int,
    key: BodyKey,
    opening: bytes,
    follow: Follow,
    pulse: Pulse,
    algorithm: str = "sha256",
) -> Decrypted:
    """As `encrypt_body`, and every chunk is read back from `target` and opened with the key `opening` at once.

    What is hashed is what was read back, and the plain bytes that came out of it go to `follow` in order: the file is
    opened wholly while it is written, on the machine's other core. Raises as `encrypt_body`.
    """
    encipher, stored = _enciphering(key, size, algorithm), _stored(offset, "target")

    def fill(files: Files, slot: Slot, room: memoryview) -> None:
        encipher(files, slot, room)
        _write(files.target, offset + slot.number * SEALED_CHUNK, slot.sealed)
        stored(files, slot, room)

    return _opened(
        lambda: Files(_open(source), _open(target, "r+b")), fill, size, opening, None, follow, pulse, algorithm
    )


def _enciphering(key: BodyKey, size: int, algorithm: str) -> Step:
    """Fills a chunk with enciphered bytes of the source."""
    cipher, last = key.spend(algorithm), chunk_count(size) - 1

    def fill(files: Files, slot: Slot, plain: memoryview) -> None:
        context, sealed = cipher(chunk_nonce(slot.number, slot.number == last)), slot.sealed
        files.source.seek(slot.number * CHUNK_SIZE)
        for at in range(0, slot.size, PIECE):
            piece = plain[: min(PIECE, slot.size - at)]
            _read(files.source, piece, "content-changed")
            context.update_into(piece, sealed[at:])  # it asks for a little more room than it writes; the tag's is there
        context.finalize()
        sealed[slot.size :] = context.tag

    return fill


def hash_body(source: Path, offset: int, size: int, pulse: Pulse, algorithm: str = "sha256") -> list[bytes]:
    """The leaf hashes of the chunks of a stored body, `size` being the content's bytes."""

    def files() -> Files:
        file = _open(source)
        return Files(file, file)

    return work(files, _stored(offset), lambda *_: None, 0, size, pulse, algorithm)


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What a pass over a stored body found: the leaf hashes, and the first chunk that did not open (or None)."""

    leaves: list[bytes]
    bad_chunk: int | None


Follow = Callable[[memoryview], None]
"""Takes the plain bytes, in order; keeps what it finds wrong to itself"""


def decrypt_body(
    source: Path,
    offset: int,
    size: int,
    key: bytes,
    target: Path,
    pulse: Pulse,
    algorithm: str = "sha256",
    follow: Follow | None = None,
) -> Decrypted:
    """Decrypt into `target`, which exists. Hashing goes on after a chunk that fails, so that the fault can be told."""

    def put(files: Files, at: int, plain: memoryview) -> None:
        _write(files.target, at, plain)

    return _opened(
        lambda: Files(_open(source), _open(target, "r+b")), _stored(offset), size, key, put, follow, pulse, algorithm
    )


class PlainBody(io.RawIOBase):
    """The content of a stored body, chunk by chunk as it is asked for, each with its tag checked.

    Reading raises `Tampered`: bid-truncated, bid-chunk-wrong.
    """

    def __init__(self, source: BinaryIO, offset: int, size: int, key: bytes, algorithm: str) -> None:
        self._source, self._offset, self._size, self._at = source, offset, size, 0
        self._cipher, self._slot = CIPHERS[algorithm](key), Slot()
        self._number, self._plain = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not 0 <= self._at < self._size:
            return 0
        number, start = divmod(self._at, CHUNK_SIZE)
        if number != self._number:
            self._plain, self._number = self._open(number), number
        found = self._plain[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _open(self, number: int) -> bytes:
        self._slot.take(number, self._size)
        self._source.seek(self._offset + number * SEALED_CHUNK)
        _read(self._source, self._slot.sealed, "bid-truncated")
        nonce = chunk_nonce(number, number == chunk_count(self._size) - 1)
        try:
            return self._cipher.decrypt(nonce, bytes(self._slot.sealed), None)
        except InvalidTag as error:
            remedy = "The bid was made so that it does not open."
            raise Tampered("bid-chunk-wrong", remedy, rule="", chunk=number) from error


def _opened(
    files_of: Callable[[], Files],
    fill: Step,
    size: int,
    key: bytes,
    use: Callable[[Files, int, memoryview], None] | None,
    follow: Follow | None,
    pulse: Pulse,
    algorithm: str,
) -> Decrypted:
    """Decrypt what `fill` brings; `use` gets each chunk's place and plain bytes in any order, `follow` in the body's."""
    cipher, last, bad = CIPHERS[algorithm](key), chunk_count(size) - 1, set[int]()

    def finish(files: Files, slot: Slot, room: memoryview) -> None:
        number, plain = slot.number, room[: slot.size]
        try:
            cipher.decrypt_into(chunk_nonce(number, number == last), slot.sealed, None, plain)
        except InvalidTag:
            bad.add(number)
            return
        if use is not None:
            use(files, number * CHUNK_SIZE, plain)
        if follow is not None:
            follow(plain)

    leaves = work(files_of, fill, finish, CHUNK_SIZE, size, pulse, algorithm, in_order=follow is not None)
    return Decrypted(leaves, min(bad, default=None))


def _stored(offset: int, where: Literal["source", "target"] = "source") -> Step:
    """Fills a chunk with what is stored."""

    def fill(files: Files, slot: Slot, _: memoryview) -> None:
        file = files.source if where == "source" else files.target
        file.seek(offset + slot.number * SEALED_CHUNK)
        _read(file, slot.sealed, "bid-truncated")

    return fill


def _open(path: Path, mode: str = "rb") -> BinaryIO:
    """An unbuffered handle of this thread's own, so that seeking needs no lock and works on every system."""
    return path.open(mode, buffering=0)  # type: ignore[return-value]


def _read(file: BinaryIO, into: memoryview, code: str) -> None:
    """Fill `into` from where the file stands."""
    found = 0
    while found < len(into):
        count = file.readinto(into[found:])  # type: ignore[attr-defined]
        if not count:
            raise _short(code, file.tell())
        found += count


def _short(code: str, at: int) -> Refused | Tampered:
    if code == "content-changed":
        return Refused(code, "Do not change the container while it is sealed; seal again.", at=at)
    return Tampered(code, "Take the identical file from the backup: this one is cut short.", at=at)


def _write(file: BinaryIO, at: int, data: memoryview) -> None:
    file.seek(at)
    done = 0
    while done < len(data):
        done += file.write(data[done:])
    write_out_soon(file, at, len(data))
