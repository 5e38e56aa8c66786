"""Every page of every role on a world that has been played to its end: controls have names and are reached, words are whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.bootstrap import open_desk
from client.demo.cast import PIN, party
from client.demo.world import PASSPHRASE
from client.desk import Desk
from procurement.basics.moment import SystemClock
from tests.played import Played
from tests.ui.walker import Strays, clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.profiles import choice_of, find_profiles
from ui.screens import routes
from ui.settings import Settings
from ui.shell.preferences import Help, Preferences
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply
from ui.theme.tokens import ThemeName
from ui.workspaces import open_workspace

WHO = ("supplier-a", "supplier-d", "agency", "expert-1", "purchaser", "finance", "supervisor")
SMALL, LARGE = (1366, 768), (1920, 1080)
"""The smallest screen that is common where the windows are used, and the usual one"""
Dress = tuple[str, int, tuple[int, int], ThemeName]
DRESS: tuple[Dress, ...] = (
    ("zh", 150, SMALL, "dark"),
    ("zh", 100, LARGE, "dark"),
    ("en", 150, SMALL, "light"),
)


@pytest.fixture(scope="module")
def profiles(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody's folders at the end of the demo, without a server."""
    folder = tmp_path_factory.mktemp("walk") / "profiles"
    shutil.copytree(played.world / "profiles", folder)
    return folder


@pytest.fixture
def wear(dressed: QApplication) -> Iterator[QApplication]:
    yield dressed
    apply(dressed, "light")


def _wear(qapp: QApplication, dress: Dress) -> None:
    use_language(qapp, dress[0])
    apply(qapp, dress[3], dress[1] / 100)


def _wrong(window: Window) -> list[str]:
    return [*nameless(window), *unreachable(window), *clipped(window)]


def _settle(qtbot: QtBot, desk: Desk) -> None:
    """Until the lanes have brought home what the page asked for, and the page has laid itself out."""
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    for _ in range(3):
        QApplication.processEvents()


@pytest.mark.parametrize("who", WHO)
def test_pages(profiles: Path, who: str, wear: QApplication, qtbot: QtBot) -> None:
    desk = open_desk(profiles / who, lambda _new: PASSPHRASE)
    bridge = Bridge()
    found: list[str] = []
    strays = Strays(wear)
    try:
        desk.accounts.unlock(PIN if party(who).algorithm != "none" else PASSPHRASE)
        for dress in DRESS:
            _wear(wear, dress)
            window = Window(desk.now)
            qtbot.addWidget(window)
            window.resize(*dress[2])
            workspace = open_workspace(desk.role, Context(desk, bridge))
            window.open_role(workspace.places, workspace.make_page, workspace.first)
            window.show()
            for name, route in routes(desk, workspace.first.place):
                window.go(route)
                _settle(qtbot, desk)
                found += [f"{name} {dress}: {one}" for one in _wrong(window)]
            window.close()
    finally:
        strays.stop()
        bridge.close()
        desk.close()
    assert [*found, *strays.found] == []


@pytest.mark.parametrize("dress", DRESS, ids=lambda dress: f"{dress[0]}-{dress[1]}-{dress[2][0]}-{dress[3]}")
def test_pages_of_everybody(profiles: Path, dress: Dress, wear: QApplication, qtbot: QtBot) -> None:
    """Sign-in, help, settings."""
    _wear(wear, dress)
    page = SignIn("晋采 0")
    page.show_choices([choice_of(one) for one in find_profiles(profiles)])
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(*dress[2])
    window.show()
    for made in (page, Help(), Preferences(Settings(), lambda _settings: None, lambda: None)):
        window.show_alone(made)
        for _ in range(3):
            QApplication.processEvents()
        assert _wrong(window) == [], type(made).__name__
