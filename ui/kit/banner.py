"""Banners: at most one on a page. Title is the fact, text the reason and the remedy."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui import theme
from ui.kit.flow import Flow
from ui.kit.snug import Snug
from ui.kit.text import RIGHT, Line, clear, column, icon_label, label, row
from ui.theme import wide
from ui.theme.tokens import Tone

SHAPES: dict[Tone, str] = {"ok": "done", "warn": "warn", "danger": "blocked", "info": "info", "mute": "ring"}


class Banner(Snug):
    """A rule of 4 px and a soft ground. `big` is kept for 未递交 and 已递交."""

    def __init__(self, *, big: bool = False) -> None:
        super().__init__()
        self._big = big
        self._tone: Tone = "info"
        self._box = Flow(spacing=14, basis=wide(260))
        self.setLayout(self._box)
        self._box.setContentsMargins(20, 14 if big else 10, 16, 14 if big else 10)
        self.hide()

    def say(self, tone: Tone, title: str, text: str = "", *, aside: str = "", under: str = "") -> None:
        """Show a fact. `aside` and `under` stand at the right edge."""
        self._tone = tone
        clear(self._box)
        tokens = theme.current()
        size = 32 if self._big else 18
        icon = icon_label(SHAPES[tone], tokens.tone(tone), size, tokens.soft(tone))
        head = label(title, "word" if self._big else "strong", tone if self._big else "", wrap=not self._big)
        body = label(text, "body" if self._big else "small", "" if self._big else "text2", wrap=True)
        said = QWidget()
        said.setLayout(row(column(icon, 0, spacing=0), column(head, body, spacing=2), spacing=14))
        said.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self._box.addWidget(said, 1)
        body.setVisible(bool(text))
        parts = [said]
        if aside or under:
            beside = QWidget()
            beside.setLayout(column(_at_right(aside, tone), _at_right(under, "text2"), spacing=2))
            self._box.addWidget(beside)
            parts.append(beside)
        self.setAccessibleName(f"{title}。{text}")
        self.show()
        for part in parts:
            part.show()
        self._box.invalidate()
        self._box.activate()  # the words have their place at once, as those of a footer have
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.soft(self._tone)))
        if tokens.contrast:
            painter.setPen(QColor(tokens.tone(self._tone)))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.fillRect(QRectF(0, 0, 4, self.height()), QColor(tokens.tone(self._tone)))


def _at_right(text: str, tone: str) -> QLabel:
    made = Line(text, "small", tone=tone)
    made.setAlignment(RIGHT)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return made
