"""The frame of every page: head (what, state, clock), numbered steps, body of at most three columns, footer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.bridge import Ties
from ui.kit.badge import Badge, State
from ui.kit.banner import SHAPES
from ui.kit.cards import Roomy
from ui.kit.countdown import Countdown
from ui.kit.flow import Flow, flowing
from ui.kit.steps import StepRow
from ui.kit.text import Line, clear, column, icon_label, label, row, upright
from ui.theme import px, wide
from ui.theme.tokens import Tone

LOW_HEAD, LOW_FOOT, LOW_EDGE = 44, 44, 8
"""Heights of head and foot and the edge round the body, in pixels at 100 %, where the window is low (`Window.LOW`)"""


class PageHead(QFrame):
    """What this is, in which state, and until when. `aside` takes the countdown or the progress."""

    def __init__(self, height: int = 84) -> None:
        super().__init__()
        self.setObjectName("pageHead")
        self._height, self._low, self._says = height, False, ""
        self.setMinimumHeight(px(height))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        box = Flow(spacing=24, basis=wide(360))
        box.setContentsMargins(24, 6, 24, 6)
        self.setLayout(box)
        self._line = Flow()
        self._under = Line("", "label")
        self._under.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        lines = QWidget()
        lines.setLayout(column(flowing(self._line), self._under, spacing=6))
        box.addWidget(lines, 1)
        aside = QWidget()
        self.aside = row(spacing=12)
        aside.setLayout(self.aside)
        box.addWidget(aside)

    def show_title(self, title: str, states: Sequence[State] = (), under: str = "", *, place: str = "") -> None:
        """`place` is the room's name before the tender's, as in 开标厅 | 2026 年….."""
        clear(self._line)
        if place:
            self._line.addWidget(label(place, "page"))
            self._line.addWidget(upright())
            self._line.addWidget(Line(title, "title", tone="text2"))
        else:
            self._line.addWidget(Line(title, "page"))
        for state in states:
            self._line.addWidget(Badge(state))
        self._says = under
        self._show_under()

    def set_low(self, low: bool) -> None:
        """On a low window the head is one line: what stands under the title is its tip, and clocks lie flat."""
        self._low = low
        self.setMinimumHeight(px(LOW_HEAD if low else self._height))
        for clock in self.findChildren(Countdown):
            clock.lie_flat(low)
        self._show_under()

    def _show_under(self) -> None:
        self._under.setText(self._says)
        self._under.setVisible(bool(self._says) and not self._low)
        self.setToolTip(self._says if self._low else "")


class PageFoot(QFrame):
    """Left: what is saved and the honest state. Right: secondary buttons and one primary, always the rightmost."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pageFoot")
        self.setMinimumHeight(px(56))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        box = Flow(basis=wide(300), at_right=True)
        box.setContentsMargins(24, 6, 24, 6)
        self.setLayout(box)
        self._left = Flow()
        box.addWidget(flowing(self._left), 1)
        self._right = Flow(at_right=True)
        box.addWidget(flowing(self._right))

    def say(self, tone: Tone, word: str, reason: str = "", *, shape: str = "") -> None:
        clear(self._left)
        tokens = theme.current()
        loud = tone if tone in ("warn", "danger", "ok") and reason else "text2"
        head = QWidget()
        head.setLayout(row(icon_label(shape or SHAPES[tone], tokens.tone(tone), 14), Line(word, "small", tone=loud)))
        head.layout().setStretch(1, 1)  # type: ignore[union-attr]
        self._left.addWidget(head)
        if reason:
            self._left.addWidget(Line(reason, "hint"), 1)
        self.setAccessibleName(f"{word} {reason}".strip())

    def set_buttons(self, *buttons: QPushButton) -> None:
        """Put these buttons at the right, the primary last; they have their place at once."""
        clear(self._right)
        for made in buttons:
            self._right.addWidget(made)
            made.show()
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
            self._right.activate()


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
        self._area = Roomy(self.canvas)
        box.addWidget(self._area, 1)
        box.addWidget(self.foot)
        self.foot.setVisible(foot)  # not before it has its place: it would be a window of its own, and take the keys

    def set_low(self, low: bool) -> None:
        """Head and foot take less of a window that is low: an old laptop, enlarged."""
        edge = LOW_EDGE if low else 16
        self.head.set_low(low)
        self.foot.setMinimumHeight(px(LOW_FOOT if low else 56))
        self.body.setContentsMargins(16, edge, 16, edge)

    def work(self) -> QWidget | None:
        """Where the focus goes when the page opens: on the work, not on the primary button."""
        return None

    def move_to(self, step: str, item: str) -> bool:
        """Show a step or item of this same page. False: this page cannot, make another."""
        return not step and not item

    def to_top(self) -> None:
        """Show the body from its beginning: another step must not begin where the last one was left."""
        self._area.verticalScrollBar().setValue(0)

    def column_widgets(self) -> list[QWidget]:
        """The columns of the body, for F6."""
        return [self.canvas]

    def refresh(self) -> None:
        """Read the views again; called when something this page shows has changed."""

    def leave(self) -> None:
        self.ties.undo()
