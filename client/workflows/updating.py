"""程序更新: which version this is, what a newer release says, and putting it in place (docs/release-format.md)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from client.release import client_release
from client.updating.install import FolderSource, Installation, Offer, Source
from client.updating.platform_source import PlatformSource
from client.workflows.verbs import Workflow, verb
from procurement.basics.problems import Refused
from procurement.basics.pulse import Pulse


@dataclass(frozen=True, slots=True)
class ProgramHere:
    """What runs, and whether it can renew itself."""

    version: str
    digest: str
    """Of the client's sources, as submissions name it"""
    folder: str
    """Empty where the program runs from source"""
    keys: tuple[str, ...]
    """Names of the keys a new version must be signed with"""
    threshold: int
    hindrance: Refused | None
    """Why it cannot renew itself"""
    other: str
    """The version one can go back to; empty when there is none"""


class Updating(Workflow):
    """The program's own verbs; a platform is a mirror for it, no authority."""

    def installation(self) -> Installation:
        """Raises `Refused`: update-from-source, update-without-keys, update-not-here."""
        return Installation.here()

    @verb("store")
    def here(self) -> ProgramHere:
        """Never raises: what hinders is part of the answer."""
        release = client_release()
        try:
            found = self.installation()
        except Refused as problem:
            return ProgramHere(release.version, release.digest, "", (), 0, problem, "")
        names = tuple(key.name for key in found.keys.read())
        other = found.previous.name if found.previous is not None else ""
        return ProgramHere(release.version, release.digest, str(found.folder), names, found.keys.threshold, None, other)

    @verb("net")
    def look(self, folder: Path | None = None) -> Offer:
        """What a folder offers, or the platform of this profile. Raises as `Installation.look`."""
        source: Source = PlatformSource(self.place.gateway) if folder is None else FolderSource(folder)
        return self.installation().look(source, self.place.now())

    @verb("upload", pulsed=True)
    def install(self, offer: Offer, pulse: Pulse | None = None) -> Path:
        """Fetch what is missing and make it the version that starts next. Raises as `Installation.install`."""
        return self.installation().install(offer, pulse)

    @verb("store")
    def go_back(self) -> Path:
        """The version before starts next. Raises `Refused("update-no-other-version")`."""
        return self.installation().go_back()
