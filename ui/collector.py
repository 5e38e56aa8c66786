"""Python's cycle collector runs in the window's thread only.

Left alone it runs wherever an allocation happens: on a lane it would free widgets in a foreign thread, which Qt does not bear.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

REST_MS = 500


class Collector(QObject):
    """Takes the collector over until `stop`, and asks twice a second whether there is enough to collect."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(REST_MS)

    def look(self) -> None:
        """Collect the oldest generation that is due, as Python itself would."""
        due = [
            at for at, (count, limit) in enumerate(zip(gc.get_count(), self._thresholds, strict=True)) if count > limit
        ]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """Give the collector back to whoever had it."""
        self._timer.stop()
        if self._was_on:
            gc.enable()
