"""Signed containers: ASiC-E with CAdES (ETSI EN 319 162-1) in the profile of protocol M8.

    mimetype · the members · META-INF/ASiCManifest.xml · META-INF/signature.p7s (suite S1: signature.json)

The signature is over the manifest, the manifest holds every member's digest (SHA-256; SM3 in suite S1), and the set of
members is the manifest's set exactly. The first member after `mimetype` of a bid is its `bid-content` statement, `bid-content.json`.
"""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from crypto.asic_manifest import SIGNATURE_NAMES, write_manifest
from crypto.certificates import TrustStore, suite_of
from crypto.cms import LIMIT as SIGNATURE_LIMIT
from crypto.container_form import CONTENT_NAME, MANIFEST_LIMIT, MANIFEST_NAME, MIMETYPE, arranged, changed, listed
from crypto.container_form import suite_of as suite_in
from crypto.container_stream import ContainerStream
from crypto.files import written_whole
from crypto.manifest_signature import sign_manifest, verify_manifest
from crypto.tokens.port import Signing
from crypto.zip_profile import (
    MAX_MEMBERS,
    Entry,
    check_names,
    check_total,
    crc32,
    finish,
    malformed,
    overhead,
    read_entries,
    stream,
)
from procurement.basics.digest import HASHES
from procurement.basics.problems import Refused, Tampered
from procurement.basics.pulse import NoPulse, Pulse, cancelled
from procurement.basics.statement import Signer, Suite

__all__ = [
    "CONTENT_NAME",
    "MANIFEST_LIMIT",
    "MANIFEST_NAME",
    "MIMETYPE",
    "BidReader",
    "Container",
    "Member",
    "Members",
    "read_container",
    "read_manifest_bytes",
    "write_container",
]

_RESERVED = 64 * 1024 + MANIFEST_LIMIT

Members = Mapping[str, Path | bytes]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a read container."""

    name: str
    size: int
    digest: str
    """SHA-256, hex; in suite S1 taken while the manifest's SM3 was checked"""
    entry: Entry


@dataclass(frozen=True, slots=True)
class Container:
    """A container whose form, digests and signature are right."""

    path: Path
    members: Mapping[str, Member]
    """By name, in the order of the file"""
    signer: Signer
    manifest: bytes
    suite: Suite = "I1"

    def open(self, name: str) -> io.BufferedReader:
        """The member's bytes as a stream, straight from the file; close it. Raises `KeyError` for an unknown name.

        The stream does not check again: use `read` or `extract` where the file may have changed since.
        """
        return io.BufferedReader(_Slice(self.path, self.members[name].entry))

    def read(self, name: str, limit: int = MANIFEST_LIMIT) -> bytes:
        """A whole small member, its digest checked again. Raises `Refused("container-member-too-large")`, `Tampered`."""
        member = self.members[name]
        if member.size > limit:
            raise Refused("container-member-too-large", "Read it as a stream.", name=name, size=member.size)
        with self.open(name) as source:
            data = source.read()
        if hashlib.sha256(data).hexdigest() != member.digest:
            raise changed(name)
        return data

    def extract(self, name: str, target: Path, pulse: Pulse | None = None) -> None:
        """Write a member to `target`, its digest checked again; nothing is left there if it fails."""
        member = self.members[name]
        with written_whole(target, secret=True) as part, self.path.open("rb") as source:
            progress = _Progress(pulse, member.size)
            if _digest(source, member.entry, progress, part.write).hexdigest() != member.digest:
                raise changed(name)


