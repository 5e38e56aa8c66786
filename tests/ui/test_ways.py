"""Ways through a bid by key: from section to section, to the contents, from item to item; what is half typed is kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from tests.client.journey import LOT, TENDER
from tests.ui.test_tab_order import window
from tests.ui.walker import settle
from ui.kit.tables import Table
from ui.kit.taborder import first_in, in_reading_order
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces.supplier.prepare.evidence import EvidenceRow
from ui.workspaces.supplier.prepare.items import AnswersEditor
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.ways import ON, key_words

__all__ = ["window"]
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def _press(key: Qt.Key, modifier: Qt.KeyboardModifier) -> QWidget:
    before = QApplication.focusWidget()
    assert before is not None
    QTest.keyClick(before, key, modifier)
    now = QApplication.focusWidget()
    assert now is not None
    return now


def _pane(window: Window) -> PreparePane:
    pane = window.findChild(PreparePane)
    assert isinstance(pane, PreparePane)
    return pane


def test_from_section_to_section_and_to_the_contents(window: Window, qtbot: QtBot, bidder: Desk) -> None:
    window.go(Route("projects", TENDER, LOT, "prepare", "opening"))
    settle(qtbot, bidder)
    pane = _pane(window)
    keys = pane.section_keys()
    validity = window.findChild(QLineEdit, "field-validity")
    assert validity is not None
    validity.setFocus()
    validity.selectAll()
    QTest.keyClicks(validity, "123")
    passed = []
    for key in keys[1:]:
        now = _press(Qt.Key.Key_PageDown, CTRL)
        passed.append(pane._key)
        editor = pane._editors[key]
        assert now is first_in(editor) or first_in(editor) is None, key
    assert passed == list(keys[1:])
    assert pane._sheet.forms.validity_days == 123, "what was half typed is in the bid"
    _press(Qt.Key.Key_PageDown, CTRL)
    assert pane._key == keys[-1], "after the last section there is none"
    _press(Qt.Key.Key_PageUp, CTRL)
    assert pane._key == keys[-2]
    contents = _press(Qt.Key.Key_0, ALT)
    assert isinstance(contents, Table) and contents.accessibleName() == "投标文件目录"
    _press(Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier)
    assert pane._key == keys[-3]
    following = window.findChild(QPushButton, "next")
    assert following is not None and following.toolTip() == key_words(ON)


def test_from_item_to_item_and_past_what_is_empty(window: Window, qtbot: QtBot, bidder: Desk) -> None:
    window.go(Route("projects", TENDER, LOT, "prepare", "answers"))
    settle(qtbot, bidder)
    editor = _pane(window)._editors["answers"]
    assert isinstance(editor, AnswersEditor)
    items = [one for one in editor._items if first_in(one) is not None]
    assert len(items) > 1
    list(in_reading_order(items[0]))[-1].setFocus()
    for item in items[1:]:
        assert _press(Qt.Key.Key_Down, CTRL) is first_in(item)
    assert _press(Qt.Key.Key_Down, CTRL) is first_in(items[-1])
    for item in items[-2::-1]:
        assert _press(Qt.Key.Key_Up, CTRL) is first_in(item)
    for row in editor.findChildren(EvidenceRow):
        document = row._document
        document.setCurrentIndex(0)
        assert list(in_reading_order(row)) == [document], "an empty row is passed with one Tab"
        document.setCurrentIndex(1)
        assert list(in_reading_order(row)) == [document, row._first, row._last]
