"""The long jobs at the windows, done as a person does them: a whole bid filled in, every cell scored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QTableView,
    QWidget,
)

from tests.journeys.person import Person, Typist
from tests.journeys.sight import table_cells

SECTIONS, MARKS = "投标文件目录", "评分项"
ELSEWHERE = ("：起始页", "：结束页", "：文件")
"""Ends of the names of fields that name evidence; this bid attaches none"""
TOTAL = Decimal(4_800_000)
"""Yuan that a bid at the windows comes to, about; the others' lie around five million: a low one would be asked about"""


def fill_bid(me: Person, words: str) -> None:
    """Every section in turn: prices typed into the grid, fields typed, choices made. `words` stand wherever words are asked
    for; two bidders with the same ones would offer the same brand, and count as one."""
    me.wait(lambda: me.rows(SECTIONS), "the sections")
    for place, title in enumerate(me.rows(SECTIONS)):
        _open_section(me, place)
        if "★" in title:
            for grid in _grids(me):
                _fill_grid(me, grid)
        for control in _fields(me):
            if isinstance(control, QComboBox):
                _choose(me, control)
            elif isinstance(control, QLineEdit):
                _fill_line(me, control, words)
            elif isinstance(control, QPlainTextEdit) and not control.toPlainText() and not control.isReadOnly():
                me.put(control, words)
    me.wait(lambda: me.reads("必须处理 0"), "nothing left to mend")


def _open_section(me: Person, place: int) -> None:
    """By mouse in the contents; without one by the key for the contents, then by the one for the next section."""
    if not isinstance(me, Typist):
        me.pick(SECTIONS, place)
    elif place == 0:
        me.key(Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    else:
        me.key(Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert me.one(QTableView, SECTIONS).currentIndex().row() == place


def _fields(me: Person) -> Iterator[QWidget]:
    """What can be typed into or chosen from, as one reads; then what a choice has brought meanwhile."""
    passed: set[QWidget] = set()
    while True:
        found: list[QWidget] = [*me.seen(QComboBox), *me.seen(QLineEdit), *me.seen(QPlainTextEdit)]
        fresh = {one: one.mapTo(me.front, QPoint(0, 0)) for one in found if one not in passed}
        if not fresh:
            return
        passed |= set(fresh)
        yield from sorted(fresh, key=lambda one: (fresh[one].y(), fresh[one].x()))


def _editable(model: QAbstractItemModel, index: QModelIndex) -> bool:
    return bool(model.flags(index) & Qt.ItemFlag.ItemIsEditable)


def _grids(me: Person) -> list[QTableView]:
    """Tables in view with cells that can be typed into."""
    found = [(one, one.model()) for one in me.seen(QTableView)]
    return [
        one
        for one, model in found
        if any(
            _editable(model, model.index(0, place)) for place in range(model.columnCount() if model.rowCount() else 0)
        )
    ]


def _fill_grid(me: Person, grid: QTableView) -> None:
    """Every amount that can be typed, cell by cell: unit prices by which the whole comes to about the total."""
    model = grid.model()
    heads = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]
    counts = [place for place, head in enumerate(heads) if "数量" in head]
    pieces = sum(_number(model.index(row, counts[0])) for row in range(model.rowCount())) if counts else Decimal(0)
    for row in range(model.rowCount()):
        for place, head in enumerate(heads):
            index = model.index(row, place)
            right = index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
            if not right or not _editable(model, index) or index.data():
                continue
            amount = str(int(TOTAL / pieces)) if pieces and "单价" in head else "100"
            me.pick_cell(grid, index)
            me.keys(amount)
            me.key(Qt.Key.Key_Return)
            me.wait(lambda: QApplication.focusWidget() is grid, "the cell to close")


def _number(index: QModelIndex) -> Decimal:
    return Decimal(str(index.data() or 0).replace(",", ""))


def _choose(me: Person, combo: QComboBox) -> None:
    name = combo.accessibleName()
    if combo.currentIndex() > 0 or not combo.isEnabled() or name.endswith(ELSEWHERE):
        return
    entry = "书面承诺" if name.endswith("：如何满足") else "无偏离" if name.endswith("：偏离") else combo.itemText(1)
    me.choose_in(combo, entry)


def _fill_line(me: Person, line: QLineEdit, words: str) -> None:
    name = line.accessibleName()
    if line.text() or line.isReadOnly() or not line.isEnabled() or name.endswith(ELSEWHERE):
        return
    notes = " ".join(one.text() for one in line.parentWidget().findChildren(QLabel))
    low = re.search(r"不低于 (\d+)", notes)
    if line.placeholderText() == "2026-04-29":
        text = "2026-04-20"
    elif line.alignment() & Qt.AlignmentFlag.AlignRight:
        text = low[1] if low else "36" if "质保" in name else "10"
    else:
        text = words
    me.put(line, text)
    me.key(Qt.Key.Key_Return)


def score_all(me: Person) -> list[list[str]]:
    """Cell by cell: a tier where the item has tiers, else the highest points of the range shown, typed. What the table then
    says: one row for each item, one column for each bidder."""
    me.wait(lambda: me.can("看下一格") or me.can("提交我的评分"), "the marks")
    left = _left(me)
    while left:
        me.click("看下一格")
        tiers = me.seen(QRadioButton)
        if tiers:
            me.press(tiers[0])
        else:
            span = next(one.text() for one in me.seen(QLabel) if one.text().startswith("步长"))
            me.type("分数", re.split(r"[–/、]", span)[-1])
        before, left = left, _left(me)
        assert left < before, f"{before} cells left, and {left} after one more"
    return [row[2:] for row in table_cells(me.one(QTableView, MARKS))]


def _left(me: Person) -> int:
    """Cells that are not marked yet, as the table shows them."""
    return sum(row.count("未评") for row in me.rows(MARKS))
