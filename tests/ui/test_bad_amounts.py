"""Amounts that are none, typed into the price table: the cell keeps what was typed, and says what is wrong, on what ground, and what to do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from client.gateway.answers import document_of
from procurement.bidding.draft import BidForms
from tests.journeys.bad_input import told
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from ui.i18n import use_language
from ui.kit.text import Elided
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.tables import TableEditor

PRICE = "price"


def _editor(qtbot: QtBot) -> tuple[TableEditor, Sheet]:
    made = lot()
    blank: BidForms = bid(1, "0").model_copy(update={"quote": ()})
    sheet = Sheet(tender(made), made, blank)
    editor = TableEditor(sheet, made.quote.tables[0])
    qtbot.addWidget(editor)
    editor.show()
    return editor, sheet


def _type(qtbot: QtBot, editor: TableEditor, text: str) -> None:
    """As a person does: into the unit price of the first row, then Enter."""
    grid, model = editor.grid, editor.grid.price_model
    at = next(place for place, one in enumerate(model.columns) if one.name == PRICE)
    grid.setCurrentIndex(model.index(0, at))
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: grid.viewport().findChild(QLineEdit) is None)
    QTest.keyClicks(grid, text[0])
    line = grid.viewport().findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, text[1:])
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: model.rows[0].get(PRICE) == text)


@pytest.mark.parametrize(
    ("typed", "code", "rule", "title", "english"),
    [
        ("9o000", "amount-not-a-number", "L-254", "填的不是金额", "This is not an amount"),
        ("12.3.4", "amount-not-a-number", "L-254", "填的不是金额", "This is not an amount"),
        ("-5", "amount-negative", "L-254", "金额不能小于零", "An amount cannot be below zero"),
        ("12.345", "amount-too-precise", "L-208", "金额小数位过多", "The amount has too many decimals"),
    ],
)
def test_a_cell_says_what_is_wrong(
    dressed: QApplication, qtbot: QtBot, typed: str, code: str, rule: str, title: str, english: str
) -> None:
    editor, sheet = _editor(qtbot)
    usual = {one.text() for one in editor.findChildren(Elided)}
    _type(qtbot, editor, typed)
    model = editor.grid.price_model
    problem = model.wrong[0, PRICE]
    document = document_of(problem)
    assert (document.code, document.rule) == (code, rule) and document.citation and document.remedy
    chinese, other = told(document)
    assert (chinese.title, other.title) == (title, english)
    for language, words in (("zh", chinese), ("en", other)):
        use_language(dressed, language)
        tip = str(model.data(model.index(0, 2), Qt.ItemDataRole.ToolTipRole))
        assert words.title in tip and document.citation in tip and words.remedy.rstrip("。") in tip
    use_language(dressed, "zh")
    (line,) = {one.text() for one in editor.findChildren(Elided)} - usual
    assert title in line and document.citation in line and "第 1 行" in line
    assert not sheet.forms.figure("total"), "what is no amount does not enter the bid"
    _type(qtbot, editor, "12.30")
    assert not model.wrong and {one.text() for one in editor.findChildren(Elided)} == usual
