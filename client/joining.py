"""A platform is joined: from its file and a certificate to a profile folder, and from a newer file to newer anchors.

Works without a desk: there is none yet. A profile is made in a hidden folder beside the others and moved into its place whole, so
a kill leaves either nothing or all of it.
"""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from client.platform_offer import Offer, meet, profiles_in, read_offer
from client.profile import TRUST_FOLDER, Profile, ProfileFolder, TokenDriver
from client.tokens import close_token, pin_wrong
from crypto.certificates import subject_name, subject_person, suite_of
from crypto.files import sync_folder, write_whole
from crypto.platform_file import PlatformFile, read_platform_file
from crypto.tokens import Driver, DriverProcess, Pkcs11Token, PluggedToken, Token, open_file, plugged_tokens
from crypto.vendors import kind_of
from procurement.basics.problems import Locked, Problem, Refused
from procurement.basics.roles import Role

KEPT_FILE = "platform.jincai-platform"
"""The platform's file, kept in the profile it made"""
MAKING = ".making-"
"""Begins the names of folders that are not yet profiles"""
ROLES = (Role.SUPPLIER, Role.AGENCY, Role.PURCHASER, Role.EXPERT)
"""Roles that sign with a certificate; offices without one are set up by the platform's operator"""
_TOKEN, _NATIONAL, _PAPERS = "token.p12", "token.sm2", "papers.p12"
_LARGEST_TOKEN = 1024 * 1024
Means = Literal["file", "usb", "none"]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who joins, and with what."""

    role: Role
    person: str
    """Who acts"""
    means: Means
    pin: str = ""
    file: Path | None = None
    papers: Path | None = None
    """PKCS#12 file that seals PDFs beside an SM2 key file"""
    library: str = ""
    """Path of a vendor's PKCS#11 driver"""
    token: str = ""
    """Key of the token chosen, where several are plugged in"""
    code: str = ""
    name: str = ""
    """Of the organisation; both only without a certificate, which says them otherwise"""


@dataclass(frozen=True, slots=True)
class Plugged:
    """A USB token as a person is shown it."""

    key: str
    label: str
    holder: str


