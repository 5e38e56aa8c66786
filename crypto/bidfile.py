"""The sealed bid as a file: its layout, its header, its digest (protocol B2). Reading needs no key.

"JINCAIB1" || u32(header length) || header || commit (32) || chunks
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from crypto.chunk_line import SEALED_CHUNK, body_size, chunk_count
from crypto.merkle import root_of
from crypto.stream import MAX_SIZE, hash_body
from crypto.suites import TAG_SIZE, Suite, bid_commitment, context, suite_named
from procurement.basics.problems import Problem, Tampered
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.statement import suite_in
from procurement.bidding.sealed import CHUNK_SIZE, HEADER_LIMIT, BidHeader

MAGIC = b"JINCAIB1"
COMMIT_SIZE = 32


@dataclass(frozen=True, slots=True)
class Inspected:
    """All that a sealed bid shows without a key."""

    header: BidHeader
    header_bytes: bytes
    commit: bytes
    offset: int
    """Where the body begins, in bytes"""
    body: int
    """Length of the body in bytes"""

    @property
    def suite(self) -> Suite:
        return suite_named(self.header.suite)

    @property
    def header_digest(self) -> bytes:
        """hd = D("header", header)."""
        return self.suite.d("header", self.header_bytes)

    @property
    def ctx(self) -> bytes:
        return header_context(self.header)

    def bid_digest(self, leaves: Sequence[bytes]) -> str:
        """BD from the leaf hashes of the chunks, hex."""
        return _digest(self.suite, self.header_bytes, self.commit, leaves, self.body)


def header_context(header: BidHeader) -> bytes:
    """ctx of a header: which tender, lot, supplier and sealing its shares belong to."""
    suite = suite_named(header.suite)
    return context(suite, bytes.fromhex(header.tender), header.lot, header.supplier, bytes.fromhex(header.nonce))


def read_header(data: bytes) -> BidHeader:
    """A header from its canonical bytes, its numbers checked against each other (L2).

    Raises `Tampered`: bid-header-too-large, bid-header-malformed, bid-header-inconsistent.
    """
    if len(data) > HEADER_LIMIT:
        _refuse("bid-header-too-large", size=len(data), limit=HEADER_LIMIT)
    try:
        header = BidHeader.from_bytes(data, HEADER_LIMIT)
        suite_named(header.suite)
    except Problem as error:
        raise _tampered("bid-header-malformed", reason=error.code, field=error.facts.get("field", "")) from error
    if header.chunk_size != CHUNK_SIZE or not 1 <= header.size <= MAX_SIZE or header.chunks != chunk_count(header.size):
        _refuse("bid-header-inconsistent", chunk_size=header.chunk_size, chunks=header.chunks, size=header.size)
    if header.env_s and isinstance(header.env_s, bytes) != (header.suite == "I1"):
        _refuse("bid-header-inconsistent", suite=header.suite)
    return header


def lay_out(header: bytes, commit: bytes) -> bytes:
    """Everything before the body."""
    return MAGIC + struct.pack(">I", len(header)) + header + commit


def inspect(path: Path) -> Inspected:
    """Read magic, limits and header.

    Raises `Tampered`: bid-missing, bid-magic-wrong, bid-truncated, bid-trailing-data and those of `read_header`.
    """
    header_bytes, commit, total = _read_head(path)
    header = read_header(header_bytes)
    offset = len(MAGIC) + 4 + len(header_bytes) + COMMIT_SIZE
    body = total - offset
    expected = body_size(header.size)
    if body != expected:
        _refuse("bid-truncated" if body < expected else "bid-trailing-data", expected=expected, found=body)
    return Inspected(header, header_bytes, commit, offset, body)


def bid_digest(path: Path, pulse: Pulse | None = None) -> str:
    """BD of the bytes as they are, hex, whatever the header says: what the receipt names.

    Raises `Tampered` (bid-missing, bid-magic-wrong, bid-truncated) when there are no bytes to take it from, `Cancelled`.
    """
    header, commit, total = _read_head(path)
    offset = len(MAGIC) + 4 + len(header) + COMMIT_SIZE
    chunks = max(1, -(-(total - offset) // SEALED_CHUNK))
    size = total - offset - chunks * TAG_SIZE
    if size < 1:
        _refuse("bid-truncated", found=total)
    suite = suite_named(suite_in(header))
    leaves = hash_body(path, offset, size, pulse or NoPulse(), suite.hash)
    return _digest(suite, header, commit, leaves, total - offset)


def digest_of(header: bytes, commit: bytes, leaves: Sequence[bytes], body: int) -> str:
    """BD from parts, hex: for a server that hashed the chunks as they arrived. `body` is the length in bytes."""
    return _digest(suite_named(suite_in(header)), header, commit, leaves, body)


def _digest(suite: Suite, header: bytes, commit: bytes, leaves: Sequence[bytes], body: int) -> str:
    root = root_of(leaves, suite.hash)
    return bid_commitment(suite, suite.d("header", header), commit, len(leaves), body, root).hex()


def _read_head(path: Path) -> tuple[bytes, bytes, int]:
    """Header bytes, commit, and the file's length."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise _tampered("bid-missing", file=path.name) from error
    with file:
        start = file.read(len(MAGIC) + 4)
        if start[: len(MAGIC)] != MAGIC[: len(start)] or len(start) < len(MAGIC):
            _refuse("bid-magic-wrong")
        if len(start) < len(MAGIC) + 4:
            _refuse("bid-truncated", found=len(start))
        (length,) = struct.unpack(">I", start[len(MAGIC) :])
        if length > HEADER_LIMIT:
            _refuse("bid-header-too-large", size=length, limit=HEADER_LIMIT)
        rest = file.read(length + COMMIT_SIZE)
        total = file.seek(0, 2)
    if len(rest) < length + COMMIT_SIZE:
        _refuse("bid-truncated", found=total)
    return rest[:length], rest[length:], total


def _tampered(code: str, **facts: object) -> Tampered:
    return Tampered(
        code, "Take the identical file from the backup; if it says the same, it was made so.", rule="", **facts
    )


def _refuse(code: str, **facts: object) -> NoReturn:
    raise _tampered(code, **facts)
