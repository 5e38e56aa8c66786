"""确认中标结果: reports that are signed, and the first candidate to confirm within five working days (L-272); before that, ties to decide (L-258)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.views.lots import LotStory
from client.views.ties import purchaser_decides
from procurement.evaluation.sheets import RankedBid
from ui.boards.act_page import ActPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, waits
from ui.kit.buttons import button
from ui.kit.listing import Listing
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table
from ui.workspaces.purchaser.tie import TieCard


def ranked_lots(context: Context) -> tuple[LotStory, ...]:
    """Lots with a report, and those whose ranking waits for the purchaser to decide a tie."""
    stories = (
        context.desk.story(tender, custody.lot)
        for tender in context.desk.tenders.tenders()
        for custody in tender.package.custody
    )
    return tuple(story for story in stories if story.report is not None or purchaser_decides(story))


class ResultsPage(ActPage):
    """The primary confirms the first candidate of the selected lot."""

    topic = "purchaser-results"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("确认中标结果"))
        self._table: Table[LotStory] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.tender.title, f"{one.tender.package.number}·{one.lot}"), 0),
                Column(tr("中标人或第一候选人"), lambda one: Cell(_first(one)), 280),
                Column(tr("投标价（元）"), lambda one: Cell(_price(one)), 170, "right"),
                Column(tr("状态"), lambda one: Cell(state=self._state(one)), 150),
            ),
            tr("确认中标结果"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self._choose())
        self._list = Listing(
            self._table, "gavel", "mute", tr("还没有待确认的结果"), tr("评审报告全部签署后，在这里确认中标人。")
        )
        self.body.addWidget(self._list, 1)
        self._tie = TieCard(self.settle_foot)
        self.body.addWidget(self._tie, 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def refresh(self) -> None:
        rows = ranked_lots(self.context)
        due = next((place for place, one in enumerate(rows) if purchaser_decides(one)), 0)
        self._list.show_rows(rows, due)
        self._choose()

    def _choose(self) -> None:
        chosen = self._table.row()
        level = chosen is not None and purchaser_decides(chosen)
        self._tie.setVisible(level)
        if chosen is not None and level:
            self._tie.show_story(chosen)
        self.settle_foot()

    def _complete(self, story: LotStory) -> bool:
        return story.panel is not None and len(story.signatures) == len(story.panel.value.members)

    def _state(self, story: LotStory) -> State:
        if story.confirmation is not None:
            return done(tr("已确认"))
        if purchaser_decides(story):
            return needs(tr("待确定并列"))
        return needs(tr("待确认")) if self._complete(story) else waits(tr("报告签署中"))

    def show_foot(self) -> None:
        chosen = self._table.row()
        if chosen is not None and purchaser_decides(chosen):
            self.foot.say("warn", tr("采购文件规定由采购人确定"), "" if self._tie.ready else tr("写明怎样确定的"))
            decide = button(tr("签章确定先后"), "primary", self._ask_tie, object_name="decide-tie")
            decide.setEnabled(self._tie.ready)
            self.foot.set_buttons(decide)
            return
        self.foot.say(
            "info", tr("收到评审报告之日起五个工作日内确认"), tr("逾期不确认又不说明合法理由的，视为确认第一候选人")
        )
        due = chosen is not None and chosen.confirmation is None and self._complete(chosen)
        confirm = button(tr("确认第一候选人中标"), "primary", self._ask, object_name="confirm-award")
        self.foot.set_buttons(*([confirm] if due else []))

    def _ask(self) -> None:
        story = self._table.row()
        assert story is not None
        text = tr(
            "中标人：{name}。由 {person} 对结果负责。",
            name=_first(story),
            person=self.context.desk.place.profile.person,
        )
        self.confirm(tr("确认中标人？"), text, tr("签章确认"), tr("再看看"), lambda: self._confirm(story))

    def _ask_tie(self) -> None:
        text = tr("依次为：{names}。", names=self._tie.names)
        self.confirm(tr("这样确定先后？"), text, tr("签章确定"), tr("再看看"), self._decide)

    def _decide(self) -> None:
        story = self._table.row()
        assert story is not None and story.ranking is not None
        key, order, reason = self._tie.decision
        verb = self.context.desk.clarifying.decide_tie
        self.do(tr("正在签章"), verb, story.ranking.id, key, order, reason, then=lambda _done: self._tie.clear())

    def _confirm(self, story: LotStory) -> None:
        assert story.report is not None
        desk = self.context.desk
        self.do(tr("正在签章"), desk.awarding.confirm, story.report.id, desk.place.profile.person)


def _first(story: LotStory) -> str:
    bid = _bid(story)
    return bid.name if bid is not None else "—"


def _price(story: LotStory) -> str:
    bid = _bid(story)
    return money_text(bid.quote) if bid is not None else "—"


def _bid(story: LotStory) -> RankedBid | None:
    """Of the winner, once one is confirmed; before that, of the first candidate."""
    ranking = story.ranking.value if story.ranking else None
    if ranking is None or not ranking.candidates:
        return None
    winner = story.confirmation.value.winner if story.confirmation else ranking.candidates[0]
    return next(bid for bid in ranking.bids if bid.supplier == winner)
