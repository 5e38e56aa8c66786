"""磋商变动: changes of terms that a committee proposes, to be confirmed by the purchaser before any bidder is told (74号令 第三十二条: L-322)."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from client.views.lots import LotStory
from procurement.evaluation.talk_rounds import Talk
from ui.boards.act_page import ActPage
from ui.boards.talks import round_word, words_of
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.columns import columns
from ui.kit.dialogs import Question, ask
from ui.kit.listing import Listing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column


@dataclass(frozen=True, slots=True)
class Proposal:
    """A round that changes terms, of one lot."""

    story: LotStory
    talk: Talk

    @property
    def open(self) -> bool:
        return self.talk.confirmation is None and self.story.negotiating


def proposals(context: Context) -> tuple[Proposal, ...]:
    """Every round with changed terms, those that wait first."""
    desk = context.desk
    stories = (
        desk.story(tender, custody.lot) for tender in desk.tenders.tenders() for custody in tender.package.custody
    )
    found = [Proposal(story, talk) for story in stories for talk in story.talks.talks if talk.request.changes]
    return tuple(sorted(found, key=lambda one: not one.open))


class ChangesPage(ActPage):
    """What is to change at the right; the purchaser confirms, or says why not."""

    topic = "purchaser-changes"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("待确认的条款变动"), under=tr("确认以后才同时通知仍在谈判的各家"))
        self._table: Table[Proposal] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.story.tender.title, one.story.tender.package.number), 0),
                Column(tr("轮次"), lambda one: Cell(round_word(one.talk.request.round)), 90),
                Column(tr("状态"), lambda one: Cell(state=_state(one)), 150),
            ),
            tr("待确认的条款变动"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self._choose())
        self._list = Listing(
            self._table,
            "chat",
            "mute",
            tr("没有条款变动要确认"),
            tr("磋商、谈判小组要变动技术、服务要求或者合同条款时，会列在这里。"),
        )
        self._facts = Facts(name_width=72)
        card = Card(tr("变动内容"))
        card.body.addWidget(self._facts)
        right = QWidget()
        right.setLayout(column(card, 0))
        self._right = scrolled(right)
        self.body.addWidget(columns(None, self._list, self._right, right_width=440, first="right"), 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def refresh(self) -> None:
        self._list.show_rows(proposals(self.context), 0)
        self._choose()

    def _choose(self) -> None:
        one = self._table.row()
        pairs = words_of(one.talk.request) if one is not None else [(tr("变动"), "—")]
        said = one.talk.confirmation if one is not None else None
        if said is not None and not said.confirmed:
            pairs.append((tr("不确认"), said.reason))
        self._facts.set_pairs(pairs)
        self.settle_foot()

    def show_foot(self) -> None:
        one = self._table.row()
        self.foot.set_buttons()
        if one is None or not one.open:
            self.foot.say("ok", tr("没有待确认的变动"))
            return
        self.foot.say("warn", tr("请确认条款变动"), tr("评审委员会在等候；不确认的写明理由，这一轮就不进行"))
        no = button(tr("不确认"), pressed=self._ask_refuse, object_name="refuse-changes")
        yes = button(tr("确认变动"), "primary", self._ask_confirm, object_name="confirm-changes")
        self.foot.set_buttons(no, yes)

    def _ask_confirm(self) -> None:
        text = tr("确认后，变动成为采购文件的组成部分，同一时刻书面通知仍在谈判的各家（74 号令第三十二条）。")
        self.confirm(tr("确认这一轮的变动？"), text, tr("签章确认"), tr("再看看"), lambda: self._say(True, ""))

    def _ask_refuse(self) -> None:
        text = tr("不确认的，这一轮不通知任何供应商，也不计入轮次。")
        question = Question(
            self.window(),
            tr("不确认这一轮的变动？"),
            text,
            act=tr("签章不确认"),
            keep=tr("再看看"),
            reason=tr("理由"),
            danger=False,
        )
        ask(question, lambda reason: self._say(False, reason))

    def _say(self, confirmed: bool, reason: str) -> None:
        one = self._table.row()
        if one is not None:
            verb = self.context.desk.talking.confirm_changes
            self.do(tr("正在签章"), verb, one.talk.id, confirmed, reason)


def _state(one: Proposal) -> State:
    said = one.talk.confirmation
    if said is None:
        return needs(tr("等待确认")) if one.open else blocked(tr("未确认"))
    return done(tr("已确认")) if said.confirmed else blocked(tr("不确认"))
