"""One stretch of a sealed bid as it arrives: laid chunk by chunk into memory, written, hashed, compared (M17).

Each chunk has a buffer of its own behind the byte that stands before a leaf: what comes from the line goes straight to
the place where it is hashed and written from. A tray holds as many chunks as this machine hashes side by side.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from crypto.bidfile import COMMIT_SIZE, MAGIC
from crypto.leaf_hashes import PREFIX, LeafHasher, leaf_hasher
from procurement.basics.digest import HASHES
from procurement.basics.problems import Tampered
from procurement.basics.statement import suite_in
from server_stub.failpoints import passing

HASH = 32
MOST_CHUNKS = 16
"""Most chunks in one tray; one PATCH holds two trays"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the announced file is cut: what stands before the body, then chunks. All in bytes."""

    size: int
    prefix: int
    chunk: int
    hashes: bytes

    def start(self, offset: int) -> int:
        """Where the piece begins that the byte at `offset` belongs to."""
        return 0 if offset < self.prefix else self.prefix + self.number(offset) * self.chunk

    def end(self, offset: int) -> int:
        """Where that piece ends."""
        return self.prefix if offset < self.prefix else min(self.size, self.start(offset) + self.chunk)

    def number(self, offset: int) -> int:
        """Of the chunk that the byte at `offset`, which is in the body, belongs to."""
        return (offset - self.prefix) // self.chunk

    def hash(self, number: int) -> bytes:
        """What was announced for a chunk."""
        return self.hashes[HASH * number : HASH * (number + 1)]


@dataclass(slots=True)
class _Piece:
    """A piece of the file in memory: from `start` on, of which `known` bytes were on disk before and `held` are here."""

    start: int
    end: int
    known: int
    held: int


class Tray:
    """Room for a run of pieces, filled in order. Not for two threads at once."""

    def __init__(self, plan: Plan, chunks: int) -> None:
        self._plan, self._chunks = plan, chunks
        self._buffers: list[memoryview] = []
        self._pieces: list[_Piece] = []
        self.offset = 0
        """Where the next byte that comes belongs in the file"""

    def lay(self, offset: int, known: bytes = b"") -> None:
        """Make empty, to go on at `offset`; `known` are the bytes of its piece that are on disk already."""
        self.offset, self._pieces = offset, []
        if offset < self._plan.size:
            self._open(known)

    def room(self) -> memoryview:
        """Where the next bytes may be put; empty when no more fit, or the file ends."""
        if not self._pieces:
            return memoryview(b"")
        piece = self._pieces[-1]
        return self._bytes(len(self._pieces) - 1)[piece.held : piece.end - piece.start]

    def came(self, count: int) -> None:
        """So many bytes were put into the room."""
        piece = self._pieces[-1]
        piece.held += count
        self.offset += count
        if piece.start + piece.held == piece.end < self._plan.size and len(self._pieces) < self._chunks:
            self._open(b"")

    def arrived(self) -> list[memoryview]:
        """What came, in the file's order."""
        return [self._bytes(n)[piece.known : piece.held] for n, piece in enumerate(self._pieces)]

    def whole(self) -> list[tuple[int, memoryview]]:
        """Number and leaf (behind its prefix) of each chunk that is complete."""
        return [
            (self._plan.number(piece.start), self._buffers[n][: len(PREFIX) + piece.held])
            for n, piece in enumerate(self._pieces)
            if piece.start >= self._plan.prefix and piece.start + piece.held == piece.end
        ]

    def _bytes(self, place: int) -> memoryview:
        return self._buffers[place][len(PREFIX) :]

    def _open(self, known: bytes) -> None:
        place, plan = len(self._pieces), self._plan
        if place == len(self._buffers):
            self._buffers.append(memoryview(bytearray(PREFIX + bytes(max(plan.chunk, plan.prefix)))))
        self._bytes(place)[: len(known)] = known
        self._pieces.append(_Piece(self.offset - len(known), plan.end(self.offset), len(known), len(known)))


class Receiving:
    """One PATCH: trays come in order, each whole chunk is compared with what was announced. Not for two threads at once."""

    def __init__(self, handle: int, plan: Plan, offset: int, keep: Callable[[int], None], step: int) -> None:
        """`handle`, open for reading and writing, stays the caller's; `keep` makes what lies below an offset survive a kill and
        is called about each `step` bytes."""
        self._handle, self._plan, self._keep, self._step = handle, plan, keep, step
        self._hasher: LeafHasher = leaf_hasher("sha256")
        self._suited = False
        self.offset, self.marked = offset, offset

    def tray(self) -> Tray:
        """Room for one run of chunks."""
        return Tray(self._plan, min(self._hasher.lanes, MOST_CHUNKS))

    def first(self) -> Tray:
        """The tray to begin with: it holds what is on disk of the piece that the offset stands in."""
        tray, start = self.tray(), self._plan.start(self.offset)
        tray.lay(self.offset, os.pread(self._handle, self.offset - start, start))
        return tray

    def take(self, tray: Tray) -> None:
        """Write what came and compare the chunks that are whole. Raises `Tampered("upload-chunk-differs")`: then that chunk and
        what follows is forgotten."""
        arrived = tray.arrived()
        _write_at(self._handle, arrived, self.offset)
        passing("upload:written", "after-a-mark" if self.marked else "")
        whole = tray.whole()
        if whole and not self._suited:
            self._suit()
        found = self._hasher.leaves([leaf for _, leaf in whole])
        for (number, _), digest in zip(whole, found, strict=True):
            if digest != self._plan.hash(number):
                self.offset = self._plan.prefix + number * self._plan.chunk
                raise Tampered(
                    "upload-chunk-differs", "Send this chunk again.", rule="L-232", chunk=number, offset=self.offset
                )
        self.offset += sum(map(len, arrived))
        if self.offset - self.marked >= self._step:
            self.mark()

    def _suit(self) -> None:
        """Hash as the suite says that the header, on disk by now, names; whether it names the right one, the end tells."""
        self._suited, start = True, len(MAGIC) + 4
        header = os.pread(self._handle, max(0, self._plan.prefix - start - COMMIT_SIZE), start)
        if (suite := suite_in(header)) != "I1":
            self._hasher = leaf_hasher(HASHES[suite])

    def mark(self) -> None:
        """Make what came so far survive a kill."""
        if self.offset != self.marked:
            self._keep(self.offset)
            self.marked = self.offset

    @property
    def complete(self) -> bool:
        return self.offset == self._plan.size


def _write_at(handle: int, views: list[memoryview], offset: int) -> None:
    left = [view for view in views if view]
    while left:
        written = os.pwritev(handle, left, offset)
        offset += written
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if written:
            left[0] = left[0][written:]
