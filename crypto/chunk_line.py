"""The line of work on a body: chunk after chunk is filled, hashed and finished by two threads (protocol B2).

Chunks are filled, hashed as many side by side as the machine can (`crypto.leaf_hashes`), and meanwhile finished: what that
means is `crypto.stream`'s. Each step releases the interpreter's lock, so both cores work; the line has a fixed number of
buffers, made once: memory does not depend on the size.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from crypto.leaf_hashes import PREFIX, leaf_hasher
from crypto.suites import TAG_SIZE
from procurement.basics.pulse import Pulse
from procurement.bidding.sealed import CHUNK_SIZE

THREADS = 2
BATCH = 8
"""Most chunks hashed side by side: more lanes gain little, and each costs a buffer"""
SPARE = 2
"""Buffers beside a batch, so that the other thread goes on filling while one hashes. Sealing stays inside 64 MiB."""
SEALED_CHUNK = CHUNK_SIZE + TAG_SIZE


def chunk_count(size: int) -> int:
    """Chunks of a content of `size` bytes."""
    return -(-size // CHUNK_SIZE)


def body_size(size: int) -> int:
    """Bytes of the body: the content and one tag for each chunk."""
    return size + TAG_SIZE * chunk_count(size)


@dataclass(frozen=True, slots=True)
class Files:
    """What one thread has open."""

    source: BinaryIO
    target: BinaryIO

    def close(self) -> None:
        self.source.close()
        self.target.close()


@dataclass(slots=True)
class Slot:
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
    """Which step is due next. A chunk is filled, then hashed and finished in either order or at once, then its buffer is free.

    `in_order`: chunks are finished one after the other as they stand in the body, never two at once.
    """

    def __init__(self, size: int, batch: int, *, in_order: bool = False) -> None:
        self.size, self.chunks, self._batch, self._in_order = size, chunk_count(size), batch, in_order
        self.leaves = [b""] * self.chunks
        self._free = [Slot() for _ in range(min(max(batch + SPARE, 2 * THREADS), self.chunks))]
        self._unhashed, self._unfinished, self._settled = deque[Slot](), deque[Slot](), set[int]()
        self._start = self._filling = self._left = self._done = self._turn = 0
        self._failed = False
        self._change = threading.Condition()

    def next(self) -> tuple[Literal["fill", "hash", "finish", "end"], list[Slot]]:
        """The next step and its chunks; waits while others hold them. An empty list: there is nothing left to do."""
        with self._change:
            while not self._failed and self._left < self.chunks:
                if held := self._to_finish():
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
                if self._unfinished and not self._in_order:
                    return "finish", [self._unfinished.popleft()]
                self._change.wait()
            return "end", []

    def _to_finish(self) -> Slot | None:
        """A chunk to finish before all else: the next in order, or one whose buffer is free after that."""
        for slot in self._unfinished:
            if slot.number == self._turn if self._in_order else slot.number in self._settled:
                self._unfinished.remove(slot)
                return slot
        return None

    def filled(self, slot: Slot) -> None:
        with self._change:
            self._filling -= 1
            self._unhashed.append(slot)
            self._unfinished.append(slot)
            self._change.notify_all()

    def hashed(self, slots: list[Slot], digests: list[bytes]) -> None:
        with self._change:
            for slot, digest in zip(slots, digests, strict=True):
                self.leaves[slot.number] = digest
                self._settle(slot)

    def finished(self, slot: Slot, pulse: Pulse) -> None:
        with self._change:
            self._done += slot.size
            self._turn += 1
            self._settle(slot)
            pulse.step(self._done, self.size)

    def _settle(self, slot: Slot) -> None:
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


Step = Callable[[Files, Slot, memoryview], None]
"""Fills or finishes one chunk, finishing only reads it; the last is the thread's own room for plain bytes"""


def work(
    files_of: Callable[[], Files],
    fill: Step,
    finish: Step,
    plain: int,
    size: int,
    pulse: Pulse,
    algorithm: str,
    *,
    in_order: bool = False,
) -> list[bytes]:
    """Let the threads take step after step; the leaf hashes. Each thread has `plain` bytes of room of its own.

    The pulse is called from these threads, one at a time.
    """
    line = _Line(size, min(BATCH, leaf_hasher(algorithm).lanes), in_order=in_order)

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
