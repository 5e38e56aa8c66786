"""确认中标结果: reports that are signed, and the first candidate to confirm within five working days (L-272)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.views.lots import LotStory
from ui.boards.act_page import ActPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, waits
from ui.kit.buttons import button
from ui.kit.listing import Listing
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table


def ranked_lots(context: Context) -> tuple[LotStory, ...]:
    """Lots with a report."""
    stories = (
        context.desk.story(tender, custody.lot)
        for tender in context.desk.tenders.tenders()
        for custody in tender.package.custody
    )
    return tuple(story for story in stories if story.report is not None)


class ResultsPage(ActPage):
    """The primary confirms the first candidate of the selected lot."""

    topic = "purchaser-results"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
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
        self._table.on_selected(lambda _one: self.settle_foot())
        self._list = Listing(
            self._table, "gavel", "mute", tr("还没有待确认的结果"), tr("评审报告全部签署后，在这里确认中标人。")
        )
        self.body.addWidget(self._list, 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def refresh(self) -> None:
        rows = ranked_lots(self.context)
        self._list.show_rows(rows, 0)
        self.settle_foot()

    def _complete(self, story: LotStory) -> bool:
        return story.panel is not None and len(story.signatures) == len(story.panel.value.members)

    def _state(self, story: LotStory) -> State:
        if story.confirmation is not None:
            return done(tr("已确认"))
        return needs(tr("待确认")) if self._complete(story) else waits(tr("报告签署中"))

    def show_foot(self) -> None:
        chosen = self._table.row()
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

    def _confirm(self, story: LotStory) -> None:
        assert story.report is not None
        desk = self.context.desk
        self.do(tr("正在签章"), desk.awarding.confirm, story.report.id, desk.place.profile.person)


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
