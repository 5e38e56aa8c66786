"""Badges: a shape, a word, a soft ground and an edge. The word never changes with the colour."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.theme import px
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon
from ui.theme.tokens import Tone

_PAD = 8
_SHAPE = 14


@dataclass(frozen=True, slots=True)
class State:
    """What a badge shows: tone, shape and word. A shape of "" leaves the word alone."""

    tone: Tone
    shape: str
    word: str


def done(word: str) -> State:
    return State("ok", "done", word)


def needs(word: str) -> State:
    return State("warn", "warn", word)


def blocked(word: str) -> State:
    return State("danger", "blocked", word)


def under_way(word: str) -> State:
    return State("info", "half", word)


def informs(word: str) -> State:
    return State("info", "info", word)


def not_started(word: str) -> State:
    return State("mute", "ring", word)


def waits(word: str) -> State:
    return State("mute", "dashed", word)


def not_applicable(word: str) -> State:
    return State("mute", "bar", word)


def locked(word: str) -> State:
    return State("mute", "lock", word)


def computed(word: str) -> State:
    return State("info", "computed", word)


def plain(word: str) -> State:
    return State("mute", "", word)


def height() -> int:
    """How high a badge is."""
    return px(22)


def badge_width(state: State) -> int:
    shape = _SHAPE + 5 if state.shape else 0
    return QFontMetrics(sized(12)).horizontalAdvance(state.word) + shape + 2 * _PAD


def paint_badge(painter: QPainter, left: float, middle: float, state: State) -> None:
    """Draw a badge with its left edge at `left`, centred on `middle`."""
    tokens = theme.current()
    ink, ground = tokens.tone(state.tone), tokens.soft(state.tone)
    box = QRectF(left + 0.5, middle - height() / 2 + 0.5, badge_width(state) - 1, height() - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(ground))
    painter.setPen(QPen(QColor(tokens.edge(state.tone)), 1))
    painter.drawRoundedRect(box, 4, 4)
    start = left + _PAD
    if state.shape:
        draw_icon(painter, state.shape, ink, ground, QRectF(start, middle - _SHAPE / 2, _SHAPE, _SHAPE))
        start += _SHAPE + 5
    painter.setFont(sized(12))
    painter.setPen(QColor(ink if state.shape else tokens.text2))
    area = QRectF(start, middle - height() / 2, box.right() - start, height())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, state.word)
    painter.restore()


class Badge(QWidget):
    """A badge as a widget."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._state = state
        self.show_state(state)

    def show_state(self, state: State) -> None:
        self._state = state
        self.setAccessibleName(state.word)
        self.setFixedSize(badge_width(state), height())
        self.update()

    @property
    def state(self) -> State:
        return self._state

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self._state), height())

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_badge(QPainter(self), 0, height() / 2, self._state)
