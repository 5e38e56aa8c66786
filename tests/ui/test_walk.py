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
from procurement.basics.moment import SystemClock
from tests.played import Played
from tests.ui.walker import DRESS, Dress, Strays, name_of, put_on, settle, wrong
from ui.bridge import Bridge
from ui.context import Context
from ui.profiles import choice_of, find_profiles
from ui.screens import routes
from ui.settings import Settings
from ui.shell.help import Help
from ui.shell.preferences import Preferences
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace

WHO = ("supplier-a", "supplier-d", "agency", "expert-1", "purchaser", "finance", "supervisor")


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


@pytest.mark.parametrize("who", WHO)
def test_pages(profiles: Path, who: str, wear: QApplication, qtbot: QtBot) -> None:
    desk = open_desk(profiles / who, lambda _new: PASSPHRASE)
    bridge = Bridge()
    found: list[str] = []
    strays = Strays(wear)
    try:
        desk.accounts.unlock(PIN if party(who).algorithm != "none" else PASSPHRASE)
        for dress in DRESS:
            put_on(wear, dress)
            window = Window(desk.now)
            qtbot.addWidget(window)
            window.resize(*dress[2][-1])
            workspace = open_workspace(desk.role, Context(desk, bridge))
            window.open_role(workspace.places, workspace.make_page, workspace.first)
            window.show()
            for name, route in routes(desk, workspace.first.place):
                window.go(route)
                settle(qtbot, desk)
                found += [f"{name} {name_of(dress)}: {one}" for one in wrong(window, dress[2])]
            window.close()
    finally:
        strays.stop()
        bridge.close()
        desk.close()
    assert [*found, *strays.found] == []


@pytest.mark.parametrize("dress", DRESS, ids=name_of)
def test_pages_of_everybody(profiles: Path, dress: Dress, wear: QApplication, qtbot: QtBot) -> None:
    """Sign-in, help, settings."""
    put_on(wear, dress)
    page = SignIn("晋采 0")
    page.show_choices([choice_of(one) for one in find_profiles(profiles)])
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(*dress[2][-1])
    window.show()
    for made in (page, Help(), Preferences(Settings(), lambda _settings: None, lambda: None)):
        window.show_alone(made)
        for _ in range(3):
            QApplication.processEvents()
        assert wrong(window, dress[2]) == [], type(made).__name__
