"""A list to choose from. The wheel goes through to the page: turned over a list by the way, it must not change an answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QToolTip


class Choice(QComboBox):
    """Opened by click, space bar or Alt+Down; chosen from by arrow keys and Enter."""

    def event(self, event: QEvent) -> bool:
        """A narrow column cuts the words; the tip tells them whole."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.currentText(), self)
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
