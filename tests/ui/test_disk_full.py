"""A disk that is full while one types: it is said once and in the footer, and what was typed is kept as soon as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.pulse import Pulse
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Notice
from ui.workspaces.supplier.prepare import keeping
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet

SOON_MS = 60


@pytest.fixture
def desk(played: Played, tmp_path: Path) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-a", tmp_path) as found:
        yield found


def _room(desk: Desk, pages: int) -> None:
    """How large the store may grow, in its own lane: SQLite says “full” beyond it, as on a full disk."""

    def limit(_pulse: Pulse) -> None:
        handle = desk.place.connection.handle()
        now = handle.execute("PRAGMA page_count").fetchone()[0]
        handle.execute(f"PRAGMA max_page_count = {now + pages}")

    desk.place.lanes.run("store", "limit", limit).result(10)


def test_what_is_typed_is_kept_when_there_is_room_again(
    desk: Desk, dressed: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SAVE_AFTER_MS", "SAVE_AT_LATEST_MS", "AGAIN_AFTER_MS"):
        monkeypatch.setattr(keeping, name, SOON_MS)
    key, lot = desk.bidding.drafts.all()[0]
    tender = desk.published.current(key).tender
    sheet = Sheet(tender, tender.lot(lot), desk.bidding.drafts.begin(key, lot).forms)
    window, bridge, said = QWidget(), Bridge(), list[str]()
    qtbot.addWidget(window)
    pane = PreparePane(Context(desk, bridge), sheet)
    pane.setParent(window)
    pane.show_section("opening")
    pane.unsaved.connect(said.append)
    window.show()
    _room(desk, 0)
    field = pane.findChild(QLineEdit, "field-validity")
    assert field is not None
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "365")
    qtbot.waitUntil(lambda: len(said) >= 3, timeout=20_000)
    assert all("还没有保存" in words and "磁盘空间不够" in words for words in said)
    (notice,) = window.findChildren(Notice)
    assert any("磁盘空间不够" in one.text() for one in notice.findChildren(QLabel)), (
        "told once, however often it is tried"
    )
    _room(desk, 100_000)
    with qtbot.waitSignal(pane.saved, timeout=20_000):
        pass
    assert desk.bidding.drafts.open(key, lot).forms.validity_days == 365
    notice.accept()
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=20_000)
    bridge.close()
