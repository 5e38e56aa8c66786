"""Price table: an editable grid like a sheet. Products and totals are computed in Decimal and cannot be typed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import theme
from ui.kit.pinned import Pinned
from ui.kit.price_model import Compute, Judge, PriceColumn, PriceModel, Trouble, quiet
from ui.kit.tables import Index
from ui.kit.widths import letters, pressed
from ui.theme import px
from ui.theme.fonts import sized
from ui.theme.icons import draw_icon


@lru_cache(maxsize=4096)
def _fitted(font: QFont, text: str, width: int) -> str:
    """Text cut to a width. Remembered: a table is drawn again at each step, and measuring Chinese takes long."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


WIDEST = 260
"""Pixels at 100 % that the words of a column may take; longer ones end in an ellipsis"""
EASY, LEAST = 80, 56
"""Down to this words are pressed, at 100 %, so that no column is out of view; else so that no amount is"""
NAMES = (108, 96, 84)
"""The same for names: to the later widths only where that brings all amounts into view"""
EDITOR = 220
"""Words are typed in a field at least as wide, over the cells beside it"""


_ENSURE = QAbstractItemView.ScrollHint.EnsureVisible
_SELECTED = QStyle.StateFlag.State_Selected
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _draw_trouble(painter: QPainter, area: QRect, found: Trouble, taken: int) -> int:
    """Shape and word of what is wrong, before the number; returns where the number may begin."""
    tokens = theme.current()
    shape, ink = ("blocked", tokens.danger) if found.must else ("warn", tokens.warn)
    side = px(13)
    place = QRectF(area.left() - 2, area.center().y() - side / 2 + 1, side, side)
    draw_icon(painter, shape, ink, tokens.surface, place)
    start = area.left() + side + 3
    room = area.right() - taken - 8 - start
    painter.setFont(sized(11))
    word = painter.fontMetrics().elidedText(found.word, Qt.TextElideMode.ElideRight, room)
    if room >= px(24):
        painter.setPen(QColor(ink))
        painter.drawText(QRect(start, area.top(), room, area.height()), Qt.AlignmentFlag.AlignVCenter, word)
        start += painter.fontMetrics().horizontalAdvance(word) + 4
    return int(start)


class PriceDelegate(QStyledItemDelegate):
    """Draws grid cells: vertical lines, sunken computed cells, 2 px focus round the current one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, PriceModel)
        tokens, place = theme.current(), index.row()
        column, view = model.columns[index.column()], self.parent()
        found = model.trouble(place, column)
        wrong = found is not None and found.must
        here = isinstance(view, QTableView) and view.currentIndex() == index
        marked = bool(option.state & _SELECTED)
        computed = column.kind == "computed"
        plain = tokens.sunken if computed else tokens.surface
        rect = option.rect
        painter.fillRect(rect, QColor(tokens.danger_soft if wrong else tokens.sel if marked and not here else plain))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        text = model.text(place, column)
        if text or found is not None:
            area, font = rect.adjusted(8, 0, -8, 0), sized(13)
            painter.setFont(font)
            if found is not None:
                area.setLeft(_draw_trouble(painter, area, found, painter.fontMetrics().horizontalAdvance(text)))
                painter.setFont(font)
            painter.setPen(QColor(tokens.danger if wrong else tokens.text2 if computed else tokens.text))
            painter.drawText(area, _RIGHT if column.right else _LEFT, _fitted(font, text, area.width()))
        if marked and here:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRect(rect.adjusted(0, 0, -2, -2))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setProperty("cell", True)
        view, model = self.parent(), index.model()
        assert isinstance(view, PriceGrid) and isinstance(model, PriceModel)
        if index.column() < view.leading:
            view.horizontalScrollBar().setValue(0)
        column = model.columns[index.column()]
        editor.setAccessibleName(column.title)
        if column.right:
            editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Words pressed into a narrow column are typed with room for them."""
        view, model = self.parent(), index.model()
        assert isinstance(view, PriceGrid) and isinstance(model, PriceModel)
        rect = view.visualRect(index)
        if not model.columns[index.column()].right:
            begin, end = view.covered, view.viewport().width()
            rect.setWidth(min(max(rect.width(), px(EDITOR)), end - begin))
            rect.moveLeft(max(begin, min(rect.left(), end - rect.width())))
        editor.setGeometry(rect)


