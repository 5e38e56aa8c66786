"""The steps of one delivery down the page: a disc and a line between them, with when and what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.kit.flow import flow, flowing
from ui.kit.text import Line, clear, column
from ui.theme import px
from ui.theme.icons import draw_icon


@dataclass(frozen=True, slots=True)
class Milestone:
    """`shape` is done, half, ring or blocked; `when` stands at the right."""

    title: str
    text: str
    shape: str
    when: str = ""


class _Step(QWidget):
    """One step; its words wrap where the column is narrow."""

    def __init__(self, step: Milestone, *, first: bool, last: bool, before: str) -> None:
        super().__init__()
        self._step, self._first, self._last, self._before = step, first, last, before
        now = step.shape == "half"
        self.setMinimumHeight(px(56))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        words = {"done": "✓", "half": "…", "blocked": "✕"}.get(step.shape, "")
        self.setAccessibleName(f"{words} {step.title} {step.when} {step.text}".strip())
        head = flow(Line(step.title, "strong" if now else "body"))
        head.addStretch()
        head.addWidget(Line(step.when, "hint", tone="info" if now else "text3"))
        lines = column(flowing(head), Line(step.text, "hint", tone="text2"), 0, spacing=2)
        lines.setContentsMargins(60, px(8), 16, px(6))
        self.setLayout(lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, step = theme.current(), self._step
        painter = QPainter(self)
        now = step.shape == "half"
        disc = px(19) - 6  # beside the title
        if now:
            painter.fillRect(self.rect(), QColor(tokens.sel))
            painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(tokens.primary))
        ink = {"done": tokens.ok, "half": tokens.info, "blocked": tokens.danger}.get(step.shape, tokens.control)
        for here, top, bottom, shape in (
            (not self._first, 0, disc - 1, self._before),
            (not self._last, disc + 23, self.height(), step.shape),
        ):
            if here:
                painter.setPen(QPen(QColor(tokens.ok if shape == "done" else tokens.control), 2))
                painter.drawLine(34, top, 34, bottom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_icon(painter, step.shape, ink, tokens.sel if now else tokens.surface, QRectF(23, disc, 22, 22))


class Milestones(QWidget):
    """The list. Shown again only when something changed."""

    def __init__(self) -> None:
        super().__init__()
        self._box = column(spacing=0)
        self._box.setContentsMargins(0, 4, 0, 4)
        self.setLayout(self._box)
        self._shown: tuple[Milestone, ...] = ()

    def show_steps(self, steps: Sequence[Milestone]) -> None:
        if tuple(steps) == self._shown:
            return
        self._shown = tuple(steps)
        clear(self._box)
        for place, step in enumerate(steps):
            before = steps[place - 1].shape if place else ""
            self._box.addWidget(_Step(step, first=place == 0, last=place == len(steps) - 1, before=before))
        self._box.addStretch(1)

    @property
    def finished(self) -> int:
        return sum(step.shape == "done" for step in self._shown)
