"""The rows behind a price table: text as typed, what is wrong with it, steps back, blocks of cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from PySide6.QtCore import QAbstractTableModel, Qt, Signal

from procurement.basics.problems import Problem
from procurement.basics.typed import sound_text
from procurement.bidding.price import check_typed_amount
from ui.i18n import tr
from ui.kit.blocks import cells_of, text_of
from ui.kit.forms import as_number
from ui.kit.tables import NO_PARENT, Index
from ui.kit.widths import in_two
from ui.messages import words_of

_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_TYPED = _READ | Qt.ItemFlag.ItemIsEditable
ROWS = 20_000
"""Rows a paste may make a table grow to"""
STEPS_BACK = 100
"""Steps that can be undone"""
CellKind = Literal["fixed", "given", "text", "number", "money", "computed"]


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """A column of the grid. Only text, number and money cells can be typed; `given` is a number of the tender's."""

    name: str
    title: str
    kind: CellKind
    width: int = 0
    decimals: int | None = None
    """Decimals shown and allowed; None leaves the number as typed"""
    grouped: bool = True
    """Whether commas set thousands apart: in amounts and quantities, not in a year"""
    leads: bool = False
    """Number and name of the row: in view with whatever else of it is"""

    @property
    def heading(self) -> str:
        """The title as it stands over the column: long words over words in two lines."""
        return self.title if self.right else in_two(self.title)

    @property
    def typed(self) -> bool:
        return self.kind in ("text", "number", "money")

    @property
    def right(self) -> bool:
        return self.kind in ("given", "number", "money", "computed")


def told(problem: Problem) -> str:
    """One line of what is wrong, on what ground, and what to do."""
    return words_of(problem).sentence


def _wrong(text: str, column: PriceColumn) -> Problem | None:
    """What is wrong with the text of a cell; None where it may stand."""
    if not text or column.kind not in ("number", "money"):
        return None
    try:
        check_typed_amount(text, as_number(text), column.decimals)
    except Problem as problem:
        return problem
    return None


def _named(row: int, text: str) -> str:
    return tr("第 {row} 行 {text}", row=row + 1, text=text[:20])


