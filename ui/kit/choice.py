"""A list to choose from. The wheel goes through to the page: turned over a list by the way, it must not change an answer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QToolTip

from ui.theme import wide

PADDING = 8
"""Beside the words of an entry, in points of the screen"""


class Choice(QComboBox):
    """Opened by click, space bar or Alt+Down; chosen from by arrow keys and Enter."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # entries may come after the first look

    def sizeHint(self) -> QSize:
        """Room for the longest entry whole: Qt's own hint leaves out what the style pads beside the words."""
        liked = super().sizeHint()
        return QSize(liked.width() + PADDING, liked.height())

    def minimumSizeHint(self) -> QSize:
        """Its longest entry must not make a column wider than its page: where there is room the choice has what it likes."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), wide(180)), least.height())

    def event(self, event: QEvent) -> bool:
        """A narrow column cuts the words; the tip tells them whole."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.currentText(), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Words that have no room end in an ellipsis, not in half a letter."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, field.width() - 4
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
