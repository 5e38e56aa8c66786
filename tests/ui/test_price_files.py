"""A price table to Excel and back in the window: shown before it is applied, taken back by one key, blocks copied and pasted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.price_sheets import read_prices, write_prices
from procurement.basics.problems import Problem
from procurement.bidding.price_import import GridRow, Proposal, propose
from procurement.tendering.quote import PriceTable
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from tests.ui.walker import clipped, nameless
from ui.i18n import use_language
from ui.kit.blocks import cells_of, text_of
from ui.workspaces.supplier.prepare.price_files import ImportPreview, PriceFiles
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.tables import TableEditor


def _write(path: Path, table: PriceTable, rows: Sequence[GridRow], then: Callable[[Path], object]) -> None:
    write_prices(path, table, rows)
    then(path)


def _read(path: Path, table: PriceTable, rows: Sequence[GridRow], then: Callable[[Proposal], object]) -> None:
    then(propose(table, rows, read_prices(path, table)))


@pytest.fixture
def editor(dressed: QApplication, qtbot: QtBot) -> TableEditor:
    made = lot()
    sheet = Sheet(tender(made), made, bid(1, "0").model_copy(update={"quote": ()}))
    editor = TableEditor(sheet, made.quote.tables[0], PriceFiles(_write, _read))
    qtbot.addWidget(editor)
    editor.resize(900, 500)
    editor.show()
    return editor


def _typed(editor: TableEditor, *rows: tuple[str, str, str]) -> None:
    model = editor.grid.price_model
    names = ("name", "quantity", "price")
    model.replace_rows([{"row-code": f"row-{n}"} | dict(zip(names, row, strict=True)) for n, row in enumerate(rows, 1)])


def _total(editor: TableEditor) -> str:
    figure = editor._sheet.forms.figure("total")
    return "" if figure is None else f"{figure.amount:.2f}"


def _preview(editor: TableEditor) -> ImportPreview:
    return next(one for one in editor.window().findChildren(ImportPreview) if one.isVisible())


def test_what_an_import_changes_is_shown_first_and_can_be_undone(
    editor: TableEditor, qtbot: QtBot, tmp_path: Path
) -> None:
    _typed(editor, ("服务器", "2", "100.10"), ("交换机", "1", "5"))
    path = tmp_path / "prices.xlsx"
    editor.export_to(path)
    book = load_workbook(path)
    book.active["D2"], book.active["D3"], book.active["E3"] = 99.5, "五元", 12345
    book.save(path)
    editor.import_from(path)
    preview = _preview(editor)
    assert nameless(preview) == []
    assert _total(editor) == "205.20", "nothing is changed yet"
    act = preview.findChild(QPushButton, "act")
    assert isinstance(act, QPushButton) and act.isEnabled()
    QTest.mouseClick(act, Qt.MouseButton.LeftButton)
    model = editor.grid.price_model
    qtbot.waitUntil(lambda: model.rows[0]["price"] == "99.5")
    assert model.rows[1]["price"] == "5", "a wrong line is left out"
    assert _total(editor) == "204.00"
    editor.grid.setFocus()
    QTest.keyClick(editor.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert model.rows[0]["price"] == "100.10"
    assert _total(editor) == "205.20"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_preview_names_wrong_lines(
    editor: TableEditor, dressed: QApplication, tmp_path: Path, language: str
) -> None:
    use_language(dressed, language)
    _typed(editor, ("服务器", "2", "100.10"))
    path = tmp_path / "prices.xlsx"
    editor.export_to(path)
    book = load_workbook(path)
    book.active["D2"] = "-5"
    book.save(path)
    editor.import_from(path)
    preview = _preview(editor)
    shown = [preview.table.model().index(0, column).data() for column in range(4)]
    place, reason = ("第 2 行", "金额不能小于零") if language == "zh" else ("Row 2", "An amount cannot be below zero")
    assert str(shown[0]).lower() == place.lower() and shown[1] == "单价" and reason in str(shown[3])
    act = preview.findChild(QPushButton, "act")
    assert isinstance(act, QPushButton) and not act.isEnabled(), "there is nothing to take over"
    QApplication.processEvents()
    assert clipped(preview) == []
    preview.reject()


def test_a_block_goes_out_and_comes_back_as_excel_has_it(editor: TableEditor) -> None:
    _typed(editor, ("服务器", "2", "1234.5"), ("交换机", "1", "5"))
    grid, model = editor.grid, editor.grid.price_model
    grid.setFocus()
    grid.setCurrentIndex(model.index(0, 1))
    flag = QItemSelectionModel.SelectionFlag.Select
    for row in (0, 1):
        for column in (1, 2, 3):
            grid.selectionModel().select(model.index(row, column), flag)
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "2\t1234.5\t2469.00\n1\t5\t5.00"
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert model.rows[0]["price"] == model.rows[1]["quantity"] == ""
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert model.rows[0]["price"] == "1234.5" and model.rows[1]["quantity"] == "1"
    for _ in range(2):
        QTest.keyClick(grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert model.rows[0]["price"] == "1234.5", "emptying and pasting are one step each"


def test_a_wrong_cell_stays_wrong_when_rows_are_added_or_taken_back(editor: TableEditor) -> None:
    _typed(editor, ("服务器", "2", "-5"))
    model = editor.grid.price_model
    assert (0, "price") in model.wrong
    editor._add_row()
    assert (0, "price") in model.wrong and _total(editor) in ("", "0.00")
    model.undo()
    assert (0, "price") in model.wrong
    problem: Problem = model.wrong[0, "price"]
    assert problem.code == "amount-negative"


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("1\t2\r\n3\t4\r\n", [["1", "2"], ["3", "4"]]),
        ('"两行\n字"\t2\n3', [["两行 字", "2"], ["3"]]),
        ('5" 管\t2\n"x', [['5" 管', "2"], ['"x']]),
        ('17" 屏\t2', [['17" 屏', "2"]]),
        ("1\n\n3\n", [["1"], [""], ["3"]]),
    ],
)
def test_clipboard_cells(text: str, cells: list[list[str]]) -> None:
    assert cells_of(text) == cells


def test_cells_with_breaks_survive_the_clipboard() -> None:
    cells = [['a"b', "c\td"], ["1", ""]]
    assert cells_of(text_of(cells)) == cells
