"""The body of a sealed bid: 1 MiB chunks under the suite's cipher, hashed in the same pass (protocol B2).

Two threads take runs of chunks in turn; each has its own file handles and its own buffers, made once. Reading, ciphering,
hashing and writing all release the interpreter's lock, so both cores work and memory does not depend on the size. A run
is as long as the machine hashes side by side within our memory (`crypto.leaf_hashes`), else one chunk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.files import write_out_soon
from crypto.leaf_hashes import PREFIX, leaf_hasher
from crypto.national.sm4 import Sm4Gcm
from crypto.suites import TAG_SIZE, chunk_nonce
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import CHUNK_SIZE

THREADS = 2
RUN = 4
"""Most chunks a thread holds at once: two threads stay inside 64 MiB with the interpreter and our libraries."""
CIPHERS: dict[str, type[AESGCM] | type[Sm4Gcm]] = {"sha256": AESGCM, "sm3": Sm4Gcm}
"""The cipher of a suite, by its hash: a suite has one of each"""
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

    def spend(self, algorithm: str) -> AESGCM | Sm4Gcm:
        """The suite's cipher, once. Raises `Refused`."""
        key, self._key = self._key, None
        if key is None:
            raise Refused("body-key-spent", "Seal again from the start: new shares, new nonce, new file.")
        return CIPHERS[algorithm](key)


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


class _Hands:
    """What one thread holds: its files, its hasher, a buffer for plain bytes and one for each sealed chunk of a run."""

    def __init__(self, files: _Files, algorithm: str) -> None:
        self.files = files
        self._hasher = leaf_hasher(algorithm)
        self.run = min(RUN, self._hasher.lanes)
        self.plain = memoryview(bytearray(CHUNK_SIZE))
        self._leaves = [memoryview(bytearray(len(PREFIX) + SEALED_CHUNK)) for _ in range(self.run)]
        for leaf in self._leaves:
            leaf[: len(PREFIX)] = PREFIX

    def sealed(self, place: int, plain_size: int) -> memoryview:
        """Room for the sealed bytes of the run's chunk at `place`."""
        return self._leaves[place][len(PREFIX) : len(PREFIX) + plain_size + TAG_SIZE]

    def hashes(self, plain_sizes: list[int]) -> list[bytes]:
        """The leaf hashes of the run in hand."""
        return self._hasher.leaves(
            [leaf[: len(PREFIX) + size + TAG_SIZE] for leaf, size in zip(self._leaves, plain_sizes, strict=False)]
        )


Work = Callable[[_Hands, range], list[bytes]]
"""Does a run of chunks and gives their leaf hashes"""


def encrypt_body(
    source: Path, size: int, target: Path, offset: int, key: BodyKey, pulse: Pulse, algorithm: str = "sha256"
) -> list[bytes]:
    """Encrypt `size` bytes of `source` into `target` from `offset` on; the leaf hashes of the chunks, in order.

    Raises `Refused("content-changed")` when the source ends early, `Cancelled` from the pulse.
    """
    cipher, last = key.spend(algorithm), chunk_count(size) - 1

    def work(hands: _Hands, run: range) -> list[bytes]:
        sizes = _plain_sizes(run, size)
        for place, number in enumerate(run):
            plain = hands.plain[: sizes[place]]
            _read(hands.files.source, number * CHUNK_SIZE, plain, "content-changed")
            sealed = hands.sealed(place, sizes[place])
            cipher.encrypt_into(chunk_nonce(number, number == last), plain, None, sealed)
        leaves = hands.hashes(sizes)
        assert hands.files.target is not None
        for place, number in enumerate(run):
            _write(hands.files.target, offset + number * SEALED_CHUNK, hands.sealed(place, sizes[place]))
        return leaves

    return _in_turn(lambda: _Files(_open(source), _open(target, "r+b")), work, size, pulse, algorithm)


