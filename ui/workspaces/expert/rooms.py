"""评审室: the lots on whose committee this expert sits."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.views.lots import LotStory, Phase
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, under_way
from ui.kit.countdown import moment_text
from ui.kit.listing import Listing
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table


def my_rooms(context: Context) -> tuple[LotStory, ...]:
    """Lots with a panel that names this expert."""
    found = []
    for tender in context.desk.tenders.tenders():
        for custody in tender.package.custody:
            story = context.desk.story(tender, custody.lot)
            members = story.panel.value.members if story.panel else ()
            if any(one.member == context.desk.actor for one in members):
                found.append(story)
    return tuple(found)


def my_state(story: LotStory, me: str) -> tuple[State, str, str]:
    """Badge, what is due, and the step."""
    if any(act.value.member == me for act in story.signatures):
        return done(tr("已签报告")), tr("看报告"), "report"
    if story.report is not None:
        return needs(tr("待签报告")), tr("签署报告"), "report"
    if story.negotiating and not story.quote_notices:
        return needs(tr("磋商谈判中")), tr("磋商谈判"), "talks"
    if story.negotiating:
        return needs(tr("待最后报价")), tr("最后报价"), "questions"
    if story.clarifying or any(point.code == "tie-undecided" for point in story.left_open):
        return needs(tr("待澄清")), tr("澄清与说明"), "questions"
    if any(point.code == "objective-marks-differ" for point in story.left_open):
        return needs(tr("待更正评分")), tr("更正评分"), "scores"
    mine = {act.id for act in story.commits if act.value.member == me}
    if any(act.value.commit in mine for act in story.reveals) or story.phase is Phase.RANKED:
        return under_way(tr("等待报告")), tr("看评分"), "scores"
    if story.scores_closed is not None:
        return needs(tr("待公开评分")), tr("公开评分"), "scores"
    if any(act.value.member == me for act in story.commits):
        return under_way(tr("已提交评分")), tr("看评分"), "scores"
    if story.review_closed is not None:
        return needs(tr("待打分")), tr("打分"), "scores"
    if any(act.value.member == me for act in story.conformity):
        return under_way(tr("已审符合性")), tr("看审查"), "conformity"
    if any(act.value.member == me for act in story.checks):
        return needs(tr("待审符合性")), tr("审查符合性"), "conformity"
    if any(act.value.member == me for act in story.sign_ins):
        return under_way(tr("待核身份")), tr("看签到"), "sign-in"
    return needs(tr("待签到")), tr("签到"), "sign-in"


class RoomsPage(Page):
    """Enter or a double click opens a room."""

    topic = "expert-rooms"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64, foot=False)
        self._context = context
        self.head.show_title(tr("评审室"))
        me = context.desk.actor
        self._table: Table[LotStory] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.tender.title, f"{one.tender.package.number}·{one.lot}"), 0),
                Column(tr("开标时间"), lambda one: Cell(moment_text(one.tender.package.deadline)), 210),
                Column(tr("状态"), lambda one: Cell(state=my_state(one, me)[0]), 150),
                Column(tr("下一步"), lambda one: Cell(my_state(one, me)[1], tone="link"), 140),
            ),
            tr("评审室"),
            row_height=56,
        )
        self._table.on_activated(self._open)
        text = tr("抽到评审项目后，在评审现场打开本页签到。名单在评审结果公告前保密。")
        self._list = Listing(self._table, "people", "info", tr("现在没有评审任务"), text)
        self.body.addWidget(self._list, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _open(self, story: LotStory) -> None:
        step = my_state(story, self._context.desk.actor)[2]
        self.asked.emit(f"rooms/{story.tender.key}/{story.lot}/{step}")

    def _heard(self, changes: Changes) -> None:
        if changes.acts:
            self.refresh()

    def refresh(self) -> None:
        rooms = my_rooms(self._context)
        self._list.show_rows(rooms)
