"""工作台: every lot of this agency with where it stands and what is due."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.views.lots import LotStory, Phase
from client.views.tenders import TenderView
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_started, under_way
from ui.kit.buttons import button
from ui.kit.countdown import moment_text
from ui.kit.listing import Listing
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class LotRow:
    tender: TenderView
    story: LotStory
    title: str
    budget: str
    state: State
    next_step: str
    step: str


def lot_rows(context: Context) -> tuple[LotRow, ...]:
    """Lots of the tenders this agency published, newest deadline first."""
    rows = []
    for tender in context.desk.tenders.tenders():
        if tender.package.agency != context.desk.actor:
            continue
        for custody in tender.package.custody:
            story = context.desk.story(tender, custody.lot)
            state, next_step, step = lot_state(story)
            lot = tender.outline.lot(custody.lot) if tender.outline else None
            title = (
                tender.title
                if lot is None or len(tender.package.custody) == 1
                else f"{tender.title}（{tender.lot_word(custody.lot)}）"
            )
            budget = money_text(lot.ceiling) if lot else "—"
            rows.append(LotRow(tender, story, title, budget, state, next_step, step))
    return tuple(sorted(rows, key=lambda row: row.tender.package.deadline, reverse=True))


def lot_state(story: LotStory) -> tuple[State, str, str]:
    """Badge, what is due, and the step where it is done."""
    return {
        Phase.BIDDING: (under_way(tr("投标中")), tr("看项目"), "hall"),
        Phase.CLOSED: (under_way(tr("解密中")), tr("主持开标"), "hall"),
        Phase.FAILED: (blocked(tr("不开标")), tr("看原因"), "hall"),
        Phase.FROZEN: (needs(tr("待释放份额")), tr("释放份额"), "hall"),
        Phase.OPENED: (needs(tr("待唱标")), tr("制作开标记录"), "hall"),
        Phase.RECORDED: (under_way(tr("审查中")), tr("组织评审"), "review"),
        Phase.SCORING: (under_way(tr("打分中")), tr("看进度"), "review"),
        Phase.REVEALING: (under_way(tr("汇总中")), tr("看进度"), "review"),
        Phase.RANKED: (needs(tr("待出报告")), tr("编制评审报告"), "review"),
        Phase.REPORTED: (under_way(tr("报告签署中")), tr("看签署"), "review"),
        Phase.AWARDED: (done(tr("已发中标通知")), tr("查看"), "review"),
    }.get(story.phase, (not_started(tr("未开始")), tr("看项目"), "hall"))


class DeskPage(Page):
    """The list; Enter or a double click opens a lot."""

    topic = "agency-desk"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64, foot=False)
        self._context = context
        self.head.show_title(tr("工作台"))
        publish = button(tr("发布招标项目"), "primary", lambda: self.asked.emit("publish"), object_name="go-publish")
        self.head.aside.addWidget(publish)
        self._table: Table[LotRow] = Table(
            (
                Column(tr("项目"), lambda row: Cell(row.title, row.tender.package.number), 0),
                Column(tr("最高限价（元）"), lambda row: Cell(row.budget), 160, "right"),
                Column(tr("状态"), lambda row: Cell(state=row.state), 150),
                Column(tr("截止时间"), lambda row: Cell(moment_text(row.tender.package.deadline)), 200),
                Column(tr("下一步"), lambda row: Cell(row.next_step, tone="link"), 130),
            ),
            tr("项目"),
            row_height=56,
        )
        self._table.on_activated(lambda row: self.asked.emit(f"desk/{row.tender.key}/{row.story.lot}/{row.step}"))
        text = tr("接受委托后，在这里发布招标文件、主持开标、组织评审。")
        self._list = Listing(self._table, "folder", "info", tr("还没有发布过项目"), text)
        self.body.addWidget(self._list, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _heard(self, changes: Changes) -> None:
        if changes.acts:
            self.refresh()

    def refresh(self) -> None:
        rows = lot_rows(self._context)
        self._list.show_rows(rows)
