"""评审报告签署: the report at the left, who has signed at the right, dissent in writing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.views.lots import LotStory
from ui.boards.doing import Doing
from ui.boards.receipt import short
from ui.boards.seals import show_document
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, under_way, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.pdf import PdfPane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label
from ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class SignerRow:
    name: str
    kind: str
    state: State
    at: str
    dissent: str


class ReportPane(QWidget):
    """Every member prints the report again from the signed acts before it signs; only identical bytes are signed."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._shown = ""
        self._pane = PdfPane(tr("评审报告"))
        self._table: Table[SignerRow] = Table(
            (
                Column(tr("成员"), lambda one: Cell(one.name), 120),
                Column(tr("身份"), lambda one: Cell(one.kind, tone="text2"), 96),
                Column(tr("状态"), lambda one: Cell(state=one.state), 118),
                Column(tr("时间"), lambda one: Cell(one.at), 90),
                Column(tr("不同意见"), lambda one: Cell(one.dissent, tone="text2"), 0),
            ),
            tr("签署人"),
            row_height=36,
        )
        signers = Card(tr("签署人"), tr("各人签同一份报告；报告改一个字，全部签名失效"), flush=True)
        signers.body.addWidget(self._table)
        self._form = Form((FieldSpec("dissent", tr("不同意见及理由"), "long", required=False, span=12, tall=True),))
        dissent = Card(tr("写不同意见"), tr("没有就空着"))
        dissent.body.addWidget(self._form)
        self._facts = Facts(name_width=64)
        bound = Card(tr("绑定"))
        bound.body.addWidget(self._facts)
        bound.body.addWidget(label(tr("签名前，程序用已签名的内容重新生成报告，逐字节一致才签。"), "hint", wrap=True))
        right = QWidget()
        box = column(signers, dissent, bound, spacing=12)
        box.setStretch(0, 1)
        right.setLayout(box)
        self._dissent_card = dissent
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(columns(None, self._pane, right, right_width=600, first="right"))

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self._table.show_rows(self._rows(story))
        mine = self._signed(story)
        self._dissent_card.setVisible(story.report is not None and not mine)
        if story.report is None:
            self._pane.say_empty(tr("报告还没有编制"), tr("全部评分公开并汇总后，由代理机构编制。"))
            return
        pdf = story.signatures[-1].value.pdf if story.signatures else story.report.value.pdf
        self._facts.set_pairs(
            ((tr("报告"), f"SHA-256 {short(story.report.value.pdf)}"), (tr("现在"), f"SHA-256 {short(pdf)}"))
        )
        if self._shown != pdf:
            self._shown = pdf
            self._pane.say_empty(tr("正在打开评审报告"))
            desk = self._context.desk
            job = desk.start(desk.tenders.read, pdf)
            self._context.home(job.future, self, partial(self._arrived, pdf))

    def _arrived(self, pdf: str, data: bytes) -> None:
        if pdf == self._shown:
            show_document(self._context, self._pane, tr("评审报告"), data)

    def _signed(self, story: LotStory) -> bool:
        return any(act.value.member == self._context.desk.actor for act in story.signatures)

    def _rows(self, story: LotStory) -> list[SignerRow]:
        members = story.panel.value.members if story.panel else ()
        signed = {act.value.member: act for act in story.signatures}
        rows = []
        for one in members:
            act = signed.get(one.member)
            kind = tr("采购人代表") if one.kind == "purchaser-representative" else tr("专家")
            mine = one.member == self._context.desk.actor
            state = (
                done(tr("已签署"))
                if act
                else under_way(tr("签署中"))
                if mine and self._doing.busy
                else waits(tr("待签署"))
            )
            at = exact_text(act.item.t_recv)[11:] if act else "—"
            dissent = (act.value.dissent or tr("无")) if act else "—"
            rows.append(SignerRow(one.name, kind, state, at, dissent))
        return rows

    def progress(self) -> tuple[str, int, int]:
        story = self._story
        members = len(story.panel.value.members) if story and story.panel else 0
        return tr("已签署"), len(story.signatures) if story else 0, members

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._story
        if story is None or story.report is None:
            return "mute", tr("报告还没有编制"), "", []
        if self._signed(story):
            return "ok", tr("已签署"), tr("签名与报告绑定，已记入日志"), []
        sign = button(tr("签名，绑定到本报告"), "primary", self._ask_sign, object_name="sign-report")
        self._doing.settle(sign)
        return "info", tr("不签又不写理由的，视为同意（87 号令第六十一条）"), "", [sign]

    def _ask_sign(self) -> None:
        dissent = self._form.values()["dissent"]
        text = tr("不同意见：{text}", text=dissent) if dissent else tr("没有不同意见。")
        title, act, keep = tr("签署评审报告？"), tr("签名"), tr("再看看")
        self._doing.ask_with(tr("证书口令"), title, text, act, keep, lambda pin: self._sign(pin, dissent))

    def _sign(self, pin: str, dissent: str) -> None:
        desk, story = self._context.desk, self._story
        assert story is not None and story.report is not None
        sign = partial(self._doing.do, desk.scoring.sign_report, story.report.id, dissent=dissent)
        self._doing.do(desk.accounts.unlock, pin, then=lambda _none: sign())
