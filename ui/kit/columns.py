"""List, work and advice side by side; where there is no room for all, sides become drawers that are opened and closed by name.

The work stays in view. What a person opened or closed is kept for each page. On the smallest screens a drawer stands in the work's
place until something is chosen in it, it is closed, or Esc is pressed.
"""

from __future__ import annotations

from typing import Literal

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.findings import FindingList
from ui.kit.flow import flow, flowing
from ui.kit.taborder import first_in
from ui.settings import keep_drawers, kept_drawers
from ui.theme import px, wide

Side = Literal["left", "right"]
SIDES: tuple[Side, ...] = ("left", "right")
STRETCH = 100
"""Sides take their width before the work grows"""
NARROW = 0.75
"""How far a side may shrink before it becomes a drawer"""
WORK, FAIR = 330, 520
"""What the work has at least, and what it is left before a side that nobody asked for becomes a drawer; in pixels"""
GAP, SCROLL_BAR = 16, 20
WIDEST = 16_777_215


class Columns(QWidget):
    """At most three columns. `key` tells the page apart in what is kept."""

    def __init__(
        self, parts: dict[str, QWidget], widths: dict[str, int], names: dict[str, str], first: Side | None, fair: int
    ) -> None:
        super().__init__()
        self._first, self._fair, self._begun = first, fair, False
        self._parts, self._widths, self._names = parts, widths, names
        self._sides: tuple[Side, ...] = tuple(side for side in SIDES if side in parts)
        self._holders = {name: self._hold(name) for name in ("left", "work", "right") if name in parts}
        self._across, self._arranging = 0, False
        """The width that columns are chosen for: a scroll bar that comes and goes with them does not count"""
        self._cover: Side | None = None
        """The drawer that stands in the work's place"""
        self._buttons = {side: self._make_button(side) for side in self._sides}
        self._bar = flowing(flow(*self._buttons.values(), spacing=16))
        self._bar.hide()
        line = QHBoxLayout()
        line.setSpacing(GAP)
        for name, holder in self._holders.items():
            line.addWidget(holder, 1 if name == "work" else STRETCH)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addWidget(self._bar)
        box.addLayout(line, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._arrange)
        for side in self._sides:
            parts[side].installEventFilter(self)
            for board in [parts[side], *parts[side].findChildren(QWidget)]:
                if isinstance(board, FindingList):
                    board.asked.connect(lambda _route: self.show_work())
                elif isinstance(board, QAbstractItemView):
                    board.clicked.connect(lambda _index: self.show_work())
                    board.activated.connect(lambda _index: self.show_work())

    def _hold(self, name: str) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._parts[name], 1)
        if name == "work":
            box.addItem(QSpacerItem(wide(WORK), 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed))
        else:
            holder.setMinimumWidth(self._least(name))
            holder.setMaximumWidth(wide(self._widths[name]))
            holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        return holder

    def _least(self, name: str) -> int:
        """How narrow a part may be."""
        part = self._parts[name]
        own = max(part.minimumSizeHint().width(), part.minimumWidth())
        return max(own, wide(WORK)) if name == "work" else round(NARROW * wide(self._widths[name]))

    def _make_button(self, side: Side) -> QPushButton:
        icon = "chevron-left" if side == "left" else "chevron-right"
        return button("", "link", lambda: self._turn(side), icon=icon, small=True, object_name=f"drawer-{side}")

    # -- what there is room for

    def minimumSizeHint(self) -> QSize:
        """Each part alone is enough: the others are drawers then."""
        least = max(self._least(name) for name in self._holders if not self._absent(name))
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        now = self.width()
        self._across = min(self._across, now) if 0 < now - self._across <= SCROLL_BAR else now
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._soon.start()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._arrange()
        return False

    def _absent(self, name: str) -> bool:
        """Whether the page itself has put a part away."""
        part, state = self._parts[name], Qt.WidgetAttribute
        return part.testAttribute(state.WA_WState_ExplicitShowHide) and part.testAttribute(state.WA_WState_Hidden)

    @property
    def drawers(self) -> tuple[Side, ...]:
        """The sides that are drawers now."""
        there = [side for side in self._sides if not self._absent(side)]
        return () if self._room(("work", *there), fair=True) else tuple(there)

    def _room(self, names: tuple[str, ...], *, fair: bool = False) -> bool:
        wanted = sum(self._least(name) for name in names) + GAP * (len(names) - 1)
        return wanted + (max(0, px(self._fair) - self._least("work")) if fair else 0) <= self._across

    def _key(self) -> str:
        """The page, and which columns of it."""
        above = self.parentWidget()
        names: list[str] = []
        while above is not None and not above.isWindow():
            room = type(above).__module__
            if room.startswith("ui.") and not room.startswith("ui.kit"):
                names.append(type(above).__name__)
            above = above.parentWidget()
        return "/".join(reversed(names))

    def _opened(self) -> list[Side]:
        kept = kept_drawers().get(self._key())
        usual = ("right", "left") if self._first == "right" else SIDES
        order = usual if kept is None else tuple(kept.split(","))
        return [side for name in order for side in self._sides if side == name and not self._absent(side)]

    def _arrange(self) -> None:
        if self._arranging:  # putting columns away may make the page as wide as it was
            self._soon.start()
            return
        self._arranging = True
        try:
            self._show_columns()
        finally:
            self._arranging = False

    def _show_columns(self) -> None:
        drawers = self.drawers
        shown: list[str] = ["work"]
        for side in self._opened() if drawers else [one for one in self._sides if not self._absent(one)]:
            asked = kept_drawers().get(self._key(), self._first or "").partition(",")[0] == side
            if not drawers or self._room((*shown, side), fair=not asked):
                shown.append(side)
        if self._first in drawers and not self._begun:
            self._cover = self._first
        if self._cover is not None and (self._cover not in drawers or self._room(("work", self._cover))):
            self._cover = None
        if self._cover is not None:
            shown = [self._cover]
        for name, holder in self._holders.items():
            if name != "work":
                holder.setMaximumWidth(WIDEST if name == self._cover else wide(self._widths[name]))
                holder.setMinimumWidth(0 if name == self._cover else self._least(name))
            if holder.isHidden() == (name in shown):
                holder.setVisible(name in shown)
        for side, made in self._buttons.items():
            made.setVisible(side in drawers)
            title = self._names.get(side) or self._title(side)
            made.setText(tr("收起“{name}”", name=title) if side in shown else tr("打开“{name}”", name=title))
            made.setAccessibleName(made.text())
        if self._bar.isHidden() == bool(drawers):
            self._bar.setVisible(bool(drawers))

    def _title(self, side: Side) -> str:
        part = self._parts[side]
        cards = [part] if isinstance(part, Card) else part.findChildren(Card)
        titles = [card.title.text() for card in cards if isinstance(card, Card) and card.title.text()]
        return titles[0] if titles else part.accessibleName() or (tr("列表") if side == "left" else tr("说明"))

    # -- opening and closing

    def _turn(self, side: Side) -> None:
        """Open a drawer, or close it."""
        if side == self._cover:
            self.show_work()
            return
        if not self._holders[side].isHidden():
            self._keep([one for one in self._opened() if one != side])
            self._arrange()
            return
        self._open(side)
        target = first_in(self._holders[side])
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _open(self, side: Side) -> None:
        """Beside the work where there is room, and kept so; else in its place."""
        if self._room(("work", side)):
            self._keep([side, *(one for one in self._opened() if one != side)])
        else:
            self._cover = side
        self._arrange()

    def show_part(self, control: QWidget) -> None:
        """Open the drawer in which a control lies, or close the one that stands before it."""
        for name, holder in self._holders.items():
            if holder.isHidden() and holder.isAncestorOf(control):
                if name in SIDES:
                    self._open(name)
                else:
                    self.show_work()

    def _keep(self, opened: list[Side]) -> None:
        keep_drawers({**kept_drawers(), self._key(): ",".join(opened)})

    def show_work(self) -> None:
        """Close the drawer that stands in the work's place; the keys go on in the work."""
        if self._cover is None:
            return
        self._cover, self._begun = None, True
        self._arrange()
        work = self._holders["work"]
        target = work.focusWidget() or first_in(work)
        if target is not None and shiboken6.isValid(target):
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._cover is not None:
            self.show_work()
        else:
            super().keyPressEvent(event)

    def in_view(self) -> list[QWidget]:
        """The columns that are shown, from left to right, for F6."""
        return [holder for holder in self._holders.values() if not holder.isHidden()]


def reveal(control: QWidget) -> None:
    """Bring a control into view that may lie in a closed drawer."""
    above = control.parentWidget()
    while above is not None:
        if isinstance(above, Columns):
            above.show_part(control)
        above = above.parentWidget()


def columns(
    left: QWidget | None,
    middle: QWidget,
    right: QWidget | None = None,
    *,
    left_width: int = 300,
    right_width: int = 304,
    left_name: str = "",
    right_name: str = "",
    first: Side | None = None,
) -> Columns:
    """List, work and advice side by side. `left_name`, `right_name`: of the drawers; else the titles of their first cards. `first`: a side
    with which one begins: it becomes a drawer only where it has no place at all, and is open then."""
    given = {"left": left, "work": middle, "right": right}
    parts = {name: part for name, part in given.items() if part is not None}
    fair = FAIR if first is None else WORK
    widths, names = {"left": left_width, "right": right_width}, {"left": left_name, "right": right_name}
    return Columns(parts, widths, names, first, fair)
