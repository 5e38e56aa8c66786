"""Python's cycle collector runs in the window's thread only.

Left alone it runs wherever an allocation happens: on a lane it would free widgets in a foreign thread, which Qt does not bear.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer

import ui.guard  # noqa: F401 - before any class is derived from Qt's

REST_MS = 500
DEEP_AFTER = 600.0
"""Seconds after which everything is looked through again, the long-lived things too"""


class Collector(QObject):
    """Takes the collector over until `stop`, and asks twice a second whether there is enough to collect."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._was_on = gc.isenabled()
        gc.disable()
        self._deep = 0.0
        """When everything was looked through last"""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(REST_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due. What survives a whole collection is set aside until the next deep one: to look
        through all widgets and drafts of an hour's work takes longer than a keystroke may wait."""
        due = [
            at for at, (count, limit) in enumerate(zip(gc.get_count(), self._thresholds, strict=True)) if count > limit
        ]
        if not due:
            return
        now = time.monotonic()
        if due[-1] == 2 and now - self._deep > DEEP_AFTER:
            gc.unfreeze()
            self._deep = now
        gc.collect(due[-1])
        if due[-1] == 2:
            gc.freeze()

    def stop(self) -> None:
        """Give the collector back to whoever had it."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()
