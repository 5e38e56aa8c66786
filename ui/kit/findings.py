"""Findings: title, where (links), on what ground, how to mend it. What must be mended stands before advice.

What is said of several places in the same words is said once, with all of its places; the counts count each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.i18n import tr
from ui.kit.badge import Badge, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.flow import Flow
from ui.kit.text import TOP, Line, clear, column, hair, icon_label, label, row


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `route` is where a click on its place leads."""

    level: Literal["must", "advice"]
    title: str
    place: str = ""
    route: str = ""
    ground: str = ""
    remedy: str = ""


Level = Literal["must", "advice"]
Words = tuple[Level, str, str, str]
"""What is said of a place: level, title, ground, remedy"""
Place = tuple[str, str]
"""Its words and its route"""
WITHIN = " › "
"""Stands between the parts of a place, the widest first"""
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
PLACES = 4
"""Places of one finding shown at once; a button shows the others"""


class FindingList(Card):
    """The advice column. `asked` carries the route of the place a person clicked."""

    asked = Signal(str)

    def __init__(self, title: str = "", note: str = "", quiet: str = "") -> None:
        """`quiet` says what advice does not stop."""
        super().__init__(title or tr("检查结果"), note or tr("随填随查"), flush=True)
        self._quiet = quiet or tr("建议不影响递交")
        self._badges = QWidget()
        self._badge_line = Flow()
        self._badge_line.setContentsMargins(16, 10, 12, 10)
        self._badges.setLayout(self._badge_line)
        self._inner = QWidget()
        self._list = QVBoxLayout(self._inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self.body.addWidget(self._badges)
        self.body.addWidget(hair())
        self._nothing = label(tr("没有需要处理的。"), "label")
        self._nothing.setContentsMargins(16, 14, 16, 14)
        self._list.addWidget(self._nothing)
        self._more = label("", "hint", wrap=True)
        self._more.setContentsMargins(16, 12, 16, 12)
        self._list.addWidget(self._more)
        self._list.addStretch(1)
        self._entries: dict[Words, _Entry] = {}
        self.body.addWidget(scrolled(self._inner), 1)
        self._shown: tuple[tuple[Finding, ...], tuple[int, int]] | None = None
        self.show_findings(())

    def show_findings(self, findings: Sequence[Finding], counts: tuple[int, int] | None = None) -> None:
        """Show these. `counts`: how much must be mended and how much is advice, where these are only the first of many."""
        ordered = tuple(sorted(findings, key=lambda found: found.level != "must"))
        must = sum(found.level == "must" for found in ordered)
        counts = counts or (must, len(ordered) - must)
        if (ordered, counts) == self._shown:
            return
        self._shown = (ordered, counts)
        must, advice = counts
        more = must + advice - len(ordered)
        self._more.setText(tr("另有 {count} 条，处理完前面的再列出", count=more))
        self._more.setVisible(more > 0)
        clear(self._badge_line)
        word = tr("必须处理 {count}", count=must)
        self._badge_line.addWidget(Badge(blocked(word) if must else done(word)))
        self._badge_line.addWidget(Badge(needs(tr("建议 {count}", count=advice))))
        self._badge_line.addStretch()
        self._badge_line.addWidget(Line(self._quiet, "hint"))
        self._show_entries(ordered)

    def _show_entries(self, ordered: Sequence[Finding]) -> None:
        """Entries that stay are kept: a keystroke seldom changes more than one of fifty, and making them takes time."""
        places: dict[Words, dict[Place, None]] = {}
        for found in ordered:
            words: Words = (found.level, found.title, found.ground, found.remedy)
            places.setdefault(words, {})[found.place, found.route] = None
        for words in [one for one in self._entries if one not in places]:
            entry = self._entries.pop(words)
            entry.hide()
            self._list.removeWidget(entry)
            entry.deleteLater()
        for at, (words, where) in enumerate(places.items()):
            if words not in self._entries:
                self._entries[words] = _Entry(words, self.asked.emit)
            if self._list.indexOf(self._entries[words]) != at:
                self._list.insertWidget(at, self._entries[words])
            self._entries[words].show_places(tuple(where))
        self._nothing.setVisible(not ordered)


class _Entry(QWidget):
    """One thing found, with every place where it was found. Links of places that stay are kept."""

    def __init__(self, words: Words, asked: Callable[[str], object]) -> None:
        super().__init__()
        self._asked = asked
        level, title, ground, remedy = words
        tokens = theme.current()
        shape, ink = ("blocked", tokens.danger) if level == "must" else ("warn", tokens.warn)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        self._where = label(tr("位置"), "hint")
        self._where.setContentsMargins(0, 4, 0, 0)  # level with the first link
        self._links = column(spacing=0)
        self._shared = Line("", "hint", tone="text2")
        self._shared.setContentsMargins(0, 4, 0, 0)
        self._links.addWidget(self._shared)
        grid.addWidget(self._where, 0, 0, TOP)
        grid.addLayout(self._links, 0, 1)
        for line, (name, text) in enumerate(((tr("依据"), ground), (tr("怎么改"), remedy)), 1):
            if text:
                value = label(text, "hint", "text2", wrap=True)
                value.setMinimumWidth(60)
                grid.addWidget(label(name, "hint"), line, 0, TOP)
                grid.addWidget(value, line, 1)
        self._count = label("", "hint")
        head = row(label(title, "strong", wrap=True))
        head.setStretch(0, 1)
        head.addWidget(self._count, 0, TOP)
        line_box = row(spacing=10)
        line_box.addWidget(icon_label(shape, ink, 15), 0, TOP)
        line_box.addLayout(column(head, grid, spacing=4), 1)
        line_box.setContentsMargins(16, 12, 14, 12)
        self.setLayout(column(line_box, hair(), spacing=0))
        self._more = button("", "link", self._show_all, small=True)
        self._more.setProperty("fine", True)
        self._links.addLayout(row(self._more, 0))
        self._all = False
        self._places: tuple[Place, ...] = ()
        self._made: dict[Place, QWidget] = {}

    def show_places(self, places: tuple[Place, ...]) -> None:
        if places != self._places:
            self._places = places
            self._show()

    def _show_all(self) -> None:
        """The rest of the places; the focus goes on to the first of them."""
        self._all = True
        self._show()
        self._made[self._places[PLACES]].setFocus()

    def _show(self) -> None:
        named = [place for place in self._places if place[0]]
        shown = named if self._all else named[:PLACES]
        shared = _shared(named)
        self._shared.setText(shared)
        self._shared.setVisible(bool(shared))
        for gone in [one for one in self._made if one not in shown]:
            made = self._made.pop(gone)
            made.hide()
            self._links.removeWidget(made)
            made.deleteLater()
        for at, place in enumerate(shown, 1):
            if place not in self._made:
                self._made[place] = self._link(place)
            made = self._made[place]
            if isinstance(made, _Link):
                made.setText(place[0].removeprefix(shared + WITHIN))
            if self._links.indexOf(self._made[place]) != at:
                side = Qt.AlignmentFlag.AlignLeft if place[1] else Qt.AlignmentFlag(0)
                self._links.insertWidget(at, self._made[place], 0, side)
                self._made[place].show()  # at once: the focus may go there
        self._where.setVisible(bool(named))
        self._count.setText(tr("共 {count} 处", count=len(named)))
        self._count.setVisible(len(named) > 1)
        self._more.setText(tr("还有 {count} 处", count=len(named) - len(shown)))
        self._more.setAccessibleName(self._more.text())
        self._more.setVisible(len(named) > len(shown))

    def _link(self, place: Place) -> QWidget:
        text, route = place
        if not route:
            value = label(text, "hint", "text2", wrap=True)
            value.setMinimumWidth(60)
            return value
        link = _Link(text)
        link.clicked.connect(lambda _checked=False: self._asked(route))
        return link


class _Link(QPushButton):
    """A place to go to. In a narrow column its words go on in the next line."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        for name, value in (("kind", "link"), ("small", True), ("fine", True)):
            self.setProperty(name, value)
        self.setAccessibleName(f"{tr('位置')} {text}")
        self.setToolTip(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setMinimumWidth(40)
        policy = QSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 8, hint.height())

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - 4), 10_000)
        return max(self.sizeHint().height(), self.fontMetrics().boundingRect(room, WRAPPED, self.text()).height() + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        words, option.text = option.text, ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        font = self.font()
        font.setUnderline(self.underMouse() and self.isEnabled())
        painter.setFont(font)
        tokens = theme.current()
        painter.setPen(QColor(tokens.link if self.isEnabled() else tokens.text3))
        painter.drawText(self.rect().adjusted(2, 0, -2, 0), WRAPPED, words)


def _shared(places: Sequence[Place]) -> str:
    """The part that all of several places lie in, where there is one."""
    outer = {place[0].partition(WITHIN)[0] for place in places if WITHIN in place[0]}
    return outer.pop() if len(places) > 1 and len(outer) == 1 and all(WITHIN in place[0] for place in places) else ""
