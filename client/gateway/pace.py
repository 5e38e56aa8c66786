"""A limit on how fast a file leaves, so that an office's line stays usable while a bid is on its way."""

from __future__ import annotations

import time
from collections.abc import Callable

STRETCH = 0.2
"""Seconds of sending that are read at once: so soon a cancel or another limit is felt"""
LEAST = 1024
"""Bytes read at once at the slowest"""


class Pace:
    """Bytes per second, 0 for as fast as the line is. May be changed while a file is on its way."""

    def __init__(self, now: Callable[[], float] = time.monotonic, wait: Callable[[float], None] = time.sleep) -> None:
        self.limit = 0
        self._now, self._wait = now, wait
        self._free_at = 0.0

    def portion(self, size: int) -> int:
        """How many of `size` bytes to read now."""
        return size if self.limit <= 0 else min(size, max(LEAST, int(self.limit * STRETCH)))

    def passed(self, size: int) -> None:
        """These bytes leave now: waits until the next may. Unused time is not saved up for a burst."""
        if self.limit <= 0:
            return
        now = self._now()
        self._free_at = max(self._free_at, now) + size / self.limit
        if self._free_at > now:
            self._wait(self._free_at - now)