def write_container(target: Path, members: Members, token: Signing, pulse: Pulse | None = None) -> bytes:
    """Sign `members` into a container at `target` (replaced whole, or untouched); answers the manifest's bytes.

    One pass over the files, constant memory. Progress is in bytes of the members. Raises `Tampered`
    container-name-refused, container-member-doubled; `Refused` container-too-large, container-too-many-members,
    container-member-unreadable; `Cancelled`; `Locked` by the token.
    """
    check_names(members)
    if any(name.lower().startswith("meta-inf") or name.lower() == "mimetype" for name in members):
        raise Tampered(
            "container-name-refused", "These names belong to the container itself.", name="META-INF, mimetype"
        )
    if not members or len(members) > MAX_MEMBERS - 3:
        raise Refused("container-too-many-members", "Pack at least one and fewer members.", limit=MAX_MEMBERS - 3)
    sizes = {name: _size(name, source) for name, source in members.items()}
    check_total(sum(sizes.values()) + overhead(sizes) + _RESERVED)
    progress, suite = _Progress(pulse, sum(sizes.values())), suite_of(token.signing_certificate)
    with written_whole(target, secret=True) as out:
        entries = [_add(out, "mimetype", MIMETYPE, len(MIMETYPE), None)[0]]
        digests: dict[str, bytes] = {}
        for name, source in members.items():
            entry, digests[name] = _add(out, name, source, sizes[name], progress, suite)
            entries.append(entry)
        manifest = write_manifest(digests, suite)
        signature = sign_manifest(manifest, token, suite)
        for name, data in ((MANIFEST_NAME, manifest), (SIGNATURE_NAMES[suite], signature)):
            entries.append(_add(out, name, data, len(data), None)[0])
        finish(out, entries)
    return manifest


def read_container(path: Path, trust: TrustStore, at: datetime, pulse: Pulse | None = None) -> Container:
    """Check a container wholly: form, manifest, signature as of `at`, every member's digest. Constant memory.

    Raises `Tampered`: container-malformed, container-name-refused, container-member-doubled,
    container-member-unlisted, container-member-missing, container-member-changed, container-manifest-malformed;
    signature-… and certificate-… as `crypto.signing.verify_statement`; `Cancelled`.
    """
    with _opened(path) as file:
        entries = _entries(file)
        suite = suite_in(entries)
        manifest = _small(file, entries[MANIFEST_NAME], MANIFEST_LIMIT)
        digests = listed(entries, manifest, suite)
        signature = _small(file, entries[SIGNATURE_NAMES[suite]], SIGNATURE_LIMIT)
        signer = verify_manifest(signature, manifest, suite, trust, at)
    progress = _Progress(pulse, sum(entries[name].size for name in digests))
    files = _check_digests(path, entries, digests, progress, suite)
    members = {name: Member(name, entries[name].size, files[name], entries[name]) for name in digests}
    return Container(path, members, signer, manifest, suite)


def read_manifest_bytes(path: Path) -> bytes:
    """The manifest of a container in the right form, its members unread and its signature unjudged."""
    with _opened(path) as file:
        return _small(file, _entries(file)[MANIFEST_NAME], MANIFEST_LIMIT)


@dataclass(frozen=True, slots=True)
class BidReader:
    """How sealing and opening look into a bid's container (`crypto.sealing.ContentReader`)."""

    trust: TrustStore
    at: datetime
    """The trusted time at which the signer's certificate is judged"""

    def manifest(self, container: Path) -> bytes:
        return read_manifest_bytes(container)

    def follow(self, content: BinaryIO, size: int) -> ContainerStream:
        return ContainerStream(content, size, self.trust, self.at)


def _entries(file: BinaryIO) -> dict[str, Entry]:
    entries = arranged(read_entries(file))
    if _small(file, entries["mimetype"], len(MIMETYPE)) != MIMETYPE:
        raise malformed("another media type")
    return entries


def _check_digests(
    path: Path, entries: Mapping[str, Entry], digests: Mapping[str, bytes], progress: _Progress, suite: Suite
) -> dict[str, str]:
    """Every member's digest, members side by side on the machine's cores; the first wrong one in order is named.

    Answers their SHA-256 in hex, by which files are known everywhere else.
    """

    def check(name: str) -> str:
        named = hashlib.new(HASHES[suite])
        also = named.update if suite != "I1" else None
        with _opened(path) as file:
            sha256 = _digest(file, entries[name], progress, also)
        if (named if also else sha256).digest() != digests[name]:
            raise changed(name)
        return sha256.hexdigest()

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1, len(digests)), thread_name_prefix="members") as pool:
        return dict(zip(digests, pool.map(check, digests), strict=True))


