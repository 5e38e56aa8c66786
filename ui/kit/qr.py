"""A QR code drawn from its modules, black on white in every theme."""

from __future__ import annotations

import segno
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

QUIET = 2


class QrCode(QWidget):
    """Shows text as a QR code of a fixed size in pixels."""

    def __init__(self, size: int, name: str) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self.setAccessibleName(name)
        self._rows: list[list[int]] = []

    def show_text(self, text: str) -> None:
        self._rows = [[int(cell) for cell in line] for line in segno.make_qr(text, error="m").matrix]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#FFFFFF"))
        if not self._rows:
            return
        count = len(self._rows) + 2 * QUIET
        cell = self.width() / count
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#000000"))
        for down, line in enumerate(self._rows):
            for across, dark in enumerate(line):
                if dark:
                    painter.drawRect(QRectF((across + QUIET) * cell, (down + QUIET) * cell, cell + 0.3, cell + 0.3))
