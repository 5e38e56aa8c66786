"""Amounts that are none, typed into the price table: the cell keeps what was typed, and says what is wrong, on what ground, and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from client.gateway.answers import document_of
from procurement.bidding.draft import BidForms
from procurement.tendering.quote import Column, GroupCeiling, PriceTable, Row
from tests.journeys.bad_input import told
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from ui.citations import cited
from ui.i18n import use_language
from ui.kit.text import Line
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
    usual = {one.text() for one in editor.findChildren(Line)}
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
        assert words.title in tip and cited(document.citation) in tip and words.remedy.rstrip("。") in tip
    use_language(dressed, "zh")
    (line,) = {one.text() for one in editor.findChildren(Line)} - usual
    assert title in line and document.citation in line and "第 1 行" in line
    assert not sheet.forms.figure("total"), "what is no amount does not enter the bid"
    _type(qtbot, editor, "12.30")
    assert not model.wrong and not any(title in one.text() for one in editor.findChildren(Line))
    model.setData(model.index(0, _at(editor, "quantity")), "2")
    assert {one.text() for one in editor.findChildren(Line)} == usual


def _at(editor: TableEditor, role: str) -> int:
    """Place of the column of this role."""
    return next(place for place, one in enumerate(editor.table.columns) if one.role == role)


def test_a_cell_shows_what_the_law_finds_in_its_row(dressed: QApplication, qtbot: QtBot) -> None:
    """Over a ceiling and without a quantity: a word, a shape and a sentence in the cell, as typed; the same in the check."""
    made = lot()
    table = made.quote.tables[0]
    fixed = tuple(Row(code=code, cells=(), unit_ceiling=Decimal(100)) for code in ("r1", "r2"))
    shared = GroupCeiling(title="两项合计", rows=("r1", "r2"), amount=Decimal(300))
    table = table.model_copy(update={"rows": fixed, "ceilings": (shared,)})
    made = made.model_copy(update={"quote": made.quote.model_copy(update={"tables": (table,)})})
    sheet = Sheet(tender(made), made, bid(1, "0").model_copy(update={"quote": ()}))
    editor = TableEditor(sheet, table)
    qtbot.addWidget(editor)
    model = editor.grid.price_model
    price, quantity, amount = (model.columns[_at(editor, role)] for role in ("unit-price", "quantity", "amount"))
    model.setData(model.index(0, _at(editor, "unit-price")), "101")
    over, without = model.trouble(0, price), model.trouble(0, quantity)
    assert over is not None and over.word == "超限价" and over.must and "100" in over.sentence
    assert without is not None and without.word == "缺数量" and not without.must
    tip = model.data(model.index(0, _at(editor, "unit-price")), Qt.ItemDataRole.AccessibleDescriptionRole)
    assert tip == over.sentence
    model.setData(model.index(0, _at(editor, "quantity")), "3")
    assert model.trouble(0, quantity) is None
    together = model.trouble(0, amount)
    assert together is not None and together.word == "合计超限价"
    assert {"row-over-ceiling", "rows-over-ceiling"} <= {one.code for one in sheet.findings() if one.blocking}
    model.setData(model.index(0, _at(editor, "unit-price")), "100")
    assert model.trouble(0, price) is None and model.trouble(0, amount) is None
    assert sheet.forms.tables[0].total == Decimal(300) and sheet.forms.quote[0].amount == Decimal(300)


def test_a_list_that_is_no_price_table_shows_no_total_and_years_without_commas(
    dressed: QApplication, qtbot: QtBot
) -> None:
    made = lot()
    table = PriceTable(
        code="cases",
        title="近三年类似项目业绩一览表",
        kind="reference",
        columns=(
            Column(code="year", label="年份", type="integer"),
            Column(code="sum", label="合同金额", type="money"),
            Column(code="count", label="数量", type="integer", role="quantity"),
        ),
    )
    made = made.model_copy(update={"quote": made.quote.model_copy(update={"tables": (table,)})})
    editor = TableEditor(Sheet(tender(made), made, bid(1, "0").model_copy(update={"quote": ()})), table)
    qtbot.addWidget(editor)
    editor.show()
    model = editor.grid.price_model
    for at, text in enumerate(("2024", "1350000", "1200")):
        assert model.setData(model.index(0, at), text)
    shown = [model.text(0, column) for column in model.columns]
    assert shown == ["2024", "1,350,000.00", "1,200"]
    words = {one.text() for one in editor.findChildren(QLabel) if one.isVisible()}
    assert "合计" not in words and not any("单价" in text or text == "—" for text in words)
