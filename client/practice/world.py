"""The practice world in one folder of the person's data: platform, certificates, everybody's profiles, all its own.

practice/world/      as the demo's world (client/demo/world.py), with a trial authority of its own
practice/world/profiles/trial/   the profile a person practises with; its windows are the usual ones
practice/sample.pdf  a paper to put into the bid

Nothing here is shared with real profiles: another folder, another origin, another log, anchors that nobody else believes.
"""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Self

from client.bootstrap import open_desk
from client.demo.cast import Party
from client.demo.world import PASSPHRASE, START, World, free_port
from client.desk import Desk
from client.machine import MachineReader
from client.practice.cast import AUTHORITY, EVERYBODY, PIN, STAMPS, TRIAL
from client.practice.place import EDITION, READY, is_ready
from client.profile import LOG_KEY_FILE, ProfileFolder
from client.secrets import passphrase_key
from crypto.authority import TestAuthority
from crypto.files import write_whole
from procurement.basics.problems import Locked
from procurement.basics.pulse import Pulse
from procurement.basics.value import format_instant

TOKEN = "token.p12"


class PracticeWorld(World):
    """`make` or `open` it, use it, `stop` it. One program at a time; the caller sees to that."""

    origin, log_origin = "practice.jincai.invalid", "practice.jincai.invalid/log"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder.resolve(), EVERYBODY)
        self._stamps = 0

    @property
    def ready(self) -> bool:
        return is_ready(self.folder)

    @property
    def trial(self) -> Path:
        """The profile of the trial company."""
        return self.profile(TRIAL)

    def prepare(self, pulse: Pulse) -> Self:
        """A new world with its platform running; nothing is published yet. An old one in this folder is removed.

        Raises `Locked("platform-process-failed")`, `Unreachable("platform-process-silent")`, and what the pulse raises.
        """
        remove(self.folder)
        self.folder.mkdir(parents=True)
        authority = TestAuthority.create(AUTHORITY)
        self._make_certificates(authority, STAMPS)
        authority.trust().save(self.trust)
        setup = self.platform / "setup.json"
        write_whole(setup, self._setup(), secret=True)
        serving = self._start(pulse, "--setup", str(setup), "--vkey-file", str(self.trust / LOG_KEY_FILE))
        setup.unlink()
        for party in self.parties:
            pulse.step(0, 1)
            self._make_profile(authority, party, serving)
        self._point(serving)
        return self

    def published(self) -> None:
        """The rehearsal tender stands: from now on this world can be left and opened again."""
        write_whole(self.folder / READY, EDITION.encode())

    def open(self, pulse: Pulse) -> Self:
        """Start the platform of a world that is ready. Its clock goes on from where it was. Raises as `prepare`."""
        if not self.ready:
            raise Locked("practice-missing", "Start practising anew.", folder=self.folder.name)
        self._point(self._start(pulse))
        return self

    def _start(self, pulse: Pulse, *more: str) -> int:
        """Time-stamping authority and platform, side by side; the platform's port."""
        self._stamps = free_port()
        tsa = self.processes.launch("tsa", self._tsa(self._stamps))
        server = self.processes.launch("server", [*self._serve(0), *more])
        tsa(lambda: pulse.step(0, 1))
        return server(lambda: pulse.step(0, 1))

    def _serve(self, port: int) -> list[str]:
        where = ["--port", str(port), "--tsa", f"http://127.0.0.1:{self._stamps}/"]
        return ["serve", *self._where(), *where, "--demo-clock", format_instant(START)]

    def break_line(self) -> None:
        """The platform's process ends, in the midst of whatever is under way: what a lost line looks like from this side."""
        self.processes.stop_one("server")

    def mend_line(self, pulse: Pulse) -> None:
        """The platform again, where it was and with all it had taken. Its clock goes on. Raises as `prepare`."""
        self.processes.stop_one("server")
        port = int((self.folder / "port").read_text())
        self.processes.launch("server", self._serve(port))(lambda: pulse.step(0, 1))

    def _make_profile(self, authority: TestAuthority, party: Party, port: int) -> None:
        """The trial company's token and store open with its PIN, which is shown; no keyring is asked."""
        super()._make_profile(authority, party, port)
        if party == TRIAL:
            passphrase_key(self.trial, PIN)
            authority.issue_organisation(party.name, party.code).write_p12(self.trial / TOKEN, PIN)

    def _open(self, party: Party, machine: MachineReader) -> Desk:
        """The others' stores are nobody's secret: their keys follow from their codes, and no keyring is asked."""
        key = hashlib.sha256(f"{self.origin}/{party.code}".encode()).digest()
        return open_desk(self.profile(party), lambda new: PASSPHRASE, machine=machine, key=key)

    def _point(self, port: int) -> None:
        """Everybody's profile to where the platform listens now."""
        write_whole(self.folder / "port", str(port).encode())
        for party in self.parties:
            folder = self.profile(party)
            profile = ProfileFolder(folder).profile.model_copy(update={"server": self.url})
            ProfileFolder.create(folder, profile)


def remove(folder: Path) -> None:
    """Delete a stopped world, keys and all; `READY` goes first, so that half a world is never opened."""
    with suppress(FileNotFoundError):
        (folder / READY).unlink()
    if folder.exists():
        shutil.rmtree(folder)
