"""签到与声明: sign in with the personal certificate, declare no conflict, elect the leader."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.views.lots import LotStory
from procurement.evaluation.panel import PanelMember
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, under_way, waits
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.columns import columns
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label
from ui.theme.tokens import Tone


class PresencePane(QWidget):
    """The declaration at the left, the committee at the right."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._form = Form(
            (
                FieldSpec("venue", tr("评审场所"), span=12, placeholder=tr("太原市公共资源交易中心 3 号评审室")),
                FieldSpec("free", tr("本人与各投标人没有应当回避的利害关系"), "tick", span=12),
            )
        )
        self._declaration = Card(tr("签到与声明"), tr("用本人证书签名"))
        for text in (
            tr("参加采购活动前三年内与供应商存在劳动关系、担任过董事或监事、是控股股东或实际控制人的，应当回避。"),
            tr("评审期间不得与外界联系，不得透露评审情况；评分独立完成，在全部提交前互不可见。"),
        ):
            self._declaration.body.addWidget(label(text, "small", "text2", wrap=True))
        self._declaration.body.addWidget(self._form)
        self._members: Table[PanelMember] = Table(
            (
                Column(tr("成员"), lambda one: Cell(one.name, one.member), 0),
                Column(tr("身份"), lambda one: Cell(_kind(one)), 120),
                Column(tr("组长票"), lambda one: Cell(str(self._votes(one.member)) or "0"), 90, "right"),
                Column(tr("状态"), lambda one: Cell(state=self._state(one.member)), 140),
            ),
            tr("评审委员会"),
            row_height=54,
        )
        self._card = Card(tr("评审委员会"), tr("选中一名成员后可投组长票"), flush=True)
        self._card.body.addWidget(self._members)
        left = QWidget()
        left.setLayout(column(self._declaration, 0, spacing=12))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(left, self._card, left_width=460, first="left"))

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self._members.show_rows(story.panel.value.members if story.panel else ())
        mine = self._signed_in(story)
        for field in self._form.fields.values():
            field.control.setEnabled(not mine)
        if mine:
            given = next(act for act in story.sign_ins if act.value.member == self._context.desk.actor).value
            self._form.fill({"venue": given.venue, "free": "yes"})

    def _signed_in(self, story: LotStory) -> bool:
        return any(act.value.member == self._context.desk.actor for act in story.sign_ins)

    def _votes(self, member: str) -> int:
        return sum(act.value.leader == member for act in self._story.votes) if self._story else 0

    def _state(self, member: str) -> State:
        story = self._story
        assert story is not None
        if any(act.value.member == member for act in story.checks):
            return done(tr("身份已核"))
        signed = any(act.value.member == member for act in story.sign_ins)
        return (
            under_way(tr("已签到"))
            if signed
            else waits(tr("未签到"))
            if member != self._context.desk.actor
            else needs(tr("待签到"))
        )

    def progress(self) -> tuple[str, int, int]:
        story = self._story
        members = len(story.panel.value.members) if story and story.panel else 0
        return tr("已签到"), len(story.sign_ins) if story else 0, members

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story, me = self._story, self._context.desk.actor
        if story is None or story.panel is None:
            return "mute", tr("评审委员会还没有组成"), "", []
        if not self._signed_in(story):
            made = button(tr("签到并声明"), "primary", self._ask_sign_in, object_name="sign-in")
            self._doing.settle(made)
            return "warn", tr("待签到"), tr("有利害关系的，不要签到，告诉代理机构"), [made]
        if not any(act.value.member == me for act in story.checks):
            return "ok", tr("已签到"), tr("代理机构当面核验身份后，推选组长、开始审查"), []
        if not any(act.value.member == me for act in story.votes):
            made = button(tr("投所选成员为组长"), "primary", self._ask_vote, object_name="vote")
            self._doing.settle(made)
            return "info", tr("推选组长"), tr("采购人代表不能担任组长"), [made]
        return "ok", tr("已签到，已投票"), "", []

    def _ask_sign_in(self) -> None:
        typed = self._form.values()
        errors = {}
        if not typed["venue"]:
            errors["venue"] = tr("请填写")
        if typed["free"] != "yes":
            errors["free"] = tr("有利害关系的应当回避，不能签到")
        if errors:
            self._form.show_errors(errors)
            return
        text = tr("签到与声明用本人证书签名，记入日志。声明不实的，依法追究责任。")
        verb, story = self._context.desk.scoring.sign_in, self._story
        assert story is not None and story.panel is not None
        panel = story.panel.id
        self._doing.ask(
            tr("现在签到？"),
            text,
            tr("签名签到"),
            tr("暂不"),
            lambda: self._doing.do(verb, panel, typed["venue"], no_conflict=True),
        )

    def _ask_vote(self) -> None:
        chosen, story = self._members.row(), self._story
        if chosen is None or story is None or story.panel is None:
            return
        panel, verb = story.panel.id, self._context.desk.scoring.vote
        text = tr("一人一票，投出后不能改。")
        title = tr("投 {name} 为组长？", name=chosen.name)
        self._doing.ask(title, text, tr("签名投票"), tr("再想想"), lambda: self._doing.do(verb, panel, chosen.member))


def _kind(member: PanelMember) -> str:
    return tr("采购人代表") if member.kind == "purchaser-representative" else tr("专家")
