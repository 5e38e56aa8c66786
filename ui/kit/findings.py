"""Findings: title, where (a link), on what ground, how to mend it. What must be mended stands before advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.kit.badge import Badge, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.text import TOP, Elided, clear, column, hair, icon_label, label, row


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `route` is where a click on its place leads."""

    level: Literal["must", "advice"]
    title: str
    place: str = ""
    route: str = ""
    ground: str = ""
    remedy: str = ""


class FindingList(Card):
    """The advice column. `asked` carries the route of the place a person clicked."""

    asked = Signal(str)

    def __init__(self, title: str = "", note: str = "", quiet: str = "") -> None:
        """`quiet` says what advice does not stop."""
        super().__init__(title or tr("检查结果"), note or tr("随填随查"), flush=True)
        self._quiet = quiet or tr("建议不影响递交")
        self._badges = QWidget()
        self._badge_line = row()
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
        self._entries: list[tuple[Finding, QWidget]] = []
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
        self._badge_line.addStretch(1)
        self._badge_line.addWidget(Elided(self._quiet, "hint"))
        self._show_entries(ordered)

    def _show_entries(self, ordered: Sequence[Finding]) -> None:
        """Entries that stay are kept: a keystroke seldom changes more than one of fifty, and making them takes time."""
        kept: dict[Finding, list[QWidget]] = {}
        for found, entry in self._entries:
            kept.setdefault(found, []).append(entry)
        self._entries = []
        for place, found in enumerate(ordered):
            entry = kept[found].pop() if kept.get(found) else self._entry(found)
            if self._list.indexOf(entry) != place:
                self._list.insertWidget(place, entry)
            self._entries.append((found, entry))
        for entry in (entry for left in kept.values() for entry in left):
            entry.hide()
            self._list.removeWidget(entry)
            entry.deleteLater()
        self._nothing.setVisible(not ordered)

    def _entry(self, found: Finding) -> QWidget:
        tokens = theme.current()
        shape, ink = ("blocked", tokens.danger) if found.level == "must" else ("warn", tokens.warn)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        pairs = ((tr("位置"), found.place), (tr("依据"), found.ground), (tr("怎么改"), found.remedy))
        for name, text in pairs:
            if not text:
                continue
            line = grid.rowCount()
            grid.addWidget(label(name, "hint"), line, 0, TOP)
            if name == tr("位置") and found.route:
                link = button(
                    text, "link", lambda: self.asked.emit(found.route), small=True, name=f"{tr('位置')} {text}"
                )
                link.setProperty("fine", True)
                link.setToolTip(text)
                link.setMinimumWidth(40)
                link.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
                grid.addLayout(row(link, 0), line, 1)
            else:
                value = label(text, "hint", "text2", wrap=True)
                value.setMinimumWidth(60)
                grid.addWidget(value, line, 1)
        words = column(label(found.title, "strong", wrap=True), grid, spacing=4)
        entry = QWidget()
        line_box = row(spacing=10)
        line_box.addWidget(icon_label(shape, ink, 15), 0, TOP)
        line_box.addLayout(words, 1)
        line_box.setContentsMargins(16, 12, 14, 12)
        whole = column(line_box, hair(), spacing=0)
        entry.setLayout(whole)
        return entry
