"""核验 at the window: a receipt, a paper and a whole archive hold without a network; one changed byte is named in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.problems import Problem
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import DRESS, nameless, put_on, settle, wrong
from ui.boards.evidence import EvidencePage
from ui.bridge import Bridge
from ui.context import Context
from ui.messages import words_of
from ui.shell.window import Window
from ui.theme.style import apply


@pytest.fixture
def desk(played: Played, tmp_path: Path) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-a", tmp_path) as found:
        yield found


def shown(page: EvidencePage) -> str:
    """All words on the page."""
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def checked(qtbot: QtBot, page: EvidencePage, path: Path) -> str:
    page.check(path)
    heads = ("核对了什么", "What was checked")
    qtbot.waitUntil(lambda: not page.busy and any(head in shown(page) for head in heads), timeout=120_000)
    return shown(page)


def test_what_holds_and_what_does_not(
    desk: Desk, bridge: Bridge, dressed: QApplication, qtbot: QtBot, played: Played, tmp_path: Path
) -> None:
    page = EvidencePage(Context(desk, bridge))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    receipt = sorted((played.output / "receipts").glob("*.json"))[0]
    words = checked(qtbot, page, receipt)
    assert "核验通过" in words and "平台收到" in words
    assert nameless(page) == []
    forged = tmp_path / "forged.json"
    forged.write_bytes(receipt.read_bytes().replace(b'"leaf_index":', b'"leaf_index":1', 1))
    words = checked(qtbot, page, forged)
    assert "核验不通过" in words and "不成立的" in words
    assert "核验通过" in checked(qtbot, page, played.output / "award-notice.pdf")
    words = checked(qtbot, page, played.archive)
    assert "核验通过" in words and "证据强度" in words and "无法证明从未有人提前开标" in words


@pytest.mark.parametrize("name", ["other.json", "other.pdf", "other.zip", "letter.docx", "gone.json"])
def test_a_file_that_is_none_of_them_is_said_to_be_none(desk: Desk, tmp_path: Path, name: str) -> None:
    if name != "gone.json":
        (tmp_path / name).write_bytes(b'{"a":1}')
    try:
        found = desk.verifying.check(tmp_path / name).report.faults[0].problem
    except Problem as problem:
        found = problem
    words = words_of(found)
    assert found.code in ("evidence-unreadable", "pdf-unreadable") and "RFC" not in words.text
    assert words.title != found.code


def test_the_page_in_every_dress(
    desk: Desk, bridge: Bridge, dressed: QApplication, qtbot: QtBot, played: Played
) -> None:
    receipt = sorted((played.output / "receipts").glob("*.json"))[0]
    found = []
    for dress in DRESS:
        put_on(dressed, dress)
        window = Window(desk.now)
        qtbot.addWidget(window)
        window.resize(*dress[2][-1])
        page = EvidencePage(Context(desk, bridge))
        window.show_alone(page)
        window.show()
        found += wrong(window, dress[2])
        checked(qtbot, page, receipt)
        settle(qtbot, desk)
        found += wrong(window, dress[2])
        window.close()
    apply(dressed, "light")
    assert found == []
