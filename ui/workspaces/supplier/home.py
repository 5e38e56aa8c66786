"""我的项目 and 找标: one table of lots; the nearest deadline stands above it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from client.changes import Changes
from client.workflows.following import Followed
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import Badge
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import Countdown
from ui.kit.flow import Flow, flowing
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import Line, clear, column, label, row
from ui.theme import wide
from ui.workspaces.supplier.filters import NEVER, Filters, news_words
from ui.workspaces.supplier.standing import Standing, Standings, under_of

_INNER_MARGIN = 16


def budget_text(budget: Decimal | None) -> str:
    return "—" if budget is None else money_text(budget)


SLICE = 0.02
"""Seconds in which lots are read between two events of the window"""
SHORT = 10
"""So many lots are read at once in any case"""
FETCHED = 20
"""Tender models fetched in one go"""


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
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show)
        self._search.textChanged.connect(lambda _text: self._soon.start())
        self.head.aside.addWidget(self._search)
        self._nearest = Card()
        self._nearest_box = QVBoxLayout()
        self._nearest.body.addLayout(self._nearest_box)
        self._followed: dict[str, Followed] = {}
        self._filters = Filters(self._show)
        self._table: Table[Standing] = Table(_columns(self._told, self._context.now), tr("项目"), row_height=56)
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
        self._standings = Standings(context, mine=mine)
        self._reading: Iterator[Standing | None] = iter(())
        self._read: list[Standing] = []
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._read_on)
        self._fetching = False
        self._unfetched: set[str] = set()
        self._missing: Iterator[str] = iter(())
        """Tenders whose models are not here, the next to be fetched first"""
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def rows_shown(self) -> tuple[Standing, ...]:
        return self._table.rows_model.rows

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox or changes.drafts:
            self._unfetched.clear()
            self._begin(changes.projects)

    def refresh(self) -> None:
        """Read everything anew."""
        self._begin(None)

    def _begin(self, projects: frozenset[str] | None) -> None:
        self._standings.forget(projects)
        self._reading, self._read = self._standings.each(), []
        self._read_on()

    def _read_on(self) -> None:
        """As many lots as one slice of time allows; a short list is whole at once, a long one does not hold the window up."""
        end = time.perf_counter() + SLICE
        for count, one in enumerate(self._reading, 1):
            if one is not None:
                self._read.append(one)
            if count >= SHORT and time.perf_counter() > end:
                if not self._next.isActive():
                    self._next.start()
                return
        self._next.stop()
        self._all = self._standings.ordered(self._read)
        self._missing = iter({one.tender.key: 0 for one in self._all if one.tender.outline is None})
        self._followed = self._context.desk.following.all()
        self._filters.offer(self._all)
        self._fetch_missing()
        self._show()

    def _fetch_missing(self) -> None:
        """Tender models are public and small; they are brought here, some at a time, so that the list can tell what they say."""
        if self._fetching:
            return
        some = tuple(itertools.islice((key for key in self._missing if key not in self._unfetched), FETCHED))
        if some:
            self._fetching = True
            job = self._context.desk.start(self._context.desk.tenders.fetch_some, some)
            self._context.home(job.future, self, partial(self.came, some), partial(self._not_fetched, some))

    def came(self, keys: tuple[str, ...], missing: tuple[str, ...]) -> None:
        """Models of these tenders were fetched, but for the `missing`. Only the lots of these tenders are worked out anew, and they keep their place: deadlines stand in the package."""
        self._fetching = False
        self._unfetched.update(missing)
        came = set(keys) - set(missing)
        if self._next.isActive():
            self._begin(frozenset())
            return
        if came:
            self._all = self._standings.renewed(self._all, came)
            self._filters.offer(self._all)
            self._show()
        self._fetch_missing()

    def _not_fetched(self, keys: tuple[str, ...], _problem: Problem) -> None:
        """Offline: the rows stay with their numbers; the next change asks again."""
        self._fetching = False
        self._unfetched.update(keys)

    def _show(self) -> None:
        """A key in the search comes here by way of the next event, so that what was typed is seen before the list is looked through."""
        wanted = self._search.text().strip().lower()
        takes = None if self._mine else self._filters.taking(self._context.now())
        found = [one for one in self._all if wanted in one.words] if wanted else self._all
        shown = found if takes is None else [one for one in found if takes(one, self._follow(one))]
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
        text = under_of(urgent.tender)
        left = column(head, Line(urgent.title, "title"), label(text, "label"), spacing=6)
        go = button(urgent.next_step, "primary", partial(self._open, urgent), icon="arrow-right", object_name="go-on")
        said = QWidget()
        said.setLayout(left)
        line = Flow(spacing=28, basis=wide(300))
        line.addWidget(said, 1)
        line.addWidget(countdown)
        line.addWidget(go)
        self._nearest_box.addWidget(flowing(line))

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


def _columns(told: Callable[[Standing], str], now: Callable[[], datetime]) -> tuple[Column[Standing], ...]:
    def under(one: Standing) -> str:
        return "·".join(part for part in (told(one), under_of(one.tender)) if part)

    return (
        Column(tr("项目"), lambda one: Cell(one.title, under(one)), 0),
        Column(tr("预算（元）"), lambda one: Cell(budget_text(one.budget)), 150, "right"),
        Column(tr("状态"), lambda one: Cell(state=one.state), 138),
        Column(tr("准备"), lambda one: Cell(one.prepared, tone="text2"), 110),
        Column(tr("下一时点"), lambda one: Cell(*one.moment(now())), 168),
        Column(tr("下一步"), lambda one: Cell(one.next_step, tone="link"), 110),
    )
