"""Labels, lines and small arrangements."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.theme import px
from ui.theme.icons import pixmap

Kind = Literal["body", "small", "hint", "label", "strong", "title", "page", "figure", "percent", "word"]
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TOP = Qt.AlignmentFlag.AlignTop


def label(text: str, kind: Kind = "body", tone: str = "", *, wrap: bool = False, copy: bool = False) -> QLabel:
    """A line of text. `copy` lets the person select it."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    if tone:
        made.setProperty("tone", tone)
    if wrap:
        made.setWordWrap(True)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if copy:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def set_tone(widget: QWidget, tone: str) -> None:
    """Change the tone of a label after it was made."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def icon_label(name: str, colour: str, size: int = 16, ground: str | None = None) -> QLabel:
    """An icon that only accompanies words beside it."""
    made = QLabel()
    made.setPixmap(pixmap(name, colour, size, ground or theme.current().surface))
    made.setFixedSize(size, size)
    return made


class Line(QLabel):
    """Words that stand in one line where there is room, and in more where there is not; never cut."""

    def __init__(self, text: str, kind: Kind = "body", *, tone: str = "") -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        if tone:
            self.setProperty("tone", tone)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """The whole in one line: Qt would rather have it square."""
        self.ensurePolished()
        edge = self.contentsMargins()
        words = self.text().split("\n")
        across = max(self.fontMetrics().horizontalAdvance(line) for line in words) + 2
        high = self.fontMetrics().height() * len(words)
        return QSize(across + edge.left() + edge.right(), high + edge.top() + edge.bottom())


def hair() -> QFrame:
    """A divider of one pixel."""
    made = QFrame()
    made.setObjectName("hair")
    return made


def upright() -> QFrame:
    made = QFrame()
    made.setObjectName("vhair")
    made.setFixedHeight(px(18))
    return made


def row(*items: QWidget | QLayout | int, spacing: int = 8) -> QHBoxLayout:
    """Items side by side; an int is a stretch (0 becomes 1)."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    _fill(made, items)
    return made


def column(*items: QWidget | QLayout | int, spacing: int = 8) -> QVBoxLayout:
    """Items one under another; an int is a stretch (0 becomes 1)."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    _fill(made, items)
    return made


def _fill(layout: QHBoxLayout | QVBoxLayout, items: tuple[QWidget | QLayout | int, ...]) -> None:
    for item in items:
        if isinstance(item, int):
            layout.addStretch(item or 1)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
