"""One act at a time for a pane: asks before it, runs it on its lane, tells what went wrong, shows the page anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.dialogs import Question, ask
from ui.kit.page import Page


class Doing:
    """What a pane inside a page has instead of `ActPage`. While one act runs, no other can be started."""

    def __init__(self, pane: QWidget, context: Context, page: Page) -> None:
        self._pane, self._context, self._page = pane, context, page
        self._running = 0

    @property
    def busy(self) -> bool:
        return self._running > 0

    def settle(self, *buttons: QPushButton) -> list[QPushButton]:
        """These buttons, asleep while an act runs."""
        for one in buttons:
            one.setEnabled(not self.busy)
        return list(buttons)

    def ask(self, title: str, text: str, act: str, keep: str, then: Callable[[], object], *, danger: bool = False) -> None:  # fmt: skip
        """Ask before an act; `act` and `keep` name the two ways out."""
        question = Question(self._pane.window(), title, text, act=act, keep=keep, danger=danger)
        ask(question, lambda _pin: then())

    def ask_with(self, secret: str, title: str, text: str, act: str, keep: str, then: Callable[[str], object]) -> None:  # fmt: skip
        """Ask before an act that needs a secret, named by `secret`."""
        ask(Question(self._pane.window(), title, text, act=act, keep=keep, pin=secret, danger=False), then)

    def ask_reason(self, title: str, text: str, act: str, keep: str, then: Callable[[str], object]) -> None:
        """Ask before an act that is published with its reason; the person writes it."""
        ask(Question(self._pane.window(), title, text, act=act, keep=keep, reason=tr("理由"), danger=False), then)

    def do(self, verb: Callable[..., Any], *args: Any, then: Callable[[Any], object] | None = None, **named: Any) -> None:  # fmt: skip
        """Run a verb, then `then` with its result; `then` may start the next one without a gap."""
        self._running += 1
        job = self._context.desk.start(verb, *args, **named)
        self._context.home(
            job.future, self._pane, lambda found: self._done(found, then), self._failed, stopped=self._ended
        )
        self._page.refresh()

    def _done(self, found: Any, then: Callable[[Any], object] | None) -> None:
        if then is not None:
            then(found)
        self._ended()

    def _failed(self, problem: Problem) -> None:
        self._ended()
        self._context.tell_problem(self._pane, problem)

    def _ended(self) -> None:
        self._running -= 1
        self._page.refresh()
