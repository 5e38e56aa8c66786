"""Editors of a bid on real tenders: what the tender asks for can be given."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from client.demo.tender_data import load_tender
from procurement.bidding.draft import BidForms, Enterprise
from procurement.tendering.lot import Lot
from ui.kit.badge import Badge
from ui.kit.cards import scrolled
from ui.kit.choice import Choice
from ui.kit.findings import PLACES, Finding, FindingList
from ui.kit.taborder import in_reading_order
from ui.workspaces.supplier.prepare.papers import FormEditor
from ui.workspaces.supplier.prepare.sheet import Sheet


def _empty(lot: Lot) -> BidForms:
    return BidForms(
        tender="0" * 64,
        lot=lot.code,
        supplier="91140100SUP000000A",
        name="甲公司",
        quote=(),
        validity_days=lot.validity_days,
        enterprise=Enterprise(size="small"),
    )


@pytest.mark.parametrize("name", ["tanghe", "baoji-books"])
def test_a_form_without_fields_can_be_given_and_taken_back(name: str, dressed: QApplication, qtbot: QtBot) -> None:
    tender = load_tender(name)
    lot = next(one for one in tender.lots if any(not form.fields for form in one.forms))
    form = next(form for form in lot.forms if not form.fields)
    sheet = Sheet(tender, lot, _empty(lot))
    editor = FormEditor(sheet, form)
    qtbot.addWidget(editor)
    editor.show()
    place = f"forms.{form.code}"
    tick = editor.findChild(QCheckBox)
    assert tick is not None and tick.isVisible() and tick.accessibleName()
    assert place in {one.where for one in sheet.findings()} or not form.required
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(10, tick.height() // 2))
    assert place not in {one.where for one in sheet.findings()}
    assert [one.form for one in sheet.forms.forms] == [form.code]
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(10, tick.height() // 2))
    assert sheet.forms.forms == ()


def test_the_wheel_over_a_list_of_choices_changes_no_answer(dressed: QApplication, qtbot: QtBot) -> None:
    inner = QWidget()
    box = QVBoxLayout(inner)
    for _ in range(40):
        choice = Choice()
        choice.addItems(["one", "two", "three"])
        box.addWidget(choice)
    area = scrolled(inner)
    qtbot.addWidget(area)
    area.resize(300, 200)
    area.show()
    qtbot.waitExposed(area)
    QTest.wheelEvent(area.windowHandle(), QPointF(100, 60), QPoint(0, -360))
    assert {one.currentIndex() for one in inner.findChildren(Choice)} == {0}
    assert area.verticalScrollBar().value() > 0


def test_findings_that_stay_are_not_made_again(dressed: QApplication, qtbot: QtBot) -> None:
    found = [Finding("must", f"少了 {place}", "一处", "a/b", "第 5 页", "补上") for place in range(4)]
    board = FindingList()
    qtbot.addWidget(board)
    board.resize(300, 900)
    board.show()
    board.show_findings(found)
    before = _titles(board, qtbot, 4)
    fresh = Finding("must", "少了 9", "一处", "a/b", "第 5 页", "补上")
    board.show_findings([found[0], found[2], fresh, found[3]])
    after = _titles(board, qtbot, 4)
    assert [one.text() for one in after] == ["少了 0", "少了 2", "少了 9", "少了 3"]
    assert after[0] is before[0] and after[1] is before[2] and after[3] is before[3]
    board.show_findings([])
    assert _titles(board, qtbot, 0) == []


def test_what_is_said_of_many_places_is_said_once(dressed: QApplication, qtbot: QtBot) -> None:
    places = [
        Finding("must", "少了证明", f"资格 › 第 {place} 项", f"a#{place}", "第 5 页", "补上") for place in range(7)
    ]
    other = Finding("must", "少了报价", "报价", "b", "第 5 页", "补上")
    board, asked = FindingList(), list[str]()
    board.asked.connect(asked.append)
    qtbot.addWidget(board)
    board.resize(300, 900)
    board.show()
    board.show_findings([*places[:3], other, *places[3:]])
    assert [one.text() for one in _titles(board, qtbot, 2)] == ["少了证明", "少了报价"]
    assert any(one.isVisible() and one.accessibleName() == "必须处理 8" for one in board.findChildren(Badge))
    said = [one.text() for one in board.findChildren(QLabel) if one.isVisible()]
    assert "共 7 处" in said and "资格" in said, "what all of them lie in is said once"
    assert list(_links(board)) == [f"第 {place} 项" for place in range(PLACES)] + ["还有 3 处", "报价"]
    _links(board)["还有 3 处"].click()
    before = _links(board)
    assert list(before) == [f"第 {place} 项" for place in range(7)] + ["报价"]
    board.show_findings([places[1], places[6], other])
    after = _links(board)
    assert list(after) == ["第 1 项", "第 6 项", "报价"]
    assert all(after[name] is before[name] for name in after), "links that stay are not made again"
    after["第 6 项"].click()
    assert asked == ["a#6"]


def _links(board: FindingList) -> dict[str, QPushButton]:
    """The links in view, as one reads."""
    found = [one for one in in_reading_order(board) if isinstance(one, QPushButton)]
    return {one.text(): one for one in found}


def _titles(board: FindingList, qtbot: QtBot, count: int) -> list[QLabel]:
    """Titles in view, from above."""

    def shown() -> list[QLabel]:
        return [one for one in board.findChildren(QLabel) if one.isVisible() and one.text().startswith("少了")]

    qtbot.waitUntil(lambda: len(shown()) == count)
    QApplication.processEvents()
    return sorted(shown(), key=lambda one: one.mapTo(board, QPoint(0, 0)).y())
