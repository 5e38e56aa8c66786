"""Tables: frozen rows in, `QTableView` and one delegate out. Horizontal hairlines, badges, numbers at the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui import theme
from ui.kit.badge import State, badge_width, paint_badge
from ui.theme import px
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
CELL = Qt.ItemDataRole.UserRole + 1
PADDING = 12
WORDS = 130
"""Width in pixels from which words rather wrap than have the list scroll"""
WRAPPED = 200
"""In longer lists rows have one height, and words without room end in an ellipsis"""
MEASURED = 60
"""Rows looked at when a column is made as wide as it needs"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows. `under` makes it two lines; `state` a badge, or shape and word when `bare`."""

    text: str = ""
    under: str = ""
    state: State | None = None
    bare: bool = False
    tone: str = ""
    weight: int = 400
    share: float | None = None
    """A small meter, 0 to 1"""
    sunken: bool = False

    @property
    def spoken(self) -> str:
        return " ".join(part for part in (self.text, self.under, self.state.word if self.state else "") if part)


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """A column: head, how a row gives its cell, width (0 stretches), and the side."""

    title: str
    cell: Callable[[R], Cell]
    width: int = 0
    side: Literal["left", "right", "centre"] = "left"

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        flag = Qt.AlignmentFlag
        side = {"left": flag.AlignLeft, "right": flag.AlignRight, "centre": flag.AlignHCenter}[self.side]
        return side | flag.AlignVCenter


