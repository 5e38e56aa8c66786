"""Things side by side that go on to another line where there is no room, as words do."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget


class Flow(QLayout):
    """What is left of a line goes to the first in it that grows, otherwise to its left where `at_right`, else to its right."""

    def __init__(self, *, spacing: int = 8, between: int = 4, basis: int = 10_000, at_right: bool = False) -> None:
        """`spacing`: within a line; `between`: from line to line; `basis`: with so much width one that grows does without more
        before another goes on to the next line. All in pixels."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._growing: list[QWidget] = []
        self._between, self._basis, self._at_right = between, basis, at_right
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addWidget(self, widget: QWidget, stretch: int = 0) -> None:
        """With a stretch it grows."""
        if stretch:
            self._growing.append(widget)
        super().addWidget(widget)

    def insertWidget(self, index: int, widget: QWidget, stretch: int = 0) -> None:
        self.addWidget(widget, stretch)
        self._items.insert(index, self._items.pop())

    def addStretch(self, _stretch: int = 0) -> None:
        """What comes after it stands at the right."""
        self.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 0), placed=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, placed=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = [_hint(item) for item in self._shown()]
        across = sum(one.width() for one in shown) + self.spacing() * max(0, len(shown) - 1)
        return self._framed(QSize(across, max((one.height() for one in shown), default=0)))

    def minimumSize(self) -> QSize:
        """Each in a line of its own."""
        least = QSize(0, 0)
        for item in self._shown():
            least = least.expandedTo(item.minimumSize())
        return self._framed(least)

    def _framed(self, size: QSize) -> QSize:
        edge = self.contentsMargins()
        return QSize(size.width() + edge.left() + edge.right(), size.height() + edge.top() + edge.bottom())

    def _shown(self) -> Iterator[QLayoutItem]:
        return (item for item in self._items if not item.isEmpty() or isinstance(item, QSpacerItem))

    def _lines(self, room: int) -> Iterator[list[QLayoutItem]]:
        line: list[QLayoutItem] = []
        left = room
        for item in self._shown():
            wanted = self._wanted(item, room)
            if wanted > left and any(not isinstance(one, QSpacerItem) for one in line):
                after = [line.pop()] if isinstance(line[-1], QSpacerItem) else []
                yield line
                line, left = after, room - len(after) * self.spacing()
            line.append(item)
            left -= wanted + self.spacing()
        if line:
            yield line

    def _grows(self, item: QLayoutItem) -> bool:
        return isinstance(item, QSpacerItem) or item.widget() in self._growing

    def _wanted(self, item: QLayoutItem, room: int) -> int:
        wanted = min(_hint(item).width(), room)
        return max(item.minimumSize().width(), min(wanted, self._basis)) if self._grows(item) else wanted

    def _lay_out(self, rect: QRect, *, placed: bool) -> int:
        edge = self.contentsMargins()
        room = max(0, rect.width() - edge.left() - edge.right())
        top = rect.top() + edge.top()
        lines = list(self._lines(room))
        spare = max(0, rect.height() - self.heightForWidth(rect.width())) if placed else 0
        top += spare // 2
        for number, line in enumerate(lines):
            widths = [self._wanted(item, room) for item in line]
            left = room - sum(widths) - self.spacing() * (len(line) - 1)
            growing = [place for place, item in enumerate(line) if self._grows(item)]
            if growing:
                widths[growing[0]] += left
                left = 0
            high = max(_high(item, wide) for item, wide in zip(line, widths, strict=True))
            at = rect.left() + edge.left() + (left if self._at_right else 0)
            for item, wide in zip(line, widths, strict=True):
                if placed:
                    own = min(_high(item, wide), high)
                    item.setGeometry(QRect(QPoint(at, top + (high - own) // 2), QSize(wide, own)))
                at += wide + self.spacing()
            top += high + (self._between if number < len(lines) - 1 else 0)
        return top + edge.bottom() - rect.top() - spare // 2


def flow(*items: QWidget, spacing: int = 8, between: int = 4, at_right: bool = False) -> Flow:
    """These widgets in a flow."""
    made = Flow(spacing=spacing, between=between, at_right=at_right)
    for item in items:
        made.addWidget(item)
    return made


def flowing(layout: Flow) -> QWidget:
    """A flow as one widget, to stand in another one."""
    made = QWidget()
    made.setLayout(layout)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)
    return made


def _hint(item: QLayoutItem) -> QSize:
    return item.sizeHint().expandedTo(item.minimumSize())


def _high(item: QLayoutItem, width: int) -> int:
    if item.hasHeightForWidth():
        return max(item.heightForWidth(width), item.minimumSize().height())
    return _hint(item).height()
