"""The body of a sealed bid: 1 MiB chunks under AES-256-GCM, hashed in the same pass (protocol B2).

Two threads take chunks in turn; each has its own file handles and its own two buffers, made once. Reading, ciphering,
hashing and writing all release the interpreter's lock, so both cores work and memory does not depend on the size.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.suites import TAG_SIZE, chunk_nonce
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import CHUNK_SIZE

THREADS = 2
SEALED_CHUNK = CHUNK_SIZE + TAG_SIZE
MAX_SIZE = 64 * 1024**3
"""Largest content in bytes; far inside the limits of GCM (L9)."""


def chunk_count(size: int) -> int:
    """Chunks of a content of `size` bytes."""
    return -(-size // CHUNK_SIZE)


def body_size(size: int) -> int:
    """Bytes of the body: the content and one tag for each chunk."""
    return size + TAG_SIZE * chunk_count(size)


class BodyKey:
    """The key of one body. It encrypts once: a second use would repeat nonces, which breaks GCM wholly (H9)."""

    def __init__(self, key: bytes) -> None:
        self._key: bytes | None = key

    def spend(self) -> AESGCM:
        """The cipher, once. Raises `Refused`."""
        key, self._key = self._key, None
        if key is None:
            raise Refused("body-key-spent", "Seal again from the start: new shares, new nonce, new file.")
        return AESGCM(key)


Work = Callable[["_Hands", int], bytes]


@dataclass(slots=True)
class _Hands:
    """What one thread holds: its handles and buffers."""

    source: BinaryIO
    target: BinaryIO | None
    other: BinaryIO | None = None
    first: memoryview = field(default_factory=lambda: memoryview(bytearray(SEALED_CHUNK)))
    second: memoryview = field(default_factory=lambda: memoryview(bytearray(SEALED_CHUNK)))

    def close(self) -> None:
        for file in (self.source, self.target, self.other):
            if file is not None:
                file.close()


def encrypt_body(
    source: Path, size: int, target: Path, offset: int, key: BodyKey, pulse: Pulse, algorithm: str = "sha256"
) -> list[bytes]:
    """Encrypt `size` bytes of `source` into `target` from `offset` on; the leaf hashes of the chunks, in order.

    Raises `Refused("content-changed")` when the source ends early, `Cancelled` from the pulse.
    """
    cipher, last = key.spend(), chunk_count(size) - 1

    def work(hands: _Hands, number: int) -> bytes:
        plain = hands.first[: min(CHUNK_SIZE, size - number * CHUNK_SIZE)]
        _read(hands.source, number * CHUNK_SIZE, plain, "content-changed")
        sealed = hands.second[: len(plain) + TAG_SIZE]
        cipher.encrypt_into(chunk_nonce(number, number == last), plain, None, sealed)
        leaf = _leaf(sealed, algorithm)
        assert hands.target is not None
        _write(hands.target, offset + number * SEALED_CHUNK, sealed)
        return leaf

    return _in_turn(lambda: _Hands(_open(source), _open(target, "r+b")), work, size, pulse)


def hash_body(source: Path, offset: int, size: int, pulse: Pulse, algorithm: str = "sha256") -> list[bytes]:
    """The leaf hashes of the chunks of a stored body, `size` being the content's bytes."""

    def work(hands: _Hands, number: int) -> bytes:
        sealed = hands.first[: min(CHUNK_SIZE, size - number * CHUNK_SIZE) + TAG_SIZE]
        _read(hands.source, offset + number * SEALED_CHUNK, sealed, "bid-truncated")
        return _leaf(sealed, algorithm)

    return _in_turn(lambda: _Hands(_open(source), None), work, size, pulse)


@dataclass(frozen=True, slots=True)
class Decrypted:
    """What a pass over a stored body found: the leaf hashes, and the first chunk that did not open (or None)."""

    leaves: list[bytes]
    bad_chunk: int | None


