"""A procurement played once and kept: tests get a copy of the whole world, with its own server, at the point they need.

A snapshot is a folder: platform, profiles, tokens. Nothing in it is simulated; the server is started on the copy, the
desks are opened from their profiles as people open them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from client.desk import Desk
from client.profile import ProfileFolder
from procurement.basics.problems import Unreachable
from procurement.basics.roles import Role
from tests.client.journey import AGENCY, EXPERTS, PURCHASER, SUPPLIERS, Journey
from tests.client.parties import PASSPHRASE, PIN, desk_of, move_to
from tests.world import PASSWORD, PLATFORM, World

FINANCE, SUPERVISOR = "CZT-140000", "JGC-140000"
STAFF = {
    "agency": (Role.AGENCY, AGENCY[2]),
    "purchaser": (Role.PURCHASER, PURCHASER[2]),
    "finance": (Role.FINANCE, FINANCE),
    "supervisor": (Role.SUPERVISOR, SUPERVISOR),
    "platform": (Role.PLATFORM, PLATFORM),
}
CUSTODIANS = ("agency", "purchaser", "supervisor", "platform")


class Snapshot:
    """A stopped world in a folder, and what had happened."""

    def __init__(self, journey: Journey) -> None:
        """Take the snapshot: the journey's desks and processes end here."""
        self.ids, self.number = dict(journey.ids), journey.number
        journey.close()
        journey.world.close()
        self.world = journey.world

    def resume(self, folder: Path) -> Revisit:
        """The world at this point, alive in `folder`."""
        world = self.world.copied(folder / "world")
        world.start()
        for profile in (world.folder / "profiles").iterdir():
            move_to(world, profile)
        return Revisit(world, self.ids, self.number)


class Revisit(Journey):
    """A journey taken up again. A desk is opened, unlocked and signed in when it is first asked for."""

    def __init__(self, world: World, ids: dict[str, str], number: str) -> None:  # not Journey's: nobody registers again
        self.world, self.ids, self.number = world, dict(ids), number
        self.suppliers, self.experts = {}, []
        self._staff: dict[str, Desk] = {}

    def __getattr__(self, field: str) -> Any:
        name = field[1:]  # Journey keeps the agency's desk in `_agency` and brings it up to date as `agency`
        if field[:1] != "_" or name not in STAFF:
            raise AttributeError(field)
        if name not in self._staff:
            self._staff[name] = self.open_desk(*STAFF[name])
            if name in CUSTODIANS:
                self._staff[name].custody.open_key(PASSPHRASE)
        return self._staff[name]

    @property
    def desks(self) -> list[Desk]:
        return [*self._staff.values(), *self.suppliers.values(), *self.experts]

    def profile(self, role: Role, code: str) -> Path:
        return self.world.folder / "profiles" / f"{role}-{code}"

    def supplier_profile(self, key: str) -> Path:
        return self.profile(Role.SUPPLIER, SUPPLIERS[key][2])

    def open_desk(self, role: Role, code: str, *, online: bool = True) -> Desk:
        """A party's desk from its profile folder, token open; signed in unless told otherwise."""
        desk = desk_of(self.profile(role, code))
        certified = bool(ProfileFolder(self.profile(role, code)).profile.token)
        desk.accounts.unlock(PIN if certified else PASSPHRASE)
        if online:
            desk.accounts.sign_in("" if certified else PASSWORD)
        return desk

    def supplier(self, key: str) -> Desk:
        if key not in self.suppliers:
            self.suppliers[key] = self.open_desk(Role.SUPPLIER, SUPPLIERS[key][2])
        return self.suppliers[key]

    def expert(self, place: int) -> Desk:
        """The expert at this place of the panel, from 0."""
        desk = self.open_desk(Role.EXPERT, EXPERTS[place][2])
        self.experts.append(desk)
        return desk

    def restart(self, *, kill_at: str = "") -> None:
        """The server again, on the same port: after it was killed or stopped; armed if told so."""
        self.world.start(port=self.world.url.rpartition(":")[2], kill_at=kill_at)

    def falls(self, point: str, work: Callable[[], object]) -> None:
        """Armed anew, the server falls at this point (server_stub.failpoints) while the work is done; it stays down."""
        self.world.stop()
        self.restart(kill_at=point)
        with contextlib.suppress(Unreachable):
            work()
        self.world.fallen()

    def end(self) -> None:
        self.close()
        self.world.close()


Resume = Callable[[], Revisit]
