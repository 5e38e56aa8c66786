"""Faults of this program: failures nobody caught, in slots, in what Qt calls in our classes, on other threads, on a lane.

Qt goes on after them, and the console is read by nobody: they are told in the window, once for each place in the program however
often it fails there, and kept for the diagnostics as type and places only. What a failure says may hold contents of a bid: it is
shown to the person, and never kept for others.
"""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Signal

import ui.guard  # noqa: F401 - before any class is derived from Qt's

KINDS = 50
"""Different faults kept; what comes after is counted with the last"""
AGAIN_MS = 1000
"""What is shown is renewed this often at most: showing may itself draw what fails"""
STEPS = 6
"""Places kept of where a fault went through, the last ones"""
ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Fault:
    """One kind of failure: its type, where it came about, how often."""

    type: str
    text: str
    """What it said; for the person only"""
    places: tuple[str, ...]
    """`file:line function`, the innermost last"""
    first: datetime
    count: int = 1
    dismissed: bool = False
    """The person has read it"""

    @property
    def line(self) -> str:
        """For the diagnostics: nothing of what it was about."""
        return f"{self.first:%Y-%m-%dT%H:%M:%SZ} {self.type} ×{self.count} at {' < '.join(reversed(self.places))}"


class Faults(QObject):
    """Takes failures on any thread; `came` is emitted on the window's thread, later, when there is something new to show."""

    came = Signal()
    _heard = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: dict[tuple[str, tuple[str, ...]], Fault] = {}
        self._guard = threading.Lock()
        self._waiting = False
        """Something has come that was not told"""
        self._told = 0
        self._before: tuple[Callable[..., object], Callable[..., object]] | None = None
        self._heard.connect(self._soon, Qt.ConnectionType.QueuedConnection)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(AGAIN_MS)
        self._rest.timeout.connect(self._rested)

    def listen(self) -> None:
        """From now on take what reaches the interpreter uncaught. The console still hears of each kind, but not of each time."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self._uncaught
        threading.excepthook = lambda told: self._uncaught(told.exc_type, told.exc_value, told.exc_traceback)

    def stop(self) -> None:
        """Leave the hooks as they were."""
        if self._before is not None:
            sys.excepthook, threading.excepthook = self._before
            self._before = None

    def note(self, error: BaseException) -> int:
        """Take a failure; how often it has come by now."""
        with self._guard:
            fault = self._known(error)
            told = self._waiting or fault.dismissed
            self._waiting = self._waiting or not told
        if not told:
            self._heard.emit()  # queued: what failed may be in the middle of drawing
        return fault.count

    def shown(self) -> tuple[Fault, ...]:
        """Faults the person has not yet put away, the latest kind last."""
        with self._guard:
            return tuple(one for one in self._kept.values() if not one.dismissed)

    def dismiss(self) -> None:
        """The person has read what is shown: it is not shown again, though it is still counted."""
        with self._guard:
            for one in self._kept.values():
                one.dismissed = True

    def lines(self) -> tuple[str, ...]:
        """All kept, for the diagnostics."""
        with self._guard:
            return tuple(one.line for one in self._kept.values())

    def _known(self, error: BaseException) -> Fault:
        places = places_of(error)
        key = (type(error).__name__, places)
        if key not in self._kept and len(self._kept) >= KINDS:
            key = next(reversed(self._kept))
        if key in self._kept:
            self._kept[key].count += 1
        else:
            self._kept[key] = Fault(key[0], str(error)[:300], places, datetime.now(UTC))
        return self._kept[key]

    def _soon(self) -> None:
        """On the window's thread. What comes until the rest is over is told together after it."""
        if not self._rest.isActive():
            self._tell()

    def _tell(self) -> None:
        with self._guard:
            self._waiting, self._told = False, self._total()
        self._rest.start()
        self.came.emit()

    def _rested(self) -> None:
        with self._guard:
            more = self._waiting and self._total() != self._told
            self._waiting = False
        if more:
            self._tell()

    def _total(self) -> int:
        return sum(one.count for one in self._kept.values() if not one.dismissed)

    def _uncaught(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or not issubclass(kind, Exception):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        count = self.note(error)
        if count & (count - 1) == 0 and self._before is not None:  # 1, 2, 4, 8 … times
            self._before[0](kind, error, trace)


def places_of(error: BaseException) -> tuple[str, ...]:
    """Where a failure went through, the innermost last; paths within the program only."""
    found = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)]
    return tuple([one for one in found if not one.startswith("ui/guard.py")][-STEPS:])


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return f"{name}:{frame.lineno} {frame.name}"
