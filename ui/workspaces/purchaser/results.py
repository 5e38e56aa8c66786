"""确认中标结果: reports that are signed, and the first candidate to confirm within five working days (L-272)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.views.lots import LotStory
from client.workplace import Outcome
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, waits
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.dialogs import Question, ask
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table


def ranked_lots(context: Context) -> tuple[LotStory, ...]:
    """Lots with a report."""
    stories = (
        context.desk.story(tender, custody.lot)
        for tender in context.desk.tenders.tenders()
        for custody in tender.package.custody
    )
    return tuple(story for story in stories if story.report is not None)


class ResultsPage(Page):
    """The primary confirms the first candidate of the selected lot."""

    def __init__(self, context: Context) -> None:
        super().__init__(head=64)
        self._context = context
        self._busy = False
        self.head.show_title(tr("确认中标结果"))
        self._table: Table[LotStory] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.tender.title, f"{one.tender.package.number}·{one.lot}"), 0),
                Column(tr("第一候选人"), lambda one: Cell(_first(one)), 280),
                Column(tr("投标价（元）"), lambda one: Cell(_price(one)), 170, "right"),
                Column(tr("状态"), lambda one: Cell(state=self._state(one)), 150),
            ),
            tr("确认中标结果"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self._show_foot())
        self._card = Card(flush=True)
        self._card.body.addWidget(self._table)
        self._empty = StatePane()
        self._empty.say("gavel", "mute", tr("还没有待确认的结果"), tr("评审报告全部签署后，在这里确认中标人。"))
        self.body.addWidget(self._card, 1)
        self.body.addWidget(self._empty, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    def refresh(self) -> None:
        rows = ranked_lots(self._context)
        self._table.show_rows(rows)
        self._card.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if rows and not self._table.currentIndex().isValid():
            self._table.selectRow(0)
        self._show_foot()

    def _complete(self, story: LotStory) -> bool:
        return story.panel is not None and len(story.signatures) == len(story.panel.value.members)

    def _state(self, story: LotStory) -> State:
        if story.confirmation is not None:
            return done(tr("已确认"))
        return needs(tr("待确认")) if self._complete(story) else waits(tr("报告签署中"))

    def _show_foot(self) -> None:
        chosen = self._table.row()
        self.foot.say(
            "info", tr("收到评审报告之日起五个工作日内确认"), tr("逾期不确认又不说明合法理由的，视为确认第一候选人")
        )
        due = chosen is not None and chosen.confirmation is None and self._complete(chosen)
        confirm = button(tr("确认第一候选人中标"), "primary", self._ask, object_name="confirm-award")
        confirm.setEnabled(not self._busy)
        self.foot.set_buttons(*([confirm] if due else []))

    def _ask(self) -> None:
        story = self._table.row()
        assert story is not None
        text = tr(
            "中标人：{name}。由 {person} 对结果负责。",
            name=_first(story),
            person=self._context.desk.place.profile.person,
        )
        question = Question(
            self.window(), tr("确认中标人？"), text, act=tr("签章确认"), keep=tr("再看看"), danger=False
        )
        ask(question, lambda _pin: self._confirm(story))

    def _confirm(self, story: LotStory) -> None:
        assert story.report is not None
        desk = self._context.desk
        self._busy = True
        job = desk.start(desk.awarding.confirm, story.report.id, desk.place.profile.person)
        self._context.home(job.future, self, self._done, self._failed)

    def _done(self, _outcome: Outcome) -> None:
        self._busy = False
        self.refresh()

    def _failed(self, problem: Problem) -> None:
        self._busy = False
        self.refresh()
        self._context.tell_problem(self, problem)


def _first(story: LotStory) -> str:
    ranking = story.ranking.value if story.ranking else None
    if ranking is None or not ranking.candidates:
        return "—"
    return next(bid.name for bid in ranking.bids if bid.supplier == ranking.candidates[0])


def _price(story: LotStory) -> str:
    ranking = story.ranking.value if story.ranking else None
    if ranking is None or not ranking.candidates:
        return "—"
    return money_text(next(bid.quote for bid in ranking.bids if bid.supplier == ranking.candidates[0]))
