"""Columns without room become drawers: opened by name, kept for each page, and in the work's place where there is no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from procurement.basics.moment import SystemClock
from tests.ui.walker import clipped, sideways
from ui.kit.badge import done
from ui.kit.cards import Card
from ui.kit.columns import Columns, columns
from ui.kit.page import Page
from ui.kit.steps import Step
from ui.kit.tables import Cell, Column, Table
from ui.settings import Settings, keep_drawers, kept_drawers, load_settings, save_settings
from ui.shell.window import Window


def _card(title: str, field: str) -> Card:
    card = Card(title)
    line = QLineEdit()
    line.setAccessibleName(field)
    card.body.addWidget(line)
    card.body.addStretch(1)
    return card


class Desk(Page):
    """A page with a list, a work and advice."""

    def __init__(self) -> None:
        super().__init__(head=64)
        self.list: Table[str] = Table((Column("", lambda one: Cell(one), 0),), "目录", row_height=32)
        self.list.show_rows(("开标一览表", "报价明细表"))
        left = Card("目录", flush=True)
        left.body.addWidget(self.list)
        self.columns = columns(left, _card("内容", "内容"), _card("检查", "检查"))
        self.body.addWidget(self.columns, 1)

    def button(self, side: str) -> QPushButton:
        found = self.findChild(QPushButton, f"drawer-{side}")
        assert isinstance(found, QPushButton)
        return found


@pytest.fixture
def page(dressed: QApplication, qtbot: QtBot) -> Desk:
    keep_drawers({})
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    made = Desk()
    window.show_alone(made)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def _at(page: Desk, width: int) -> list[str]:
    """What is in view at a width of the window."""
    page.window().resize(width, 700)
    return _seen(page)


def _seen(page: Desk) -> list[str]:
    for _ in range(4):
        QApplication.processEvents()
    return [
        card.title.text() for held in page.columns.in_view() for card in held.findChildren(Card) if card.isVisible()
    ]


def _press(qtbot: QtBot, button: QPushButton) -> None:
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)


def test_sides_give_way_one_after_the_other(page: Desk) -> None:
    assert _at(page, 1300) == ["目录", "内容", "检查"] and not page.button("left").isVisible()
    assert _at(page, 900) == ["目录", "内容"] and page.button("right").text() == "打开“检查”"
    assert _at(page, 600) == ["内容"]
    assert _at(page, 1300) == ["目录", "内容", "检查"]


def test_a_drawer_that_was_opened_stays_so_for_this_page(page: Desk, qtbot: QtBot) -> None:
    _at(page, 860)
    _press(qtbot, page.button("right"))
    assert _seen(page) == ["内容", "检查"] and page.button("right").text() == "收起“检查”"
    assert page.button("left").accessibleName() == "打开“目录”"
    again = Desk()
    kept = kept_drawers()
    assert list(kept.values()) == ["right,left"]
    assert again.columns is not page.columns
    _press(qtbot, page.button("right"))
    assert _seen(page) == ["目录", "内容"]
    _press(qtbot, page.button("left"))
    assert _seen(page) == ["内容"], "closed by the person, though there is room"


def test_in_the_works_place_until_something_is_chosen(page: Desk, qtbot: QtBot) -> None:
    assert _at(page, 520) == ["内容"]
    _press(qtbot, page.button("left"))
    assert _seen(page) == ["目录"]
    assert page.list.hasFocus() and kept_drawers() == {}, "what covers the work is not kept"
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    assert _seen(page) == ["内容"]
    _press(qtbot, page.button("left"))
    page.list.activated.emit(page.list.model().index(1, 0))
    assert _seen(page) == ["内容"]
    focus = QApplication.focusWidget()
    assert focus is not None and focus.accessibleName() == "内容"


def test_f6_goes_from_column_to_column(page: Desk) -> None:
    _at(page, 1300)
    names = []
    parts = page.columns.in_view()
    assert len(parts) == 3
    for part in parts:
        names += [one.accessibleName() for one in (*part.findChildren(QLineEdit), *part.findChildren(Table))]
    assert names == ["目录", "内容", "检查"]


def test_a_side_one_begins_with_is_open_where_nothing_else_has_room(dressed: QApplication, qtbot: QtBot) -> None:
    keep_drawers({})
    around = QWidget()
    qtbot.addWidget(around)
    made = columns(_card("先选", "先选"), _card("内容", "内容"), left_width=620, first="left")
    made.setParent(around)
    around.resize(1200, 600)
    made.resize(500, 500)
    around.show()
    QApplication.processEvents()
    (held,) = made.in_view()
    assert [card.title.text() for card in held.findChildren(Card)] == ["先选"]
    made.resize(1000, 500)
    QApplication.processEvents()
    assert len(made.in_view()) == 2


def test_drawers_outlive_the_program(tmp_path: Path) -> None:
    file = tmp_path / "windows.json"
    save_settings(file, Settings(drawers={"TenderPage/PreparePane": "right,left"}))
    assert load_settings(file).drawers == {"TenderPage/PreparePane": "right,left"}
    file.write_text(json.dumps({"drawers": {"a": 1}}))
    assert load_settings(file).drawers == {}


def test_the_walker_sees_what_is_cut(page: Desk, qtbot: QtBot) -> None:
    _at(page, 1300)
    assert clipped(page.window()) == [] and sideways(page.window()) == []
    words = QLabel("一句写不下的话", page.canvas)
    words.setGeometry(0, 0, 40, 20)
    words.show()
    assert [one for one in clipped(page.window()) if "一句写不下的话" in one]
    words.hide()
    page.steps.set_steps([Step("one", "一个很长的步骤名称", done("完成"))], "one")
    QApplication.processEvents()
    assert clipped(page.window()) == []
    tab = page.steps.tab("one")
    assert tab is not None
    tab.setMaximumWidth(60)
    QApplication.processEvents()
    assert [one for one in clipped(page.window()) if "一个很长的步骤名称" in one]
    tab.setMaximumWidth(1000)
    page.list.show_rows(("很长的名称" * 12,))
    QApplication.processEvents()
    assert clipped(page.window()) == [], "rows grow with their words"
    page.list.verticalHeader().resizeSection(0, 20)
    assert [one for one in clipped(page.window()) if "很长的名称" in one]
    page.columns.setMinimumWidth(3000)
    _seen(page)
    assert sideways(page.window())


def test_columns_without_sides_have_no_bar(dressed: QApplication, qtbot: QtBot) -> None:
    made = columns(None, _card("内容", "内容"))
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show()
    assert isinstance(made, Columns) and made.drawers == ()
