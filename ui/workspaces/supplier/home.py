"""我的项目 and 找标: one table of lots; the nearest deadline stands above it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.changes import Changes
from client.views.tenders import TenderView
from client.workflows.following import Followed
from procurement.basics.problems import Problem
from procurement.tendering.lot import Lot
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import Badge
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import Countdown
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import Elided, clear, column, label, row
from ui.theme import wide
from ui.workspaces.supplier.filters import NEVER, Filters, news_words
from ui.workspaces.supplier.standing import Standing, standings

_INNER_MARGIN = 16


def budget_text(lot: Lot | None) -> str:
    return "—" if lot is None else money_text(lot.money_ceiling)


class ProjectsPage(Page):
    """The list of lots. Models that are not here yet are fetched in the background."""

    def __init__(self, context: Context, *, mine: bool) -> None:
        super().__init__(head=64, foot=False)
        self._context, self._mine = context, mine
        self._place = "projects" if mine else "find"
        self.topic = "supplier-projects" if mine else "supplier-find"
        self.head.show_title(tr("我的项目") if mine else tr("找标"))
        self._search = QLineEdit()
        self._search.setProperty("tool", True)
        self._search.setPlaceholderText(tr("按项目名称、编号、采购人查找"))
        self._search.setAccessibleName(tr("查找项目"))
        self._search.setFixedWidth(wide(280))
        self._search.textChanged.connect(lambda _text: self._show())
        self.head.aside.addWidget(self._search)
        self._nearest = Card()
        self._nearest_box = QVBoxLayout()
        self._nearest.body.addLayout(self._nearest_box)
        self._followed: dict[str, Followed] = {}
        self._filters = Filters(self._show)
        self._table: Table[Standing] = Table(_columns(self._told), tr("项目"), row_height=56)
        self._table.on_activated(self._open)
        self._table.on_selected(lambda _one: self._show_watch())
        self._watch = button(tr("关注"), "link", self._toggle_watch, small=True, object_name="watch")
        self._card = Card(flush=True)
        self._card.body.addWidget(self._filters)
        self._filters.setVisible(not mine)
        self._card.body.addWidget(self._table, 1)
        foot = self._card.foot()
        self._count = label("", "hint")
        foot.addWidget(self._count)
        foot.addWidget(self._watch)
        foot.addStretch(1)
        foot.addWidget(label(tr("时间均为北京时间，以服务器时钟为准"), "hint"))
        self._empty = StatePane()
        self.body.addWidget(self._nearest)
        self.body.addWidget(self._card, 1)
        self.body.addWidget(self._empty, 1)
        self._all: tuple[Standing, ...] = ()
        self._fetching: set[str] = set()
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox or changes.drafts:
            self.refresh()

    def refresh(self) -> None:
        self._all = standings(self._context, mine=self._mine)
        self._followed = self._context.desk.following.all()
        self._filters.offer(self._all)
        self._fetch_missing()
        self._show()

    def _fetch_missing(self) -> None:
        """Tender models are public and small; they are brought here so that the list can tell what they say."""
        for one in self._all if self._all else ():
            if one.tender.model is None and one.tender.key not in self._fetching:
                self._fetching.add(one.tender.key)
                job = self._context.desk.start(self._context.desk.tenders.fetch, one.tender.key)
                self._context.home(job.future, self, self._fetched, partial(self._not_fetched, one.tender.key))

    def _fetched(self, tender: TenderView) -> None:
        self._fetching.discard(tender.key)
        self.refresh()

    def _not_fetched(self, key: str, _problem: Problem) -> None:
        """Offline: the row stays with its number; the next change asks again."""
        self._fetching.discard(key)

    def _show(self) -> None:
        wanted = self._search.text().strip().lower()
        now = self._context.now()
        shown = [
            one
            for one in self._all
            if wanted in _words(one) and (self._mine or self._filters.takes(one, self._follow(one), now))
        ]
        self._table.show_rows(shown)
        self._show_watch()
        self._count.setText(tr("共 {count} 个标包，按截止时间排序", count=len(shown)))
        self._card.setVisible(bool(self._all))
        self._empty.setVisible(not self._all)
        if not self._all:
            self._show_empty()
        self._show_nearest()

    def _show_empty(self) -> None:
        if self._mine:
            go = button(tr("查找招标项目"), "primary", lambda: self.asked.emit("find"), object_name="go-find")
            text = tr("浏览公告和下载招标文件不需要报名，也不收费。")
            self._empty.say("folder", "info", tr("还没有参加的项目"), text, go)
        else:
            text = tr("平台上现在没有公开的招标项目，或者还没有连上平台。")
            self._empty.say("search", "mute", tr("没有找到招标项目"), text)

    def _show_nearest(self) -> None:
        clear(self._nearest_box)
        urgent = next((one for one in self._all if self._mine and one.drafted and one.story.closing is None), None)
        self._nearest.setVisible(urgent is not None)
        if urgent is None:
            return
        countdown = Countdown(self._context.now)
        countdown.count_to(urgent.tender.package.deadline, tr("距提交截止"), calm=urgent.story.standing is not None)
        head = row(label(tr("截止最近"), "label"), Badge(urgent.state), 0)
        text = _under(urgent)
        left = column(head, Elided(urgent.title, "title"), label(text, "label"), spacing=6)
        go = button(urgent.next_step, "primary", partial(self._open, urgent), icon="arrow-right", object_name="go-on")
        line = row(spacing=28)
        line.addLayout(left, 1)
        line.addWidget(countdown)
        line.addWidget(go)
        self._nearest_box.addLayout(line)

    def _follow(self, one: Standing) -> Followed:
        return self._followed.get(one.tender.key, NEVER)

    def _told(self, one: Standing) -> str:
        return news_words(one, self._follow(one))

    def _show_watch(self) -> None:
        one = self._table.row()
        self._watch.setEnabled(one is not None)
        watched = one is not None and self._follow(one).watched
        self._watch.setText(tr("取消关注") if watched else tr("关注"))
        self._watch.setAccessibleName(self._watch.text())

    def _toggle_watch(self) -> None:
        one = self._table.row()
        if one is not None:
            self._context.desk.following.watch(one.tender.key, not self._follow(one).watched)
            self._followed = self._context.desk.following.all()
            self._show()

    def _open(self, one: Standing) -> None:
        self._context.desk.following.looked_at(one.tender.key, one.tender.package.version)
        self.asked.emit(f"projects/{one.tender.key}/{one.lot}/{one.step}")


def _columns(told: Callable[[Standing], str]) -> tuple[Column[Standing], ...]:
    def under(one: Standing) -> str:
        return "·".join(part for part in (told(one), _under(one)) if part)

    return (
        Column(tr("项目"), lambda one: Cell(one.title, under(one)), 0),
        Column(tr("预算（元）"), lambda one: Cell(budget_text(one.model)), 150, "right"),
        Column(tr("状态"), lambda one: Cell(state=one.state), 138),
        Column(tr("准备"), lambda one: Cell(one.prepared, tone="text2"), 110),
        Column(tr("下一时点"), lambda one: Cell(one.moment, one.under), 168),
        Column(tr("下一步"), lambda one: Cell(one.next_step, tone="link"), 110),
    )


def _under(one: Standing) -> str:
    buyer = one.tender.model.purchaser.name if one.tender.model else ""
    return "·".join(part for part in (buyer, one.tender.package.number) if part)


def _words(one: Standing) -> str:
    return f"{one.title} {_under(one)}".lower()
