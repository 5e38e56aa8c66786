"""The body of a sealed bid: 1 MiB chunks under the suite's cipher, hashed in the same pass (protocol B2).

Two threads share one line of work: chunks are filled (read, and enciphered or not), hashed as many side by side as the
machine can (`crypto.leaf_hashes`), and meanwhile finished (written, or deciphered and used). Each step releases the
interpreter's lock, so both cores work; the line has a fixed number of buffers, made once: memory does not depend on the size.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import AEADEncryptionContext, Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256, SM4

from crypto.files import write_out_soon
from crypto.leaf_hashes import PREFIX, leaf_hasher
from crypto.national.sm4 import Sm4Gcm
from crypto.suites import TAG_SIZE, chunk_nonce
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import CHUNK_SIZE

THREADS = 2
BATCH = 8
"""Most chunks hashed side by side: more lanes gain little, and each costs a buffer"""
SPARE = 2
"""Buffers beside a batch, so that the other thread goes on filling while one hashes. Sealing stays inside 64 MiB."""
PIECE = 128 * 1024
"""Plain bytes read and enciphered at once: they stay in the processor's cache"""
CIPHERS: dict[str, type[AESGCM] | type[Sm4Gcm]] = {"sha256": AESGCM, "sm3": Sm4Gcm}
"""The cipher of a suite, by its hash: a suite has one of each"""
BLOCK_CIPHERS: dict[str, type[AES256] | type[SM4]] = {"sha256": AES256, "sm3": SM4}
"""The same ciphers for enciphering a chunk piece by piece"""
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

    def spend(self, algorithm: str) -> Callable[[bytes], AEADEncryptionContext]:
        """From a chunk's nonce to what enciphers that chunk, for one body. Raises `Refused`."""
        key, self._key = self._key, None
        if key is None:
            raise Refused("body-key-spent", "Seal again from the start: new shares, new nonce, new file.")
        cipher = BLOCK_CIPHERS[algorithm](key)
        return lambda nonce: Cipher(cipher, modes.GCM(nonce)).encryptor()


@dataclass(frozen=True, slots=True)
class _Files:
    """What one thread has open."""

    source: BinaryIO
    target: BinaryIO | None = None
    other: BinaryIO | None = None

    def close(self) -> None:
        for file in (self.source, self.target, self.other):
            if file is not None:
                file.close()


@dataclass(slots=True)
class _Slot:
    """A buffer for one sealed chunk, with the leaf's prefix before it, and the chunk that is in it now."""

    number: int = 0
    size: int = 0
    """Plain bytes of the chunk"""
    _leaf: memoryview = field(default_factory=lambda: memoryview(bytearray(len(PREFIX) + SEALED_CHUNK)))

    def __post_init__(self) -> None:
        self._leaf[: len(PREFIX)] = PREFIX

    def take(self, number: int, size: int) -> None:
        self.number, self.size = number, min(CHUNK_SIZE, size - number * CHUNK_SIZE)

    @property
    def leaf(self) -> memoryview:
        return self._leaf[: len(PREFIX) + self.size + TAG_SIZE]

    @property
    def sealed(self) -> memoryview:
        return self.leaf[len(PREFIX) :]


class _Line:
    """Which step is due next. A chunk is filled, then hashed and finished in either order or at once, then its buffer is free."""

    def __init__(self, size: int, batch: int) -> None:
        self.size, self.chunks, self._batch = size, chunk_count(size), batch
        self.leaves = [b""] * self.chunks
        self._free = [_Slot() for _ in range(min(max(batch + SPARE, 2 * THREADS), self.chunks))]
        self._unhashed, self._unfinished, self._settled = deque[_Slot](), deque[_Slot](), set[int]()
        self._start = self._filling = self._left = self._done = 0
        self._failed = False
        self._change = threading.Condition()

    def next(self) -> tuple[Literal["fill", "hash", "finish", "end"], list[_Slot]]:
        """The next step and its chunks; waits while others hold them. An empty list: there is nothing left to do."""
        with self._change:
            while not self._failed and self._left < self.chunks:
                if held := next((slot for slot in self._unfinished if slot.number in self._settled), None):
                    self._unfinished.remove(held)
                    return "finish", [held]
                last = self._start == self.chunks and not self._filling
                if len(self._unhashed) >= self._batch or (last and self._unhashed):
                    return "hash", [self._unhashed.popleft() for _ in range(min(self._batch, len(self._unhashed)))]
                if self._free and self._start < self.chunks:
                    slot = self._free.pop()
                    slot.take(self._start, self.size)
                    self._start += 1
                    self._filling += 1
                    return "fill", [slot]
                if self._unfinished:
                    return "finish", [self._unfinished.popleft()]
                self._change.wait()
            return "end", []

    def filled(self, slot: _Slot) -> None:
        with self._change:
            self._filling -= 1
            self._unhashed.append(slot)
            self._unfinished.append(slot)
            self._change.notify_all()

    def hashed(self, slots: list[_Slot], digests: list[bytes]) -> None:
        with self._change:
            for slot, digest in zip(slots, digests, strict=True):
                self.leaves[slot.number] = digest
                self._settle(slot)

    def finished(self, slot: _Slot, pulse: Pulse) -> None:
        with self._change:
            self._done += slot.size
            self._settle(slot)
            pulse.step(self._done, self.size)

    def _settle(self, slot: _Slot) -> None:
        """One of the two is done; the second frees the buffer."""
        if slot.number in self._settled:
            self._settled.remove(slot.number)
            self._free.append(slot)
            self._left += 1
        else:
            self._settled.add(slot.number)
        self._change.notify_all()

    def fail(self) -> None:
        with self._change:
            self._failed = True
            self._change.notify_all()


