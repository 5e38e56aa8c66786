"""The one ZIP form a container may have (protocol M8). A reader can rebuild every byte that is not content.

Members lie one after the other from byte 0, stored, without extra fields, comments, descriptors, encryption or zip64;
times are fixed at 1980-01-01; then the directory in the same order, then the end record, then nothing.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from procurement.basics.problems import Problem, Refused, Tampered

MAX_TOTAL = 0xFFFF_FFFE
"""Bytes of a whole container: without zip64 offsets and sizes are below 4 GiB"""
MAX_MEMBERS = 10_000
MAX_NAME = 200
CHUNK = 1024 * 1024

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_VERSION, _DATE = 10, 0x0021
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\Z")
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))}


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored member and where it lies."""

    name: str
    crc: int
    size: int
    offset: int
    """Of the local header"""

    @property
    def data(self) -> int:
        """Offset of the first byte of content."""
        return self.offset + _LOCAL.size + len(self.name)

    @property
    def end(self) -> int:
        return self.data + self.size

    def local(self) -> bytes:
        """The local header."""
        name = self.name.encode("ascii")
        fixed = (_VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size, len(name), 0)
        return _LOCAL.pack(b"PK\x03\x04", *fixed) + name

    def central(self) -> bytes:
        """The directory's record."""
        name = self.name.encode("ascii")
        fixed = (_VERSION, _VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size, len(name))
        return _CENTRAL.pack(b"PK\x01\x02", *fixed, 0, 0, 0, 0, 0, self.offset) + name


def check_names(names: Iterable[str]) -> None:
    """Names are plain, different even ignoring case, and none is a folder of another.

    Raises `Tampered`: container-name-refused, container-member-doubled.
    """
    seen: set[str] = set()
    for name in names:
        if len(name) > MAX_NAME or not _NAME.match(name) or any(_is_awkward(part) for part in name.split("/")):
            raise Tampered("container-name-refused", "Name members with A-Z a-z 0-9 . _ - and / only.", name=name[:80])
        if name.lower() in seen:
            raise Tampered("container-member-doubled", "Give every member a name of its own.", name=name)
        seen.add(name.lower())
    for name in seen:
        parts = name.split("/")
        if any("/".join(parts[:depth]) in seen for depth in range(1, len(parts))):
            raise Tampered("container-name-refused", "A member cannot also be a folder.", name=name)


def _is_awkward(part: str) -> bool:
    """Windows drops a last dot and knows devices by name."""
    return part.endswith(".") or part.split(".")[0].lower() in _DEVICES


def finish(out: BinaryIO, entries: Sequence[Entry]) -> None:
    """Write directory and end record at the current place. Raises `Refused("container-too-large")`."""
    start = out.tell()
    data = closing(entries, start)
    check_total(start + len(data))
    out.write(data)


def check_total(size: int) -> None:
    """Raises `Refused("container-too-large")` from 4 GiB on."""
    if size > MAX_TOTAL:
        raise Refused("container-too-large", "Split or shrink the attachments.", size=size, limit=MAX_TOTAL)


def overhead(names: Iterable[str]) -> int:
    """Bytes of a container beside its members' content."""
    return sum(_LOCAL.size + _CENTRAL.size + 2 * len(name) for name in names) + _END.size


def read_entries(file: BinaryIO) -> tuple[Entry, ...]:
    """All members in order; every byte outside their content has been compared with what it must be.

    Raises `Tampered`: container-malformed with a `reason`, and those of `check_names`.
    """
    return tuple(_members(file, os.fstat(file.fileno()).st_size, _read_local))


def read_directory(file: BinaryIO, size: int) -> tuple[Entry, ...]:
    """The members as the directory at the end of `size` bytes names them; they lie without a gap from byte 0 on.

    What lies there is not read: see `check_local`. Raises as `read_entries`.
    """
    return tuple(_members(file, size, lambda *_: None))


