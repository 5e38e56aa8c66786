"""打分: item by item, bid by bid, offline if need be; committed once, revealed after all have committed."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.lot_day import LotDay
from client.views.lots import LotStory
from procurement.evaluation.claims import claimed_points
from procurement.evaluation.sheets import Mark, ScoreReveal
from procurement.tendering.marking import Part
from ui.boards.bid_papers import EvidencePane
from ui.boards.consortium import ConsortiumBanner
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import Badge, computed, plain
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.page import Page
from ui.kit.tables import Cell
from ui.kit.text import Line, clear, column, label, row
from ui.theme.tokens import Tone
from ui.workspaces.expert.grid import GridRow, MarkGrid, short_name
from ui.workspaces.expert.mark_form import MarkForm, range_text
from ui.workspaces.expert.setting_right import SettingRight

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
        self._right = SettingRight(self._lot, context.desk.actor)
        self._at = ("", "")
        self._make_grid()
        self._evidence = EvidencePane(context)
        self._make_detail()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        self._consortium = ConsortiumBanner()
        box.addWidget(self._consortium)
        box.addWidget(columns(self._card, self._evidence, self._detail, left_width=516, right_width=312, first="left"))
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
        foot.addWidget(Line(tr("价格分由系统统一计算"), "hint"))

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
        self._evidence.show_talks(story.talks)
        self._right.show_story(story)
        if self._my_reveal() is not None:
            sheet = self._context.desk.clarifying.standing_sheet(self._day.opening.id)
            self._marks = {(mark.item, mark.supplier): mark for mark in sheet.marks}
        self._form.set_open(self._is_open(self._at))
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

    def _is_open(self, cell: tuple[str, str]) -> bool:
        """Before the commit every mark; after it only those that the ranking points at."""
        return not self._committed() or cell in self._right.grounds

    def _mark_of(self, cell: tuple[str, str]) -> Mark | None:
        return self._right.marks[cell] if cell in self._right.marks else self._marks.get(cell)

    def _committed(self) -> bool:
        return any(act.value.member == self._context.desk.actor for act in self._story.commits)

    def _cell(self, item: str, supplier: str) -> Cell:
        mark = self._mark_of((item, supplier))
        at_fault = (item, supplier) in self._right.grounds
        if mark is not None:
            sunken, tone = (item, supplier) in self._computed, "danger" if at_fault else ""
            return Cell(f"{mark.points.normalize():f}", sunken=sunken, tone=tone, weight=600 if at_fault else 400)
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
        self._form.show_part(part, supplier, self._mark_of((item, supplier)), points)
        self._form.set_open(self._is_open((item, supplier)))

    def _marked(self) -> None:
        mark = self._form.mark
        points = self._computed.get(self._at)
        if self._committed():
            self._set_right(mark)
            return
        if mark is None or (points is not None and mark.points == points and not mark.reason):
            self._marks.pop(self._at, None)
        elif points is None or mark.reason:
            self._marks[self._at] = mark
        self._grid.show_again()
        self._timer.start()
        self._page.show_foot()  # type: ignore[attr-defined]

    def _set_right(self, mark: Mark | None) -> None:
        """A mark typed after the ranking is kept aside until it is signed."""
        points, before = self._computed.get(self._at), self._marks.get(self._at)
        if mark is not None and points is not None and mark.points == points and not mark.reason:
            mark = None
        if mark == before:
            self._right.marks.pop(self._at, None)
        elif mark is not None or points is not None:
            self._right.marks[self._at] = mark
        self._grid.show_again()
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
        if self._right.grounds:
            return self._footer_to_set_right()
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

    def _footer_to_set_right(self) -> tuple[Tone, str, str, list[QPushButton]]:
        sign = button(tr("签名更正我的评分"), "primary", self._ask_correct, object_name="correct-sheet")
        sign.setEnabled(self._right.ready is not None and not self._doing.busy)
        if self._right.must:
            return "warn", tr("客观分各人不一致"), tr("核对标书后更正红字的格；一致以前不能编制报告"), [sign]
        return "info", tr("我的评分与他人相差较大"), tr("核对红字的格；确有差错才更正，否则不用动"), [sign]

    def _ask_correct(self) -> None:
        text = tr("原来提交的评分和更正后的都留存，更正理由写入评审报告。排名随即重新计算。")
        self._doing.ask_reason(tr("更正我的评分？"), text, tr("签名更正"), tr("再看看"), self._correct)

    def _correct(self, reason: str) -> None:
        ready = self._right.ready
        assert ready is not None
        ground, chosen = ready
        marks = [mark for mark in chosen.values() if mark is not None]
        dropped = [cell for cell, mark in chosen.items() if mark is None]
        verb, opening = self._context.desk.clarifying.correct_sheet, self._day.opening.id
        self._doing.do(verb, opening, marks, ground, reason, without=dropped)

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
