"""The application: sign-in, then the workspace of the role; one desk at a time, one bridge for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from client.bootstrap import scan_tokens
from client.changes import Changes
from client.desk import Desk
from client.tokens import Scan
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Problem
from ui.boards.outbox import OutboxPage
from ui.bridge import Bridge
from ui.context import Context
from ui.dress import dress, program_version
from ui.help_texts import topics_of
from ui.i18n import tr
from ui.kit.badge import State, done, needs
from ui.kit.dialogs import Question, ask, tell
from ui.kit.page import Page
from ui.kit.tokens import choose_token
from ui.messages import words_of
from ui.practice.guide import Guide
from ui.profiles import Found, choice_of, find_profiles, open_profile, role_word
from ui.settings import Settings, load_settings, save_settings
from ui.shell.diagnosis import DiagnosisPage
from ui.shell.doorman import Doorman
from ui.shell.herald import Herald, News
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.shell.selftest import SelfTest
from ui.shell.signin import Secrets, SignIn
from ui.shell.topbar import Sync
from ui.shell.window import Window
from ui.workspaces import Workspace, open_workspace

RETRY_MS = 5_000
"""How often a lost session is asked for again"""


class App(QObject):
    """Owns the window, the bridge and the desk."""

    def __init__(self, qt: QApplication, root: Path, settings_path: Path, practice: Path | None = None) -> None:
        """`practice`: where practice may keep its world; without it none is offered."""
        super().__init__()
        self.qt = qt
        self._root = root
        self.settings_path = settings_path
        self.settings = load_settings(settings_path)
        dress(qt, self.settings)
        self.bridge = Bridge(self)
        self.bridge.surprised.connect(self._surprised)
        self.desk: Desk | None = None
        self._opening = ThreadPoolExecutor(1, "opening")
        self._clock = SystemClock()
        self._synced: datetime | None = None
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._keep_session)
        self._asking = False
        self._password = ""
        self._sign_in: SignIn | None = None
        self._workspace: Workspace | None = None
        self.herald = Herald(self)
        self.herald.chosen.connect(self._called)
        self.herald.told.connect(self._count)
        self.herald.quit_asked.connect(self._quit)
        self.doorman = Doorman(lambda: self._called(""))
        self.guide = Guide(self.bridge, practice, self) if practice is not None else None
        if self.guide is not None:
            self.guide.entered.connect(self._change_worlds)
            self.guide.left.connect(self._change_worlds)
            self.guide.moved.connect(self._go)
        self.window = self._make_window()
        if self.guide is not None and not find_profiles(self.root):
            self._show_practice()
        else:
            self.show_sign_in()

    @property
    def root(self) -> Path:
        """Where profiles are looked for: the person's, or the one of practice."""
        return self.guide.profile if self.practising and self.guide is not None else self._root

    @property
    def practising(self) -> bool:
        return self.guide is not None and self.guide.on

    # -- sign-in

    def show_sign_in(self) -> None:
        page = SignIn(f"{tr('晋采')} {program_version()}", practice=self.guide is not None and not self.practising)
        page.asked.connect(self._enter)
        page.rescan.connect(self._list_profiles)
        page.practise.connect(self._show_practice)
        self._sign_in = page
        self.window.top.show_who(tr("练习") if self.practising else tr("登录"), tr("未登录"))
        self.window.show_alone(page)
        self._list_profiles()
        self._look()

    def _show_practice(self) -> None:
        """The page practice begins on, where nobody is signed in."""
        assert self.guide is not None
        self._sign_in = None
        self.window.top.show_who(tr("练习"), tr("未登录"))
        self.window.show_alone(self.guide.start_page(at_home=True))

    def _change_worlds(self) -> None:
        """Into practice or out of it: whoever was signed in is signed out, and the window is marked or no more."""
        self._close_desk()
        self._renew_window()
        self.show_sign_in()

    def _look(self) -> None:
        if self.guide is not None:
            self.guide.look(self.desk, str(self.window.route) if self.desk is not None else "")

    def _go(self, route: str) -> None:
        """Where the tour leads; before signing in there is the page practice begins on."""
        if self.desk is not None:
            self.window.go(Route.parse(route))
        elif route == "practice" and not self.practising:
            self._show_practice()

    def _list_profiles(self) -> None:
        if self._sign_in is None:
            return
        found = find_profiles(self.root)
        self._sign_in.show_checks(self._checks(found))
        last = next((str(one.folder) for one in found if one.folder.name == self.settings.last), "")
        self._sign_in.show_choices([choice_of(one) for one in found], last, str(self.root))

    def _checks(self, found: tuple[Found, ...]) -> list[tuple[State, str]]:
        usable = sum(one.profile is not None for one in found)
        word = tr("{count} 个可用", count=usable)
        return [
            (done(tr("证书与账户")) if usable else needs(tr("证书与账户")), word),
            (done(tr("时钟")), tr("登录后与服务器核对")),
            (done(tr("软件版本")), program_version()),
        ]

    def _enter(self, folder: str, secrets: Secrets) -> None:
        assert self._sign_in is not None
        self._sign_in.busy(True)
        page = self._sign_in
        self._password = secrets.password
        scan = self._opening.submit(scan_tokens, Path(folder))
        self.bridge.await_(
            scan, page, lambda found: self._choose(page, folder, secrets, found), lambda p: self._refused(page, p)
        )

    def _choose(self, page: SignIn, folder: str, secrets: Secrets, found: Scan) -> None:
        """Several tokens plugged in: one is chosen; the PIN goes to that one only."""

        def enter(key: str) -> None:
            future = self._opening.submit(open_profile, Path(folder), secrets, key)
            self.bridge.await_(future, page, self._entered, lambda problem: self._refused(page, problem))

        choose_token(self.window, found.tokens, enter, lambda: page.busy(False))

    def _refused(self, page: SignIn, problem: Problem) -> None:
        page.busy(False)
        words = words_of(problem)
        page.say_wrong(" ".join((words.title, words.remedy)))

    def _entered(self, opened: tuple[Desk, Problem | None]) -> None:
        desk, problem = opened
        self.desk = desk
        self._sign_in = None
        if not self.practising:
            self.settings = replace(self.settings, last=desk.place.folder.folder.name)
            save_settings(self.settings_path, self.settings)
        self.open_role()
        self.doorman.serve(desk.place.seat, self.window, self._sign_out)
        desk.start_beat()
        self._retry.start()
        if problem is not None and problem.code == "not-registered":
            self._offer_registration(desk)
        elif problem is not None and problem.kind != "unreachable":
            words = words_of(problem)
            tell(self.window, words.title, words.text, words.details)

    def _offer_registration(self, desk: Desk) -> None:
        """登记备案 is light and free: name and code come from the certificate's profile, nothing is approved (R-076)."""
        profile = desk.place.profile
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
        ask(question, lambda _pin: self._register(desk))

    def _register(self, desk: Desk) -> None:
        job = desk.start(desk.accounts.register, desk.place.profile.person)
        self.bridge.await_(job.future, self, lambda _outcome: self._keep_session(), self._tell)

    def _tell(self, problem: Problem) -> None:
        words = words_of(problem)
        tell(self.window, words.title, words.text, words.details)

    # -- the workspace

    def open_role(self, first: Route | None = None) -> None:
        """Show the workspace of the desk's role."""
        assert self.desk is not None
        desk = self.desk
        context = Context(desk, self.bridge)
        workspace = open_workspace(desk.role, context)
        profile = desk.place.profile
        who = profile.name if profile.person == profile.name else f"{profile.person}·{profile.name}"
        title = workspace.title or role_word(desk.role)
        self.window.top.show_who(f"{title} · {tr('练习')}" if self.practising else title, who)
        stop = desk.bulletin.listen(lambda changes: self.bridge.post(lambda: self._changed(changes)))
        self.window.destroyed.connect(lambda: stop())
        own: tuple[Place, ...] = (
            Place("outbox", tr("待送达"), "sync", low=True),
            Place("selftest", tr("证书自检"), "token", low=True),
        )
        pages = {"selftest": SelfTest, "outbox": OutboxPage, "diagnosis": DiagnosisPage}
        make = workspace.make_page

        def make_page(route: Route) -> Page:
            if route.place == "practice" and self.guide is not None:
                return self.guide.tour_page() if self.guide.on else self.guide.start_page(at_home=False)
            return pages[route.place](context) if route.place in pages else make(route)

        here = (*workspace.places, *own)
        self.window.open_role(here, make_page, first or workspace.first, topics_of(desk.role))
        self._workspace = workspace
        self.herald.serve(workspace.news)
        self._count()
        self._show_link()
        self._look()

    def _count(self) -> None:
        """The rail's bubbles."""
        unread = self._workspace.unread() if self._workspace else {}
        waiting = len(self.desk.pending()) if self.desk else 0
        for place, count in {**unread, "outbox": waiting}.items():
            self.window.rail.set_count(place, count)

    def _called(self, route: str) -> None:
        """A notification or the tray was pressed: the window comes forward, at the place where one can act."""
        self.qt.setQuitOnLastWindowClosed(True)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        if route and self.desk is not None:
            self.window.go(Route.parse(route))
            self._count()

    def _changed(self, changes: Changes) -> None:
        if changes.link or changes.acts or changes.outbox:
            self._show_link()
        if changes.acts:
            self.herald.look()
        if changes.acts or changes.drafts or changes.outbox:
            self._count()
        for problem in (changes.token, changes.behind):
            if problem is not None:
                self._tell(problem)
        self._look()

    def _show_link(self) -> None:
        if self.desk is None:
            return
        desk = self.desk
        clock = desk.place.clock
        waiting = len(desk.pending())
        if desk.online:
            self._synced = desk.now()
        state = "synced" if desk.online and desk.signed_in else "offline"
        self.window.top.show_sync(Sync("synced" if state == "synced" else "offline", self._synced, waiting))
        told = clock.known and not desk.place.profile.demo_clock  # a demo's clock is not this machine's
        self.window.top.show_skew(timedelta(milliseconds=-clock.skew_ms) if told else None)

    def _keep_session(self) -> None:
        """Ask for a session again after the server was away; silent while it stays away."""
        self._show_link()
        desk = self.desk
        if desk is None or self._asking or desk.signed_in or not desk.unlocked:
            return
        self._asking = True
        job = desk.start(desk.accounts.sign_in, self._password)
        self.bridge.await_(job.future, self, lambda _: self._asked(), lambda _: self._asked())

    def _asked(self) -> None:
        self._asking = False
        self._show_link()

    # -- settings

    def use(self, settings: Settings) -> None:
        """Take other settings: the window is made again where the person was."""
        self.settings = settings
        save_settings(self.settings_path, settings)
        dress(self.qt, settings)
        self.herald.say_again()
        route, desk = self.window.route, self.desk
        self._renew_window()
        if desk is None:
            self.show_sign_in()
        else:
            self.open_role(route)

    def _renew_window(self) -> None:
        """The window made again, in the same place and size."""
        old = self.window
        self.window = self._make_window()
        self.window.resize(old.size())
        if old.isVisible():
            self.window.show()
        old.on_close = lambda: True
        old.close()
        old.deleteLater()

    def _make_window(self) -> Window:
        window = Window(self._now)
        window.on_close = self._may_close
        window.settings_asked.connect(self.use)
        window.signed_out.connect(self._sign_out)
        window.rail.chosen.connect(lambda _place: self._count())
        window.settings = self.settings
        if self.guide is not None:
            window.put_band(self.guide.make_band())
            window.moved.connect(lambda _route: self._look())
        if self.practising:
            window.setWindowTitle(f"{tr('晋采')} · {tr('练习')}")
        return window

    def _now(self) -> datetime:
        return self.desk.now() if self.desk is not None else self._clock.now()

    def _sign_out(self) -> None:
        self._close_desk()
        self.show_sign_in()

    def _may_close(self) -> bool:
        """With the tray and by the person's wish the program stays when its window goes."""
        if self.settings.resident and self.herald.resident and self.desk is not None:
            self.qt.setQuitOnLastWindowClosed(False)
            self.window.hide()
            self.herald.show_news(
                News(tr("晋采还在运行"), tr("截止前和可以解密时会提醒您。从托盘可以打开或退出。"), "")
            )
            return False
        self.close()
        return True

    def _quit(self) -> None:
        self.close()
        self.window.on_close = lambda: True
        self.window.close()
        self.qt.quit()

    def close(self) -> None:
        """Let everything go: lanes are asked to stop, the store is closed."""
        self._retry.stop()
        self.herald.close()
        self.bridge.close()
        self._close_desk()
        if self.guide is not None:
            self.guide.close()
        self._opening.shutdown(wait=True)

    def _close_desk(self) -> None:
        desk, self.desk = self.desk, None
        self._workspace = None
        self.herald.serve(None)
        self.doorman.serve(None)
        if desk is not None:
            self._password = ""
            desk.close()

    def _surprised(self, error: BaseException) -> None:
        """A fault of this program: told as one, with its type for those who help."""
        title = tr("程序出错了")
        text = tr("这一步没有完成，已保存的内容没有丢。请把详细信息发给维护人员。")
        tell(self.window, title, text, f"{type(error).__name__}: {error}")