def _small(file: BinaryIO, entry: Entry, limit: int) -> bytes:
    if entry.size > limit:
        raise malformed(f"{entry.name} is too large")
    file.seek(entry.data)
    data = file.read(entry.size)
    if crc32(data) != entry.crc:
        raise changed(entry.name)
    return data


def _digest(
    file: BinaryIO, entry: Entry, progress: _Progress, sink: Callable[[memoryview], object] | None = None
) -> hashlib._Hash:
    """SHA-256 of a member, its CRC checked on the way."""
    state, crc = hashlib.sha256(), 0

    def take(chunk: memoryview) -> None:
        nonlocal crc
        state.update(chunk)
        crc = crc32(chunk, crc)
        if sink is not None:
            sink(chunk)
        progress.add(len(chunk))

    if stream(file, entry.data, entry.size, take) != entry.size or crc != entry.crc:
        raise changed(entry.name)
    return state


def _add(
    out: BinaryIO,
    name: str,
    source: Path | bytes,
    size: int,
    progress: _Progress | None,
    suite: Suite = "I1",
) -> tuple[Entry, bytes]:
    """Write one member at the current place; its header is set right when the content has gone by."""
    start = out.tell()
    out.write(Entry(name, 0, size, start).local())
    state, crc = hashlib.new(HASHES[suite]), 0

    def take(chunk: memoryview) -> None:
        nonlocal crc
        state.update(chunk)
        crc = crc32(chunk, crc)
        out.write(chunk)
        if progress is not None:
            progress.add(len(chunk))

    if isinstance(source, bytes):
        take(memoryview(source))
    else:
        _take_file(name, source, size, take)
    entry = Entry(name, crc, size, start)
    out.seek(start)
    out.write(entry.local())
    out.seek(entry.end)
    return entry, state.digest()


def _take_file(name: str, source: Path, size: int, take: Callable[[memoryview], object]) -> None:
    try:
        file = source.open("rb", buffering=0)
    except OSError as error:
        raise _unreadable(name, source) from error
    with file:
        if stream(file, 0, size, take) != size or os.fstat(file.fileno()).st_size != size:
            raise _unreadable(name, source)


def _size(name: str, source: Path | bytes) -> int:
    if isinstance(source, bytes):
        return len(source)
    try:
        if not source.is_file():
            raise _unreadable(name, source)
        return source.stat().st_size
    except OSError as error:
        raise _unreadable(name, source) from error


class _Progress:
    """Bytes done of all, told to the pulse by one thread at a time; once the pulse has stopped the work, all stop."""

    def __init__(self, pulse: Pulse | None, total: int) -> None:
        self._pulse, self._done, self._total = pulse or NoPulse(), 0, total
        self._lock, self._stopped = threading.Lock(), False

    def add(self, count: int) -> None:
        with self._lock:
            if self._stopped:
                raise cancelled()
            self._done += count
            try:
                self._pulse.step(self._done, self._total)
            except BaseException:
                self._stopped = True
                raise


class _Slice(io.RawIOBase):
    """A member's bytes in a file of its own handle."""

    def __init__(self, path: Path, entry: Entry) -> None:
        self._file, self._left = path.open("rb", buffering=0), entry.size
        self._file.seek(entry.data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        got = self._file.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= got
        return got

    def close(self) -> None:
        self._file.close()
        super().close()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise Refused("container-unreadable", "Choose the file again.", file=path.name) from error


def _unreadable(name: str, source: Path) -> Refused:
    return Refused("container-member-unreadable", "Choose the file again.", name=name, file=source.name)
