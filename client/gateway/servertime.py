"""The server's clock as far as this machine can know it. Deadlines are shown and judged in this time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from procurement.basics.moment import Clock


class ServerClock:
    """Server time = the server's last word plus the time that has passed since, by a clock that never jumps.

    Before the first word the machine's clock stands in, and `known` is false.
    """

    def __init__(self, machine: Clock, steady: Callable[[], float] = time.monotonic) -> None:
        self._machine = machine
        self._steady = steady
        self._guard = threading.Lock()
        self._word: tuple[datetime, float] | None = None
        self._uncertainty = timedelta(0)

    @property
    def known(self) -> bool:
        return self._word is not None

    def start(self) -> float:
        """A mark to take before asking; hand it to `heard`."""
        return self._steady()

    def heard(self, said: datetime, asked: float) -> None:
        """The server answered `said` to a question asked at mark `asked`; half of the round trip is credited."""
        now = self._steady()
        half = timedelta(seconds=(now - asked) / 2)
        with self._guard:
            self._word = (said + half, now)
            self._uncertainty = half

    def now(self) -> datetime:
        """Aware UTC, milliseconds."""
        with self._guard:
            word = self._word
        moment = self._machine.now() if word is None else word[0] + timedelta(seconds=self._steady() - word[1])
        moment = moment.astimezone(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def machine_now(self) -> datetime:
        """What this machine's own clock says."""
        return self._machine.now()

    @property
    def uncertainty(self) -> timedelta:
        return self._uncertainty

    @property
    def skew_ms(self) -> int:
        """How far this machine's clock is behind the server's (negative: ahead)."""
        return round((self.now() - self._machine.now()).total_seconds() * 1000)
