"""The page of updates on a real installation: look, read, install, go back; and what stands there when it cannot."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.desk import Desk
from tests.client.updating import SIGNERS, installation, release, starts
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import LANGUAGES, use_language
from ui.shell.updates import UpdatesPage
from ui.theme.style import apply


@pytest.fixture
def desk(played: Played, tmp_path: Path) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-a", tmp_path) as found:
        yield found


def shown(desk: Desk, qtbot: QtBot) -> UpdatesPage:
    page = UpdatesPage(Context(desk, Bridge()))
    qtbot.addWidget(page)
    page.resize(1366, 700)
    page.show()
    return page


def text_of(page: UpdatesPage) -> str:
    from PySide6.QtWidgets import QLabel

    return " ".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def test_from_source_it_says_why_not(desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    page = shown(desk, qtbot)
    qtbot.waitUntil(lambda: "git" in text_of(page), timeout=20_000)
    for name in ("update-look", "update-folder"):
        assert not page.findChild(object, name).isEnabled()  # type: ignore[attr-defined]


def test_look_install_and_back(
    desk: Desk, tmp_path: Path, dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = installation(tmp_path)
    # as the packed program's own start sets them
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(installed.link / "jincai"))
    now = desk.now()
    out = release(tmp_path, 1, made=now, good_until=now.replace(year=now.year + 1))
    page = shown(desk, qtbot)
    qtbot.waitUntil(lambda: SIGNERS[0].key.name in text_of(page), timeout=20_000)
    page.look_in(tmp_path)
    qtbot.waitUntil(lambda: "没有找到新版本" in text_of(page), timeout=20_000)
    page.look_in(release(tmp_path, 9, signers=1, made=now, good_until=now.replace(year=now.year + 1)))
    qtbot.waitUntil(lambda: "签名不够" in text_of(page), timeout=20_000)
    page.look_in(out)
    qtbot.waitUntil(lambda: "更快" in text_of(page), timeout=20_000)
    assert "release-a、release-b" in text_of(page)
    page.install()
    qtbot.waitUntil(lambda: "下次启动就是它" in text_of(page), timeout=60_000)
    assert starts(installed) == "v1"
    monkeypatch.setattr(sys, "executable", str((installed.link / "jincai").resolve()))
    again = shown(desk, qtbot)
    qtbot.waitUntil(lambda: again.findChild(object, "update-back").isVisible(), timeout=20_000)  # type: ignore[attr-defined]
    again.findChild(object, "update-back").click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: starts(installed) == "v0", timeout=20_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_with_large_letters(language: str, desk: Desk, dressed: QApplication, qtbot: QtBot) -> None:
    use_language(dressed, language)
    apply(dressed, "dark", 1.5)
    page = shown(desk, qtbot)
    qtbot.waitUntil(lambda: "git" in text_of(page), timeout=20_000)
    assert nameless(page) + unreachable(page) == []
    # the layout follows in the next rounds of the loop
    qtbot.waitUntil(lambda: clipped(page) == [], timeout=10_000)
