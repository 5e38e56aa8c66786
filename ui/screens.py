"""Draws the windows on a world into files, without a screen: what the README and the evidence folder show."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from client.bootstrap import open_desk
from client.demo.cast import PIN
from client.demo.world import PASSPHRASE, PASSWORD
from client.desk import Desk
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Problem
from procurement.basics.roles import Role
from procurement.bidding.sealed import Submission
from ui.app import dress, program_version
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import done
from ui.profiles import Found, choice_of, find_profiles, role_word
from ui.settings import Settings
from ui.shell.navigation import Route
from ui.shell.signin import SignIn
from ui.shell.topbar import Sync
from ui.shell.window import Window
from ui.workspaces import open_workspace

SIZE = (1440, 900)
SETTLE_MS = 700
"""Long enough for lanes to bring local views and pages home"""


def draw_screens(qt: QApplication, root: Path, target: Path) -> int:
    """One picture for each page of each kind of person. Returns the exit code: 1 when a profile could not be opened."""
    target.mkdir(parents=True, exist_ok=True)
    dress(qt, Settings())
    found = find_profiles(root)
    failed = 0
    _draw_sign_in(found, target)
    for one in _one_of_each(found):
        try:
            _draw_profile(one, target)
            _draw_the_day_before(one, target)
        except Problem as problem:
            failed += 1
            print(f"{one.folder.name}: {problem}", file=sys.stderr)
    return 1 if failed else 0


def _one_of_each(found: tuple[Found, ...]) -> Iterator[Found]:
    seen: set[Role] = set()
    for one in found:
        if one.profile is not None and one.profile.role not in seen and one.profile.role in PAGES:
            seen.add(one.profile.role)
            yield one


PAGES: dict[Role, tuple[str, ...]] = {
    Role.SUPPLIER: (
        "projects",
        "find",
        "library",
        "questions",
        "challenge",
        "alerts",
        "{lot}/docs",
        "{lot}/deliver",
        "{lot}/open",
        "{lot}/result",
    ),
    Role.AGENCY: (
        "desk",
        "publish",
        "questions",
        "challenges",
        "custody",
        "correct/{tender}",
        "{lot}/hall",
        "{lot}/review",
    ),
    Role.EXPERT: ("rooms", "{lot}/sign-in", "{lot}/conformity", "{lot}/scores", "{lot}/report"),
    Role.PURCHASER: ("desk", "results", "contracts", "questions", "challenges", "custody"),
    Role.FINANCE: ("desk", "plans", "payments", "help", "settings"),
    Role.SUPERVISOR: ("desk", "oversight", "custody"),
}
"""Routes drawn for each role; `{lot}` stands for the first lot of the first tender, `{tender}` for that tender"""


def _draw_sign_in(found: tuple[Found, ...], target: Path) -> None:
    page = SignIn(f"{tr('晋采')} {program_version()}")
    page.show_checks([(done(tr("证书与账户")), tr("{count} 个可用", count=len(found)))])
    page.show_choices([choice_of(one) for one in found])
    window = Window(_system_now)
    window.resize(*SIZE)
    window.top.show_who(tr("登录"), tr("未登录"))
    window.show_alone(page)
    _shoot(window, target / "sign-in.png")


BEFORE: dict[Role, tuple[str, ...]] = {Role.SUPPLIER: ("{lot}/prepare", "{lot}/check")}
"""Drawn as they stood before the first bid was handed in: later these pages are closed"""


class Stopped:
    """A clock that stands."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def _draw_the_day_before(found: Found, target: Path) -> None:
    """The pages on which bids are made, offline, the world's acts as they stood a moment before the own bid."""
    assert found.profile is not None
    if found.profile.role not in BEFORE:
        return
    desk = open_desk(found.folder, _passphrase)
    mine = desk.place.acts.all(Submission, supplier=desk.actor)
    desk.close()
    if not mine:
        return
    moment = min(act.item.t_recv for act in mine) - timedelta(seconds=1)
    desk = open_desk(found.folder, _passphrase, machine_clock=Stopped(moment))
    try:
        desk.accounts.unlock(PIN)
        desk.place.acts.look_back(moment)
        desk.bidding.drafts.take_notice()
        _draw_desk(desk, BEFORE[desk.role], target)
    finally:
        desk.close()


def _passphrase(_new: bool) -> str:
    return os.environ.get("JINCAI_PASSPHRASE", PASSPHRASE)


def _draw_profile(found: Found, target: Path) -> None:
    desk = open_desk(found.folder, _passphrase)
    try:
        _sign_in(desk)
        _draw_desk(desk, PAGES[desk.role], target)
    finally:
        desk.close()


def _draw_desk(desk: Desk, pages: Sequence[str], target: Path) -> None:
    bridge = Bridge()
    try:
        workspace = open_workspace(desk.role, Context(desk, bridge))
        window = Window(desk.now)
        window.resize(*SIZE)
        profile = desk.place.profile
        window.top.show_who(
            workspace.title or role_word(desk.role),
            profile.name if profile.person == profile.name else f"{profile.person}·{profile.name}",
        )
        window.top.show_sync(Sync("synced" if desk.online else "offline", desk.now() if desk.online else None))
        window.open_role(workspace.places, workspace.make_page, workspace.first)
        for name, route in routes(desk, workspace.first.place, pages):
            window.go(route)
            _shoot(window, target / f"{desk.role}-{name}.png")
        window.on_close = lambda: True
        window.close()
    finally:
        bridge.close()


def routes(desk: Desk, home: str, pages: Sequence[str] = ()) -> Iterator[tuple[str, Route]]:
    """Every page of a role by a name for its picture; pages of a lot only where there is a tender."""
    tenders = desk.tenders.tenders()
    lot = f"{tenders[0].key}/{tenders[0].package.custody[0].lot.partition('#')[0]}" if tenders else ""
    for route in pages or PAGES[desk.role]:
        if "{" in route and not lot:
            continue
        text = route.replace("{lot}", f"{home}/{lot}").replace("{tender}", lot.partition("/")[0])
        name = route.replace("{lot}/", "").replace("/{tender}", "").replace("/", "-")
        yield name, Route.parse(text)


def _sign_in(desk: Desk) -> None:
    """With the world's own PINs, so that the pictures show what its people see; without a server they show what is here."""
    try:
        desk.accounts.unlock(PIN if desk.place.uses_certificate else PASSPHRASE)
        desk.accounts.sign_in("" if desk.place.uses_certificate else PASSWORD)
    except Problem as problem:
        print(f"{desk.name}: {problem}", file=sys.stderr)


def _shoot(window: Window, path: Path) -> None:
    window.show()
    loop = QEventLoop()
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()
    window.grab().save(str(path))


def _system_now() -> datetime:

    return SystemClock().now()