Row = dict[str, str]
Compute = Callable[[Row], dict[str, Decimal | None]]
Judge = Callable[[Row], "dict[str, Trouble]"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a cell beyond its shape: a short word drawn in the cell, a sentence that explains, whether it blocks."""

    word: str
    sentence: str
    must: bool = True


def quiet(_row: Row) -> dict[str, Trouble]:
    return {}


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a paste did: cells taken and cells refused with the reason."""

    accepted: int
    refused: tuple[str, ...]


class PriceModel(QAbstractTableModel):
    """Rows of typed text; `compute` gives the computed cells of a row, by name."""

    edited = Signal()

    def __init__(self, columns: Sequence[PriceColumn], compute: Compute, judge: Judge = quiet) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: list[Row] = []
        self._compute = compute
        self._judge = judge
        self.wrong: dict[tuple[int, str], Problem] = {}
        """Cells whose text is no amount, by row and column, with the reason"""
        self._past: list[tuple[list[Row], dict[tuple[int, str], Problem]]] = []
        self.new_rows: Callable[[int], list[Row]] | None = None
        """Makes so many rows of the bidder's own, where the table takes such rows"""

    def set_rows(self, rows: Sequence[Row], doubtful: Collection[tuple[int, str]] = ()) -> None:
        """Begin with these rows; what was done before cannot be undone. Cells at `doubtful`, by row and column, may hold no amounts."""
        self._past.clear()
        by_name = {one.name: one for one in self.columns}
        found = ((at, _wrong(rows[at[0]].get(at[1], ""), by_name[at[1]])) for at in doubtful)
        self._show([dict(row) for row in rows], {at: problem for at, problem in found if problem is not None})

    def replace_rows(self, rows: Sequence[Row]) -> None:
        """Put other rows in their place, as one step that can be undone."""
        self._remember()
        fresh = [dict(row) for row in rows]
        found = (
            ((n, one.name), _wrong(row.get(one.name, ""), one)) for n, row in enumerate(fresh) for one in self.columns
        )
        self._show(fresh, {place: problem for place, problem in found if problem is not None})
        self.edited.emit()

    def _show(self, rows: list[Row], wrong: dict[tuple[int, str], Problem]) -> None:
        self.beginResetModel()
        self.rows, self.wrong = rows, wrong
        self.endResetModel()

    def _remember(self) -> None:
        """Rows are replaced, never changed in place, so a step back costs a list and no cells."""
        self._past = [*self._past[1 - STEPS_BACK :], (list(self.rows), dict(self.wrong))]

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    def undo(self) -> None:
        """Take back the last typing, paste, emptying, import, added row or rows taken out."""
        if self._past:
            self._show(*self._past.pop())
            self.edited.emit()

    def drop_rows(self, places: Collection[int]) -> None:
        """Take rows out, as one step that can be undone; what is typed wrong in the rows below moves up with them. Where bidders may add
        rows a table is never without one."""
        kept = [at for at in range(len(self.rows)) if at not in places]
        if len(kept) == len(self.rows):
            return
        self._remember()
        rows, moved = [self.rows[at] for at in kept], {at: place for place, at in enumerate(kept)}
        if not rows and self.new_rows is not None:
            rows = self.new_rows(1)
        self._show(rows, {(moved[at], name): why for (at, name), why in self.wrong.items() if at in moved})
        self.edited.emit()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _TYPED if self.columns[index.column()].typed else _READ

    def text(self, row: int, column: PriceColumn) -> str:
        """What a cell shows."""
        raw = self.rows[row].get(column.name, "")
        if column.kind == "computed":
            value = self._compute(self.rows[row]).get(column.name)
        elif column.right:
            value = as_number(raw)
            if value is None:
                return raw
        else:
            return raw
        if value is None:
            return "—" if column.kind == "computed" else ""
        places = "f" if column.decimals is None else f".{column.decimals}f"
        return format(value, f",{places}" if column.grouped else places)

    def trouble(self, row: int, column: PriceColumn) -> Trouble | None:
        """What is wrong with a cell: its text is no amount, or the law's check of the row found something in it."""
        problem = self.wrong.get((row, column.name))
        if problem is not None:
            return Trouble(words_of(problem).title, told(problem))
        return self._judge(self.rows[row]).get(column.name)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), column)
        if role == Qt.ItemDataRole.EditRole:
            return self.rows[index.row()].get(column.name, "")
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            found = self.trouble(index.row(), column)
            if found is not None:
                return found.sentence
            long = role == Qt.ItemDataRole.ToolTipRole and not column.right  # a column may be too narrow for it
            return self.text(index.row(), column) if long else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].heading
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self.columns[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not self.columns[index.column()].typed:
            return False
        text = str(value).strip()
        if text == self.rows[index.row()].get(self.columns[index.column()].name, ""):
            return True
        self._remember()
        self._put(index.row(), self.columns[index.column()], text)
        for across, column in enumerate(self.columns):  # cell by cell: a range would be drawn as the whole view
            if column.right or across == index.column():
                cell = self.index(index.row(), across)
                self.dataChanged.emit(cell, cell)
        self.edited.emit()
        return True

    def empty(self, cells: Sequence[Index]) -> None:
        """Empty those of the cells that can be typed, as one step."""
        typed = [one for one in cells if self.columns[one.column()].typed]
        if not typed:
            return
        self._remember()
        for one in typed:
            self._put(one.row(), self.columns[one.column()], "")
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))
        self.edited.emit()

    def copied(self, cells: Sequence[Index]) -> str:
        """A block as Excel takes it: numbers plain, without separators of thousands."""
        rows = sorted({one.row() for one in cells})
        columns = sorted({one.column() for one in cells})
        return text_of([[self._plain(row, self.columns[column]) for column in columns] for row in rows])

    def _plain(self, row: int, column: PriceColumn) -> str:
        if column.kind != "computed":
            return self.rows[row].get(column.name, "")
        value = self._compute(self.rows[row]).get(column.name)
        return "" if value is None else f"{value:f}"

    def _put(self, row: int, column: PriceColumn, text: str) -> bool:
        """Keep what was typed even when it is wrong, and say so: nothing a person typed is thrown away."""
        self.wrong.pop((row, column.name), None)
        text = sound_text(text)
        number = as_number(text) if column.right else None
        if column.right and number is not None:
            text = f"{number:f}"
        self.rows[row] = {**self.rows[row], column.name: text}
        problem = _wrong(text, column)
        if problem is not None:
            self.wrong[(row, column.name)] = problem
        return problem is None

    def paste(self, row: int, column: int, text: str) -> Pasted:
        """Cells as Excel puts them on the clipboard, from this cell on. Computed and fixed cells are stepped over; a table that takes
        rows of the bidder's own grows. What has no place in the table is refused by its words."""
        accepted, refused = 0, []
        lines = cells_of(text)
        while lines and not any(lines[-1]):
            lines.pop()
        self._remember()
        self._grow(row + len(lines))
        for down, line in enumerate(lines):
            if row + down >= len(self.rows):
                refused.append(_named(row + down, "\t".join(line)))
                continue
            for across, cell in enumerate(line):
                if column + across >= len(self.columns):
                    refused += [_named(row + down, cell)] if cell else []
                    continue
                if not self.columns[column + across].typed:
                    continue
                if self._put(row + down, self.columns[column + across], cell):
                    accepted += 1
                else:
                    refused.append(_named(row + down, cell))
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))
        self.edited.emit()
        return Pasted(accepted, tuple(refused))

    def _grow(self, count: int) -> None:
        """New rows up to this many, where the table takes them."""
        missing = min(count, ROWS) - len(self.rows)
        if self.new_rows is None or missing <= 0:
            return
        self.beginInsertRows(NO_PARENT, len(self.rows), len(self.rows) + missing - 1)
        self.rows += self.new_rows(missing)
        self.endInsertRows()
