"""Files on their way into the bid, one after another: what is being done, how far it is, and how to stop it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from procurement.basics.problems import Problem
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.dialogs import tell
from ui.kit.progress import meter, size_text
from ui.kit.text import Line, column, row
from ui.messages import words_of

TOLD = 8
"""Refused files named one by one; the rest stand in the details"""


class Adding(QWidget):
    """Hidden while nothing is added. `begin` carries the next file; whoever works on it says `ended`."""

    begin = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Path] = []
        self._busy = False
        self._cancel: Callable[[], object] | None = None
        self._refused: list[tuple[str, Problem]] = []
        self._name = Line("", "label")
        self._bar = meter(tr("添加文件的进度"))
        self.stop = button(tr("取消"), small=True, pressed=self._stop, object_name="stop-adding")
        line = row(column(self._name, self._bar, spacing=6), self.stop, spacing=12)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    def add(self, path: Path) -> None:
        """Take a file into the queue."""
        self._waiting.append(path)
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            self.setVisible(self._busy)
            if not self._busy and self._refused:
                self._tell_refused()
            return
        self._busy = True
        path = self._waiting.pop(0)
        size = path.stat().st_size if path.is_file() else 0
        self._name.setText(tr("正在添加 {name}（{size}）", name=path.name, size=size_text(size)))
        self._bar.setRange(0, 0)
        self.show()
        self.begin.emit(path)

    def may_stop(self, cancel: Callable[[], object] | None) -> None:
        """How the work on this file is stopped; None: it can no longer be."""
        self._cancel = cancel
        self.stop.setEnabled(cancel is not None)

    def step(self, done: int, total: int) -> None:
        """`total` 0: nobody knows how long it takes."""
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(round(1000 * done / total))

    def ended(self) -> None:
        """This file is in, refused or stopped; the next begins."""
        self._busy, self._cancel = False, None
        self._next()

    def refuse(self, name: str, problem: Problem) -> None:
        """This file may not be in the bid; said once all files have had their turn."""
        self._refused.append((name, problem))
        self.ended()

    def _tell_refused(self) -> None:
        """One notice for all: which file, what is wrong with it, what to do."""
        refused, self._refused = [(name, words_of(problem)) for name, problem in self._refused], []
        if len(refused) == 1:
            name, words = refused[0]
            tell(self.window(), words.title, f"{name}\n{words.text}", words.details)
            return
        lines = [
            tr("{name}：{title}。{remedy}", name=name, title=one.title, remedy=one.remedy) for name, one in refused
        ]
        details = "\n".join(lines[TOLD:] + [one.details for _name, one in refused])
        more = [tr("还有 {count} 个，见详细信息", count=len(lines) - TOLD)] if len(lines) > TOLD else []
        title = tr("{count} 个文件没有添加，其余已存入", count=len(refused))
        tell(self.window(), title, "\n".join(lines[:TOLD] + more), details)

    def _stop(self) -> None:
        self._waiting.clear()
        if self._cancel is not None:
            self._cancel()