class PriceGrid(QTableView):
    """The grid: Enter goes down, Tab goes on to the next cell that can be typed, Shift and arrows mark a
    block; Ctrl+C copies it, Ctrl+V pastes, Delete empties, Ctrl+Z takes back."""

    pasted = Signal(object)

    def __init__(self, columns: Sequence[PriceColumn], compute: Compute, name: str, judge: Judge = quiet) -> None:
        super().__init__()
        self._pinned: Pinned | None = None
        self.price_model = PriceModel(columns, compute, judge)
        self.leading = max((place for place, one in enumerate(columns, 1) if one.leads), default=0)
        """So many columns at the left stay in view"""
        self._amount = max(
            (place for place, one in enumerate(columns) if one.kind in ("money", "computed")), default=-1
        )
        self.setModel(self.price_model)
        self.setItemDelegate(PriceDelegate(self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.EditKeyPressed | trigger.AnyKeyPressed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(28)
        head = self.horizontalHeader()
        head.setProperty("grid", True)
        folded = any("\n" in one.heading for one in columns)
        head.setFixedHeight(px(44 if folded else 32))
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setMinimumSectionSize(40)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        if 0 < self.leading < len(columns):
            self._pinned = Pinned(self, self.leading)
            self._pinned.setItemDelegate(PriceDelegate(self))
        self._longest: list[str] = []
        self.price_model.modelReset.connect(self._measure)
        self.price_model.dataChanged.connect(self._grow)
        self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if self._pinned is not None:
            self._pinned.place()

    def scrollTo(self, index: Index, hint: QAbstractItemView.ScrollHint = _ENSURE) -> None:
        """Columns that stay in view need no scrolling; others come out from under them. Where a price is typed its amount is in view, too."""
        bar = self.horizontalScrollBar()
        before, covered = bar.value(), self._pinned.covers if self._pinned is not None else 0
        super().scrollTo(index, hint)
        if covered and index.column() < self.leading:
            bar.setValue(before)
            return
        hidden = covered - self.columnViewportPosition(index.column())
        if hidden > 0:
            bar.setValue(bar.value() - hidden)
        if self.price_model.columns[index.column()].right and index.column() < self._amount:
            end = self.columnViewportPosition(self._amount) + self.columnWidth(self._amount)
            beyond = end - self.viewport().width()
            if 0 < beyond <= self.columnViewportPosition(index.column()) - covered:
                bar.setValue(bar.value() + beyond)

    def _measure(self) -> None:
        """Note each column's longest words: by their count, since to measure the letters of thousands of rows takes long."""
        model = self.price_model
        self._longest = [
            max((model.text(row, column) for row in range(len(model.rows))), key=letters, default="")
            for column in model.columns
        ]
        self._fit_columns()

    def _grow(self, first: Index, last: Index) -> None:
        """What was typed or pasted makes its columns wider where it needs to; none gets narrower under one's hands."""
        model, wider = self.price_model, False
        for across in range(first.column(), last.column() + 1):
            for row in range(first.row(), last.row() + 1):
                text = model.text(row, model.columns[across])
                if letters(text) > letters(self._longest[across]):
                    self._longest[across] = text
                    wider = wider or self._words_wide(text) > self.columnWidth(across)
        if wider:
            self._fit_columns()

    @staticmethod
    def _words_wide(text: str) -> int:
        return min(QFontMetrics(sized(13)).horizontalAdvance(text) + 20, px(WIDEST))

    def _fit_columns(self) -> None:
        """Heads, numbers and usual words are whole, and columns without a width of their own share what is left. Where there is too little,
        words give way to amounts; where even that is not enough, the grid scrolls."""
        columns, ink, room = self.price_model.columns, QFontMetrics(sized(12, 500)), self.viewport().width()
        heads = [max(map(ink.horizontalAdvance, one.heading.split("\n"))) + 20 for one in columns]
        least = [
            max(px(column.width), head, self._words_wide(text), 40)
            for column, head, text in zip(columns, heads, self._longest, strict=True)
        ]
        if sum(least) > room:
            least = self._press(least, heads, room)
        open_ = [place for place, column in enumerate(columns) if not column.width]
        spare = max(0, room - sum(least))
        for place, wide in enumerate(least):
            self.setColumnWidth(place, wide + (spare // len(open_) if place in open_ else 0))
        if self._pinned is not None:
            self._pinned.place()

    def _press(self, natural: list[int], heads: list[int], room: int) -> list[int]:
        columns, end = self.price_model.columns, self._amount + 1

        def floors(names: int, others: int) -> list[int]:
            kept = zip(columns, natural, heads, strict=True)
            return [own if one.right else max(head, px(others if one.width else names)) for one, own, head in kept]

        whole = pressed(natural, floors(NAMES[0], EASY), room)
        if sum(whole) <= room or not end:
            return whole if sum(whole) <= room else natural
        tries = [pressed(natural[:end], floors(names, LEAST)[:end], room) for names in NAMES]
        return next((one for one in tries if sum(one) <= room), tries[0]) + natural[end:]

    def chosen_rows(self) -> list[int]:
        """Rows of the marked block, from above."""
        marked = self.selectionModel().selection()
        spans = [marked.at(place) for place in range(marked.count())]
        return sorted({row for one in spans for row in range(one.top(), one.bottom() + 1)})

    @property
    def covered(self) -> int:
        """Pixels at the left under which columns are scrolled just now."""
        return self._pinned.width() if self._pinned is not None and self._pinned.isVisible() else 0

    def offer(self, action: QAction) -> None:
        """Something to do with the rows, in the context menu and by its key."""
        for view in (self, self._pinned):
            if view is not None:
                view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
                view.addAction(action)

    def cut(self, index: Index) -> str:
        """The whole text of a cell that has no room for it; empty for any other."""
        if not index.isValid():
            return ""
        text = self.price_model.text(index.row(), self.price_model.columns[index.column()])
        room = self.columnWidth(index.column()) - 16
        return text if QFontMetrics(sized(13)).horizontalAdvance(text) > room else ""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt would draw all cells anew whenever the focus goes to a cell's editor and back; here no cell looks different for it."""
        if not self.currentIndex().isValid():
            super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """As above."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            return  # the editor let Enter through; closing it moves on
        if event.matches(QKeySequence.StandardKey.Paste) and index.isValid():
            text = QGuiApplication.clipboard().text()
            chosen = self.selectedIndexes() or [index]
            row, column = min(one.row() for one in chosen), min(one.column() for one in chosen)
            self.pasted.emit(self.price_model.paste(row, column, text))
        elif event.matches(QKeySequence.StandardKey.Copy) and index.isValid():
            QGuiApplication.clipboard().setText(self.price_model.copied(self.selectedIndexes() or [index]))
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.price_model.undo()
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self.price_model.empty(self.selectedIndexes() or [index])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._down(index)
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.setAccepted(self._on(index, 1 if event.key() == Qt.Key.Key_Tab else -1))
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Enter ends the typing and goes down, Tab goes on to the next cell that can be typed, as in a sheet."""
        index, ends = self.currentIndex(), QAbstractItemDelegate.EndEditHint
        onward = {ends.EditNextItem: 1, ends.EditPreviousItem: -1}.get(hint, 0)
        super().closeEditor(editor, ends.NoHint if onward else hint)
        if onward:
            self._on(index, onward)
        elif hint == ends.SubmitModelCache:
            self._down(index)

    def _on(self, index: Index, way: int) -> bool:
        """Go to the next cell that can be typed, or the one before. False at the end: Tab then leaves the table."""
        across = len(self.price_model.columns)
        cells = self.price_model.rowCount() * across
        start = index.row() * across + index.column() if index.isValid() else -1 if way > 0 else cells
        for place in range(start + way, cells if way > 0 else -1, way):
            if self.price_model.columns[place % across].typed:
                self.setCurrentIndex(self.price_model.index(place // across, place % across))
                return True
        return False

    def _down(self, index: Index) -> None:
        below = self.price_model.index(index.row() + 1, index.column())
        if below.isValid():
            self.setCurrentIndex(below)
