"""The platform's time: the machine's, or in a demo one that people move forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from procurement.basics.problems import NotAllowed, Refused
from procurement.basics.value import format_instant


class ServerClock:
    """The machine's clock, whole milliseconds."""

    demo = False

    def now(self) -> datetime:
        return whole(datetime.now(UTC))

    def move(self, now: datetime) -> None:
        """Raises `NotAllowed`: only a demo's clock is set by hand."""
        raise NotAllowed(
            "clock-not-settable", "Start the server with --demo-clock to move its time; never in production."
        )

    def forward(self, now: datetime) -> None:
        """As `move`."""
        self.move(now)


class DemoClock(ServerClock):
    """Starts at an instant and runs on with the machine's monotonic clock; may be moved, but only forward.

    `keep` stores each setting, so that a restart goes on from there (or from the last act, if that is later).
    """

    demo = True

    def __init__(self, start: datetime, keep: Callable[[datetime], None]) -> None:
        self._lock, self._keep = Lock(), keep
        self._base, self._since = whole(start), time.monotonic()

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def move(self, now: datetime) -> None:
        """Raises `Refused("clock-backward")`."""
        with self._lock:
            if whole(now) < self._now():
                raise Refused("clock-backward", "Time moves forward only.", now=format_instant(self._now()))
            self._base, self._since = whole(now), time.monotonic()
        self._keep(now)

    def forward(self, now: datetime) -> None:
        """Move to `now`, or stay where the clock already is beyond it."""
        with self._lock:
            self._base, self._since = max(whole(now), self._now()), time.monotonic()
            kept = self._base
        self._keep(kept)

    def _now(self) -> datetime:
        return whole(self._base + timedelta(seconds=time.monotonic() - self._since))


def whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