class Joiner:
    """Makes and renews the profiles in `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tries: dict[str, int] = {}

    # -- the file

    def read(self, path: Path) -> Offer:
        """See `read_offer`."""
        return read_offer(path, self.root)

    def kept(self) -> tuple[tuple[str, Path], ...]:
        """Names and files of the platforms that profiles here were made from, each platform once."""
        found: dict[str, tuple[str, Path]] = {}
        for folder in profiles_in(self.root):
            with suppress(Problem, OSError):
                path = folder.folder / KEPT_FILE
                file = read_platform_file(path.read_bytes())
                found.setdefault(file.log_key, (file.name, path))
        return tuple(found.values())

    # -- the certificate

    def plugged(self, library: str) -> tuple[Plugged, ...]:
        """The USB tokens now plugged in behind a driver. Raises `Locked`."""
        driver = _driver(library)
        with DriverProcess(driver) as process:
            found = plugged_tokens(process)
        return tuple(Plugged(one.key, one.label, subject_name(one.signing) if one.signing else "") for one in found)

    # -- making and renewing

    def join(self, file: PlatformFile, holder: Holder) -> Path:
        """Make the profile; its folder. Where this account came before without a certificate, the certificate is added to it.

        Raises `Refused("profile-exists")`, and by name what is wrong with certificate, PIN or address; then nothing is made.
        """
        now = meet(file)
        self.root.mkdir(parents=True, exist_ok=True)
        self._sweep()
        making = self.root / f"{MAKING}{secrets.token_hex(6)}"
        making.mkdir(mode=0o700)
        try:
            profile = self._make(making, file, holder, now)
            before = self._same(file, profile)
            if before is None:
                return self._place(making, profile)
            if before.profile.signs or not profile.signs:
                remedy = "Sign in with it; nothing was changed."
                raise Refused("profile-exists", remedy, name=before.profile.name, folder=before.folder.name)
            return _add_certificate(before, making, profile)
        finally:
            if making.exists():
                shutil.rmtree(making)

    def renew(self, folder: Path, file: PlatformFile) -> None:
        """Let the profile in `folder` believe what a newer file says. Takes hold all at once; the anchors before it are kept beside.

        Raises `Refused("platform-log-differs")`: receipts and store hold to their log, so another log is another profile.
        """
        meet(file)
        files = ProfileFolder(folder)
        if files.log_key().vkey != file.log_key:
            remedy = "Make a new profile for the other log; this one stays as it is."
            raise Refused("platform-log-differs", remedy, folder=folder.name)
        name = f"{TRUST_FOLDER}-{secrets.token_hex(4)}"
        file.write_trust(folder / name)
        sync_folder(folder)
        write_whole(folder / KEPT_FILE, file.to_bytes())
        old = files.profile
        said = {"trust": name, "server": file.server, "origin": file.origin, "keyring": old.account}
        ProfileFolder.create(folder, old.model_copy(update=said))
        for path in folder.glob(f"{TRUST_FOLDER}*"):
            if path.is_dir() and path.name not in (name, old.trust):
                shutil.rmtree(path)

    # -- parts

    def _sweep(self) -> None:
        """What a kill left half made."""
        for left in self.root.glob(f"{MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)

    def _make(self, making: Path, file: PlatformFile, holder: Holder, now: datetime) -> Profile:
        """Everything of the profile, in the hidden folder, `profile.json` last."""
        file.write_trust(making / TRUST_FOLDER)
        write_whole(making / KEPT_FILE, file.to_bytes())
        said = {"server": file.server, "origin": file.origin, "role": holder.role, "region": file.region}
        if holder.means == "none":
            person = holder.person or holder.name
            profile = Profile.from_plain({**said, "actor": holder.code, "name": holder.name, "person": person})
        else:
            names = _take_files(making, holder)
            actor, name = self._identity(making, file, holder, names, now)
            profile = Profile.from_plain(
                {**said, **names, "actor": actor, "name": name, "person": holder.person or name}
            )
        ProfileFolder.create(making, profile)
        return profile

    def _identity(
        self, making: Path, file: PlatformFile, holder: Holder, names: dict[str, object], now: datetime
    ) -> tuple[str, str]:
        """Code and name in the certificate, once the PIN has opened its key and the platform would take it (R-035, R-036)."""
        token = self._open(making, holder, names)
        try:
            certificate, trust = token.signing_certificate, file.trust
            trust.validate(certificate, token.chain, now, "sign")
            kind = kind_of(certificate, trust.vendor_of(certificate, token.chain))
            if kind == "legal-person":
                remedy = "Use the unit's token; the legal representative's seals papers only."
                raise Locked("token-of-legal-person", remedy, rule="R-036", token=token.label)
            if (kind == "person") is not (holder.role is Role.EXPERT):
                remedy = "Experts use a personal certificate, organisations the unit's. Choose the role that fits."
                raise Refused("certificate-role-differs", remedy, rule="R-036", holder=subject_name(certificate))
            code = subject_person(certificate) if kind == "person" else trust.code_of(certificate, token.chain)
            if suite_of(certificate) != "I1" and holder.papers is None:
                remedy = "Choose the PKCS#12 file of the same unit as well; it seals the PDFs."
                raise Locked("papers-token-missing", remedy)
            return code, subject_name(certificate)
        finally:
            close_token(token)

    def _open(self, making: Path, holder: Holder, names: dict[str, object]) -> Token:
        """Open with the PIN, counting how often it was wrong."""
        plugged = None if holder.means == "file" else _chosen(holder)
        key = "file" if plugged is None else plugged.key
        if plugged is not None and plugged.pin == "locked":
            raise Locked("token-pin-locked", "Have it unlocked by its vendor.", token=plugged.label)
        try:
            token: Token
            token = (
                open_file(making / str(names["token"]), holder.pin)
                if plugged is None
                else Pkcs11Token.open(plugged, holder.pin)
            )
            if "papers" in names:
                open_file(making / str(names["papers"]), holder.pin)
        except Locked as locked:
            if locked.code != "token-pin-wrong":
                raise
            self._tries[key] = self._tries.get(key, 0) + 1
            raise pin_wrong(locked, self._tries[key]) from None
        self._tries.pop(key, None)
        return token

    def _same(self, file: PlatformFile, profile: Profile) -> ProfileFolder | None:
        """The profile of the same party in the same role on the same platform."""
        for one in profiles_in(self.root):
            with suppress(Problem):
                mine = (one.profile.actor, one.profile.role, one.log_key().vkey)
                if mine == (profile.actor, profile.role, file.log_key):
                    return one
        return None

    def _place(self, making: Path, profile: Profile) -> Path:
        """The finished folder under its name."""
        stem = f"{profile.role}-{profile.actor}".replace("#", "-")
        number = 1
        while (target := self.root / (stem if number == 1 else f"{stem}-{number}")).exists():
            number += 1
        sync_folder(making)
        making.rename(target)
        sync_folder(self.root)
        return target


def _take_files(making: Path, holder: Holder) -> dict[str, object]:
    """Copies of the key files, for their owner only; what the profile says of them."""
    if holder.means == "usb":
        driver = _driver(holder.library)
        return {"drivers": [TokenDriver(library=str(driver.library), name=driver.title).to_plain()]}
    if holder.file is None:
        raise Refused("certificate-file-missing", "Choose the certificate's file.")
    national = holder.file.suffix.lower() == Path(_NATIONAL).suffix
    found: dict[str, object] = {"token": _NATIONAL if national else _TOKEN}
    _copy(holder.file, making / str(found["token"]))
    if national and holder.papers is not None:
        found["papers"] = _PAPERS
        _copy(holder.papers, making / _PAPERS)
    return found


def _copy(source: Path, target: Path) -> None:
    try:
        with source.open("rb") as stream:
            data = stream.read(_LARGEST_TOKEN + 1)
    except OSError as error:
        raise Refused("file-unreadable", "Choose a file that can be read.", file=source.name) from error
    if len(data) > _LARGEST_TOKEN:
        raise Refused("certificate-unreadable", "Choose the certificate again.", file=source.name)
    write_whole(target, data, secret=True)


def _add_certificate(before: ProfileFolder, making: Path, profile: Profile) -> Path:
    """The same account, now with its certificate: files first, the profile that names them last."""
    for name in filter(None, (profile.token, profile.papers)):
        write_whole(before.folder / name, (making / name).read_bytes(), secret=True)
    said = {
        "token": profile.token,
        "papers": profile.papers,
        "drivers": profile.drivers,
        "name": profile.name,
        "person": profile.person,
    }
    ProfileFolder.create(before.folder, before.profile.model_copy(update=said))
    return before.folder


def _driver(library: str) -> Driver:
    path = Path(library.strip())
    return Driver(path, path.stem)


def _chosen(holder: Holder) -> PluggedToken:
    """The one token, or the one of the key that was chosen. Raises `Locked`: token-none-plugged, token-choose."""
    driver = _driver(holder.library)
    with DriverProcess(driver) as process:
        found = plugged_tokens(process)
    if not found:
        raise Locked("token-none-plugged", "Plug in the token of your organisation.", others="")
    fitting = [one for one in found if one.key == holder.token] or (list(found) if len(found) == 1 else [])
    if not fitting:
        names = "、".join(one.label for one in found)
        raise Locked("token-choose", "Choose one of the tokens that are plugged in.", tokens=names)
    return fitting[0]
