"""The window 合并草稿: what the other side changed, item by item; where both did, a person chooses with both values in view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from client.workflows.carrying import Incoming
from procurement.bidding.draft import BidForms
from procurement.bidding.merge import Conflict, Key, Side
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, plain
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.focus import FocusRing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.theme import wide
from ui.workspaces.supplier.prepare.item_words import item_place, value_words
from ui.workspaces.supplier.prepare.sheet import Sheet


@dataclass(frozen=True, slots=True)
class _Line:
    one: Conflict
    asked: bool
    place: str
    base: str
    mine: str
    theirs: str


class MergeDialog(QDialog):
    """`go_on` gets the merged bid. Nothing is changed before the button is pressed."""

    def __init__(
        self, parent: QWidget, context: Context, sheet: Sheet, found: Incoming, go_on: Callable[[BidForms], object]
    ) -> None:
        super().__init__(parent)
        self._context, self._sheet, self._found, self._go_on = context, sheet, found, go_on
        self.choices: dict[Key, Side] = {}
        self.setWindowTitle(tr("合并草稿"))
        self.setObjectName("merge-draft")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(wide(1080), max(640, parent.width() - 60)), min(wide(680), max(440, parent.height() - 40)))
        lines = [*(self._line(one, True) for one in found.conflicts), *(self._line(one, False) for one in found.came)]
        self.table: Table[_Line] = Table(
            (
                Column(tr("位置"), lambda one: Cell(one.place, weight=500 if one.asked else 400), 0),
                Column(tr("本机"), lambda one: Cell(_short(one.mine, one.theirs)), 220),
                Column(tr("对方"), lambda one: Cell(_short(one.theirs, one.mine)), 220),
                Column(tr("采用"), lambda one: Cell(state=self._state(one)), 130),
            ),
            tr("两边不同的内容"),
        )
        self.table.setObjectName("merge-items")
        self.table.on_selected(lambda _one: self._show_values())
        self._count = label("", "hint")
        card = Card(tr("两边不同的内容"), flush=True)
        card.head.addWidget(self._count)
        card.body.addWidget(self.table, 1)
        self._base, self._mine, self._theirs = (
            self._pane(name) for name in (tr("共同的旧内容"), tr("本机"), tr("对方"))
        )
        self._take_mine = button(tr("这项用本机的"), pressed=lambda: self._choose("mine"), object_name="take-mine")
        self._take_theirs = button(
            tr("这项用对方的"), pressed=lambda: self._choose("theirs"), object_name="take-theirs"
        )
        all_mine = button(tr("其余全用本机的"), "link", lambda: self._all("mine"), small=True, object_name="all-mine")
        all_theirs = button(tr("其余全用对方的"), "link", lambda: self._all("theirs"), small=True, object_name="all-theirs")  # fmt: skip
        for one in (self._take_mine, self._take_theirs, all_mine, all_theirs):
            one.setVisible(bool(found.conflicts))
        sides = row(*(column(label(name, "label"), pane, spacing=4) for name, pane in self._panes()), spacing=12)
        keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act = button(tr("合并"), "primary", self._merge, object_name="act")
        self._parts_note = label(
            tr("两边原来的内容都作为历史版本保留，合并后也可撤销；两台电脑都留在编制电脑记录里。"), "hint", wrap=True
        )
        box = column(
            label(self._title(), "title", wrap=True), label(self._said(), "small", "text2", wrap=True), card, sides,
            row(self._take_mine, self._take_theirs, all_mine, all_theirs, 0, spacing=8), self._parts_note,
            row(0, keep, self.act), spacing=10,
        )  # fmt: skip
        box.setContentsMargins(20, 18, 20, 16)
        box.setStretch(2, 1)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.table.show_rows(lines)
        if lines:
            self.table.selectRow(0)
        self.table.setFocus()
        self._show_values()
        self._show_count()

    # -- words

    def _title(self) -> str:
        index = self._found.index
        return tr("来自 {host} 的草稿，{moment} 写出", host=index.host or "—", moment=exact_text(index.made))

    def _said(self) -> str:
        found = self._found
        if found.nothing_new:
            return tr("没有新内容：对方有的，本机都已经有了。")
        if not found.version:
            return tr("本机还没有这个标包的草稿，将从对方的草稿接着编。")
        came = tr("只有对方改过的 {count} 处直接采用。", count=len(found.came)) if found.came else ""
        asked = tr("两边都改过的 {count} 处请逐项选择。", count=len(found.conflicts)) if found.conflicts else ""
        return came + asked

    def _line(self, one: Conflict, asked: bool) -> _Line:
        tender, lot, found = self._sheet.tender, self._sheet.lot, self._found
        value = next(side for side in (one.theirs, one.mine, one.base) if side is not None)
        words = [
            value_words(tender, lot, forms, one.key, side)
            for forms, side in (
                (found.base or found.mine, one.base),
                (found.mine, one.mine),
                (found.theirs, one.theirs),
            )
        ]
        return _Line(one, asked, item_place(tender, lot, one.key, value), *words)

    def _state(self, line: _Line) -> State:
        if not line.asked:
            return plain(tr("直接采用"))
        side = self.choices.get(line.one.key)
        if side is None:
            return needs(tr("请选择"))
        return done(tr("用本机的") if side == "mine" else tr("用对方的"))

    # -- choosing

    def _panes(self) -> list[tuple[str, QPlainTextEdit]]:
        return [(tr("共同的旧内容"), self._base), (tr("本机"), self._mine), (tr("对方"), self._theirs)]

    def _pane(self, name: str) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setReadOnly(True)
        made.setAccessibleName(name)
        made.setTabChangesFocus(True)
        made.setFixedHeight(wide(108))
        return made

    def _show_values(self) -> None:
        line = self.table.row()
        for pane, text in zip(
            (self._base, self._mine, self._theirs),
            (line.base, line.mine, line.theirs) if line else ("",) * 3,
            strict=True,
        ):
            pane.setPlainText(text)
        for one in (self._take_mine, self._take_theirs):
            one.setEnabled(line is not None and line.asked)

    def _choose(self, side: Side) -> None:
        """Take a side for this item and go on to the next undecided one."""
        line = self.table.row()
        if line is None or not line.asked:
            return
        self.choices[line.one.key] = side
        rows = self.table.rows_model.rows
        here = self.table.currentIndex().row()
        order = [*range(here + 1, len(rows)), *range(here)]
        undecided = [at for at in order if rows[at].asked and rows[at].one.key not in self.choices]
        self.table.show_rows(rows)
        self.table.selectRow(undecided[0] if undecided else here)
        self._show_count()

    def _all(self, side: Side) -> None:
        for one in self._found.conflicts:
            self.choices.setdefault(one.key, side)
        here = self.table.currentIndex().row()
        self.table.show_rows(self.table.rows_model.rows)
        self.table.selectRow(max(0, here))
        self._show_count()

    def _show_count(self) -> None:
        left = len(self._found.conflicts) - len(self.choices)
        self._count.setText(tr("还有 {count} 处要选", count=left) if left else tr("都已选好"))
        self._count.setVisible(bool(self._found.conflicts))
        self.act.setEnabled(not left and not self._found.nothing_new)

    def _merge(self) -> None:
        self.act.setEnabled(False)
        verb = self._context.desk.bidding.carrying.merge
        job = self._context.desk.start(verb, self._found, dict(self.choices))
        self._context.home(job.future, self, self._merged)

    def _merged(self, forms: BidForms) -> None:
        self._go_on(forms)
        self.accept()


def _short(text: str, other: str) -> str:
    """One line of a value: what differs from the other side."""
    lines, theirs = text.splitlines(), set(other.splitlines())
    return " · ".join([line for line in lines if line not in theirs] or lines)[:120]
