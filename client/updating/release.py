"""A release of the program: what it says and who signed it (docs/release-format.md).

    release.note          a signed note (c2sp.org/signed-note): the line "jincai release", then the canonical `Release`
    files.json            the canonical `Files`, whose digest the note holds
    objects/<sha256>.xz   each file once, packed

Where it lies says nothing: a folder, a stick, the platform. Only the signatures count (C8).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import Field

from crypto.notes import NOTE_LIMIT, NoteKey, verify_note
from procurement.basics.problems import Problem, Refused, Tampered
from procurement.basics.value import Code, Hex32, Instant, Name, Text, Value

NOTE, FILES, OBJECTS = "release.note", "files.json", "objects"
FILES_LIMIT = 8 * 1024**2
SIZE_LIMIT = 1024**3
"""Largest program in bytes"""
MOST_FILES = 20_000
KEYS = "release.keys"
"""In a packed program: the keys its successors must be signed with"""
HERE = "release.json"
"""In a packed program: which release it is, where it came from one"""
_HEAD = "jincai release\n"
_PART = re.compile(r"[A-Za-z0-9_+@~,=()\[\] -][A-Za-z0-9._+@~,=()\[\] -]*\Z|\.[A-Za-z0-9_+@~-][A-Za-z0-9._+@~-]*\Z")


class Release(Value):
    """One version of the program for one kind of system."""

    version: Name
    number: int = Field(ge=1, le=2**31)
    """Counts up; a program never goes to a lower one by itself"""
    system: Code
    """As `system_here`"""
    made: Instant
    good_until: Instant
    """After this its signers no longer stand for it: whoever still offers it as the newest may be hiding a newer one"""
    client: Hex32
    """Digest of the client's sources, which every submission names (C8)"""
    files: Hex32
    """SHA-256 of files.json"""
    news_zh: Text
    news_en: Text


class ReleaseFile(Value):
    path: str = Field(min_length=1, max_length=400)
    """From the program's folder on, with `/`"""
    size: int = Field(ge=0, le=SIZE_LIMIT)
    sha256: Hex32
    executable: bool = False


class ReleaseLink(Value):
    path: str = Field(min_length=1, max_length=400)
    to: str = Field(min_length=1, max_length=400)
    """Beside the link, as the link says it"""


class Files(Value):
    files: tuple[ReleaseFile, ...] = Field(min_length=1, max_length=MOST_FILES)
    links: tuple[ReleaseLink, ...] = Field(default=(), max_length=MOST_FILES)


class ReleaseKeys(Value):
    """Whose signatures a new version needs: at least `threshold` of these."""

    threshold: int = Field(ge=1, le=16)
    keys: tuple[Name, ...] = Field(min_length=1, max_length=16)
    """Verifier keys (C2SP vkey)"""

    def read(self) -> tuple[NoteKey, ...]:
        """Raises `Refused`: note-key-malformed, release-keys-malformed."""
        keys = tuple(NoteKey.from_vkey(text) for text in self.keys)
        if self.threshold > len({key.public for key in keys}) or len({key.name for key in keys}) < len(keys):
            raise Refused("release-keys-malformed", "Ask for a program that was built with sound keys.")
        return keys


@dataclass(frozen=True, slots=True)
class Signed:
    """A release whose signatures were checked."""

    release: Release
    signers: tuple[str, ...]
    """Names of the keys that signed, of those this program knows"""


def note_text(release: Release) -> str:
    """What is signed."""
    return _HEAD + release.to_bytes().decode() + "\n"


