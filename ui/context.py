"""What a page may use: the desk, the hop home, the server's time, and the ways to ask and to tell."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

import shiboken6
from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.desk import Desk
from client.jobs import Job
from procurement.basics.problems import Problem
from ui.bridge import Bridge
from ui.kit.dialogs import Notice, tell
from ui.kit.page import Page
from ui.messages import words_of

P = ParamSpec("P")
R = TypeVar("R")


class Context:
    """One signed-in person's means. Long work goes to lanes; its result comes back through the bridge."""

    def __init__(self, desk: Desk, bridge: Bridge) -> None:
        self.desk = desk
        self.bridge = bridge

    def now(self) -> datetime:
        return self.desk.now()

    def start(
        self,
        owner: QWidget,
        done: Callable[[R], object],
        work: Callable[P, R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Job[R]:
        """Run a verb on its lane; `done` gets its result here. A problem is told to the person."""
        job = self.desk.start(work, *args, **kwargs)
        self.home(job.future, owner, done)
        return job

    def home(
        self,
        future: Future[R],
        owner: QWidget,
        done: Callable[[R], object],
        failed: Callable[[Problem], object] | None = None,
        stopped: Callable[[], object] | None = None,
    ) -> None:
        """Bring a future's end to the window's thread. `stopped`: the person cancelled it."""

        def no(problem: Problem) -> None:
            if problem.kind == "cancelled":
                if stopped is not None:
                    stopped()
            elif failed is not None:
                failed(problem)
            else:
                self.tell_problem(owner, problem)

        self.bridge.await_(future, owner, lambda result: _void(done(result)), no)

    def progress(self, job: Job[R], owner: QWidget, step: Callable[[int, int], object]) -> None:
        """Show a job's progress, at most as often as the window can draw."""
        waiting = [False]

        def show() -> None:
            waiting[0] = False
            if shiboken6.isValid(owner):
                step(*job.progress())

        def heard(_done: int, _total: int) -> None:
            if not waiting[0]:
                waiting[0] = True
                bridge.send(key)

        bridge, key = self.bridge, self.bridge.hold(show)
        job.on_progress(heard)

        def ended(_future: object) -> None:
            bridge.drop(key)
            bridge.drop(over)

        over = bridge.hold(ended)
        job.future.add_done_callback(partial(bridge.send, over))

    def watch(self, page: Page, changed: Callable[[Changes], object]) -> None:
        """Call `changed` on the window's thread after each change of the store, for the life of the page."""

        key = self.bridge.hold(lambda changes: _void(changed(changes)) if shiboken6.isValid(page) else None)
        page.ties.tie(self.desk.bulletin.listen(partial(self.bridge.send, key)))
        page.ties.tie(lambda: self.bridge.drop(key))

    def tell_problem(self, owner: QWidget, problem: Problem) -> Notice:
        """Say what went wrong, why, and what to do now; the code stands in the details."""
        words = words_of(problem)
        return tell(owner.window(), words.title, words.text, words.details)


def _void(_result: object) -> None:
    return None