Step = Callable[[_Files, _Slot, memoryview], None]
"""Fills or finishes one chunk, finishing only reads it; the last is the thread's own room for plain bytes"""


def encrypt_body(
    source: Path, size: int, target: Path, offset: int, key: BodyKey, pulse: Pulse, algorithm: str = "sha256"
) -> list[bytes]:
    """Encrypt `size` bytes of `source` into `target` from `offset` on; the leaf hashes of the chunks, in order.

    Raises `Refused("content-changed")` when the source ends early, `Cancelled` from the pulse.
    """
    cipher, last = key.spend(algorithm), chunk_count(size) - 1

    def fill(files: _Files, slot: _Slot, plain: memoryview) -> None:
        context, sealed = cipher(chunk_nonce(slot.number, slot.number == last)), slot.sealed
        files.source.seek(slot.number * CHUNK_SIZE)
        for at in range(0, slot.size, PIECE):
            piece = plain[: min(PIECE, slot.size - at)]
            _read(files.source, piece, "content-changed")
            context.update_into(piece, sealed[at:])  # it asks for a little more room than it writes; the tag's is there
        context.finalize()
        sealed[slot.size :] = context.tag

    def finish(files: _Files, slot: _Slot, _: memoryview) -> None:
        assert files.target is not None
        _write(files.target, offset + slot.number * SEALED_CHUNK, slot.sealed)

    return _work(lambda: _Files(_open(source), _open(target, "r+b")), fill, finish, PIECE, size, pulse, algorithm)


def hash_body(source: Path, offset: int, size: int, pulse: Pulse, algorithm: str = "sha256") -> list[bytes]:
    """The leaf hashes of the chunks of a stored body, `size` being the content's bytes."""
    return _work(lambda: _Files(_open(source)), _stored(offset), lambda *_: None, 0, size, pulse, algorithm)


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
        source, offset, size, key, lambda: _Files(_open(source), _open(target, "r+b")), _put, pulse, algorithm
    )


def compare_body(
    source: Path, offset: int, size: int, key: bytes, content: Path, pulse: Pulse, algorithm: str = "sha256"
) -> Decrypted:
    """Decrypt in memory and compare with `content`: a chunk that differs counts as one that did not open."""
    return _open_body(
        source, offset, size, key, lambda: _Files(_open(source), None, _open(content)), _compare, pulse, algorithm
    )


Use = Callable[[_Files, int, memoryview], bool]
"""What is done with a chunk: the files, where it stands, its plain bytes"""


def _open_body(
    source: Path,
    offset: int,
    size: int,
    key: bytes,
    files_of: Callable[[], _Files],
    use: Use,
    pulse: Pulse,
    algorithm: str,
) -> Decrypted:
    cipher, last, bad = CIPHERS[algorithm](key), chunk_count(size) - 1, set[int]()

    def finish(files: _Files, slot: _Slot, room: memoryview) -> None:
        number, sealed, plain = slot.number, slot.sealed, room[: slot.size]
        try:
            cipher.decrypt_into(chunk_nonce(number, number == last), sealed, None, plain)
            if not use(files, number * CHUNK_SIZE, plain):
                bad.add(number)
        except InvalidTag:
            bad.add(number)

    leaves = _work(files_of, _stored(offset), finish, CHUNK_SIZE, size, pulse, algorithm)
    return Decrypted(leaves, min(bad, default=None))


def _put(files: _Files, at: int, plain: memoryview) -> bool:
    assert files.target is not None
    _write(files.target, at, plain)
    return True


def _compare(files: _Files, at: int, plain: memoryview) -> bool:
    assert files.other is not None
    files.other.seek(at)
    room = memoryview(bytearray(_EQUAL))
    for start in range(0, len(plain), _EQUAL):
        expected = room[: min(_EQUAL, len(plain) - start)]
        _read(files.other, expected, "content-changed")
        # as bytes: comparing memoryviews takes sixty times as long, item after item
        if expected.tobytes() != plain[start : start + len(expected)].tobytes():
            return False
    return True


_EQUAL = 64 * 1024


def _stored(offset: int) -> Step:
    """Fills a chunk with what is stored."""

    def fill(files: _Files, slot: _Slot, _: memoryview) -> None:
        files.source.seek(offset + slot.number * SEALED_CHUNK)
        _read(files.source, slot.sealed, "bid-truncated")

    return fill


def _work(
    files_of: Callable[[], _Files], fill: Step, finish: Step, plain: int, size: int, pulse: Pulse, algorithm: str
) -> list[bytes]:
    """Let the threads take step after step; the leaf hashes. Each thread has `plain` bytes of room of its own.

    The pulse is called from these threads, one at a time.
    """
    line = _Line(size, min(BATCH, leaf_hasher(algorithm).lanes))

    def run() -> None:
        files = files_of()
        try:
            hasher, room = leaf_hasher(algorithm), memoryview(bytearray(plain))
            while slots := (due := line.next())[1]:
                if due[0] == "hash":
                    line.hashed(slots, hasher.leaves([slot.leaf for slot in slots]))
                elif due[0] == "fill":
                    fill(files, slots[0], room)
                    line.filled(slots[0])
                else:
                    finish(files, slots[0], room)
                    line.finished(slots[0], pulse)
        except BaseException:
            line.fail()
            raise
        finally:
            files.close()

    with ThreadPoolExecutor(min(THREADS, line.chunks), thread_name_prefix="seal") as pool:
        futures = [pool.submit(run) for _ in range(min(THREADS, line.chunks))]
    for future in futures:
        future.result()
    return line.leaves


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