class RowModel(QAbstractTableModel, Generic[R]):
    """A model over frozen rows. `set_rows` keeps the view's place when the number of rows stays."""

    def __init__(self, columns: Sequence[Column[R]]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.rows: tuple[R, ...] = ()

    def set_rows(self, rows: Sequence[R]) -> None:
        fresh = tuple(rows)
        if len(fresh) == len(self.rows):
            self.rows = fresh
            if fresh:
                self.dataChanged.emit(self.index(0, 0), self.index(len(fresh) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self.rows = fresh
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, CELL):
            return None
        cell = column.cell(self.rows[index.row()])
        return cell if role == CELL else cell.spoken

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return self.columns[section].alignment if role == Qt.ItemDataRole.TextAlignmentRole else None


class CellDelegate(QStyledItemDelegate):
    """Draws a `Cell`: ground, hairline, the 3 px mark of the selected row, text, badge or meter."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL)
        if not isinstance(cell, Cell):
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        place = index.column()
        self._ground(painter, option, place, cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(PADDING + (4 if place == 0 else 0), 0, -PADDING, -1)
        if cell.state is not None:
            _draw_state(painter, area, cell)
        elif cell.share is not None:
            _draw_meter(painter, area, cell)
        else:
            _draw_text(painter, area, cell, index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, place: int, cell: Cell) -> None:
        tokens, state = theme.current(), option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = tokens.sel if chosen else tokens.hover if over else tokens.sunken if cell.sunken else tokens.surface
        painter.fillRect(option.rect, _colour(ground))
        painter.setPen(_colour(tokens.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if not chosen:
            return
        mark = QColor(tokens.focus if tokens.contrast else tokens.primary)
        if place == 0:
            painter.fillRect(QRectF(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), mark)
        if tokens.contrast:
            for line in (option.rect.top(), option.rect.bottom() - 1):
                painter.fillRect(QRectF(option.rect.left(), line, option.rect.width(), 2), mark)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = index.data(CELL)
        if not isinstance(cell, Cell):
            return super().sizeHint(option, index)
        if cell.state is not None:
            return QSize(badge_width(cell.state) + 2 * PADDING, 32)
        return QSize(QFontMetrics(sized(13, cell.weight)).horizontalAdvance(cell.text) + 2 * PADDING + 4, 32)


def _draw_state(painter: QPainter, area: QRectF, cell: Cell) -> None:
    assert cell.state is not None
    if not cell.bare:
        paint_badge(painter, area.left(), area.center().y(), cell.state)
        return
    tokens = theme.current()
    ink = tokens.tone(cell.state.tone)
    draw_icon(painter, cell.state.shape, ink, tokens.surface, QRectF(area.left(), area.center().y() - 7, 14, 14))
    painter.setFont(sized(13))
    painter.setPen(QColor(tokens.text2))
    painter.drawText(area.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, cell.state.word)


def _draw_meter(painter: QPainter, area: QRectF, cell: Cell) -> None:
    tokens = theme.current()
    track = QRectF(area.left(), area.center().y() - 3, 64, 6)
    painter.setPen(Qt.PenStyle.NoPen if not tokens.contrast else QPen(QColor(tokens.line)))
    painter.setBrush(QColor(tokens.track))
    painter.drawRoundedRect(track, 3, 3)
    painter.setBrush(QColor(tokens.fill))
    painter.drawRoundedRect(QRectF(track.left(), track.top(), 64 * (cell.share or 0), 6), 3, 3)
    painter.setFont(sized(12))
    painter.setPen(QColor(tokens.text2))
    painter.drawText(area.adjusted(74, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, cell.text)


def _draw_text(painter: QPainter, area: QRectF, cell: Cell, alignment: Qt.AlignmentFlag) -> None:
    tokens = theme.current()
    painter.setPen(_colour(str(getattr(tokens, cell.tone)) if cell.tone else tokens.text))
    if not cell.under:
        _draw_line(painter, area, alignment, cell.text, sized(13, cell.weight))
        return
    upper, lower = QRectF(area), QRectF(area)
    above, below = (_lines(text, font, int(area.width()))[1] for text, font in _texts(cell))
    middle = area.center().y() + (above - below) / 2
    upper.setBottom(middle - 1)
    lower.setTop(middle + 2)
    above, below = _sides(alignment)
    _draw_line(painter, upper, above, cell.text, sized(14, cell.weight))
    painter.setPen(_colour(tokens.text3))
    _draw_line(painter, lower, below, cell.under, sized(12))


def _draw_line(painter: QPainter, area: QRectF, alignment: Qt.AlignmentFlag, text: str, font: QFont) -> None:
    painter.setFont(font)
    lines, high = _lines(text, font, int(area.width()) + 1)
    if lines > 1 and high <= area.height() + 1:
        painter.drawText(area, int(alignment) | int(Qt.TextFlag.TextWordWrap), text)
        return
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()) + 1)
    painter.drawText(area, alignment, fitting)


def _texts(cell: Cell) -> list[tuple[str, QFont]]:
    """The words of a cell in the fonts they are drawn in."""
    if not cell.under:
        return [(cell.text, sized(13, cell.weight))]
    return [(cell.text, sized(14, cell.weight)), (cell.under, sized(12))]


@lru_cache(maxsize=1024)
def _lines(text: str, font: QFont, width: int) -> tuple[int, int]:
    """How many lines a text takes when it is wrapped at a width, and how high they are together."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= width:
        return 1, metrics.height()
    flags = int(Qt.TextFlag.TextWordWrap)
    high = metrics.boundingRect(QRect(0, 0, max(width, 1), 10_000), flags, text).height()
    return max(2, round(high / metrics.lineSpacing())), high


@lru_cache(maxsize=8)
def _sides(alignment: Qt.AlignmentFlag) -> tuple[Qt.AlignmentFlag, Qt.AlignmentFlag]:
    """Of the upper and of the lower of two lines."""
    side = alignment & ~Qt.AlignmentFlag.AlignVCenter
    return side | Qt.AlignmentFlag.AlignBottom, side | Qt.AlignmentFlag.AlignTop


@lru_cache(maxsize=256)
def _colour(name: str) -> QColor:
    return QColor(name)


def _cell_width(cell: Cell) -> int:
    if cell.state is None:
        return QFontMetrics(sized(13, cell.weight)).horizontalAdvance(cell.text) + 2 * PADDING + 4
    if cell.bare:
        return QFontMetrics(sized(13)).horizontalAdvance(cell.state.word) + 22 + 2 * PADDING + 2
    return badge_width(cell.state) + 2 * PADDING


def make_quiet(view: QTableView, name: str) -> None:
    """A table to read and to choose one thing in: no lines, nothing typed, left by Tab."""
    view.setAccessibleName(name)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.verticalHeader().hide()


class Table(QTableView, Generic[R]):
    """A table of rows. `chosen` is called with a row when it is activated (double click, Enter) or selected."""

    def __init__(self, columns: Sequence[Column[R]], name: str, *, row_height: int = 36, header: int = 34) -> None:
        super().__init__()
        self._fits = False
        """Whether it is exactly as high as its rows"""
        self.rows_model: RowModel[R] = RowModel(columns)
        self.setModel(self.rows_model)
        self.setItemDelegate(CellDelegate(self))
        make_quiet(self, name)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(px(row_height))
        head = self.horizontalHeader()
        head.setFixedHeight(px(header))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        self.setMinimumHeight(px(header) + 2 * px(row_height))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(place, mode)
            if column.width:
                self.setColumnWidth(place, px(column.width))

    def show_rows(self, rows: Sequence[R]) -> None:
        """Show these rows; the selected place stays. Columns of a given width grow where a badge or a number needs it."""
        self.rows_model.set_rows(rows)
        for place, column in enumerate(self.rows_model.columns):
            if column.width:
                self.setColumnWidth(place, max(px(column.width), self._needed(place, column)))
        self._fit_rows()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that take the rest keep their heads whole; where there is no rest the table scrolls sideways."""
        columns, head = self.rows_model.columns, self.horizontalHeader()
        rest = [place for place, column in enumerate(columns) if not column.width and not head.isSectionHidden(place)]
        taken = sum(head.sectionSize(place) for place, column in enumerate(columns) if column.width)
        share = (self.viewport().width() - taken) // max(1, len(rest))
        for place in rest:
            least = max(QFontMetrics(sized(12, 500)).horizontalAdvance(columns[place].title), self._words(place))
            least += 2 * PADDING + 4
            mode = QHeaderView.ResizeMode.Stretch if share >= least else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(place, mode)
            if share < least:
                self.setColumnWidth(place, least)
        super().resizeEvent(event)
        self._fit_rows()

    def _words(self, place: int) -> int:
        """How wide a column of words is at least, so that they wrap into lines and not into a column of letters."""
        column, most = self.rows_model.columns[place], px(WORDS)
        cells = [column.cell(row) for row in self.rows_model.rows[:MEASURED]]
        wide = (
            QFontMetrics(font).horizontalAdvance(text)
            for cell in cells
            if not cell.state
            for text, font in _texts(cell)
        )
        return min(most, max(wide, default=0))

    def _fit_rows(self) -> None:
        """Rows grow where words have to wrap, in lists that are not too long to measure."""
        rows, head, rule = self.rows_model.rows, self.verticalHeader(), self.verticalHeader().defaultSectionSize()
        if len(rows) > WRAPPED:
            return
        for place in range(len(rows)):
            high = max(rule, *(self.wanted_height(place, at) for at in range(len(self.rows_model.columns))))
            if head.sectionSize(place) != high:
                head.resizeSection(place, high)
        high = self.horizontalHeader().height() + head.length() + 1
        if self._fits and self.height() != high:
            self.setFixedHeight(high)

    def wanted_height(self, row: int, column: int) -> int:
        """How high a row must be to show the words of a cell whole, in pixels; 0: any height does."""
        given = self.rows_model.columns[column]
        cell = given.cell(self.rows_model.rows[row])
        if cell.state is not None or cell.share is not None or self.isColumnHidden(column):
            return 0
        room = self.horizontalHeader().sectionSize(column) - 2 * PADDING - (4 if column == 0 else 0)
        found = [_lines(text, font, room + (0 if cell.under else 1)) for text, font in _texts(cell)]
        return sum(high for _lines_, high in found) + 12 if any(lines > 1 for lines, _high in found) else 0

    def _needed(self, place: int, column: Column[R]) -> int:
        """How wide head, badges and right-hand numbers of a column are. Texts at the left may be cut with an ellipsis."""
        head = QFontMetrics(sized(12, 500)).horizontalAdvance(column.title) + 2 * PADDING + 4
        cells = [column.cell(row) for row in self.rows_model.rows[:MEASURED]]
        wide = [_cell_width(cell) for cell in cells if cell.state is not None or column.side == "right"]
        first = 4 if place == 0 else 0
        return max([head, *wide]) + first

    def fit_height(self) -> None:
        """Be exactly as high as the rows, for tables inside cards that do not scroll."""
        self._fits = True
        self._fit_rows()
        self.setFixedHeight(self.horizontalHeader().height() + self.verticalHeader().length() + 1)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def row(self) -> R | None:
        """The selected row."""
        place = self.currentIndex().row()
        return self.rows_model.rows[place] if 0 <= place < len(self.rows_model.rows) else None

    def on_activated(self, call: Callable[[R], object]) -> None:
        self.activated.connect(lambda index: call(self.rows_model.rows[index.row()]))

    def on_selected(self, call: Callable[[R], object]) -> None:
        self.selectionModel().currentRowChanged.connect(
            lambda now, _before: call(self.rows_model.rows[now.row()]) if now.isValid() else None
        )
