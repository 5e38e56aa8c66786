"""The rail: a role's places, each an icon with its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout

from ui import theme
from ui.theme import px, wide
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a role. `key` begins the routes of its pages."""

    key: str
    title: str
    icon: str
    low: bool = False
    """Stands at the foot of the rail: help, settings"""


class PlaceButton(QAbstractButton):
    """A place; `count` is the bubble."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place, self._count = place, 0
        self.setCheckable(True)
        self.setFixedWidth(wide(80) - 1)
        self.setMinimumHeight(px(50))
        self.setMaximumHeight(px(64))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(place.title)
        self.setObjectName(f"place-{place.key}")

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleName(f"{self.place.title} {count}" if count else self.place.title)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(wide(80) - 1, px(64))

    def minimumSizeHint(self) -> QSize:
        """Low windows press the places together, words and icons whole."""
        return QSize(wide(80) - 1, px(50))

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(self.rect(), QColor(tokens.sel if chosen else tokens.hover))
        if chosen:
            painter.fillRect(
                QRectF(0, 0, 3, self.height()), QColor(tokens.focus if tokens.contrast else tokens.primary)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen and tokens.contrast:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        ink = tokens.link if chosen else tokens.text2
        top = (self.height() - 27 - px(20)) / 2 + 1
        draw_icon(painter, self.place.icon, ink, tokens.surface, QRectF((self.width() - 24) / 2, top, 24, 24))
        painter.setFont(sized(12, 500 if chosen else 400))
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(0, top + 27, self.width(), px(20)), Qt.AlignmentFlag.AlignHCenter, self.place.title)
        if self._count:
            self._bubble(painter)

    def _bubble(self, painter: QPainter) -> None:
        tokens = theme.current()
        text = str(min(self._count, 99))
        long = max(18, 10 + 7 * len(text))
        box = QRectF(self.width() / 2 + 14 - (long - 18) / 2, 5, long, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.danger))
        painter.drawRoundedRect(box, 9, 9)
        painter.setFont(sized(11, 500))
        painter.setPen(QColor(tokens.surface))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QFrame):
    """Places from above, help and settings below. `chosen` carries the key."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(wide(80))
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 8, 0, 8)
        self._box.setSpacing(4)
        self._buttons: dict[str, PlaceButton] = {}

    def set_places(self, places: Sequence[Place]) -> None:
        while (item := self._box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons = {}
        low = False
        for place in places:
            if place.low and not low:
                self._box.addStretch(1)
                low = True
            made = PlaceButton(place)
            made.clicked.connect(lambda _on=False, key=place.key: self.chosen.emit(key))
            self._buttons[place.key] = made
            self._box.addWidget(made)
        if not low:
            self._box.addStretch(1)

    def mark(self, key: str) -> None:
        for name, made in self._buttons.items():
            made.setChecked(name == key)

    def set_count(self, key: str, count: int) -> None:
        if key in self._buttons:
            self._buttons[key].set_count(count)
