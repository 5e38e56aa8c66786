"""A form whose text is kept while it is written, and is there again after a kill or when the page is opened anew, until it is sent."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from procurement.basics.problems import Problem
from ui.context import Context
from ui.kit.forms import Form
from ui.kit.page import Page

KEEP_AFTER_MS = 800
KEEP_AT_LATEST_MS = 2400
"""After the first letter that is not kept, also when nobody pauses: a kill takes no more than that"""


class Writing(QWidget):
    """Keeps what `texts` says under a key: soon after a pause, at latest after a while, and when the page is left."""

    def __init__(self, owner: QWidget, context: Context, page: Page, texts: Callable[[], dict[str, str]]) -> None:
        super().__init__(owner)
        self.hide()
        self._context, self._texts = context, texts
        self._key, self._waiting = "", False
        self._failing = ""
        """Code of the problem that keeps it from being kept; it is told once"""
        self._pause, self._latest = self._timer(KEEP_AFTER_MS), self._timer(KEEP_AT_LATEST_MS)
        page.ties.tie(self.flush)

    def _timer(self, after: int) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after)
        made.timeout.connect(self.flush)
        return made

    def begin(self, key: str) -> dict[str, str]:
        """Write under this key from now on; returns what is kept of it."""
        self.flush()
        self._key = key
        return self._context.desk.unsent.read(key)

    @property
    def key(self) -> str:
        return self._key

    def follow(self, form: Form) -> None:
        """Keep what is typed into this form."""
        form.on_edited(lambda _name: self.changed())

    def changed(self) -> None:
        """Something is written that is not kept."""
        if self._key:
            self._pause.start()
            if not self._waiting:
                self._latest.start()
            self._waiting = True

    def flush(self) -> None:
        """Keep it now, if there is anything to keep."""
        if self._waiting:
            self._keep(self._texts())

    def drop(self) -> None:
        """It was sent, or given up: nothing of it is kept."""
        self._keep({})

    def _keep(self, texts: dict[str, str]) -> None:
        self._waiting = False
        self._pause.stop()
        self._latest.stop()
        job = self._context.desk.start(self._context.desk.unsent.keep, self._key, texts)
        self._context.home(job.future, self, self._kept, self._not_kept)

    def _kept(self, _none: None) -> None:
        self._failing = ""

    def _not_kept(self, problem: Problem) -> None:
        if problem.code != self._failing:
            self._failing = problem.code
            self._context.tell_problem(self, problem)
        self.changed()
