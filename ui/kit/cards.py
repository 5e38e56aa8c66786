"""Cards, columns and the pairs of name and value inside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.kit.badge import State
from ui.kit.banner import SHAPES
from ui.kit.flow import Flow
from ui.kit.snug import Snug
from ui.kit.text import TOP, Line, clear, icon_label, label
from ui.theme import px, wide

VALUE = 170
"""A column of values is at least this wide"""


class Card(QFrame):
    """A titled surface. `head` takes more widgets at its right, `body` the content, `foot` a line under a divider."""

    def __init__(self, title: str = "", note: str = "", *, height: int = 48, flush: bool = False) -> None:
        super().__init__()
        self.setObjectName("card")
        self._all = QVBoxLayout(self)
        self._all.setContentsMargins(1, 1, 1, 1)
        self._all.setSpacing(0)
        self.head = Flow()
        self.title = Line(title, "title")
        self.note = Line(note, "hint")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight)
        if title:
            self._all.addWidget(self._make_head(height))
        self.body = QVBoxLayout()
        edge = 0 if flush else 16
        self.body.setContentsMargins(edge, 0 if flush else 12, edge, 0 if flush else 14)
        self.body.setSpacing(10 if not flush else 0)
        self._all.addLayout(self.body, 1)
        self._all.addStretch(0)  # takes what the body cannot: the head would

    def _make_head(self, height: int) -> QFrame:
        frame = QFrame()
        frame.setObjectName("cardHead")
        frame.setMinimumHeight(px(height))
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        frame.setLayout(self.head)
        self.head.setContentsMargins(16, 4, 12, 4)
        self.head.addWidget(self.title)
        self.head.addWidget(self.note, 1)
        return frame

    def foot(self) -> Flow:
        """A line at the bottom, under a divider."""
        frame = QFrame()
        frame.setObjectName("cardFoot")
        frame.setMinimumHeight(px(40))
        frame.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        line = Flow()
        line.setContentsMargins(16, 4, 12, 4)
        frame.setLayout(line)
        self._all.addWidget(frame)
        return line


class Roomy(QScrollArea):
    """Scrolls where there is less room than the content needs, wrapped lines counted at the width they really have."""

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        inner = self.widget()
        layout = inner.layout() if inner is not None else None
        if inner is None or layout is None:
            return
        across = max(self.viewport().width(), layout.totalMinimumSize().width())
        high = layout.totalMinimumHeightForWidth(across) if layout.hasHeightForWidth() else 0
        if inner.minimumHeight() != high:
            inner.setMinimumHeight(high)


def scrolled(inner: QWidget) -> QScrollArea:
    """`inner` in a column that scrolls up and down only."""
    area = Roomy(inner)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class CardColumn(QWidget):
    """Cards below one another in a column that scrolls; shown anew as a whole."""

    def __init__(self) -> None:
        super().__init__()
        inner = QWidget()
        self._box = QVBoxLayout(inner)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner))

    def show_cards(self, *cards: Card) -> None:
        clear(self._box)
        for card in cards:
            self._box.addWidget(card)
        self._box.addStretch(1)


class Facts(Snug):
    """Pairs of name and value, in one or two columns; values can be copied. Where it is narrow the columns stand below one another."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), *, columns: int = 1, name_width: int = 72) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(7)
        self._columns, self._name_width = columns, name_width
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._laid = 0
        """Columns that are laid out now"""
        self.set_pairs(tuple(pairs))

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)
        self._lay_out(self._laid or self._columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self._columns if self.width() >= self._columns * wide(self._name_width + VALUE) else 1
        if room != self._laid:
            self._lay_out(room)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:
        """One column is always enough."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), wide(self._name_width + VALUE)), least.height())

    def _lay_out(self, columns: int) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._laid, rows = columns, -(-len(self._pairs) // columns)
        for pair in range(self._columns):
            self._grid.setColumnStretch(pair * 2 + 1, 1 if pair < columns else 0)
        for place, (name, value) in enumerate(self._pairs):
            at_row, at_column = place % max(rows, 1), place // max(rows, 1) * 2
            head = Line(name, "label")
            head.setMinimumWidth(px(self._name_width))
            self._grid.addWidget(head, at_row, at_column, TOP)
            self._grid.addWidget(label(value, "small", wrap=True, copy=True), at_row, at_column + 1, TOP)


class Checks(QWidget):
    """A grid of checked things: shape, name, and what was found."""

    def __init__(self, rows: Sequence[tuple[State, str]] = (), *, columns: int = 2, name_width: int = 92) -> None:
        super().__init__()
        self._columns, self._name_width = columns, name_width
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(7)
        tokens = theme.current()
        per_column = -(-len(rows) // columns)
        for place, (state, found) in enumerate(rows):
            at_row, at_column = place % per_column, place // per_column * 3
            grid.addWidget(
                icon_label(state.shape or SHAPES[state.tone], tokens.tone(state.tone), 14), at_row, at_column
            )
            grid.addWidget(Line(state.word, "small"), at_row, at_column + 1)
            grid.addWidget(label(found, "label", wrap=True), at_row, at_column + 2)
            grid.setColumnStretch(at_column + 2, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._align(self._columns * (px(name_width) + wide(VALUE)))

    def minimumSizeHint(self) -> QSize:
        """Names need not line up: where it is narrow they take what they need."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), self._columns * wide(VALUE)), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._align(event.size().width())
        super().resizeEvent(event)

    def _align(self, room: int) -> None:
        """Names line up with those of other cards where there is room for what was found beside them."""
        least = px(self._name_width) if room >= self._columns * (px(self._name_width) + wide(VALUE)) else 0
        for column in range(self._columns):
            self._grid.setColumnMinimumWidth(column * 3 + 1, least)
