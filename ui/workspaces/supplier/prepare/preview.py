"""The bid as the committee will see it: item by item with its pages, and the points that the bid's own statements give."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from procurement.bidding.linking import LinkPlace, coverage
from procurement.evaluation.claims import self_score
from ui.boards.bid_papers import EvidencePane
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_started
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.focus import FocusRing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.workspaces.supplier.prepare.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Seen:
    """One line of the committee's list."""

    item: str
    title: str
    text: str
    points: str
    state: State


def seen_lines(sheet: Sheet) -> tuple[Seen, ...]:
    """Every item that is judged, once, with its self-score where statements settle it."""
    scores = self_score(sheet.lot, sheet.forms).leaves
    maxima = {leaf.code: leaf.maximum for leaf in sheet.lot.scheme.leaves}
    by_item: dict[str, list[LinkPlace]] = {}
    for place in coverage(sheet.tender, sheet.lot, sheet.forms).places:
        by_item.setdefault(place.item, []).append(place)
    return tuple(
        Seen(item, places[0].title, places[0].text, _points(item, scores, maxima), _state(places))
        for item, places in by_item.items()
    )


def _points(item: str, scores: dict[str, Decimal], maxima: dict[str, Decimal]) -> str:
    if item not in maxima:
        return "—"
    own = f"{scores[item].normalize():f}" if item in scores else tr("评委定")
    return f"{own} / {maxima[item].normalize():f}"


def _state(places: list[LinkPlace]) -> State:
    if any(place.missing for place in places):
        return blocked(tr("缺页码"))
    if all(place.link is not None for place in places):
        return done(tr("有页码"))
    return (
        needs(tr("部分"))
        if any(place.link is not None or place.reason for place in places)
        else not_started(tr("没有页码"))
    )


class PreviewDialog(QDialog):
    """Left the items, right what opens when an expert chooses one."""

    def __init__(self, parent: QWidget, context: Context, sheet: Sheet) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("评委看到的投标文件"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1280, parent.width() - 40), parent.height() - 40)
        self._sheet = sheet
        score = self_score(sheet.lot, sheet.forms)
        self._card = Card(tr("评审项"), tr("自评 {points} / {possible} 分", points=_plain(score.points), possible=_plain(score.possible)), flush=True)  # fmt: skip
        self.table: Table[Seen] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.title), 0),
                Column(tr("自评分"), lambda one: Cell(one.points), 92, "right"),
                Column(tr("页码"), lambda one: Cell(state=one.state), 96),
            ),
            tr("评审项"),
        )
        self.table.show_rows(seen_lines(sheet))
        self.table.on_selected(self._show)
        self._where = label("", "small", wrap=True)
        self._text = label("", "hint", wrap=True)
        self._card.body.addWidget(self.table, 1)
        lower = column(self._where, self._text, spacing=4)
        lower.setContentsMargins(16, 10, 12, 10)
        self._card.body.addLayout(lower)
        self.papers = EvidencePane(context)
        note = tr("自评只按你的申报用评分规则算出；评委核对后认定，主观分由评委打。")
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        box = column(spacing=12)
        box.addWidget(columns(self._card, self.papers, left_width=500), 1)
        below = row(label(note, "hint", wrap=True), close)
        below.setStretch(0, 1)
        box.addLayout(below)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.table.setFocus()
        self.table.selectRow(0)

    def _show(self, line: Seen) -> None:
        self._where.setText(tr("位置：{words}", words=self.papers.show_item(self._sheet.forms, line.item)))
        self._text.setText(line.text[:240])


def _plain(points: Decimal) -> str:
    return f"{points.normalize():f}"
