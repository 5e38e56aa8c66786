"""The frame of every page: head (what, state, clock), numbered steps, body of at most three columns, footer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from ui import theme
from ui.bridge import Ties
from ui.kit.badge import Badge, State
from ui.kit.banner import SHAPES
from ui.kit.cards import Roomy
from ui.kit.steps import StepRow
from ui.kit.text import Elided, clear, column, icon_label, label, upright
from ui.theme import px, wide
from ui.theme.tokens import Tone


class PageHead(QFrame):
    """What this is, in which state, and until when. `aside` takes the countdown or the progress."""

    def __init__(self, height: int = 84) -> None:
        super().__init__()
        self.setObjectName("pageHead")
        self.setMinimumHeight(px(height))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        box = QHBoxLayout(self)
        box.setContentsMargins(24, 6, 24, 6)
        box.setSpacing(24)
        self._line = QHBoxLayout()
        self._line.setSpacing(8)
        self._under = Elided("", "label")
        self._under.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        lines = column(0, self._line, self._under, 0, spacing=6)
        box.addLayout(lines, 1)
        self.aside = QHBoxLayout()
        self.aside.setSpacing(12)
        box.addLayout(self.aside)

    def show_title(self, title: str, states: Sequence[State] = (), under: str = "", *, place: str = "") -> None:
        """`place` is the room's name before the tender's, as in 开标厅 | 2026 年….."""
        clear(self._line)
        if place:
            self._line.addWidget(label(place, "page"))
            self._line.addSpacing(4)
            self._line.addWidget(upright())
            self._line.addSpacing(4)
            self._line.addWidget(Elided(title, "title", tone="text2"))
        else:
            self._line.addWidget(Elided(title, "page"))
        self._line.addSpacing(4)
        for state in states:
            self._line.addWidget(Badge(state))
        self._line.addStretch(1)
        self._under.setText(under)
        self._under.setVisible(bool(under))


class PageFoot(QFrame):
    """Left: what is saved and the honest state. Right: secondary buttons and one primary, always the rightmost."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pageFoot")
        self.setFixedHeight(px(56))
        box = QHBoxLayout(self)
        box.setContentsMargins(24, 0, 24, 0)
        box.setSpacing(8)
        self._left = QHBoxLayout()
        self._left.setSpacing(8)
        box.addLayout(self._left, 1)
        self._right = QHBoxLayout()
        self._right.setSpacing(8)
        box.addLayout(self._right)

    def say(self, tone: Tone, word: str, reason: str = "", *, shape: str = "") -> None:
        clear(self._left)
        tokens = theme.current()
        self._left.addWidget(icon_label(shape or SHAPES[tone], tokens.tone(tone), 14))
        self._left.addWidget(label(word, "small", tone if tone in ("warn", "danger", "ok") and reason else "text2"))
        self._left.addWidget(Elided(reason, "hint"), 1)
        self.setAccessibleName(f"{word} {reason}".strip())

    def set_buttons(self, *buttons: QPushButton) -> None:
        """Put these buttons at the right, the primary last."""
        clear(self._right)
        for made in buttons:
            self._right.addWidget(made)


class Page(QWidget):
    """Base of pages. `leave` is called when the page is let go: connections end with it."""

    topic = "keys"
    """Which help F1 opens here (`ui.help_texts`)"""
    asked = Signal(str)
    """The person asks for another place; carries its route, role/tender/lot/step/item"""

    def __init__(self, *, head: int = 84, foot: bool = True) -> None:
        super().__init__()
        self.ties = Ties()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.head = PageHead(head)
        self.steps = StepRow()
        self.canvas = QWidget()
        self.canvas.setObjectName("canvas")
        self.body = QVBoxLayout(self.canvas)
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(12)
        self.foot = PageFoot()
        for part in (self.head, self.steps):
            box.addWidget(part)
        box.addWidget(Roomy(self.canvas), 1)
        box.addWidget(self.foot)
        self.foot.setVisible(foot)  # not before it has its place: it would be a window of its own, and take the keys

    def work(self) -> QWidget | None:
        """Where the focus goes when the page opens: on the work, not on the primary button."""
        return None

    def move_to(self, step: str, item: str) -> bool:
        """Show a step or item of this same page. False: this page cannot, make another."""
        return not step and not item

    def column_widgets(self) -> list[QWidget]:
        """The columns of the body, for F6."""
        return [self.canvas]

    def refresh(self) -> None:
        """Read the views again; called when something this page shows has changed."""

    def leave(self) -> None:
        self.ties.undo()


SIDE = 100
"""Sides take their width before the middle grows"""
NARROW = 0.75
"""How far a side may shrink on a narrow screen"""


def _between(side: QWidget, width: int) -> None:
    """A side is as wide as given where there is room, and a quarter narrower where there is not."""
    side.setMinimumWidth(round(NARROW * wide(width)))
    side.setMaximumWidth(wide(width))
    side.setSizePolicy(QSizePolicy.Policy.Expanding, side.sizePolicy().verticalPolicy())


def columns(left: QWidget | None, middle: QWidget, right: QWidget | None = None, *, left_width: int = 300, right_width: int = 304) -> QHBoxLayout:  # fmt: skip
    """List, work and advice side by side."""
    box = QHBoxLayout()
    box.setSpacing(16)
    if left is not None:
        _between(left, left_width)
        box.addWidget(left, SIDE)
    work = QVBoxLayout()
    work.setSpacing(0)
    work.addWidget(middle, 1)
    work.addItem(
        QSpacerItem(wide(300), 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    )  # what it needs, or more
    box.addLayout(work, 1)
    if right is not None:
        _between(right, right_width)
        box.addWidget(right, SIDE)
    return box
