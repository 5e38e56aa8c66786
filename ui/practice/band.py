"""The band over every page of practice: that it is practice, the step to do now, and the way there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.practice.tour import Point, Step, now
from ui import theme
from ui.i18n import tr
from ui.kit.badge import Badge, State
from ui.kit.buttons import button
from ui.kit.snug import Snug
from ui.kit.text import clear, column, label
from ui.practice.words import line_of, title_of


class Band(Snug):
    """`asked` carries what a person wants: `go`, `sample`, `day`, `tour`, `again` or `leave`."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("practiceBand")
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(16, 6, 16, 6)
        self._box.setSpacing(14)
        self._shown: tuple[Step | None, str, bool] | None = None

    def show_points(self, points: Sequence[Point], busy: str = "", *, alone: bool = False) -> None:
        """The step that is due. `busy`: what the practice platform is doing; `alone`: a page without rail, nowhere to go."""
        step = now(tuple(points))
        if self._shown == (step, busy, alone):
            return
        self._shown = (step, busy, alone)
        clear(self._box)
        place = list(Step).index(step) + 1 if step is not None else len(Step)
        title = (
            tr("第 {place} 步，共 {count} 步：{title}", place=place, count=len(Step), title=title_of(step))
            if step is not None
            else tr("全部练完了")
        )
        text = busy or (line_of(step) if step is not None else tr("投标和开标都走了一遍。真的投标就是这样做。"))
        self._box.addWidget(Badge(State("warn", "warn", tr("练习"))))
        self._box.addLayout(column(label(title, "strong", wrap=True), label(text, "small", wrap=True), spacing=1), 1)
        for made in self._buttons(step, bool(busy), alone):
            self._box.addWidget(made)
        self.setAccessibleName(f"{tr('练习')}。{title}。{text}")

    def _buttons(self, step: Step | None, busy: bool, alone: bool) -> list[QWidget]:
        leave = button(
            tr("离开练习"), pressed=lambda: self.asked.emit("leave"), small=True, object_name="leave-practice"
        )
        if alone:
            return [leave]
        made: list[QWidget] = []
        if step is Step.PAPER:
            made.append(self._button(tr("存样本 PDF"), "sample"))
        if step is Step.DAY:
            made.append(self._button(tr("到开标日"), "day"))
        elif step is None:
            made.append(self._button(tr("再练一次"), "again"))
        else:
            made.append(self._button(tr("带我去"), "go"))
        for one in made:
            one.setEnabled(not busy)
        made.append(self._button(tr("全部步骤"), "tour"))
        return made

    def _button(self, words: str, what: str) -> QWidget:
        return button(words, pressed=lambda: self.asked.emit(what), small=True, object_name=f"practice-{what}")

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.soft("warn")))
        painter.fillRect(0, self.height() - 2, self.width(), 2, QColor(tokens.tone("warn")))
