"""The application: sign-in, then the workspace of the role; one desk at a time, one bridge for all.

Only what the sign-in page needs is imported here; the staff come with `ui.signed_in`, fetched once the page stands (ADR 0020).
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from documents.fonts import interface_fonts
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Locked, Problem
from ui.bridge import Bridge
from ui.faults import Faults
from ui.i18n import tr, use_language
from ui.kit.badge import State, done, needs
from ui.messages import words_of
from ui.practice.guide import Guide
from ui.profiles import Found, choice_of, find_profiles
from ui.settings import Settings, keep_drawers, kept_drawers, load_settings, save_settings
from ui.shell.herald import Herald, News
from ui.shell.navigation import Route
from ui.shell.signin import Secrets, SignIn
from ui.shell.window import Window
from ui.theme.fonts import load_fonts
from ui.theme.style import apply

if TYPE_CHECKING:
    from client.desk import Desk
    from client.tokens import Scan
    from ui.signed_in import SignedIn

FETCH_AFTER_MS = 100
"""After the first window was drawn; nobody has typed a PIN by then"""
STAFF = "ui.signed_in"


def program_version() -> str:
    try:
        return version("jincai")
    except PackageNotFoundError:
        return "0"


def dress(qt: QApplication, settings: Settings) -> None:
    """Fonts, language and theme. Fonts are cut at set-up; where that failed the system's are used."""
    try:
        load_fonts(interface_fonts())
    except Locked as problem:
        print(words_of(problem).title, file=sys.stderr)
    use_language(qt, settings.language)
    apply(qt, settings.theme, settings.scale / 100)


