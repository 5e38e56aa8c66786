"""The practice world from the windows' side: made, opened, played on, stopped. All of it on the guide's one thread, away from the windows.

World and crew come with the staff; they are fetched when practice begins, not with the first window (ADR 0020).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QLockFile

from client.practice.place import WORLD
from procurement.basics.problems import Locked
from procurement.basics.pulse import Pulse

if TYPE_CHECKING:
    from client.desk import Desk
    from client.practice.world import PracticeWorld

Part = Literal["to_the_opening", "open_bids", "review", "award"]
"""What the others can be asked to play"""


class Keeper:
    """One program at a time has this folder's platform."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._world: PracticeWorld | None = None
        self._lock: QLockFile | None = None

    def make(self, pulse: Pulse) -> None:
        """A new world up to the published tender; what is stopped or fails on the way leaves nothing. Raises `Locked` and others."""
        from client.practice.crew import Crew
        from client.practice.world import PracticeWorld, remove

        self._claim()
        self._world = PracticeWorld(self._folder / WORLD)
        try:
            Crew(self._world.prepare(pulse)).publish(pulse)
        except BaseException:
            self._world.stop()
            remove(self._world.folder)
            raise

    def open(self, pulse: Pulse) -> None:
        """The world that was left, its platform running again."""
        from client.practice.world import PracticeWorld

        self._claim()
        self._world = PracticeWorld(self._folder / WORLD)
        try:
            self._world.open(pulse)
        except BaseException:
            self._world.stop()
            raise

    def play(self, part: Part, desk: Desk | None, pulse: Pulse) -> None:
        """The others do their part; then this desk looks."""
        from client.practice.crew import Crew

        assert self._world is not None
        getattr(Crew(self._world), part)(pulse)
        _look(desk)

    def break_line(self) -> None:
        """The platform goes away, as it would with the line."""
        assert self._world is not None
        self._world.break_line()

    def mend_line(self, desk: Desk | None, pulse: Pulse) -> None:
        """The platform is back; this desk tries at once what has waited."""
        assert self._world is not None
        self._world.mend_line(pulse)
        _look(desk)

    def stop(self) -> None:
        world, self._world = self._world, None
        if world is not None:
            world.stop()
        self._release()

    def delete(self) -> None:
        """The whole folder, of a world that is stopped."""
        from client.practice.world import remove

        self._claim()
        remove(self._folder / WORLD)
        self._release()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _claim(self) -> None:
        """A lock whose holder is gone is taken over. Raises `Locked`."""
        if self._lock is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(self._folder.parent / f".{self._folder.name}.lock"))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            raise Locked("practice-elsewhere", "Close the other window that practises first.")
        self._lock = lock

    def _release(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.unlock()


def _look(desk: Desk | None) -> None:
    if desk is not None:
        desk.place.gateway.time()
        desk.refresh()
