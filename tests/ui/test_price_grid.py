"""Wide price tables: names and amounts in view, words pressed first. Rows the bidder added are deleted and come back, the tender's stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from bench.desk_world import DeskWorld
from client.demo.tender_data import load_tender
from client.desk import Desk
from procurement.bidding.price_import import ROW
from tests.ui.walker import settle
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.pinned import Pinned
from ui.kit.prices import PriceGrid
from ui.kit.widths import in_two, pressed
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace
from ui.workspaces.supplier.prepare.keeping import hold_still
from ui.workspaces.supplier.prepare.tables import TableEditor

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_TANGHE = load_tender("tanghe")
_FIRST = _TANGHE.lots[0]
_TABLE = _FIRST.quote.tables[0].model_copy(update={"open_rows": True})
_LOT = _FIRST.model_copy(update={"quote": _FIRST.quote.model_copy(update={"tables": (_TABLE,)})})
OPEN = _TANGHE.model_copy(update={"lots": (_LOT, *_TANGHE.lots[1:])})
"""Five rows of the tender's, and bidders may add some"""
GIVEN = len(_TABLE.rows)
SPEC = "符合国家标准，纯度 98 % 以上，净度 99 % 以上，发芽率 80 % 以上"
WORDS = {"brand": "宛花 8 号", "spec": SPEC, "maker": "河南省宛花种业有限公司", "price": "9000"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = DeskWorld.create(tmp_path)
    with world.desk() as found:
        world.publish(found, OPEN, OPEN.id)
        yield found


@pytest.fixture
def window(desk: Desk, dressed: QApplication, qtbot: QtBot) -> Iterator[Window]:
    bridge, made = Bridge(), Window(desk.now)
    qtbot.addWidget(made)
    space = open_workspace(desk.role, Context(desk, bridge))
    made.open_role(space.places, space.make_page, space.first)
    made.resize(1366, 728)
    made.show()
    made.activateWindow()
    yield made
    settle(qtbot, desk)
    bridge.close()


def _editor(window: Window, qtbot: QtBot) -> TableEditor:
    """The price table as one comes to it."""
    window.go(Route("projects", OPEN.id, "1", "prepare", "table:items"))
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(TableEditor)))
    return next(one for one in window.findChildren(TableEditor) if one.isVisible())


def _at(grid: PriceGrid, name: str) -> int:
    return next(place for place, one in enumerate(grid.price_model.columns) if one.name == name)


def _stand(grid: PriceGrid, row: int, name: str) -> None:
    grid.setFocus()
    grid.setCurrentIndex(grid.price_model.index(row, _at(grid, name)))


def _in_view(grid: PriceGrid, name: str) -> bool:
    """Whether the whole column lies in the grid's window, and under nothing."""
    left, wide = grid.columnViewportPosition(_at(grid, name)), grid.columnWidth(_at(grid, name))
    pinned = grid.findChild(Pinned)
    covered = pinned.width() - 1 if pinned is not None and pinned.isVisible() else 0
    return covered <= left and left + wide <= grid.viewport().width()


def _filled(window: Window, qtbot: QtBot) -> PriceGrid:
    grid = _editor(window, qtbot).grid
    grid.price_model.replace_rows([{**row, "no": "1", **WORDS} for row in grid.price_model.rows])
    QApplication.processEvents()
    return grid


