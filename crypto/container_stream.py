"""A container checked while its bytes pass by once, in order: as a bid is opened (protocol B3).

Its directory, at the end, is read first; it says what every byte before must be. Nothing is judged before the last byte
has passed, so that whoever opens the bid can first say whether these are the bytes of the receipt at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from crypto.asic_manifest import SIGNATURE_NAMES
from crypto.certificates import TrustStore
from crypto.cms import LIMIT as SIGNATURE_LIMIT
from crypto.container_form import (
    CONTENT_LIMIT,
    CONTENT_NAME,
    MANIFEST_LIMIT,
    MANIFEST_NAME,
    MIMETYPE,
    arranged,
    changed,
    listed,
    statement_missing,
    suite_of,
)
from crypto.content import Content
from crypto.manifest_signature import verify_manifest
from crypto.zip_profile import Entry, check_local, closing, crc32, malformed, read_directory
from procurement.basics.digest import HASHES
from procurement.basics.problems import Problem, Refused, Tampered


class ContainerStream:
    """One container going by. Give all its bytes to `take`, then ask `done`."""

    def __init__(self, content: BinaryIO, size: int, trust: TrustStore, at: datetime) -> None:
        """`content` is read at its end only. Raises `Tampered`: container-malformed, those of `check_names`."""
        entries = read_directory(content, size)
        self._entries = arranged(entries)
        self._suite = suite_of(self._entries)
        self._trust, self._at = trust, at
        self._kept = {
            "mimetype": len(MIMETYPE),
            MANIFEST_NAME: MANIFEST_LIMIT,
            SIGNATURE_NAMES[self._suite]: SIGNATURE_LIMIT,
            CONTENT_NAME: CONTENT_LIMIT,
        }
        self._members: dict[str, _Member] = {}
        self._misplaced: Problem | None = None
        self._parts = self._in_order(size)
        self._part: _Literal | _Member | None = next(self._parts)

    def take(self, data: memoryview) -> None:
        """The next bytes of the container. What is wrong with them is kept for `done`."""
        while data and self._part is not None:
            count = min(len(data), self._part.left)
            self._part.take(data[:count])
            data = data[count:]
            while self._part is not None and not self._part.left:
                self._end_part(self._part)
                self._part = next(self._parts, None)

    def done(self) -> Content:
        """What the container says of itself. Raises as `crypto.container.read_container`; content-statement-missing."""
        if self._misplaced is not None:
            raise self._misplaced
        if self._part is not None:
            raise malformed("cut short")
        if self._small("mimetype") != MIMETYPE:
            raise malformed("another media type")
        manifest = self._small(MANIFEST_NAME)
        digests = listed(self._entries, manifest, self._suite)
        signature = self._small(SIGNATURE_NAMES[self._suite])
        signer = verify_manifest(signature, manifest, self._suite, self._trust, self._at)
        for name, digest in digests.items():
            member = self._members[name]
            if not member.crc_is_right or member.state.digest() != digest:
                raise changed(name)
        if CONTENT_NAME not in self._members:
            raise statement_missing()
        if self._entries[CONTENT_NAME].size > CONTENT_LIMIT:
            raise Refused("container-member-too-large", "Make the bid again.", name=CONTENT_NAME)
        return Content(manifest, self._small(CONTENT_NAME), signer.org, self._suite)

    def _in_order(self, size: int) -> Iterator[_Literal | _Member]:
        for entry in self._entries.values():
            yield _Literal(entry.local())
            member = self._members[entry.name] = _Member(
                entry, HASHES[self._suite], entry.size <= self._kept.get(entry.name, -1)
            )
            yield member
        entries = tuple(self._entries.values())
        yield _Literal(closing(entries, entries[-1].end))

    def _end_part(self, part: _Literal | _Member) -> None:
        if isinstance(part, _Literal) and self._misplaced is None:
            try:
                check_local(part.wanted, bytes(part.found))
            except Tampered as problem:
                self._misplaced = problem

    def _small(self, name: str) -> bytes:
        member = self._members[name]
        if member.kept is None:
            raise malformed(f"{name} is too large")
        if not member.crc_is_right:
            raise changed(name)
        return bytes(member.kept)


class _Literal:
    """Bytes that the directory makes: a local header, or the directory itself."""

    def __init__(self, wanted: bytes) -> None:
        self.wanted, self.found = wanted, bytearray()

    @property
    def left(self) -> int:
        return len(self.wanted) - len(self.found)

    def take(self, data: memoryview) -> None:
        self.found += data


class _Member:
    """A member's content: hashed, and kept when it is one of the small ones that are read."""

    def __init__(self, entry: Entry, algorithm: str, keep: bool) -> None:
        self.left, self._expected, self._crc = entry.size, entry.crc, 0
        self.state = hashlib.new(algorithm)
        self.kept: bytearray | None = bytearray() if keep else None

    def take(self, data: memoryview) -> None:
        self.left -= len(data)
        self.state.update(data)
        self._crc = crc32(data, self._crc)
        if self.kept is not None:
            self.kept += data

    @property
    def crc_is_right(self) -> bool:
        return not self.left and self._crc == self._expected
