"""打分: item by item, bid by bid, offline if need be; committed once, revealed after all have committed."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.lot_day import LotDay
from client.views.lots import LotStory
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.sheets import Mark, ScoreReveal, ScoreSheet
from procurement.tendering.marking import Part
from ui.boards.bid_papers import EvidencePane
from ui.boards.consortium import ConsortiumBanner
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import Badge, computed, plain
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.countdown import exact_text
from ui.kit.page import Page, columns
from ui.kit.tables import Cell
from ui.kit.text import Elided, clear, column, label, row
from ui.theme.tokens import Tone
from ui.workspaces.expert.grid import GridRow, MarkGrid, short_name
from ui.workspaces.expert.mark_form import MarkForm, range_text

SAVE_AFTER_MS = 600


class ScoresPane(QWidget):
    """Marks of others are absent, not greyed, until all are in."""

    def __init__(self, context: Context, page: Page, day: LotDay, story: LotStory) -> None:
        super().__init__()
        self._context, self._page, self._day, self._story = context, page, day, story
        self._doing = Doing(self, context, page)
        self._saved = ""
        self._lot = day.published.lot(day.lot)
        self._parts = {part.code: part for part in self._lot.scheme.leaves}
        sheet, self._version = context.desk.scoring.sheet(day.opening.id)
        self._marks = {(mark.item, mark.supplier): mark for mark in sheet.marks}
        scored = story.review_closed.value.scored if story.review_closed else ()
        self._bidders = tuple((supplier, day.names[supplier]) for supplier in scored)
        self._computed = {
            (part.code, supplier): points
            for part in self._parts.values()
            if part.settled_by == "claims"
            for supplier in scored
            if (points := claimed_points(self._lot, part, day.forms[supplier])) is not None
        }
        self._at = ("", "")
        self._make_grid()
        self._evidence = EvidencePane(context)
        self._make_detail()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._consortium = ConsortiumBanner()
        box.addWidget(self._consortium)
        box.addLayout(columns(self._card, self._evidence, self._detail, left_width=516, right_width=312))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save)

    def _make_grid(self) -> None:
        rows = [
            GridRow(part.code, f"{place} {part.title}", _note(part))
            for place, part in enumerate(self._parts.values(), 1)
        ]
        bidders = [(code, short_name(name)) for code, name in self._bidders]
        self._grid = MarkGrid(rows, bidders, self._cell, tr("评分项"), tr("分值"))
        self._grid.picked.connect(self._show_cell)
        self._card = Card(tr("我的评分"), tr("他人评分在全部提交后同时公开"), flush=True)
        self._card.body.addWidget(self._grid, 1)
        foot = self._card.foot()
        foot.addWidget(Badge(computed(tr("灰底为客观分，系统计算，专家核对"))))
        foot.addStretch(1)
        foot.addWidget(Elided(tr("价格分由系统统一计算"), "hint"))

    def _make_detail(self) -> None:
        self._detail = Card(tr("评分项"), flush=True)
        self._badges = row()
        self._who = label("", "hint")
        self._text = label("", "small", "text2", wrap=True)
        self._where = label("", "hint", wrap=True)
        self._form = MarkForm()
        self._form.changed.connect(self._marked)
        inner = QWidget()
        box = column(spacing=10)
        box.setContentsMargins(16, 12, 16, 16)
        box.addLayout(self._badges)
        for one in (self._who, self._text, self._where, self._form):
            box.addWidget(one)
        box.addStretch(1)
        inner.setLayout(box)
        self._detail.body.addWidget(scrolled(inner))

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        revealed = self._my_reveal()
        if revealed is not None:
            self._marks = {
                (mark.item, mark.supplier): mark
                for mark in ScoreSheet.from_bytes(revealed.sheet, 16 * 1024 * 1024).marks
            }
        self._form.set_open(not self._committed())
        self._grid.show_again()
        if not self._at[0] and self._parts and self._bidders:
            first = next(
                (cell for cell in self._grid.order() if cell not in self._marks and cell not in self._computed),
                self._grid.order()[0],
            )
            self._grid.go(*first)

    def _my_reveal(self) -> ScoreReveal | None:
        mine = {act.id for act in self._story.commits if act.value.member == self._context.desk.actor}
        return next((act.value for act in self._story.reveals if act.value.commit in mine), None)

    def _committed(self) -> bool:
        return any(act.value.member == self._context.desk.actor for act in self._story.commits)

    def _cell(self, item: str, supplier: str) -> Cell:
        mark = self._marks.get((item, supplier))
        if mark is not None:
            return Cell(f"{mark.points.normalize():f}", sunken=(item, supplier) in self._computed)
        points = self._computed.get((item, supplier))
        if points is not None:
            return Cell(f"{points.normalize():f}", sunken=True, tone="text2")
        return Cell(tr("未评"), tone="text3")

    def _show_cell(self, item: str, supplier: str) -> None:
        part = self._parts[item]
        self._at = (item, supplier)
        self._detail.title.setText(part.title)
        clear(self._badges)
        self._badges.addWidget(Badge(plain(tr("{range} 分", range=range_text(part)))))
        points = self._computed.get((item, supplier))
        kind = computed(tr("客观分")) if points is not None or part.nature == "objective" else plain(tr("主观分"))
        self._badges.addWidget(Badge(kind))
        self._badges.addStretch(1)
        self._who.setText(self._day.names[supplier])
        self._consortium.show_bid(supplier, self._day.forms, self._day.names)
        self._text.setText(part.text or part.title)
        self._where.setText(tr("位置：{words}", words=self._evidence.show_item(self._day.forms[supplier], item)))
        self._form.show_part(part, supplier, self._marks.get((item, supplier)), points)
        self._form.set_open(not self._committed())

    def _marked(self) -> None:
        mark = self._form.mark
        points = self._computed.get(self._at)
        if mark is None or (points is not None and mark.points == points and not mark.reason):
            self._marks.pop(self._at, None)
        elif points is None or mark.reason:
            self._marks[self._at] = mark
        self._grid.show_again()
        self._timer.start()
        self._page.show_foot()  # type: ignore[attr-defined]

    def _save(self) -> None:
        desk = self._context.desk
        job = desk.start(desk.scoring.save, self._day.opening.id, tuple(self._marks.values()))
        self._context.home(job.future, self, self._told_saved)

    def _told_saved(self, version: int) -> None:
        self._version = version
        self._saved = exact_text(self._context.now())[11:]
        self._page.show_foot()  # type: ignore[attr-defined]

    # -- footer

    def _left(self) -> list[tuple[str, str]]:
        return [cell for cell in self._grid.order() if cell not in self._marks and cell not in self._computed]

    def progress(self) -> tuple[str, int, int]:
        count = len(self._grid.order())
        return tr("我的进度"), count - len(self._left()), count

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        if self._my_reveal() is not None:
            return "ok", tr("评分已公开"), tr("排名由全部评分重新计算得出"), []
        if self._committed() and self._story.scores_closed is not None:
            reveal = button(tr("公开我的评分"), "primary", self._reveal, object_name="reveal")
            self._doing.settle(reveal)
            return "warn", tr("全部成员已提交"), tr("现在同时公开；内容与提交时一致才被接受"), [reveal]
        if self._committed():
            return "ok", tr("评分已提交"), tr("等全部成员提交后公开"), []
        left = len(self._left())
        words = tr("还有 {count} 格", count=left) if left else tr("已评完")
        submit = button(
            tr("提交我的评分"), "primary" if not left else "default", self._ask_commit, object_name="commit"
        )
        submit.setEnabled(not left and not self._doing.busy)
        made = [submit]
        if left:
            submit.setText(tr("提交我的评分（还有 {count} 格）", count=left))
            made.append(button(tr("看下一格"), "primary", self._next, object_name="next-cell"))
        saved = tr("本机已存 {time}", time=self._saved) if self._saved else words
        return "ok", saved, tr("断网不影响打分；提交时签名，联网后送达"), made

    def _next(self) -> None:
        left = self._left()
        if not left:
            return
        order = list(self._grid.order())
        at = order.index(self._at) if self._at in order else -1
        self._grid.go(*next((cell for cell in left if order.index(cell) > at), left[0]))
        self._form.figure.setFocus()
        self._form.figure.selectAll()

    def _ask_commit(self) -> None:
        text = tr("先提交的是评分的承诺值，内容等全部成员提交后一起公开。提交后不能再改。")
        self._doing.ask(tr("提交我的评分？"), text, tr("签名提交"), tr("再看看"), self._commit)

    def _commit(self) -> None:
        """What is typed is saved first, on the store's lane; the commit then takes what is kept."""
        scoring, opening = self._context.desk.scoring, self._day.opening.id
        self._timer.stop()
        marks = tuple(self._marks.values())
        self._doing.do(scoring.save, opening, marks, then=lambda _version: self._doing.do(scoring.commit, opening))

    def _reveal(self) -> None:
        self._doing.do(self._context.desk.scoring.reveal, self._day.opening.id)


def _note(part: Part) -> str:
    head = tr("客观 ") if part.settled_by == "claims" or part.nature == "objective" else ""
    return head + range_text(part)


def total(marks: dict[tuple[str, str], Mark], supplier: str) -> Decimal:
    """Sum of the marks given to one bidder so far."""
    return sum((mark.points for (_item, whose), mark in marks.items() if whose == supplier), Decimal(0))
