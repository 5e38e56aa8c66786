"""A page on which people do acts: asks before, runs the work on its lane, shows how far it is, lets it be stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from client.changes import Changes
from client.jobs import Job
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.dialogs import Question, ask
from ui.kit.page import Page


class ActPage(Page):
    """Subclasses give `show_foot` and `refresh`. While an act runs the footer shows it, and nothing else can be started."""

    def __init__(self, context: Context, *, head: int = 64) -> None:
        super().__init__(head=head)
        self.context = context
        self._job: Job[Any] | None = None

    def listen(self) -> None:
        """Keep in step with the store from now on; called once the page is made."""
        self.context.watch(self, self._heard)
        self.refresh()

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def show_foot(self) -> None:
        """Say where things stand and offer the one thing that is due."""

    def settle_foot(self) -> None:
        """The footer as it should be now."""
        if self._job is None:
            self.show_foot()

    # -- asking and doing

    def confirm(self, title: str, text: str, act: str, keep: str, then: Callable[[], object], *, danger: bool = False) -> None:  # fmt: skip
        """Ask before an act."""
        ask(Question(self.window(), title, text, act=act, keep=keep, danger=danger), lambda _pin: then())

    def confirm_with(self, secret: str, title: str, text: str, act: str, then: Callable[[str], object]) -> None:
        """Ask before an act that needs a secret, named by `secret`."""
        ask(Question(self.window(), title, text, act=act, keep=tr("暂不"), pin=secret, danger=False), then)

    def do(self, words: str, verb: Callable[..., Any], *args: Any, then: Callable[[Any], object] | None = None, **more: Any) -> None:  # fmt: skip
        """Run a verb; `words` say what is under way. A problem is told, and the page is as before."""
        job = self.context.desk.start(verb, *args, **more)
        self._job = job
        self._show_work(words, 0, 0)
        self.context.progress(job, self, lambda done, total: self._show_work(words, done, total))
        self.context.home(
            job.future, self, lambda found: self._done(found, then), self._failed, stopped=self._end_of_work
        )

    def _show_work(self, words: str, done: int, total: int) -> None:
        job = self._job
        if job is None:
            return
        share = tr("{done} / {count}", done=done, count=total) if total else ""
        self.foot.say("info", words, share, shape="half")
        self.foot.set_buttons(button(tr("取消"), pressed=job.cancel, object_name="cancel-work"))

    def _done(self, found: Any, then: Callable[[Any], object] | None) -> None:
        self._end_of_work()
        if then is not None:
            then(found)

    def _failed(self, problem: Problem) -> None:
        self._end_of_work()
        self.context.tell_problem(self, problem)

    def _end_of_work(self) -> None:
        self._job = None
        self.refresh()
