"""The one hop to the window's thread. Lanes finish on their own threads; what they bring is shown here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

import ui.guard  # noqa: F401 - before any class is derived from Qt's
from procurement.basics.problems import Problem
from procurement.basics.pulse import cancelled

T = TypeVar("T")


class Bridge(QObject):
    """Brings calls made on any thread to the thread of the windows, in order, by one queued signal."""

    _home = Signal(object)
    surprised = Signal(object)
    """A failure that is no `Problem`: a fault of this program, shown with its details."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._held: dict[int, Callable[..., object]] = {}
        """What is to be called here, by number. Other threads are given the number only: whatever one of them holds it may let go last, and
        a widget must not be let go on a foreign thread"""
        self._next = count()
        self._home.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run `call` on the window's thread soon. Safe from any thread; nothing runs after `close`."""
        if not self._closed and shiboken6.isValid(self):
            self._home.emit(call)

    def close(self) -> None:
        self._closed = True
        self._held.clear()

    def hold(self, call: Callable[..., object]) -> int:
        """Keep `call` on the window's thread until `drop`; `send` it from any thread by the number returned."""
        key = next(self._next)
        self._held[key] = call
        return key

    def drop(self, key: int) -> None:
        """Forget what was held. On the window's thread."""
        self._held.pop(key, None)

    def send(self, key: int, *arguments: object) -> None:
        """Run what is held under `key` on the window's thread soon, if it is still held then. Safe from any thread."""
        self.post(lambda: self._call(key, arguments))

    def _call(self, key: int, arguments: tuple[object, ...]) -> None:
        call = self._held.get(key)
        if call is not None:
            call(*arguments)

    def await_(
        self,
        future: Future[T],
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Problem], None] | None = None,
    ) -> None:
        """Call `done` or `failed` on the window's thread, unless `owner` has gone by then. A cancelling is silent."""

        def ended(future: Future[Any]) -> None:
            self.drop(key)
            self._deliver(future, owner, done, failed)

        key = self.hold(ended)
        future.add_done_callback(partial(self.send, key))

    def _deliver(
        self,
        future: Future[Any],
        owner: QObject,
        done: Callable[[Any], None],
        failed: Callable[[Problem], None] | None,
    ) -> None:
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
