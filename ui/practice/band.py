"""The band over every page of practice: that it is practice, the step to do now, and the way there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.practice.tour import NEEDED, VOLUNTARY, Point, Step, now
from ui import theme
from ui.i18n import tr
from ui.kit.badge import Badge, State
from ui.kit.buttons import button
from ui.kit.snug import Snug
from ui.kit.text import clear, column, label
from ui.practice.words import broken_line, last_line, line_of, title_of, wish_of


class Band(Snug):
    """`asked` carries what a person wants: `go`, `sample`, `day`, `review`, `award`, `stop`, `break`, `mend`, `tour`, `again`, `leave`."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("practiceBand")
        self._box = QHBoxLayout(self)
        self._box.setContentsMargins(16, 6, 16, 6)
        self._box.setSpacing(14)
        self._text = label("", "small", wrap=True)
        self._shown: tuple[Step | None, bool, bool, bool] | None = None

    def show_points(
        self, points: Sequence[Point], busy: str = "", *, alone: bool = False, broken: bool = False
    ) -> None:
        """The step that is due. `busy`: what the practice platform is doing; `alone`: a page without rail, nowhere to go;
        `broken`: the person had the line broken."""
        step = now(tuple(points))
        title = self._title(points, step)
        text = busy or (broken_line() if broken else line_of(step) if step is not None else last_line(points))
        if self._shown != (step, bool(busy), alone, broken):
            self._shown = (step, bool(busy), alone, broken)
            clear(self._box)
            self._text = label("", "small", wrap=True)
            self._box.addWidget(Badge(State("warn", "warn", tr("断线") if broken else tr("练习"))))
            self._box.addLayout(column(label(title, "strong", wrap=True), self._text, spacing=1), 1)
            for made in self._buttons(step, bool(busy), alone, broken):
                self._box.addWidget(made)
        if self._text.text() != text:
            self._text.setText(text)
            self.setAccessibleName(f"{tr('练习')}。{title}。{text}")

    def _title(self, points: Sequence[Point], step: Step | None) -> str:
        """The steps to the receipt are counted by themselves: what comes after is voluntary."""
        if step is None:
            return tr("全部练完了")
        place = list(Step).index(step) + 1
        if step in VOLUNTARY:
            return tr(
                "选做 {place} / {count}：{title}", place=place - NEEDED, count=len(VOLUNTARY), title=title_of(step)
            )
        return tr("第 {place} 步，共 {count} 步：{title}", place=place, count=NEEDED, title=title_of(step))

    def _buttons(self, step: Step | None, busy: bool, alone: bool, broken: bool) -> list[QWidget]:
        leave = button(
            tr("离开练习"), pressed=lambda: self.asked.emit("leave"), small=True, object_name="leave-practice"
        )
        if alone:
            return [self._button(tr("接上线路"), "mend"), leave] if broken and not busy else [leave]
        if busy:
            return [self._button(tr("停下"), "stop"), self._button(tr("全部步骤"), "tour")]
        made: list[QWidget] = []
        if broken:
            made.append(self._button(tr("接上线路"), "mend"))
        elif step is Step.DELIVER:
            made.append(self._button(tr("练一次断线"), "break"))
        if step is Step.PAPER:
            made.append(self._button(tr("存样本 PDF"), "sample"))
        words, what = wish_of(step)
        made.append(self._button(words, what))
        made.append(self._button(tr("全部步骤"), "tour"))
        return made

    def _button(self, words: str, what: str) -> QWidget:
        return button(words, pressed=lambda: self.asked.emit(what), small=True, object_name=f"practice-{what}")

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.soft("warn")))
        painter.fillRect(0, self.height() - 2, self.width(), 2, QColor(tokens.tone("warn")))
