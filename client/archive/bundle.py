"""The archive's container: a ZIP of which there is exactly one form for given members, so that no byte can change unseen.

Members are stored uncompressed in the order of their names, without times, comments, extra fields, gaps or 64-bit records.
The reader rebuilds every header and compares; content is checked against CRC and then, through the index, against SHA-256.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from procurement.basics.problems import Refused, Tampered

Source = bytes | Path

_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_DATE = 0x21
_LIMIT = 0xFFFFFFFF
_NAME = re.compile(r"(?!/)(?!.*(^|/)\.\.?(/|$))[A-Za-z0-9._/-]{1,120}\Z")
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member's bytes lie in the file."""

    name: str
    start: int
    size: int
    crc: int


def write_bundle(target: Path, members: Mapping[str, Source]) -> None:
    """Write all members; a temporary name first, then rename. Raises `Refused` for names or sizes outside the profile."""
    temporary = target.with_name(target.name + ".part")
    try:
        with temporary.open("wb") as out:
            written = [_write_member(out, name, members[name]) for name in sorted(members)]
            _write_end(out, written)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


class Bundle:
    """An archive opened for reading; its form has been checked. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self.members = {m.name: m for m in _read_members(self._file, path.stat().st_size)}
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def blocks(self, name: str) -> Iterator[bytes]:
        """Content of a member in blocks of 1 MiB; raises `Tampered` at the end if the CRC differs."""
        member = self._member(name)
        crc, done = 0, 0
        while done < member.size:
            self._file.seek(member.start + done)
            block = self._file.read(min(_BLOCK, member.size - done))
            crc = zlib.crc32(block, crc)
            done += len(block)
            yield block
        if crc != member.crc:
            _broken(f"{name}: content")

    def read(self, name: str, limit: int = 64 * _BLOCK) -> bytes:
        """Content of a member of at most `limit` bytes."""
        if self._member(name).size > limit:
            raise Refused("archive-member-too-large", "This member is read in blocks only.", name=name)
        return b"".join(self.blocks(name))

    def extract(self, name: str, target: Path) -> Path:
        """Copy a member to a file."""
        with target.open("wb") as out:
            for block in self.blocks(name):
                out.write(block)
        return target

    def _member(self, name: str) -> Member:
        member = self.members.get(name)
        if member is None:
            raise Tampered("archive-member-missing", "Get the archive again from its owner.", name=name)
        return member


def _write_member(out: BinaryIO, name: str, source: Source) -> Member:
    if not _NAME.match(name):
        raise Refused("archive-name", "Name members with A-Z a-z 0-9 . _ / - only.", name=name)
    head = out.tell()
    out.write(b"\0" * (_LOCAL.size + len(name)))
    crc = size = 0
    for block in _blocks_of(source):
        out.write(block)
        crc = zlib.crc32(block, crc)
        size += len(block)
    end = out.tell()
    if end > _LIMIT:
        raise Refused("archive-too-large", "An archive holds less than 4 GiB; write one per lot.", size=end)
    out.seek(head)
    out.write(_local(name, crc, size))
    out.seek(end)
    return Member(name, head + _LOCAL.size + len(name), size, crc)


def _blocks_of(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _write_end(out: BinaryIO, members: list[Member]) -> None:
    start = out.tell()
    for member in members:
        out.write(_central(member))
    out.write(_end(len(members), out.tell() - start, start))


def _local(name: str, crc: int, size: int) -> bytes:
    return _LOCAL.pack(0x04034B50, 20, 0, 0, 0, _DATE, crc, size, size, len(name), 0) + name.encode()


def _central(member: Member) -> bytes:
    head = member.start - _LOCAL.size - len(member.name)
    fixed = (
        0x02014B50,
        20,
        20,
        0,
        0,
        0,
        _DATE,
        member.crc,
        member.size,
        member.size,
        len(member.name),
        0,
        0,
        0,
        0,
        0,
        head,
    )
    return _CENTRAL.pack(*fixed) + member.name.encode()


def _end(count: int, size: int, start: int) -> bytes:
    return _END.pack(0x06054B50, 0, 0, count, count, size, start, 0)


def _read_members(file: BinaryIO, total: int) -> list[Member]:
    if total < _END.size or total > _LIMIT:
        _broken("size")
    file.seek(total - _END.size)
    tail = file.read(_END.size)
    _, _, _, count, _, size, start, _ = _END.unpack(tail)
    if tail != _end(count, size, start) or start + size + _END.size != total:
        _broken("end record")
    file.seek(start)
    return _walk(file, file.read(size), count, start)


def _walk(file: BinaryIO, central: bytes, count: int, start: int) -> list[Member]:
    members: list[Member] = []
    place, head = 0, 0
    for _ in range(count):
        if place + _CENTRAL.size > len(central):
            _broken("directory")
        fields = _CENTRAL.unpack_from(central, place)
        crc, size, length = fields[7], fields[9], fields[10]
        raw = central[place + _CENTRAL.size : place + _CENTRAL.size + length]
        name = raw.decode("ascii", "replace")
        member = Member(name, head + _LOCAL.size + len(raw), size, crc)
        if not _NAME.match(name) or (members and name <= members[-1].name):
            _broken("names")
        if central[place : place + _CENTRAL.size + length] != _central(member):
            _broken(f"{name}: directory")
        file.seek(head)
        if file.read(_LOCAL.size + len(raw)) != _local(name, crc, size):
            _broken(f"{name}: header")
        members.append(member)
        place += _CENTRAL.size + length
        head = member.start + size
    if place != len(central) or head != start:
        _broken("gaps")
    return members


def _broken(where: str) -> NoReturn:
    raise Tampered(
        "archive-form-broken", "Get the archive again from its owner: its container was changed.", where=where
    )
