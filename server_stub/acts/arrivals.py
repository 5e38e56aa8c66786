"""Acts that have arrived and are not yet decided: a timer for an instant waits for those that came before it (H5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Condition

DRAIN = 60.0
"""Seconds a timer waits at most; a closing later than that is late for everybody to see"""


class Arrivals:
    """Receive times of acts under way. The time is taken inside, so that none can slip in before a timer already waiting."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._changed = now, Condition()
        self._under_way: list[datetime] = []

    @contextmanager
    def one(self) -> Iterator[datetime]:
        """An act whose last byte has just been read; yields its receive time."""
        with self._changed:
            t_recv = self._now()
            self._under_way.append(t_recv)
        try:
            yield t_recv
        finally:
            with self._changed:
                self._under_way.remove(t_recv)
                self._changed.notify_all()

    def drain(self, until: datetime, patience: float = DRAIN) -> bool:
        """Wait until every act received up to `until` is decided; False when patience ended first."""
        with self._changed:
            return self._changed.wait_for(lambda: all(t > until for t in self._under_way), patience)
