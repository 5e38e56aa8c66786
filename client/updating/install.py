"""Putting a checked release beside the running program, and making it the one that starts next.

    <base>/jincai-versions/<number>/    one folder for each version; nothing in it is ever changed
    <base>/jincai                       a link to the version that starts

A version is put together under another name, checked file by file, tries its own self-check, and only then gets its name and
the link: in one rename, so that a kill at any moment leaves a program that starts. What the program holds already is copied, not fetched.
The version before stays, and one can go back to it.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from client.updating.release import (
    FILES,
    FILES_LIMIT,
    HERE,
    NOTE,
    OBJECTS,
    Files,
    Release,
    ReleaseFile,
    ReleaseKeys,
    Signed,
    check_newer,
    kept_keys,
    kept_release,
    read_files,
    read_release,
)
from crypto.files import sync_folder, write_whole
from crypto.notes import NOTE_LIMIT
from procurement.basics.problems import Locked, Problem, Refused, Tampered
from procurement.basics.pulse import NoPulse, Pulse

VERSIONS, LINK, PROGRAM = "jincai-versions", "jincai", "jincai"
SELF_CHECK_SECONDS = 300
_BLOCK = 1024 * 1024


class Source(Protocol):
    """Where a release lies."""

    def read(self, name: str, limit: int) -> bytes:
        """A small file. Raises `Refused("release-missing")`, `Unreachable`."""

    def fetch(self, name: str, target: Path) -> None:
        """A file into `target`, as it is there. Raises the same."""


class FolderSource:
    """A release in a folder: a stick, a share, an unpacked download."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str, limit: int) -> bytes:
        try:
            with (self.folder / name).open("rb") as file:
                return file.read(limit + 1)
        except OSError as error:
            raise _missing(name) from error

    def fetch(self, name: str, target: Path) -> None:
        try:
            shutil.copyfile(self.folder / name, target)
        except OSError as error:
            raise _missing(name) from error


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer version, its signatures checked; nothing of it is here yet."""

    signed: Signed
    files: Files
    source: Source
    missing: tuple[ReleaseFile, ...]
    """What the running program does not hold: this much is fetched"""

    @property
    def release(self) -> Release:
        return self.signed.release

    @property
    def size(self) -> int:
        """Bytes to fetch, before packing."""
        return sum({one.sha256: one.size for one in self.missing}.values())


@dataclass(frozen=True, slots=True)
class Installation:
    """A program that may renew itself."""

    folder: Path
    """Of the version that runs"""
    keys: ReleaseKeys

    @classmethod
    def here(cls) -> Installation:
        """The one this process runs from. Raises `Refused`: update-from-source, update-without-keys, update-not-here."""
        if not getattr(sys, "frozen", False):
            raise Refused(
                "update-from-source", "Fetch the sources anew with git; only the packed program renews itself."
            )
        return cls.at(Path(sys.executable).resolve().parent)

    @classmethod
    def at(cls, folder: Path) -> Installation:
        """The one in a folder. Raises as `here`."""
        keys = kept_keys(folder)
        if keys is None:
            raise Refused(
                "update-without-keys",
                "Fetch the program from where its makers publish it: this one knows no key to check a new version.",
            )
        inside = folder.parent.name == VERSIONS and (folder.parent.parent / LINK).is_symlink()
        if (
            os.name != "posix"
            or not inside
            or not os.access(folder.parent, os.W_OK)
            or not os.access(folder.parent.parent, os.W_OK)
        ):
            raise Refused(
                "update-not-here",
                "Run its `install` once as yourself, or ask who installed it to renew it.",
                folder=folder,
            )
        return cls(folder, keys)

    @property
    def versions(self) -> Path:
        return self.folder.parent

    @property
    def link(self) -> Path:
        return self.versions.parent / LINK

    @property
    def release(self) -> Release | None:
        return kept_release(self.folder)

    def look(self, source: Source, now: datetime) -> Offer:
        """What the source offers. Raises `Refused`: release-missing, release-not-newer, release-expired, release-for-another-system,
        release-malformed; `Tampered`: release-signatures-missing, release-files-wrong, release-path-refused; `Unreachable`."""
        signed = read_release(source.read(NOTE, NOTE_LIMIT), self.keys)
        check_newer(signed.release, self.release, system_here(), now)
        files = read_files(source.read(FILES, FILES_LIMIT), signed.release)
        held = {digest for _, digest in self._held(files)}
        return Offer(signed, files, source, tuple(one for one in files.files if one.sha256 not in held))

    def install(self, offer: Offer, pulse: Pulse | None = None) -> Path:
        """Put the offered version together, try it, and make it the one that starts next; answers its folder.

        Broken off, it goes on with what is there. Raises `Tampered("release-object-wrong")`, `Refused("release-missing")`,
        `Locked`: storage-failed, update-self-check-failed; `Unreachable`; `Cancelled`. The running version stays as it is.
        """
        made = self.versions / str(offer.release.number)
        part = made.with_name(f".{made.name}.part")
        try:
            with _alone(self.versions):
                if not made.exists():
                    self._put_together(offer, part, pulse or NoPulse())
                    self._try_out(part)
                    part.replace(made)
                    sync_folder(self.versions)
                self._switch(made)
                self._forget({made, self.folder})
        except OSError as error:
            raise Locked(
                "storage-failed", "Make room on the disk, or choose another folder.", reason=error.strerror or error
            ) from error
        return made

    @property
    def previous(self) -> Path | None:
        """The version before this one, if it is still here."""
        others = [one for one in self.versions.iterdir() if one.name.isdigit() and one != self.folder]
        return max(others, key=lambda one: int(one.name), default=None)

    def go_back(self) -> Path:
        """Start the other version next time. Raises `Refused("update-no-other-version")`."""
        other = self.previous
        if other is None:
            raise Refused("update-no-other-version", "Nothing to do: only this version is here.")
        self._switch(other)
        return other

    def _held(self, files: Files) -> Iterator[tuple[Path, str]]:
        """Files of the running version that a release may use again: by their size first, then by their digest."""
        sizes = {one.size for one in files.files}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size in sizes:
                yield path, _sha256(path)

    def _put_together(self, offer: Offer, part: Path, pulse: Pulse) -> None:
        part.mkdir(mode=0o755, exist_ok=True)
        held = {digest: path for path, digest in self._held(offer.files)}
        total, done = sum(one.size for one in offer.files.files), 0
        for one in offer.files.files:
            target = part / one.path
            if not (target.is_file() and not target.is_symlink() and _sha256(target) == one.sha256):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                self._bring(one, target, held.get(one.sha256), offer.source)
            target.chmod(0o755 if one.executable else 0o644)
            held.setdefault(one.sha256, target)
            done += one.size
            pulse.step(done, total)
        for link in offer.files.links:
            place = part / link.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.symlink_to(link.to)
        wanted = {part / one.path for one in offer.files.files} | {part / one.path for one in offer.files.links}
        for path in sorted(part.rglob("*")):
            if (path.is_symlink() or path.is_file()) and path not in wanted:
                path.unlink()  # left by an offer before this one
        write_whole(part / HERE, offer.release.to_bytes())
        for folder in [part, *(path for path in part.rglob("*") if path.is_dir() and not path.is_symlink())]:
            sync_folder(folder)

    def _bring(self, one: ReleaseFile, target: Path, held: Path | None, source: Source) -> None:
        """One file, flushed and checked, under its name only when it is right."""
        pending = target.with_name(f".{target.name}.part")
        if held is not None:
            shutil.copyfile(held, pending)
        else:
            packed = target.with_name(f".{target.name}.xz")
            source.fetch(f"{OBJECTS}/{one.sha256}.xz", packed)
            try:
                _unpack(packed, pending, one)
            finally:
                packed.unlink(missing_ok=True)
        if _sha256(pending) != one.sha256:
            pending.unlink()
            raise _object_wrong(one)
        with pending.open("rb+") as file:
            os.fsync(file.fileno())
        pending.replace(target)

    def _try_out(self, part: Path) -> None:
        """The new version says of itself whether it works here."""
        try:
            done = subprocess.run(
                [str(part / PROGRAM), "--self-check"],
                capture_output=True, text=True, errors="replace", timeout=SELF_CHECK_SECONDS, check=False,
            )  # fmt: skip
            said = "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:] or str(done.returncode)
        except (OSError, subprocess.TimeoutExpired) as error:
            said = str(error)
        if said:
            shutil.rmtree(part, ignore_errors=True)
            raise Locked(
                "update-self-check-failed", "Go on with this version; send its makers what it said.", said=said
            )

    def _switch(self, version: Path) -> None:
        new = self.link.with_name(f".{LINK}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(Path(VERSIONS) / version.name)
        new.replace(self.link)
        sync_folder(self.link.parent)

    def _forget(self, kept: set[Path]) -> None:
        """All versions but these, and what was broken off."""
        for one in self.versions.iterdir():
            if one not in kept and (one.name.isdigit() or one.name.endswith(".part")):
                shutil.rmtree(one, ignore_errors=True)


@contextmanager
def _alone(versions: Path) -> Iterator[None]:
    """One process renews at a time; the lock goes with the process. Raises `Locked("update-under-way")`."""
    import fcntl  # not on Windows, where nothing comes this far

    with (versions / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Locked("update-under-way", "Wait until the other window has finished.") from error
        yield


def system_here() -> str:
    """The kind of system, as releases name it: `linux-x86_64`."""
    return f"{sys.platform}-{platform.machine()}"


def _unpack(packed: Path, target: Path, one: ReleaseFile) -> None:
    """Never more than the size that was signed."""
    left = one.size
    try:
        with lzma.open(packed) as source, target.open("wb") as out:
            while block := source.read(min(_BLOCK, left + 1)):
                left -= len(block)
                if left < 0:
                    break
                out.write(block)
    except (lzma.LZMAError, EOFError) as error:
        target.unlink(missing_ok=True)
        raise _object_wrong(one) from error
    if left:
        target.unlink(missing_ok=True)
        raise _object_wrong(one)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _object_wrong(one: ReleaseFile) -> Tampered:
    return Tampered(
        "release-object-wrong", "Fetch the release again: a file is not the one that was signed.", path=one.path
    )


def _missing(name: str) -> Problem:
    return Refused("release-missing", "Choose the folder that holds release.note, files.json and objects.", name=name)
