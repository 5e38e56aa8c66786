"""Empty, refused, offline, too early: a roundel, the fact, why and what is safe, and one primary way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from procurement.basics.problems import Problem
from ui import theme
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.text import clear, label, row
from ui.messages import words_of
from ui.theme import wide
from ui.theme.icons import draw_icon
from ui.theme.tokens import Tone


class Roundel(QWidget):
    """An icon in a soft disc of 56 px."""

    def __init__(self, icon: str, tone: Tone) -> None:
        super().__init__()
        self._icon, self._tone = icon, tone
        self.setFixedSize(56, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.soft(self._tone)))
        painter.setPen(QColor(tokens.line) if tokens.contrast else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(0.5, 0.5, 55, 55))
        draw_icon(painter, self._icon, tokens.tone(self._tone), tokens.soft(self._tone), QRectF(17, 17, 22, 22))


class StatePane(QWidget):
    """The whole of a column or page when there is no work to show in it."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setSpacing(8)
        self._body: QLabel | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def say_problem(self, problem: Problem, again: Callable[[], object]) -> None:
        """What could not be had, in words, and the way to ask for it again."""
        words = words_of(problem)
        made = button(tr("现在重试"), "primary", again, object_name="retry")
        self.say("offline", "warn", words.title, words.text, made)

    def say(self, icon: str, tone: Tone, title: str, text: str = "", *buttons: QPushButton) -> None:
        """Show a state; the last button is the primary way out."""
        clear(self._box)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._box.addStretch(2)
        self._box.addWidget(Roundel(icon, tone), 0, centre)
        self._box.addSpacing(8)
        head = label(title, "title", wrap=True)
        head.setAlignment(centre)
        self._box.addWidget(head)
        body = label(text, "small", "text2", wrap=True)
        body.setAlignment(centre)
        self._body = body
        self._fit()
        self._box.addWidget(body, 0, centre)
        body.setVisible(bool(text))
        self._box.addSpacing(6)
        self._box.addLayout(row(0, *buttons, 0))
        self._box.addStretch(3)
        self.setAccessibleName(f"{title}。{text}")

    def minimumSizeHint(self) -> QSize:
        """Words that were laid out wide are laid out again where it is narrow."""
        return QSize(min(wide(240), super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The reason is as wide as a line reads well, or as the column is."""
        if self._body is not None:
            across = max(120, min(wide(420), self.width() - 24))
            self._body.setFixedWidth(across)
            self._body.setMinimumHeight(max(0, self._body.heightForWidth(across)))
