"""As high as its words need when they are wrapped at the width it has, and no higher."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Snug(QWidget):
    """Base of banners and drop zones. Its layout says how high it must be."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            layout.invalidate()  # what it reckoned before its words had their font
            high = layout.totalHeightForWidth(self.width())
            if high > 0 and (self.minimumHeight(), self.maximumHeight()) != (high, high):
                self.setFixedHeight(high)
