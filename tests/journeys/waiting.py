"""Waiting for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which something that must happen has not happened"""


def until(ready: Callable[[], object], what: str, pause: float = 0.01) -> None:
    """Return as soon as `ready` holds; fail, naming `what`, when it does not come true."""
    end = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(pause)
