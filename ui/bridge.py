"""The one hop to the window's thread. Lanes finish on their own threads; what they bring is shown here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

import ui.guard  # noqa: F401 - before any class is derived from Qt's
from procurement.basics.problems import Problem
from procurement.basics.pulse import cancelled

T = TypeVar("T")
_Awaited = tuple[QObject, Callable[[Any], None], Callable[[Problem], None] | None]


class Bridge(QObject):
    """Brings calls made on any thread to the thread of the windows, in order, by one queued signal."""

    _home = Signal(object)
    surprised = Signal(object)
    """A failure that is no `Problem`: a fault of this program, shown with its details."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._awaited: dict[int, _Awaited] = {}
        """Who waits for what, held here and not by the future: a lane drops its futures on its own thread, and the last hold on a widget must
        not be let go there"""
        self._next = count()
        self._home.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` on the window's thread soon. Safe from any thread; nothing runs after `close`."""
        if not self._closed and shiboken6.isValid(self):
            self._home.emit(call)

    def close(self) -> None:
        self._closed = True
        self._awaited.clear()

    def await_(
        self,
        future: Future[T],
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Call `done` or `failed` on the window's thread, unless `owner` has gone by then. A cancelling is silent."""
        key = next(self._next)
        self._awaited[key] = (owner, done, failed)
        future.add_done_callback(lambda ended: self.post(lambda: self._deliver(ended, key)))

    def _deliver(self, future: Future[Any], key: int) -> None:
        owner, done, failed = self._awaited.pop(key)
        if not shiboken6.isValid(owner):
            return
        if future.cancelled():
            error: BaseException | None = cancelled()
        else:
            error = future.exception()
        if error is None:
            done(future.result())
        elif isinstance(error, Problem) and failed is not None:
            failed(error)
        elif not isinstance(error, Problem):
            self.surprised.emit(error)

    def _run(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()


class Ties:
    """Connections that end with their page: each is remembered and undone by `undo`."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def tie(self, undo: Callable[[], object]) -> None:
        """Remember how to undo something that was just connected."""
        self._undo.append(undo)

    def signal(self, signal: Any, slot: Callable[..., object]) -> None:
        """Connect a Qt signal for the life of the page."""
        connection = signal.connect(slot)
        self._undo.append(lambda: QObject.disconnect(connection))

    def undo(self) -> None:
        while self._undo:
            self._undo.pop()()
