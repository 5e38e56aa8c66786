"""Tab goes as one reads, also past what was made later; a save that lands on the way moves nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QGridLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
    QWidgetItem,
)
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.roles import Role
from tests.client.journey import LOT, TENDER
from tests.ui.walker import settle
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.badge import done, needs, not_started
from ui.kit.steps import Step, StepRow
from ui.kit.taborder import in_reading_order
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace

_ROUND = 200


@pytest.fixture
def window(bidder: Desk, dressed: QApplication, qtbot: QtBot) -> Iterator[Window]:
    """A bid in the making, at its declarations."""
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(bidder, bridge))
    made = Window(bidder.now)
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.open_role(workspace.places, workspace.make_page, Route("projects"))
    made.show()
    made.activateWindow()
    made.go(Route("projects", TENDER, LOT, "prepare", ""))
    settle(qtbot, bidder)
    notice = made.findChild(QPushButton, "take-notice")
    assert notice is not None
    notice.click()
    settle(qtbot, bidder)
    made.go(Route("projects", TENDER, LOT, "prepare", "policy"))
    settle(qtbot, bidder)
    yield made
    made.close()
    bridge.close()


def _way(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> list[QWidget]:
    """What has the focus, key after key, until it is where it began."""
    start = QApplication.focusWidget()
    assert start is not None
    way = [start]
    for _ in range(_ROUND):
        QTest.keyClick(way[-1], key, modifier)
        now = QApplication.focusWidget()
        assert now is not None
        if now is start:
            return way
        way.append(now)
    raise AssertionError(f"{key} never comes back to {start.objectName()}")


def test_the_way_through_a_page_is_the_way_one_reads(window: Window) -> None:
    first = next(in_reading_order(window))
    first.setFocus()
    way = _way(window, Qt.Key.Key_Tab)
    names = [one.objectName() or one.accessibleName() for one in way]
    parts = ["place-settings", "step-docs", "step-deliver", "undo", "投标文件目录", "field-size", "field-share", "next"]
    places = [names.index(part) for part in parts if part in names]
    assert len(places) >= len(parts) - 1, names  # nothing was done yet that could be undone
    assert places == sorted(places), names
    assert way == list(in_reading_order(window))
    back = _way(window, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert back == [way[0], *reversed(way[1:])]


def test_what_is_made_later_is_passed_where_it_stands(window: Window, qtbot: QtBot, bidder: Desk) -> None:
    window.go(Route("projects", TENDER, LOT, "prepare", "opening"))
    settle(qtbot, bidder)
    field = window.findChild(QLineEdit, "field-validity")
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1")
    qtbot.waitUntil(lambda: bool(_links(window)), timeout=10_000)
    way = _way(window, Qt.Key.Key_Tab)
    links = [way.index(one) for one in _links(window)]
    foot = next(place for place, one in enumerate(way) if one.objectName() == "next")
    assert way[0] is field and 0 < min(links) <= max(links) < foot


def _links(window: Window) -> list[QPushButton]:
    return [
        one for one in window.findChildren(QPushButton) if one.accessibleName().startswith("位置") and one.isVisible()
    ]


def test_steps_that_say_something_new_keep_the_focus(dressed: QApplication, qtbot: QtBot) -> None:
    row = StepRow()
    qtbot.addWidget(row)
    row.set_steps([Step("a", "甲", not_started("未开始")), Step("b", "乙", not_started("未开始"))], "a")
    row.activateWindow()
    tab = row.tab("b")
    assert tab is not None
    tab.setFocus()
    row.set_steps([Step("a", "甲", done("完成"), "3/3"), Step("b", "乙", needs("进行中"), "1/9")], "b")
    assert row.tab("b") is tab and row.focusWidget() is tab
    assert tab.accessibleName() == "2 乙 进行中 1/9"


def test_a_grid_filled_out_of_order_is_read_by_rows(dressed: QApplication, qtbot: QtBot) -> None:
    root, inner = QWidget(), QWidget()
    qtbot.addWidget(root)
    grid, box = QGridLayout(inner), QVBoxLayout(root)
    made = {name: QPushButton(name) for name in "abcde"}
    for name, place in (("d", (1, 1)), ("b", (0, 1)), ("c", (1, 0)), ("a", (0, 0))):
        grid.addWidget(made[name], *place)
    last = QFormLayout()
    last.addRow("e", made["e"])
    box.addWidget(inner)
    box.addLayout(last)
    made["b"].setEnabled(False)
    root.show()
    assert [one.text() for one in in_reading_order(root) if isinstance(one, QPushButton)] == ["a", "c", "d", "e"]


def test_to_ask_for_the_order_keeps_nothing_that_qt_deletes(dressed: QApplication, qtbot: QtBot) -> None:
    """PySide keeps the item of a layout that Python has seen; Qt deletes it with its widget, and the next thing that is made there
    takes the program down (seen with 6.11.3)."""
    root = QWidget()
    qtbot.addWidget(root)
    box, grid = QVBoxLayout(root), QGridLayout()
    box.addWidget(QPushButton("a"))
    box.addLayout(grid)
    grid.addWidget(QPushButton("b"), 0, 0)
    root.show()
    before = _items()
    assert [one.text() for one in in_reading_order(root) if isinstance(one, QPushButton)] == ["a", "b"]
    assert _items() <= before


def _items() -> set[int]:
    return {id(one) for one in shiboken6.getAllValidWrappers() if isinstance(one, QWidgetItem)}
