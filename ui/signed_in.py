"""Signed in: a desk in the window, with its workspace, its news, and its session kept while the line comes and goes.

With this module the staff come in. It is fetched while the sign-in page already stands (ADR 0020).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from client.bootstrap import open_desk
from client.changes import Changes
from client.desk import Desk
from procurement.basics.problems import Problem
from ui.boards.evidence import EvidencePage
from ui.boards.outbox import OutboxPage
from ui.bridge import Bridge
from ui.context import Context
from ui.faults import Faults
from ui.help_texts import topics_of
from ui.i18n import tr
from ui.kit.dialogs import Question, ask, tell
from ui.kit.page import Page
from ui.messages import words_of
from ui.practice.guide import Guide
from ui.profiles import role_word
from ui.shell.diagnosis import DiagnosisPage
from ui.shell.doorman import Doorman
from ui.shell.herald import Herald
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.shell.selftest import SelfTest
from ui.shell.signin import Secrets
from ui.shell.topbar import Sync
from ui.shell.updates import UpdatesPage
from ui.shell.window import Window
from ui.workspaces import Workspace, fetch_workspace, open_workspace

RETRY_MS = 5_000
"""How often a lost session is asked for again"""


def open_profile(folder: Path, secrets: Secrets, token: str = "") -> tuple[Desk, Problem | None]:
    """Open desk and token and sign in. An unreachable platform is no obstacle: one works offline. Without a certificate there is
    nothing to sign in with: one looks at what is public."""
    desk = open_desk(folder, lambda _new: secrets.store or secrets.pin)
    fetch_workspace(desk.role)
    if not desk.place.profile.signs:
        desk.warm()
        return desk, None
    try:
        desk.accounts.unlock(secrets.pin, token)
    except Problem:
        desk.close()
        raise
    desk.warm()
    try:
        desk.accounts.sign_in(secrets.password)
    except Problem as problem:
        return desk, problem
    return desk, None


class SignedIn(QObject):
    """Owns the desk until `close`. The window may be made again meanwhile: `show_in`."""

    def __init__(
        self,
        parent: QObject,
        desk: Desk,
        password: str,
        bridge: Bridge,
        herald: Herald,
        guide: Guide | None = None,
        faults: Faults | None = None,
    ) -> None:
        """`guide`: who looks after practice, where it is offered; `faults`: what failed in this program, for the diagnostics."""
        super().__init__(parent)
        self._guide, self._faults = guide, faults
        self.desk = desk
        self._password = password
        self._bridge = bridge
        self._herald = herald
        self._window: Window | None = None
        self._workspace: Workspace | None = None
        self._synced: datetime | None = None
        self._asking = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._keep_session)
        self._doorman = Doorman(lambda: herald.chosen.emit(""))
        self._stop = desk.bulletin.listen(partial(bridge.send, bridge.hold(self._changed)))

    def begin(self, problem: Problem | None, sign_out: Callable[[], object]) -> None:
        """Take the seat, and keep in step with the platform from now on; `problem`: why there is no session yet."""
        self._doorman.serve(self.desk.place.seat, self.window, sign_out)
        self.desk.start_beat()
        self._retry.start()
        if problem is not None and problem.code == "not-registered":
            self.offer_registration()
        elif problem is not None and problem.kind != "unreachable":
            self._tell(problem)

    @property
    def window(self) -> Window:
        assert self._window is not None
        return self._window

    def show_in(self, window: Window, first: Route | None = None) -> None:
        """Give the window to the desk's role: its rail and its pages, each made, and its module fetched, when it is first opened."""
        self._window = window
        desk = self.desk
        context = Context(desk, self._bridge)
        workspace = open_workspace(desk.role, context)
        profile = desk.place.profile
        who = profile.name if profile.person == profile.name else f"{profile.person}·{profile.name}"
        title = workspace.title or role_word(desk.role)
        guide = self._guide
        window.top.show_who(f"{title} · {tr('练习')}" if guide is not None and guide.on else title, who)
        own: tuple[Place, ...] = (
            Place("outbox", tr("待送达"), "sync", low=True),
            Place("evidence", tr("核验"), "shield", low=True),
            Place("selftest", tr("证书自检"), "token", low=True),
        )
        pages: dict[str, Callable[[Context], Page]] = {
            "selftest": SelfTest,
            "outbox": OutboxPage,
            "evidence": EvidencePage,
            "diagnosis": partial(DiagnosisPage, faults=self._faults),
            "updates": UpdatesPage,
        }
        make = workspace.make_page

        def make_page(route: Route) -> Page:
            if route.place == "practice" and guide is not None:
                return guide.tour_page() if guide.on else guide.start_page(at_home=False)
            return pages[route.place](context) if route.place in pages else make(route)

        here = (*workspace.places, *own)
        window.open_role(here, make_page, first or workspace.first, topics_of(desk.role))
        self._workspace = workspace
        self._herald.serve(workspace.news)
        self.count()
        self._show_link()

    def count(self) -> None:
        """The rail's bubbles."""
        unread = self._workspace.unread() if self._workspace else {}
        for place, count in {**unread, "outbox": len(self.desk.pending())}.items():
            self.window.rail.set_count(place, count)

    def close(self) -> None:
        """Ask no more, forget the password, let the desk go."""
        self._retry.stop()
        self._stop()
        self._herald.serve(None)
        self._doorman.serve(None)
        self._workspace = None
        self._password = ""
        self.desk.close()
        self.deleteLater()

    # -- parts

    def offer_registration(self) -> None:
        """登记备案 is light and free: name and code come from the certificate's profile, nothing is approved (R-076)."""
        profile = self.desk.place.profile
        text = tr(
            "以“{name}”（{code}）登记为{role}，联系人 {person}。登记不收费，不需要审批。",
            name=profile.name,
            code=profile.actor,
            role=role_word(profile.role),
            person=profile.person,
        )
        question = Question(
            self.window, tr("第一次使用，现在登记备案？"), text, act=tr("签名登记"), keep=tr("暂不登记"), danger=False
        )
        ask(question, lambda _pin: self._register())

    def _register(self) -> None:
        job = self.desk.start(self.desk.accounts.register, self.desk.place.profile.person)
        self._bridge.await_(job.future, self, lambda _outcome: self._keep_session(), self._tell)

    def _tell(self, problem: Problem) -> None:
        words = words_of(problem)
        tell(self.window, words.title, words.text, words.details)

    def _changed(self, changes: Changes) -> None:
        if self._workspace is None:
            return
        if changes.link or changes.acts or changes.outbox:
            self._show_link()
        if changes.acts:
            self._herald.look()
        if changes.acts or changes.drafts or changes.outbox:
            self.count()
        for problem in (changes.token, changes.behind):
            if problem is not None:
                self._tell(problem)

    def _show_link(self) -> None:
        desk = self.desk
        clock = desk.place.clock
        if desk.online:
            self._synced = desk.now()
        state = "synced" if desk.online and (desk.signed_in or not desk.place.profile.signs) else "offline"
        shown = Sync("synced" if state == "synced" else "offline", self._synced, len(desk.pending()))
        self.window.top.show_sync(shown)
        told = clock.known and not desk.place.profile.demo_clock  # a demo's clock is not this machine's
        self.window.top.show_skew(timedelta(milliseconds=-clock.skew_ms) if told else None)

    def _keep_session(self) -> None:
        """Ask for a session again after the server was away; silent while it stays away."""
        self._show_link()
        desk = self.desk
        if self._asking or desk.signed_in or not desk.unlocked:
            return
        self._asking = True
        job = desk.start(desk.accounts.sign_in, self._password)
        self._bridge.await_(job.future, self, lambda _: self._asked(), lambda _: self._asked())

    def _asked(self) -> None:
        self._asking = False
        self._show_link()