def decrypt_body(
    source: Path, offset: int, size: int, key: bytes, target: Path, pulse: Pulse, algorithm: str = "sha256"
) -> Decrypted:
    """Decrypt into `target`, which exists. Hashing goes on after a chunk that fails, so that the fault can be told."""
    return _open_body(
        source, offset, size, key, lambda: _Hands(_open(source), _open(target, "r+b")), _put, pulse, algorithm
    )


def compare_body(
    source: Path, offset: int, size: int, key: bytes, content: Path, pulse: Pulse, algorithm: str = "sha256"
) -> Decrypted:
    """Decrypt in memory and compare with `content`: a chunk that differs counts as one that did not open."""
    return _open_body(
        source, offset, size, key, lambda: _Hands(_open(source), None, _open(content)), _compare, pulse, algorithm
    )


def _open_body(
    source: Path,
    offset: int,
    size: int,
    key: bytes,
    hands_of: Callable[[], _Hands],
    use: Callable[[_Hands, int, memoryview], bool],
    pulse: Pulse,
    algorithm: str,
) -> Decrypted:
    cipher, last, bad = AESGCM(key), chunk_count(size) - 1, set[int]()

    def work(hands: _Hands, number: int) -> bytes:
        count = min(CHUNK_SIZE, size - number * CHUNK_SIZE)
        sealed = hands.first[: count + TAG_SIZE]
        _read(hands.source, offset + number * SEALED_CHUNK, sealed, "bid-truncated")
        leaf = _leaf(sealed, algorithm)
        try:
            plain = hands.second[:count]
            cipher.decrypt_into(chunk_nonce(number, number == last), sealed, None, plain)
            if not use(hands, number * CHUNK_SIZE, plain):
                bad.add(number)
        except InvalidTag:
            bad.add(number)
        return leaf

    leaves = _in_turn(hands_of, work, size, pulse)
    return Decrypted(leaves, min(bad, default=None))


def _put(hands: _Hands, at: int, plain: memoryview) -> bool:
    assert hands.target is not None
    _write(hands.target, at, plain)
    return True


def _compare(hands: _Hands, at: int, plain: memoryview) -> bool:
    assert hands.other is not None
    expected = hands.first[: len(plain)]
    _read(hands.other, at, expected, "content-changed")
    return expected == plain


def _in_turn(hands_of: Callable[[], _Hands], work: Work, size: int, pulse: Pulse) -> list[bytes]:
    """Let the threads take chunk after chunk. The pulse is called from this thread's workers, one at a time."""
    chunks = chunk_count(size)
    leaves = [b""] * chunks
    turn, lock, stop, done = iter(range(chunks)), threading.Lock(), threading.Event(), 0

    def run() -> None:
        nonlocal done
        hands = hands_of()
        try:
            while not stop.is_set():
                with lock:
                    number = next(turn, None)
                if number is None:
                    return
                leaves[number] = work(hands, number)
                with lock:
                    done += min(CHUNK_SIZE, size - number * CHUNK_SIZE)
                    pulse.step(done, size)
        except BaseException:
            stop.set()
            raise
        finally:
            hands.close()

    with ThreadPoolExecutor(min(THREADS, chunks), thread_name_prefix="seal") as pool:
        futures = [pool.submit(run) for _ in range(min(THREADS, chunks))]
    for future in futures:
        future.result()
    return leaves


def _open(path: Path, mode: str = "rb") -> BinaryIO:
    """An unbuffered handle of this thread's own, so that seeking needs no lock and works on every system."""
    return path.open(mode, buffering=0)  # type: ignore[return-value]


def _leaf(chunk: memoryview, algorithm: str) -> bytes:
    state = hashlib.new(algorithm, b"\x00")
    state.update(chunk)
    return state.digest()


def _read(file: BinaryIO, at: int, into: memoryview, code: str) -> None:
    file.seek(at)
    found = 0
    while found < len(into):
        count = file.readinto(into[found:])  # type: ignore[attr-defined]
        if not count:
            raise _short(code, at + found)
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