def read_release(note: bytes, keys: ReleaseKeys) -> Signed:
    """Read and check a note. Raises `Refused`: note-malformed, release-malformed; `Tampered`: release-signatures-missing, note-signature-wrong."""
    try:
        text = note.decode("utf-8") if len(note) <= NOTE_LIMIT else ""
    except UnicodeDecodeError as error:
        raise _malformed() from error
    signers = []
    body = ""
    for key in keys.read():
        try:
            body = verify_note(text, key)
        except Tampered as problem:
            if problem.code != "note-not-signed":
                raise
        else:
            signers.append(key)
    if len({key.public for key in signers}) < keys.threshold:
        raise Tampered(
            "release-signatures-missing",
            "Do not install it; fetch the program from where its makers publish it.",
            found=len(signers),
            needed=keys.threshold,
        )
    if not body.startswith(_HEAD):
        raise _malformed()
    try:
        release = Release.from_bytes(body[len(_HEAD) : -1].encode(), NOTE_LIMIT)
    except Problem as problem:
        raise _malformed() from problem
    return Signed(release, tuple(key.name for key in signers))


def read_files(data: bytes, release: Release) -> Files:
    """The list of files the release names. Raises `Tampered`: release-files-wrong, release-path-refused."""
    if hashlib.sha256(data).hexdigest() != release.files:
        raise Tampered(
            "release-files-wrong", "Fetch the release again: its list of files is not the one that was signed."
        )
    try:
        files = Files.from_bytes(data, FILES_LIMIT)
    except Problem as problem:
        raise _malformed() from problem
    check_paths(files)
    if sum(one.size for one in files.files) > SIZE_LIMIT:
        raise Tampered("release-too-large", "Do not install it; tell its makers.", limit=SIZE_LIMIT)
    return files


def check_newer(release: Release, here: Release | None, system: str, now: datetime) -> None:
    """Raises `Refused`: release-for-another-system, release-not-newer, release-expired."""
    if release.system != system:
        remedy = "Fetch the release for this system."
        raise Refused("release-for-another-system", remedy, found=release.system, here=system)
    if here is not None and release.number <= here.number:
        remedy = "Nothing to do: this version is as new."
        raise Refused("release-not-newer", remedy, found=release.version, here=here.version)
    if now > release.good_until:
        remedy = "Look where the makers publish it whether there is a newer one."
        raise Refused("release-expired", remedy, version=release.version, until=release.good_until.date())


def check_paths(files: Files) -> None:
    """Every path is plain, stays inside, and stands once, also where case does not count. Raises `Tampered("release-path-refused")`."""
    seen: set[str] = set()
    links = {link.path.lower() for link in files.links}
    for path in (*(one.path for one in files.files), *(one.path for one in files.links)):
        parts = path.split("/")
        parents = {"/".join(parts[:depth]).lower() for depth in range(1, len(parts))}
        if not all(_PART.match(part) for part in parts) or path.lower() in seen or parents & links:
            raise _path(path)
        seen.add(path.lower())
    for path in seen:
        parts = path.split("/")
        if any("/".join(parts[:depth]) in seen for depth in range(1, len(parts))):
            raise _path(path)
    for link in files.links:
        inside = [*link.path.split("/")[:-1]]
        for part in link.to.split("/"):
            if part == ".." and inside:
                inside.pop()
            elif part == ".." or not _PART.match(part):
                raise _path(link.path)
            else:
                inside.append(part)
        target = "/".join(inside).lower()
        if not any(path == target or path.startswith(target + "/") for path in seen):
            raise _path(link.path)


def _path(path: str) -> Tampered:
    return Tampered("release-path-refused", "Do not install it; tell its makers.", path=path[:200])


def _malformed() -> Refused:
    return Refused("release-malformed", "Fetch the release again; this is not one, or of a newer form.")


def kept_release(folder: Path) -> Release | None:
    """Which release lies in a program's folder; None for one that was never released."""
    try:
        return Release.from_bytes((folder / HERE).read_bytes(), NOTE_LIMIT)
    except (OSError, Problem):
        return None


def kept_keys(folder: Path) -> ReleaseKeys | None:
    """The keys a program's folder was built with; None: it knows none and takes no new version."""
    try:
        return ReleaseKeys.from_bytes((folder / KEYS).read_bytes(), NOTE_LIMIT)
    except (OSError, Problem):
        return None
