"""Numbered step tabs: the stage of a tender is the tab row, the same in all roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QWidget

from ui import theme
from ui.kit.badge import State
from ui.kit.flow import Flow
from ui.theme import px, scale
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon

HEIGHT = 44


@dataclass(frozen=True, slots=True)
class Step:
    """One tab: key, words, state (its shape and tone) and a short note such as 18/26 or a date."""

    key: str
    title: str
    state: State
    note: str = ""

    @property
    def is_locked(self) -> bool:
        return self.state.shape == "lock"


class StepTab(QAbstractButton):
    """A tab as a real button: reachable, named, with its state told."""

    def __init__(self, number: int, step: Step) -> None:
        super().__init__()
        self._number = number
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setObjectName(f"step-{step.key}")
        self.show_step(step)

    def show_step(self, step: Step) -> None:
        """What is said of the step now; the tab stays where it is, with the focus if it has it."""
        self.step = step
        self.setEnabled(not step.is_locked)
        self.setAccessibleName(f"{self._number} {step.title} {step.state.word} {step.note}".strip())
        self.setToolTip(" ".join(part for part in (step.title, step.state.word, step.note) if part))
        self.updateGeometry()
        self.update()

    @property
    def _text(self) -> str:
        return f"{self._number}  {self.step.title}"

    def sizeHint(self) -> QSize:
        wide = QFontMetrics(sized(14, 500)).horizontalAdvance(self._text)
        if self.step.note:
            wide += QFontMetrics(sized(12)).horizontalAdvance(self.step.note) + 11
        return QSize(
            wide + 25, px(HEIGHT)
        )  # a little over: what is drawn may be a fraction wider than what was measured

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, middle = self.isChecked(), self.height() / 2
        shape_ink = (
            tokens.info if chosen and self.step.state.tone in ("mute", "info") else tokens.tone(self.step.state.tone)
        )
        draw_icon(painter, self.step.state.shape, shape_ink, tokens.surface, QRectF(0, middle - 8, 16, 16))
        ink = tokens.link if chosen else tokens.text2 if self.step.is_locked else tokens.text
        painter.setPen(QColor(ink))
        painter.setFont(sized(14, 500 if chosen else 400))
        wide = painter.fontMetrics().horizontalAdvance(self._text)
        painter.drawText(QRectF(22, 0, wide + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.setFont(sized(12))
        painter.setPen(QColor(tokens.link if chosen else tokens.text3))
        area = QRectF(31 + wide, 1, self.width() - 31 - wide, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.step.note)
        if chosen:
            painter.fillRect(QRectF(0, self.height() - 3, self.width(), 3), QColor(tokens.primary))


class StepRow(QFrame):
    """The row. `chosen` carries the key of the tab a person went to."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("steps")
        self.setMinimumHeight(px(HEIGHT) + 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._tabs: list[StepTab] = []
        self._box = Flow(between=0)
        self._box.setContentsMargins(24, 0, 16, 1)
        self.setLayout(self._box)
        self.hide()

    def set_steps(self, steps: Sequence[Step], current: str) -> None:
        """Show these steps. Tabs are made again only when there are others: who is on one with Tab stays on it."""
        if [tab.step.key for tab in self._tabs] != [step.key for step in steps]:
            self._make(steps)
        for tab, step in zip(self._tabs, steps, strict=True):
            if tab.step != step:
                tab.show_step(step)
            tab.setChecked(step.key == current)
            tab.update()
        self.show()

    def _make(self, steps: Sequence[Step]) -> None:
        for tab in self._tabs:
            tab.hide()
            tab.deleteLater()
        self._tabs = [StepTab(place, step) for place, step in enumerate(steps, 1)]
        self._box.setSpacing(round((32 if len(steps) < 9 else 22) / scale() ** 2))
        for place, tab in enumerate(self._tabs):
            self._box.insertWidget(place, tab)
            tab.clicked.connect(lambda _on=False, key=tab.step.key: self.chosen.emit(key))

    def tab(self, key: str) -> QWidget | None:
        return next((tab for tab in self._tabs if tab.step.key == key), None)

    def go(self, number: int) -> None:
        """Choose the tab by its number from 1, as Alt+number does."""
        if 0 < number <= len(self._tabs) and self._tabs[number - 1].isEnabled():
            self.chosen.emit(self._tabs[number - 1].step.key)
