"""A list to choose from. The wheel goes through to the page: turned over a list by the way, it must not change an answer."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """Opened by click, space bar or Alt+Down; chosen from by arrow keys and Enter."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