@pytest.mark.parametrize("size", [(1366, 728), (1440, 860)])
def test_amounts_are_in_view_beside_contents_and_findings(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    grid = _filled(window, qtbot)
    qtbot.waitUntil(lambda: grid.viewport().width() < 760)
    sides = [one for one in window.findChildren(QLabel) if one.text() in ("投标文件目录", "检查结果")]
    assert sum(one.isVisible() for one in sides) >= 2
    assert grid.horizontalScrollBar().value() == 0
    assert all(_in_view(grid, name) for name in ("no", "name", "quantity", "price", "amount"))
    assert not _in_view(grid, "delivery")  # words after the amounts are what is scrolled to


def test_the_words_of_a_cell_without_room_are_told_and_typed_with_room(window: Window, qtbot: QtBot) -> None:
    grid = _filled(window, qtbot)
    _stand(grid, 0, "spec")
    index = grid.currentIndex()
    assert grid.cut(index) == SPEC and grid.price_model.data(index, Qt.ItemDataRole.ToolTipRole) == SPEC
    told = [one for one in window.findChildren(QLabel) if one.isVisible() and SPEC in one.text()]
    assert len(told) == 1 and told[0].text().startswith("规格、技术指标：")
    QTest.keyClick(grid, Qt.Key.Key_F2)
    line = grid.viewport().findChild(QLineEdit)
    assert line is not None and line.text() == SPEC
    assert line.width() >= 220 > grid.columnWidth(index.column())
    assert grid.viewport().rect().contains(line.geometry())
    QTest.keyClick(line, Qt.Key.Key_Escape)
    _stand(grid, 0, "price")
    assert "规格" not in told[0].text()


def test_names_stay_while_one_scrolls_to_what_is_behind_the_amounts(window: Window, qtbot: QtBot) -> None:
    grid = _filled(window, qtbot)
    pinned = grid.findChild(Pinned)
    assert pinned is not None and not pinned.isVisible()
    _stand(grid, 1, "delivery")
    assert pinned.isVisible() and _in_view(grid, "delivery") and grid.horizontalScrollBar().value() > 0
    assert [pinned.isColumnHidden(at) for at in range(4)] == [False, False, True, True]
    for row in range(GIVEN):  # row beside row
        assert pinned.rowViewportPosition(row) == grid.rowViewportPosition(row)
    assert pinned.accessibleName() == f"{grid.accessibleName()}，固定在左边的列"
    where = grid.horizontalScrollBar().value()
    name = pinned.visualRect(grid.price_model.index(3, _at(grid, "name")))
    QTest.mouseClick(pinned.viewport(), Qt.MouseButton.LeftButton, pos=name.center())
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (3, _at(grid, "name"))
    assert grid.hasFocus() and grid.horizontalScrollBar().value() == where
    QTest.keyClick(grid, Qt.Key.Key_Right)  # the next column comes out from under the names
    assert grid.currentIndex().column() == _at(grid, "brand") and _in_view(grid, "brand")
    _stand(grid, 1, "delivery")
    first = pinned.visualRect(grid.price_model.index(2, 0)).center()
    QTest.mouseClick(pinned.viewport(), Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseDClick(pinned.viewport(), Qt.MouseButton.LeftButton, pos=first)
    line = grid.viewport().findChild(QLineEdit)  # one types where one sees it
    assert line is not None and not pinned.isVisible() and line.pos() == QPoint(0, grid.rowViewportPosition(2))


def test_where_a_price_is_typed_its_amount_is_in_view(window: Window, qtbot: QtBot) -> None:
    apply(QApplication.instance(), "light", 1.25)  # type: ignore[arg-type]
    try:
        window.resize(1300, 728)
        grid = _filled(window, qtbot)
        qtbot.waitUntil(lambda: not _in_view(grid, "amount"))
        _stand(grid, 0, "price")
        assert _in_view(grid, "price") and _in_view(grid, "amount") and grid.findChild(Pinned).isVisible()  # type: ignore[union-attr]
        QTest.keyClick(grid, Qt.Key.Key_Tab)
        QTest.keyClick(grid, Qt.Key.Key_Backtab)
        assert _in_view(grid, "price") and _in_view(grid, "amount")
    finally:
        apply(QApplication.instance(), "light", 1.0)  # type: ignore[arg-type]


def test_no_number_is_half_hidden_by_the_names(dressed: QApplication, window: Window, qtbot: QtBot) -> None:
    grid = _filled(window, qtbot)
    window.resize(1024, 700)
    pinned, bar = grid.findChild(Pinned), grid.horizontalScrollBar()
    assert pinned is not None
    qtbot.waitUntil(lambda: bar.maximum() > 60)
    seen = 0
    for value in range(1, bar.maximum() + 1, 7):
        bar.setValue(value)
        if not pinned.isVisible():
            continue
        seen += 1
        for name in ("quantity", "price", "amount"):
            left, wide = grid.columnViewportPosition(_at(grid, name)), grid.columnWidth(_at(grid, name))
            edge = pinned.width() - 1
            assert not left < edge < left + wide, (value, name)
    assert seen > 5


def test_columns_give_way_from_the_widest() -> None:
    assert pressed([44, 260, 176, 60], [44, 56, 56, 60], 400) == [44, 148, 148, 60]
    assert pressed([44, 260, 90, 60], [44, 56, 56, 60], 400) == [44, 206, 90, 60]
    assert pressed([100, 100], [80, 70], 10) == [80, 70]
    assert in_two("规格、技术指标") == "规格、\n技术指标" and in_two("交货安装时间") == "交货安装时间"
    assert in_two("Specification and brand") == "Specification\nand brand" and in_two("Manufacturer") == "Manufacturer"
    assert in_two("型号规格及主要技术参数").replace("\n", "") == "型号规格及主要技术参数"


# -- rows of the bidder's own


def _add(window: Window, grid: PriceGrid, *names: str) -> None:
    add = next(one for one in window.findChildren(QPushButton) if one.text() == "加一行" and one.isVisible())
    for name in names:
        add.click()
        at = len(grid.price_model.rows) - 1
        for column, text in (("brand", name), ("quantity", "2"), ("price", "10")):
            grid.price_model.setData(grid.price_model.index(at, _at(grid, column)), text)


def _brands(grid: PriceGrid) -> list[str]:
    return [row.get("brand", "") for row in grid.price_model.rows[GIVEN:]]


def _kept(desk: Desk) -> list[str]:
    """Brands of the added rows in the store's draft."""
    tables = desk.bidding.drafts.open(OPEN.id, "1").forms.tables
    given = {row.code for row in _TABLE.rows}
    rows = [row for table in tables for row in table.rows if row.row not in given]
    return [cell.text for row in rows for cell in row.cells if cell.column == "brand"]


def _press(grid: PriceGrid) -> None:
    QTest.keyClick(grid, Qt.Key.Key_Delete, CTRL)


def _told(window: Window, words: str) -> bool:
    return any(words in one.text() for one in window.findChildren(QLabel) if one.isVisible())


def test_added_rows_are_deleted_by_key_and_come_back(window: Window, qtbot: QtBot, desk: Desk) -> None:
    editor = _editor(window, qtbot)
    grid = editor.grid
    _add(window, grid, "甲", "乙", "丙", "丁")
    qtbot.waitUntil(lambda: _kept(desk) == ["甲", "乙", "丙", "丁"], timeout=8000)
    _stand(grid, GIVEN + 1, "price")
    QTest.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    _press(grid)
    assert _brands(grid) == ["甲", "丁"] and _told(window, "已删除 2 行")
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (GIVEN + 1, _at(grid, "price"))
    assert grid.hasFocus()
    qtbot.waitUntil(lambda: _kept(desk) == ["甲", "丁"], timeout=8000)
    QTest.keyClick(grid, Qt.Key.Key_Z, CTRL)  # the draft's own step back makes the editors anew
    fresh = _editor(window, qtbot).grid
    qtbot.waitUntil(lambda: _brands(fresh) == ["甲", "乙", "丙", "丁"])
    qtbot.waitUntil(lambda: _kept(desk) == ["甲", "乙", "丙", "丁"], timeout=8000)


def test_the_tables_own_undo_takes_a_deletion_back_and_only_that(window: Window, qtbot: QtBot) -> None:
    editor = _editor(window, qtbot)
    grid = editor.grid
    _add(window, grid, "甲", "乙")
    _stand(grid, GIVEN, "brand")
    drop = editor.findChild(QPushButton, "drop-rows")
    assert drop is not None and drop.isEnabled() and "Ctrl+Del" in drop.toolTip()
    drop.click()
    assert _brands(grid) == ["乙"]
    undo = editor.findChild(QPushButton, "undo")
    assert undo is not None
    undo.click()
    assert _brands(grid) == ["甲", "乙"]


def test_rows_of_the_tenders_list_stay_and_why_is_said(window: Window, qtbot: QtBot) -> None:
    editor = _editor(window, qtbot)
    grid = editor.grid
    before = list(grid.price_model.rows)
    drop = editor.findChild(QPushButton, "drop-rows")
    assert drop is not None
    _stand(grid, 1, "price")
    assert not drop.isEnabled()
    _press(grid)
    assert grid.price_model.rows == before and not grid.price_model.can_undo
    assert _told(window, "第 2 行是招标文件列的")
    _add(window, grid, "甲")
    _stand(grid, GIVEN - 2, "price")
    for _row in range(2):
        QTest.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert drop.isEnabled()
    (action,) = [one for one in grid.actions() if one.isEnabled()]  # of the context menu
    assert action.text() == "删除所选行" and grid.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    action.trigger()
    assert _brands(grid) == [] and len(grid.price_model.rows) == GIVEN
    assert _told(window, "已删除 1 行") and _told(window, f"第 {GIVEN - 1}–{GIVEN} 行是招标文件列的")


def test_half_typed_cells_go_with_their_row_and_follow_the_rows_below(window: Window, qtbot: QtBot, desk: Desk) -> None:
    editor = _editor(window, qtbot)
    grid, model = editor.grid, editor.grid.price_model
    _add(window, grid, "甲", "乙", "丙")
    price = _at(grid, "price")
    for row, text in ((GIVEN, "1o"), (GIVEN + 2, "3o")):
        model.setData(model.index(row, price), text)
    codes = [row[ROW] for row in model.rows]

    def half() -> dict[str, dict[str, str]]:
        return desk.bidding.drafts.begin(OPEN.id, "1").loose

    both = {f"tables/items/{codes[GIVEN]}": {"price": "1o"}, f"tables/items/{codes[GIVEN + 2]}": {"price": "3o"}}
    qtbot.waitUntil(lambda: half() == both, timeout=8000)
    _stand(grid, GIVEN, "brand")
    _press(grid)
    assert set(model.wrong) == {(GIVEN + 1, "price")} and model.rows[GIVEN + 1]["brand"] == "丙"
    qtbot.waitUntil(lambda: half() == {f"tables/items/{codes[GIVEN + 2]}": {"price": "3o"}}, timeout=8000)
    model.undo()
    assert set(model.wrong) == {(GIVEN, "price"), (GIVEN + 2, "price")}
    qtbot.waitUntil(lambda: half() == both, timeout=8000)


def test_the_last_row_of_an_open_table_makes_room_for_an_empty_one(window: Window, qtbot: QtBot) -> None:
    grid = _editor(window, qtbot).grid
    model, made = grid.price_model, [{ROW: "row-9"}]
    model.new_rows = lambda count: made[:count]
    model.set_rows([{ROW: "row-1", "brand": "甲"}])
    model.drop_rows([0])
    assert model.rows == made
    model.undo()
    assert model.rows == [{ROW: "row-1", "brand": "甲"}]


def test_a_draft_that_is_only_looked_at_loses_no_row(window: Window, qtbot: QtBot) -> None:
    editor = _editor(window, qtbot)
    _add(window, editor.grid, "甲")
    hold_still(editor)
    _stand(editor.grid, GIVEN, "price")
    _press(editor.grid)
    assert _brands(editor.grid) == ["甲"]
    assert not any(one.isEnabled() for one in editor.grid.actions())
