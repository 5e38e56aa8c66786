"""A platform's file as a person is shown it before anything of it is believed, and the platform asked whether it is the one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from client.gateway.gateway import Gateway
from client.gateway.http import HttpTransport
from client.gateway.servertime import ServerClock
from client.profile import PROFILE_FILE, Profile, ProfileFolder
from crypto.certificates import subject_name
from crypto.files import TLS_FILE
from crypto.log import Checkpoint
from crypto.notes import NoteKey
from crypto.platform_file import LIMIT, PlatformFile, describe_folder, in_groups, read_platform_file
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Problem, Refused, Unreachable

Change = Literal["server", "origin", "log_key", "witnesses", "roots", "intermediates", "platforms", "vendors", "outside_tsa", "tls", "crls"]  # fmt: skip
MINOR: frozenset[Change] = frozenset({"crls"})
"""What changes every few days, and is signed by its issuer"""


@dataclass(frozen=True, slots=True)
class Known:
    """A profile that is here already, and what the file says differently of its platform."""

    folder: Path
    profile: Profile
    same_log: bool
    """False: the address or the origin is the same, the log is another"""
    changed: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A platform's file as a person is shown it. Nothing of it is believed yet."""

    file: PlatformFile
    fingerprint: str
    """In groups of four"""
    roots: tuple[tuple[str, datetime], ...]
    """Authorities that would be believed, each with the end of its certificate"""
    lists_until: datetime | None
    """When the first of the lists of revoked certificates runs out; None without lists"""
    known: tuple[Known, ...]


def read_offer(path: Path, root: Path) -> Offer:
    """Read a platform's file; `root`: where the profiles are. Raises `Refused`: file-unreadable, and as `read_platform_file`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Refused("file-unreadable", "Choose a file that can be read.", file=path.name) from error
    file = read_platform_file(data)
    ends = [one.next_update_utc for one in file.trust.crls if one.next_update_utc is not None]
    roots = tuple((subject_name(one), one.not_valid_after_utc) for one in file.trust.roots)
    known = tuple(filter(None, (_known(one, file) for one in profiles_in(root))))
    return Offer(file, in_groups(file.fingerprint), roots, min(ends, default=None), known)


def profiles_in(root: Path) -> Sequence[ProfileFolder]:
    """The profiles here that can be read; what is still being made is none."""
    found = []
    for path in sorted(root.glob(f"*/{PROFILE_FILE}")):
        if not path.parent.name.startswith("."):
            with suppress(Problem):
                found.append(ProfileFolder(path.parent))
    return found


def meet(file: PlatformFile) -> datetime:
    """Ask at the file's address whether that platform answers there; its time. Nothing of the person is sent.

    Raises `Unreachable` when nobody answers, `Refused`: platform-not-there, platform-answers-otherwise, and what
    `Gateway.agree` raises; `Tampered` when its log's head is signed by another key.
    """
    with TemporaryDirectory() as scratch:
        file.write_trust(Path(scratch))
        anchors = Path(scratch) / TLS_FILE
        line = HttpTransport(file.server, bundle=anchors if file.tls else None)
        gateway = Gateway(line, ServerClock(SystemClock()), file.origin)
        try:
            return _met(gateway, file)
        except (Refused, Unreachable) as problem:
            if problem.code not in ("answer-unreadable", "no-such-address"):
                raise
            remedy = "Check the file with the platform's operator; something else answers at this address."
            raise Refused("platform-not-there", remedy, address=file.server) from problem
        finally:
            gateway.close()


def _met(gateway: Gateway, file: PlatformFile) -> datetime:
    gateway.agree()
    now = gateway.time().now
    said = gateway.platform()
    for field, wanted, found in (
        ("log_key", file.log_key, said.log_key),
        ("origin", file.origin, said.origin),
        ("operator", file.operator, said.operator),
    ):
        if found != wanted:
            remedy = "Do not go on. Ask the platform's operator for its file by a way you trust."
            raise Refused("platform-answers-otherwise", remedy, field=field, said=found, file=wanted)
    try:
        Checkpoint.verify(gateway.checkpoint(), NoteKey.from_vkey(file.log_key))
    except Refused as problem:
        if problem.code != "log-not-yet-public":
            raise
    return now


def _known(folder: ProfileFolder, file: PlatformFile) -> Known | None:
    """How this profile's platform and the file's differ; None where they have nothing in common."""
    profile = folder.profile
    try:
        key = folder.log_key()
        before = describe_folder(
            folder.anchors, key, file.made, server=profile.server, origin=profile.origin or profile.server, name=file.name,
            operator=file.operator, region=file.region,
        ).marks()  # fmt: skip
    except Problem:
        return None
    same_log = key.vkey == file.log_key
    if not same_log and profile.server != file.server and profile.origin != file.origin:
        return None
    now = file.marks()
    changed: tuple[Change, ...] = tuple(name for name in now if now[name] != before[name])  # type: ignore[misc]
    return Known(folder.folder, profile, same_log, changed)
