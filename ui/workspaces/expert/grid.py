"""A grid of items by bidders: verdicts or marks. Arrow keys move, the detail beside it follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui import theme
from ui.kit.tables import CELL, Cell, Column, Index, RowModel, make_quiet
from ui.theme import px
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon


@dataclass(frozen=True, slots=True)
class GridRow:
    """An item: code, title, and what stands under the head 分值."""

    code: str
    title: str
    note: str


CellOf = Callable[[str, str], Cell]


class _Delegate(QStyledItemDelegate):
    """Vertical lines, computed cells sunken, 2 px focus round the current cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, tokens = index.data(CELL), theme.current()
        assert isinstance(cell, Cell)
        painter.save()
        painter.fillRect(option.rect, QColor(tokens.sunken if cell.sunken else tokens.surface))
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.drawLine(option.rect.topRight(), option.rect.bottomRight())
        area = option.rect.adjusted(12, 0, -8, 0)
        painter.setFont(sized(13, cell.weight))
        painter.setPen(QColor(str(getattr(tokens, cell.tone)) if cell.tone else tokens.text))
        if cell.state is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            target = option.rect.adjusted((option.rect.width() - 16) // 2, (option.rect.height() - 16) // 2, 0, 0)
            target.setSize(target.size().boundedTo(target.size().__class__(16, 16)))
            draw_icon(painter, cell.state.shape, tokens.tone(cell.state.tone), tokens.surface, target.toRectF())
        else:
            text = painter.fontMetrics().elidedText(cell.text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
        if option.state & QStyle.StateFlag.State_Selected and index.column() > 1:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(option.rect.adjusted(1, 1, -2, -2))
        painter.restore()


class MarkGrid(QTableView):
    """`picked` carries item code and supplier of the cell a person is at."""

    picked = Signal(str, str)

    def __init__(
        self, rows: Sequence[GridRow], bidders: Sequence[tuple[str, str]], cell_of: CellOf, name: str, note: str
    ) -> None:
        super().__init__()
        self._rows, self._bidders = tuple(rows), tuple(bidders)
        columns: list[Column[GridRow]] = [
            Column(name, lambda row: Cell(row.title), 0),
            Column(note, lambda row: Cell(row.note, tone="text3"), 92, "right"),
        ]
        for place, (supplier, title) in enumerate(self._bidders, 1):
            columns.append(Column(f"{place}\n{title}", _cell(cell_of, supplier), 76, "centre"))
        self._model: RowModel[GridRow] = RowModel(columns)
        self._model.set_rows(self._rows)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        make_quiet(self, name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.verticalHeader().setDefaultSectionSize(32)
        head = self.horizontalHeader()
        head.setProperty("grid", True)
        head.setFixedHeight(px(44))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        for place, column in enumerate(columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(place, fixed)
            if column.width:
                self.setColumnWidth(place, max(column.width, self._head_width(column.title)))
        head.setMinimumSectionSize(60)
        self.selectionModel().currentChanged.connect(lambda now, _before: self._moved(now))

    @staticmethod
    def _head_width(title: str) -> int:
        """Pixels that the widest line of a head needs."""
        metrics = QFontMetrics(sized(12, 500))
        return max(metrics.horizontalAdvance(line) for line in title.split("\n")) + 10

    def _moved(self, index: Index) -> None:
        if index.isValid() and index.column() > 1:
            self.picked.emit(self._rows[index.row()].code, self._bidders[index.column() - 2][0])

    def show_again(self) -> None:
        """Read all cells again."""
        self._model.set_rows(self._rows)

    def go(self, item: str, supplier: str) -> None:
        """Put the focus on a cell."""
        row = next((place for place, one in enumerate(self._rows) if one.code == item), 0)
        column = next((place for place, one in enumerate(self._bidders) if one[0] == supplier), 0)
        self.setCurrentIndex(self._model.index(row, column + 2))

    def order(self) -> tuple[tuple[str, str], ...]:
        """All cells in reading order, bidder by bidder inside an item."""
        return tuple((row.code, supplier) for row in self._rows for supplier, _ in self._bidders)


def _cell(cell_of: CellOf, supplier: str) -> Callable[[GridRow], Cell]:
    return lambda row: cell_of(row.code, supplier)


def short_name(name: str) -> str:
    """Four characters that tell a company from another: its name without place and kind."""
    for head in ("上海", "山西", "太原", "大同", "长治", "临汾", "江苏", "浙江", "北京"):
        name = name.removeprefix(head)
    return name[:4]
