"""One ring that follows the focus: 2 px, 2 px outside filled or edged buttons. Fields show their own edge."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ui import theme

_MARGIN = 4


class FocusRing(QWidget):
    """Overlay of one window. Made once, after the window's content."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._watched: QWidget | None = None
        self._around: list[QWidget] = []
        """What the button lies in: when that moves, so does the button, and is not told"""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.destroyed.disconnect(self._gone)
        for one in self._around:
            if shiboken6.isValid(one):
                one.removeEventFilter(self)
        self._around = []
        self._watched = new if isinstance(new, QAbstractButton) and new.window() is self.window() else None
        if self._watched is not None:
            self._watched.destroyed.connect(self._gone)
            around: QWidget | None = self._watched
            while around is not None and around is not self.window():
                around.installEventFilter(self)
                self._around.append(around)
                around = around.parentWidget()
        self._place()

    def _gone(self) -> None:
        self._watched = None
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show):
            self._place()
        return False

    def _place(self) -> None:
        target = self._watched
        if (
            target is None
            or not shiboken6.isValid(target)
            or not target.isVisible()
            or target.visibleRegion().isEmpty()
        ):
            self.hide()
            return
        place = QRect(target.mapTo(self.window(), QPoint(0, 0)), target.size())
        self.setGeometry(place.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.current().focus), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