class App(QObject):
    """Owns the window, the bridge and who is signed in."""

    def __init__(
        self,
        qt: QApplication,
        root: Path,
        settings_path: Path,
        practice: Path | None = None,
        faults: Faults | None = None,
    ) -> None:
        """`practice`: where practice may keep its world; without it none is offered. `faults`: who hears failures nobody caught."""
        super().__init__()
        self.faults = faults or Faults(self)
        self.qt = qt
        self._root = root
        self.settings_path = settings_path
        self.settings = load_settings(settings_path)
        dress(qt, self.settings)
        keep_drawers(self.settings.drawers)
        self.bridge = Bridge(self)
        self.bridge.surprised.connect(self.faults.note)
        self.faults.came.connect(self._show_faults)
        self.signed_in: SignedIn | None = None
        self._closed = False
        self._opening = ThreadPoolExecutor(1, "opening")
        self._clock = SystemClock()
        self._sign_in: SignIn | None = None
        self.herald = Herald(self)
        self.herald.chosen.connect(self._called)
        self.herald.told.connect(self._count)
        self.herald.quit_asked.connect(self._quit)
        self.guide = Guide(self.bridge, practice, self) if practice is not None else None
        if self.guide is not None:
            self.guide.entered.connect(self._change_worlds)
            self.guide.left.connect(self._change_worlds)
            self.guide.moved.connect(self._go)
            self.guide.registration.connect(self._register)
        self.window = self._make_window()
        if self.guide is not None and not find_profiles(root):
            self._show_practice()
        else:
            self.show_sign_in()
        self.window.installEventFilter(self)

    @property
    def root(self) -> Path:
        """Where profiles are looked for: the person's, or the one of practice."""
        return self.guide.profile if self.guide is not None and self.guide.on else self._root

    @property
    def practising(self) -> bool:
        return self.guide is not None and self.guide.on

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:  # once: the first window stands
            watched.removeEventFilter(self)
            QTimer.singleShot(FETCH_AFTER_MS, self, self._fetch)
        return False

    def _fetch(self) -> None:
        """The staff come in on the lane on which a desk is opened: whoever signs in sooner waits behind them."""
        if not self._closed:
            self._opening.submit(import_module, STAFF)

    # -- sign-in

    def show_sign_in(self) -> None:
        first = self.guide is not None and not self.practising
        page = SignIn(f"{tr('晋采')} {program_version()}", practice=first, joining=not self.practising)
        page.asked.connect(self._enter)
        page.rescan.connect(self._list_profiles)
        page.practise.connect(self._show_practice)
        page.join.connect(self._show_joining)
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

    def _show_joining(self) -> None:
        """The page on which an account is set up from a platform's file; its staff come with it."""
        from ui.joining.guide import Joining

        self._sign_in = None
        joining = Joining(self._root, self._opening, self.bridge, self)
        joining.left.connect(self.show_sign_in)
        joining.joined.connect(self._joined)
        for ended in (joining.left, joining.joined):
            ended.connect(joining.deleteLater)
        self.window.top.show_who(tr("建立账户"), tr("未登录"))
        self.window.show_alone(joining.page)

    def _joined(self, folder: Path, secrets: Secrets | None) -> None:
        """On into the new account with what was typed a moment ago; without a certificate to the sign-in page, the account chosen."""
        self.settings = replace(self.settings, last=folder.name)
        save_settings(self.settings_path, self.settings)
        self.show_sign_in()
        if secrets is not None:
            self._enter(str(folder), secrets)

    def _change_worlds(self) -> None:
        """Into practice or out of it: whoever was signed in is signed out, and the window is marked or no more."""
        self._close_desk()
        self._renew_window()
        self.show_sign_in()

    def _look(self) -> None:
        if self.guide is not None:
            who = self.signed_in
            self.guide.look(who.desk, str(self.window.route)) if who is not None else self.guide.look(None)

    def _register(self) -> None:
        if self.signed_in is not None:
            self.signed_in.offer_registration()

    def _go(self, route: str) -> None:
        """Where the tour leads; before signing in there is the page practice begins on."""
        if self.signed_in is not None:
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
        scan = self._opening.submit(_scan, Path(folder))
        self.bridge.await_(
            scan, page, lambda found: self._choose(page, folder, secrets, found), lambda p: self._refused(page, p)
        )

    def _choose(self, page: SignIn, folder: str, secrets: Secrets, found: Scan) -> None:
        """Several tokens plugged in: one is chosen; the PIN goes to that one only."""
        from ui.kit.tokens import choose_token
        from ui.signed_in import open_profile

        def enter(key: str) -> None:
            future = self._opening.submit(open_profile, Path(folder), secrets, key)
            self.bridge.await_(
                future,
                page,
                lambda opened: self._entered(secrets.password, *opened),
                lambda problem: self._refused(page, problem),
            )

        choose_token(self.window, found.tokens, enter, lambda: page.busy(False))

    def _refused(self, page: SignIn, problem: Problem) -> None:
        page.busy(False)
        words = words_of(problem)
        page.say_wrong(" ".join((words.title, words.remedy)))

    def _entered(self, password: str, desk: Desk, problem: Problem | None) -> None:
        from ui.signed_in import SignedIn

        self._sign_in = None
        if not self.practising:
            self.settings = replace(self.settings, last=desk.place.folder.folder.name)
            self._save()
        self.signed_in = SignedIn(self, desk, password, self.bridge, self.herald, self.guide, self.faults)
        self.signed_in.show_in(self.window)
        self.signed_in.begin(problem, self._sign_out)
        self._show_faults()

    # -- the workspace

    def _count(self) -> None:
        """The rail's bubbles."""
        if self.signed_in is not None:
            self.signed_in.count()

    def _called(self, route: str) -> None:
        """A notification or the tray was pressed: the window comes forward, at the place where one can act."""
        self.qt.setQuitOnLastWindowClosed(True)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        if route and self.signed_in is not None:
            self.window.go(Route.parse(route))
            self._count()

    # -- settings

    def _save(self) -> None:
        """Keep the settings, with the drawers as they were opened meanwhile."""
        self.settings = replace(self.settings, drawers=kept_drawers())
        save_settings(self.settings_path, self.settings)

    def use(self, settings: Settings) -> None:
        """Take other settings: the window is made again where the person was."""
        self.settings = settings
        self._save()
        dress(self.qt, settings)
        self.herald.say_again()
        route = self.window.route
        self._renew_window()
        if self.signed_in is None:
            self.show_sign_in()
        else:
            self.signed_in.show_in(self.window, route)

    def _renew_window(self) -> None:
        """The window made again, in the same place and size."""
        old = self.window
        self.window = self._make_window()
        self._show_faults()
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
        window.faults.report.connect(self._show_diagnosis)
        window.faults.closed.connect(self._put_faults_away)
        window.settings = self.settings
        if self.guide is not None:
            window.put_band(self.guide.make_band())
            window.moved.connect(lambda _route: self._look())
        if self.practising:
            window.setWindowTitle(f"{tr('晋采')} · {tr('练习')}")
        return window

    def _now(self) -> datetime:
        return self.signed_in.desk.now() if self.signed_in is not None else self._clock.now()

    def _sign_out(self) -> None:
        self._close_desk()
        self.show_sign_in()
        self._show_faults()

    def _may_close(self) -> bool:
        """With the tray and by the person's wish the program stays when its window goes."""
        if self.settings.resident and self.herald.resident and self.signed_in is not None:
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
        self._closed = True
        if self.settings.drawers != kept_drawers():
            self._save()
        self.herald.close()
        self.bridge.close()
        self._close_desk()
        if self.guide is not None:
            self.guide.close()
        self._opening.shutdown(wait=True)

    def _close_desk(self) -> None:
        old, self.signed_in = self.signed_in, None
        if old is not None:
            old.close()

    def _show_faults(self) -> None:
        """Faults of this program, told in the window without stopping it."""
        if not self._closed:
            self.window.faults.show_faults(self.faults.shown(), signed_in=self.signed_in is not None)

    def _show_diagnosis(self) -> None:
        self.window.go(Route("diagnosis"))

    def _put_faults_away(self) -> None:
        self.faults.dismiss()
        self._show_faults()


def _scan(folder: Path) -> Scan:
    """The tokens now plugged in; on the opening lane."""
    from client.bootstrap import scan_tokens

    return scan_tokens(folder)
