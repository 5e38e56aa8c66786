"""Every window on a world that has been played to its end: controls have names, words are whole, at 100 % and at 150 %."""

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
from tests.ui.walker import clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.profiles import choice_of, find_profiles
from ui.screens import routes
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace

WHO = ("supplier-a", "agency", "expert-1", "purchaser", "finance", "supervisor")
DRESS = (("zh", 100), ("en", 100), ("zh", 150), ("en", 150))
SIZE = (1366, 768)
"""The smallest screen that is common where the windows are used"""
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def profiles(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody's folders at the end of the demo, without a server."""
    folder = tmp_path_factory.mktemp("walk") / "profiles"
    shutil.copytree(played.world / "profiles", folder)
    return folder


@pytest.fixture
def plain_again(dressed: QApplication) -> Iterator[QApplication]:
    """Whatever a test dresses the application in, the next finds it plain."""
    yield dressed
    apply(dressed, "light")


def _wear(qapp: QApplication, language: str, scale: int) -> None:
    use_language(qapp, language)
    apply(qapp, "light", scale / 100)


def _settle(qtbot: QtBot, window: Window, desk: Desk) -> None:
    """Until the lanes have brought home what the page asked for."""
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    QApplication.processEvents()


@pytest.mark.parametrize("who", WHO)
def test_names_and_words(profiles: Path, who: str, plain_again: QApplication, qtbot: QtBot) -> None:
    desk = open_desk(profiles / who, lambda _new: PASSPHRASE)
    bridge = Bridge()
    found: list[str] = []
    try:
        desk.accounts.unlock(PIN if party(who).algorithm != "none" else PASSPHRASE)
        for language, scale in DRESS:
            _wear(plain_again, language, scale)
            window = Window(desk.now)
            qtbot.addWidget(window)
            window.resize(*SIZE)
            workspace = open_workspace(desk.role, Context(desk, bridge))
            window.open_role(workspace.places, workspace.make_page, workspace.first)
            window.show()
            for name, route in routes(desk, workspace.first.place):
                window.go(route)
                _settle(qtbot, window, desk)
                wrong = [*nameless(window), *unreachable(window), *clipped(window)]
                found += [f"{name} {language} {scale}: {one}" for one in wrong]
            window.close()
    finally:
        bridge.close()
        desk.close()
    assert found == []


@pytest.mark.parametrize(("language", "scale"), DRESS)
def test_sign_in(profiles: Path, language: str, scale: int, plain_again: QApplication, qtbot: QtBot) -> None:
    _wear(plain_again, language, scale)
    page = SignIn("晋采 0")
    page.show_choices([choice_of(one) for one in find_profiles(profiles)])
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(*SIZE)
    window.show_alone(page)
    window.show()
    QApplication.processEvents()
    assert [*nameless(window), *clipped(window)] == []