def _members(file: BinaryIO, size: int, also: Callable[[BinaryIO, Entry], None]) -> list[Entry]:
    count, directory, start = _read_end(file, size)
    entries: list[Entry] = []
    at, position = 0, 0
    for _ in range(count):
        entry = _read_record(directory, at)
        _check_place(entry, position, start)
        also(file, entry)
        entries.append(entry)
        at, position = at + _CENTRAL.size + len(entry.name), entry.end
    if at != len(directory):
        _refuse("directory and end record differ")
    if position != start:
        _refuse("gap before the directory")
    check_names(entry.name for entry in entries)
    return entries


def _read_local(file: BinaryIO, entry: Entry) -> None:
    wanted = entry.local()
    file.seek(entry.offset)
    check_local(wanted, file.read(len(wanted)))


def check_local(wanted: bytes, found: bytes) -> None:
    """Raises `Tampered("container-malformed")` unless a local header is what the directory makes it."""
    if found != wanted:
        descriptor = len(found) > 6 and found[:4] == wanted[:4] and found[6] & 8
        _refuse("data descriptor" if descriptor else "local header and directory differ")


def closing(entries: Sequence[Entry], start: int) -> bytes:
    """Directory and end record: all that follows the members, from byte `start` on."""
    directory = b"".join(entry.central() for entry in entries)
    return directory + _end(len(entries), len(directory), start)


def stream(file: BinaryIO, offset: int, size: int, sink: Callable[[memoryview], object]) -> int:
    """Hand `size` bytes from `offset` on to `sink` in chunks; answers how many there were."""
    buffer = memoryview(bytearray(min(CHUNK, size) or 1))
    file.seek(offset)
    left = size
    while left:
        got = file.readinto(buffer[: min(left, len(buffer))])  # type: ignore[attr-defined]
        if not got:
            break
        sink(buffer[:got])
        left -= got
    return size - left


def crc32(data: bytes | memoryview, before: int = 0) -> int:
    return zlib.crc32(data, before)


def _read_end(file: BinaryIO, size: int) -> tuple[int, bytes, int]:
    """Number of members, the directory's bytes, and where it begins."""
    if not _END.size < size <= MAX_TOTAL:
        _refuse("size")
    file.seek(size - _END.size)
    raw = file.read(_END.size)
    magic, _, _, _, count, length, start, comment = _END.unpack(raw)
    if magic != b"PK\x05\x06" or comment:
        _refuse("no end record at the very end: a comment, or bytes after it")
    if raw != _end(count, length, start) or not 1 <= count <= MAX_MEMBERS:
        _refuse("end record")
    if start + length + _END.size != size or length > count * (_CENTRAL.size + MAX_NAME):
        _refuse("gap between directory and end record, bytes before the first member, or zip64")
    file.seek(start)
    return count, file.read(length), start


def _read_record(directory: bytes, at: int) -> Entry:
    if at + _CENTRAL.size > len(directory):
        _refuse("directory cut short")
    fields = _CENTRAL.unpack_from(directory, at)
    magic, flags, method, crc, packed, size, length = (fields[i] for i in (0, 3, 4, 7, 8, 9, 10))
    if magic != b"PK\x01\x02":
        _refuse("directory")
    if flags & 1:
        _refuse("encrypted member")
    if flags & 8:
        _refuse("data descriptor")
    if method or packed != size:
        _refuse("compressed member")
    raw = directory[at : at + _CENTRAL.size + length]
    name = raw[_CENTRAL.size :]
    if not name.isascii():
        raise Tampered(
            "container-name-refused", "Name members with A-Z a-z 0-9 . _ - and / only.", name=name[:80].hex()
        )
    entry = Entry(name.decode("ascii"), crc, size, fields[16])
    if raw != entry.central():
        _refuse("directory record with extra field, comment, attributes or time")
    return entry


def _check_place(entry: Entry, position: int, limit: int) -> None:
    if entry.offset != position:
        _refuse("gap or overlap between members, or bytes before the first")
    if entry.end > limit:
        _refuse("declared size reaches beyond the members")


def _end(count: int, length: int, start: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, length, start, 0)


def malformed(reason: str) -> Problem:
    """The file is not in the one form."""
    return Tampered(
        "container-malformed", "Make the container with this program; it is not in the accepted form.", reason=reason
    )


def _refuse(reason: str) -> NoReturn:
    raise malformed(reason)
