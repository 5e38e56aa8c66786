"""Whatever is typed or pasted into a bid, the draft that is kept can be read again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from client.workflows.drafting import content_mark
from procurement.bidding.draft import BidDocument, BidForms, FilledCell, FilledRow, FilledTable
from procurement.bidding.price import RowSums
from procurement.bidding.rows import table_findings
from procurement.tendering.conditions import EvidenceSlot
from procurement.tendering.quote import Row
from procurement.tendering.tender import Tender
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from ui.kit.money import MoneyEdit
from ui.workspaces.supplier.prepare.deposit import deposit_errors, deposit_of
from ui.workspaces.supplier.prepare.evidence import EvidenceRow
from ui.workspaces.supplier.prepare.items import ResponsesEditor
from ui.workspaces.supplier.prepare.opening import OpeningEditor
from ui.workspaces.supplier.prepare.papers import OthersEditor, PolicyEditor
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.tables import TableEditor

ODD = (
    "9" * 40, "0." + "3" * 30, "1e99999999", "-5", "１２，３００．５０", "￥1,200.00", "≤4\u2126", "e\u0301", "\u202e12\u202c",
    "a\x00b", "99999999999999999.99", "字" * 5000, "0226-04-29", "NaN",
)  # fmt: skip


def _blank(made: Tender) -> BidForms:
    forms: BidForms = bid(1, "0").model_copy(update={"quote": ()})
    return forms


@pytest.fixture
def sheet() -> Iterator[Sheet]:
    made = lot()
    whole = tender(made)
    one = Sheet(whole, made, _blank(whole))
    yield one


def _reads_back(sheet: Sheet) -> None:
    assert BidForms.from_bytes(sheet.forms.to_bytes(), 16 * 2**20) == sheet.forms
    content_mark(sheet.forms)
    sheet.findings()


def _type_everywhere(editor: QWidget, text: str) -> None:
    for line in editor.findChildren(QLineEdit):
        if line.isEnabled() and not line.isReadOnly():
            line.setText(text)
            line.editingFinished.emit()


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_in_every_editor(text: str, dressed: QApplication, qtbot: QtBot, sheet: Sheet) -> None:
    sheet.add_document(BidDocument(code="d", title="d", path="documents/d.pdf", size=1, sha256="0" * 64, pages=3))
    editors: list[QWidget] = [OpeningEditor(sheet), PolicyEditor(sheet), OthersEditor(sheet), ResponsesEditor(sheet)]
    for editor in editors:
        qtbot.addWidget(editor)
        for box in editor.findChildren(QComboBox):
            box.setCurrentIndex(box.count() - 1)
        _type_everywhere(editor, text)
        _reads_back(sheet)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_in_a_price_table(text: str, dressed: QApplication, qtbot: QtBot, sheet: Sheet) -> None:
    editor = TableEditor(sheet, sheet.lot.quote.tables[0])
    qtbot.addWidget(editor)
    width = len(editor.grid.price_model.columns)
    editor.grid.price_model.paste(0, 0, "\t".join([text] * width))
    _reads_back(sheet)
    for across in range(width):
        editor.grid.price_model.setData(editor.grid.price_model.index(0, across), text)
        _reads_back(sheet)


def test_a_product_too_large_for_any_amount_is_said_at_the_cell(
    dressed: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    editor = TableEditor(sheet, sheet.lot.quote.tables[0])
    qtbot.addWidget(editor)
    model = editor.grid.price_model
    model.paste(0, 0, "服务器\t999999999999999999\t99999999999999")
    _reads_back(sheet)
    column = next(one for one in model.columns if one.name == "amount")
    trouble = model.trouble(0, column)
    assert trouble is not None and trouble.must and trouble.word == "过大"
    assert "row-beyond-measure" in {one.code for one in sheet.findings()}


def test_amounts_as_a_spreadsheet_shows_them_are_taken(dressed: QApplication, qtbot: QtBot, sheet: Sheet) -> None:
    editor = TableEditor(sheet, sheet.lot.quote.tables[0])
    qtbot.addWidget(editor)
    did = editor.grid.price_model.paste(0, 0, "服务器\t２\t￥1,200.50 ")
    assert did.refused == ()
    figure = sheet.forms.figure("total")
    assert figure is not None and figure.amount == Decimal("2401.00")


def test_forty_digits_of_money_are_told_and_do_no_harm(dressed: QApplication, qtbot: QtBot) -> None:
    edit = MoneyEdit("总价")
    qtbot.addWidget(edit)
    edit.show()
    QTest.keyClicks(edit.line, "9" * 40)
    assert edit.amount is None
    assert any("金额应为非负数" in one.text() for one in edit.findChildren(QLabel) if one.isVisible())


def test_pages_of_evidence(dressed: QApplication, qtbot: QtBot, sheet: Sheet) -> None:
    sheet.add_document(BidDocument(code="d", title="d", path="documents/d.pdf", size=1, sha256="0" * 64, pages=3))
    row = EvidenceRow(sheet, "q1", EvidenceSlot(code="licence", label="营业执照"))
    qtbot.addWidget(row)
    row.findChildren(QComboBox)[0].setCurrentIndex(1)
    for text in ("9" * 30, "9" * 5000, "０３", "-1", "二"):
        _type_everywhere(row, text)
        _reads_back(sheet)


def test_a_voucher_that_cannot_be_taken_says_why(dressed: QApplication) -> None:
    typed = {"form": "guarantee", "amount": "1000", "paid": "2026-03-01", "payer": "甲公司", "voucher": "保函第18号"}
    assert deposit_of(typed) is None and "凭证号" in deposit_errors(typed)["voucher"]
    assert deposit_of(typed | {"voucher": "BH-2026-18", "amount": "9" * 30}) is None
    assert "paid" in deposit_errors(typed | {"paid": "0226-03-01"})
    assert deposit_of(typed | {"voucher": "BH-2026-18"}) is not None


def test_a_paste_makes_an_open_table_grow_and_tells_what_has_no_place(
    dressed: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    table = sheet.lot.quote.tables[0]
    assert table.open_rows
    editor = TableEditor(sheet, table)
    qtbot.addWidget(editor)
    model = editor.grid.price_model
    text = "\n".join(f"设备{n}\t2\t{n}.50\t\t多余" for n in range(1, 31)) + "\n\n\n"
    did = model.paste(0, 0, text)
    assert (did.accepted, len(did.refused)) == (90, 30) and "多余" in did.refused[0]
    assert model.rowCount() == 30 and len({row["row-code"] for row in model.rows}) == 30
    _reads_back(sheet)
    figure = sheet.forms.figure("total")
    assert figure is not None and figure.amount == sum(2 * n + 1 for n in range(1, 31))
    model.undo()
    assert model.rowCount() == 1 and sheet.forms.figure("total") is None
    closed = table.model_copy(update={"open_rows": False})
    editor = TableEditor(sheet, closed)
    qtbot.addWidget(editor)
    did = editor.grid.price_model.paste(0, 0, "甲\t1\t2\n乙\t1\t2")
    assert editor.grid.price_model.rowCount() == 1 and len(did.refused) == 1


def test_a_declaration_that_cannot_be_given_says_so(dressed: QApplication, qtbot: QtBot, sheet: Sheet) -> None:
    editor = PolicyEditor(sheet)
    qtbot.addWidget(editor)
    editor.show()
    tick, share = editor.findChild(QCheckBox, "field-domestic"), editor.findChild(QLineEdit, "field-share")
    assert tick is not None and share is not None
    tick.setChecked(True)
    assert sheet.forms.domestic is not None
    for text in ("", "101", "-1"):
        share.setText(text)
        assert sheet.forms.domestic is None
        assert any("填 0 到 100" in one.text() for one in editor.findChildren(QLabel)), text
    share.setText("80")
    assert sheet.forms.domestic is not None
    assert not any("填 0 到 100" in one.text() for one in editor.findChildren(QLabel) if one.isVisible())


def test_a_row_with_words_and_without_its_price_is_not_quoted(
    dressed: QApplication, qtbot: QtBot, sheet: Sheet
) -> None:
    table = sheet.lot.quote.tables[0].model_copy(
        update={"rows": (Row(code="r1", cells=()), Row(code="r2", cells=())), "open_rows": False}
    )
    cells = (FilledCell(column="name", text="服务器"), FilledCell(column="quantity", number=Decimal(2)))
    priced = (*cells, FilledCell(column="price", number=Decimal(5)))
    filled = FilledTable(table=table.code, rows=(FilledRow(row="r1", cells=priced), FilledRow(row="r2", cells=cells)))
    found = [(one.code, one.where, one.blocking) for one in table_findings(RowSums(table), filled)]
    assert found == [("row-missing", f"tables.{table.code}.r2", True)]