def hash_body(source: Path, offset: int, size: int, pulse: Pulse, algorithm: str = "sha256") -> list[bytes]:
    """The leaf hashes of the chunks of a stored body, `size` being the content's bytes."""

    def work(hands: _Hands, run: range) -> list[bytes]:
        return _read_run(hands, run, offset, size)

    return _in_turn(lambda: _Files(_open(source)), work, size, pulse, algorithm)


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


Use = Callable[[_Files, int, memoryview, memoryview], bool]
"""What is done with a chunk: the files, where it stands, its plain bytes, room of the same length"""


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

    def work(hands: _Hands, run: range) -> list[bytes]:
        leaves = _read_run(hands, run, offset, size)
        for place, (number, count) in enumerate(zip(run, _plain_sizes(run, size), strict=True)):
            sealed, plain = hands.sealed(place, count), hands.plain[:count]
            try:
                cipher.decrypt_into(chunk_nonce(number, number == last), sealed, None, plain)
                if not use(hands.files, number * CHUNK_SIZE, plain, sealed[:count]):
                    bad.add(number)
            except InvalidTag:
                bad.add(number)
        return leaves

    leaves = _in_turn(files_of, work, size, pulse, algorithm)
    return Decrypted(leaves, min(bad, default=None))


def _put(files: _Files, at: int, plain: memoryview, _: memoryview) -> bool:
    assert files.target is not None
    _write(files.target, at, plain)
    return True


def _compare(files: _Files, at: int, plain: memoryview, expected: memoryview) -> bool:
    assert files.other is not None
    _read(files.other, at, expected, "content-changed")
    # as bytes, piece by piece: comparing memoryviews takes sixty times as long, item after item
    return all(
        expected[i : i + _PIECE].tobytes() == plain[i : i + _PIECE].tobytes() for i in range(0, len(plain), _PIECE)
    )


_PIECE = 64 * 1024


def _read_run(hands: _Hands, run: range, offset: int, size: int) -> list[bytes]:
    """Take a run of stored chunks into the hands' buffers and hash them."""
    sizes = _plain_sizes(run, size)
    for place, number in enumerate(run):
        _read(hands.files.source, offset + number * SEALED_CHUNK, hands.sealed(place, sizes[place]), "bid-truncated")
    return hands.hashes(sizes)


def _plain_sizes(run: range, size: int) -> list[int]:
    return [min(CHUNK_SIZE, size - number * CHUNK_SIZE) for number in run]


def _in_turn(files_of: Callable[[], _Files], work: Work, size: int, pulse: Pulse, algorithm: str) -> list[bytes]:
    """Let the threads take run after run. The pulse is called from this thread's workers, one at a time."""
    chunks = chunk_count(size)
    leaves = [b""] * chunks
    lock, stop, start, done = threading.Lock(), threading.Event(), 0, 0
    share = -(-chunks // THREADS)

    def run() -> None:
        nonlocal start, done
        files = files_of()
        try:
            hands = _Hands(files, algorithm)
            while not stop.is_set():
                with lock:
                    taken = range(start, min(start + min(hands.run, share), chunks))
                    start = taken.stop
                if not taken:
                    return
                leaves[taken.start : taken.stop] = work(hands, taken)
                with lock:
                    done += sum(_plain_sizes(taken, size))
                    pulse.step(done, size)
        except BaseException:
            stop.set()
            raise
        finally:
            files.close()

    with ThreadPoolExecutor(min(THREADS, chunks), thread_name_prefix="seal") as pool:
        futures = [pool.submit(run) for _ in range(min(THREADS, chunks))]
    for future in futures:
        future.result()
    return leaves


def _open(path: Path, mode: str = "rb") -> BinaryIO:
    """An unbuffered handle of this thread's own, so that seeking needs no lock and works on every system."""
    return path.open(mode, buffering=0)  # type: ignore[return-value]


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
    write_out_soon(file, at, len(data))
