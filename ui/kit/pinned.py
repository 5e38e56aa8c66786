"""The first columns of a grid, shown over it while it is scrolled to the right: the names stay beside the amounts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from ui.i18n import tr
from ui.kit.tables import Index

SHARE = 0.5
"""More of the grid's width they do not take; wider ones scroll away like the others"""


class Pinned(QTableView):
    """A second view of the same rows with the same choice; hidden while the grid stands at its left end. What is typed is typed in the grid."""

    def __init__(self, grid: QTableView, count: int) -> None:
        """`count`: so many of the first columns."""
        super().__init__(grid)
        self._grid, self._count = grid, count
        self.setObjectName("pinned")
        self.setModel(grid.model())
        self.setSelectionModel(grid.selectionModel())
        self.setAccessibleName(tr("{name}，固定在左边的列", name=grid.accessibleName()))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionMode(grid.selectionMode())
        self.setSelectionBehavior(grid.selectionBehavior())
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(grid.verticalScrollMode())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pressed.connect(lambda _index: grid.setFocus())
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(grid.verticalHeader().defaultSectionSize())
        head = self.horizontalHeader()
        head.setProperty("grid", True)
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for place in range(count, grid.model().columnCount()):
            self.setColumnHidden(place, True)
        self.hide()
        grid.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(grid.verticalScrollBar().setValue)
        grid.horizontalScrollBar().valueChanged.connect(self.place)
        self.doubleClicked.connect(self._open)

    @property
    def covers(self) -> int:
        """Pixels at the left of the grid that it takes when the grid is scrolled; 0 where it has no room."""
        across = sum(self._grid.columnWidth(place) for place in range(self._count))
        return across if across <= SHARE * self._grid.viewport().width() else 0

    def place(self) -> None:
        """Lie over the grid's left end, or go where it shows the same columns itself."""
        grid, across = self._grid, self.covers
        shown = across > 0 and grid.horizontalScrollBar().value() > 0
        if shown:
            for column in range(self._count):
                self.setColumnWidth(column, grid.columnWidth(column))
            head, inner = grid.horizontalHeader().height(), grid.viewport().geometry()
            self.horizontalHeader().setFixedHeight(head)
            self.setGeometry(inner.left(), inner.top() - head, self._whole(across) + 1, inner.height() + head)
        if shown == self.isHidden():
            self.setVisible(shown)
        if shown:
            self.verticalScrollBar().setValue(grid.verticalScrollBar().value())

    def _whole(self, across: int) -> int:
        """So far that no number beside it is half hidden: 636,800 is read where 1,636,800 stands."""
        grid, under = self._grid, self._grid.columnAt(across)
        model = grid.model()
        if under < 0 or grid.columnViewportPosition(under) == across or not model.rowCount():
            return across
        side = model.index(0, under).data(Qt.ItemDataRole.TextAlignmentRole)
        edge = grid.columnViewportPosition(under) + grid.columnWidth(under)
        return edge if side & Qt.AlignmentFlag.AlignRight and edge < grid.viewport().width() else across

    def _open(self, index: Index) -> None:
        """A double click types in the cell, as in the grid."""
        if self._grid.editTriggers() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self._grid.setFocus()
            self._grid.edit(index)
