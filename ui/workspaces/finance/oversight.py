"""开标监督: releases that the platform did not take, and envelopes that did not open; evidence and a second look, no veto (M21, B7)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from client.views.oversight import Matter, Step, matters
from ui.boards.act_page import ActPage
from ui.boards.holding import hold_button
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, waits
from ui.kit.buttons import button
from ui.kit.countdown import exact_text
from ui.kit.dialogs import Question, ask
from ui.kit.listing import Listing
from ui.kit.tables import Cell, Column, Table


def step_state(one: Matter) -> State:
    """Where a matter stands, as a badge."""
    if one.step is Step.ASKED:
        return waits(tr("等托管人释放 {have} / {need}", have=one.have, need=one.need))
    return {
        Step.HELD: waits(tr("已收存，等冻结")),
        Step.LISTED: done(tr("平台已收到，无缺")),
        Step.LACKING: needs(tr("冻结名单未列入")),
        Step.DISPUTED: done(tr("已提出异议")),
        Step.DOUBTFUL: needs(tr("信封未能开启")),
        Step.READY: needs(tr("可以复验")),
        Step.CONFIRMED: done(tr("复验：确实打不开")),
        Step.CONTRADICTED: blocked(tr("复验：可以打开")),
    }[one.step]


class OversightPage(ActPage):
    """One row for each matter; the primary does what is due for the selected one."""

    topic = "oversight"

    def __init__(self, context: Context) -> None:
        super().__init__(context, head=84)
        self.head.show_title(tr("开标监督"), under=tr("异议和复验都是公开的证据，不中止开标"))
        name_of = context.desk.tenders.name_of
        self._table: Table[Matter] = Table(
            (
                Column(tr("投标人"), lambda one: Cell(name_of(one.supplier), self._title(one)), 0),
                Column(tr("标包"), lambda one: Cell(one.lot, tone="text2"), 80),
                Column(tr("收存或开启"), lambda one: Cell(exact_text(one.at), tone="text2"), 190),
                Column(tr("状态"), lambda one: Cell(state=step_state(one)), 220),
            ),
            tr("监督事项"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self.settle_foot())
        text = tr(
            "投标人说平台不收它的授权时，把它签章的授权文件收存在这里；只凭平台一家之言判为未能开启的投标也会列出。"
        )
        self._list = Listing(self._table, "gavel", "mute", tr("没有要监督的事项"), text)
        self.body.addWidget(self._list, 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def _title(self, one: Matter) -> str:
        tender = self.context.desk.tenders.tender(one.tender)
        return tender.title if tender else one.tender

    def refresh(self) -> None:
        desk = self.context.desk
        rows = matters(desk.place.acts, desk.custody_release.held())
        due = next((place for place, one in enumerate(rows) if self._due(one) is not None), 0)
        self._list.show_rows(rows, due)
        self.settle_foot()

    def _due(self, one: Matter) -> tuple[str, str, Callable[[Matter], None]] | None:
        """Word, object name and act of what is due."""
        return {
            Step.LACKING: (tr("提出异议"), "dispute", self._ask_dispute),
            Step.DOUBTFUL: (tr("请求复验"), "ask-look", self._ask_look),
            Step.READY: (tr("打开信封复验"), "look", self._ask_open),
        }.get(one.step)

    def show_foot(self) -> None:
        chosen = self._table.row()
        made = [hold_button(self)]
        due = self._due(chosen) if chosen is not None else None
        if chosen is not None and due is not None:
            word, name, act = due
            made.append(button(word, "primary", partial(act, chosen), object_name=name))
            self.foot.say("warn", step_state(chosen).word, tr("写明理由；签署后立即公开，并记入日志"))
        else:
            self.foot.say("mute", step_state(chosen).word if chosen else tr("没有要办的事项"), "")
        self.foot.set_buttons(*made)

    # -- acts

    def _reason(self, title: str, text: str, act: str, then: Callable[[str], object]) -> None:
        ask(Question(self.window(), title, text, act=act, keep=tr("暂不"), reason=tr("理由"), danger=False), then)

    def _ask_dispute(self, one: Matter) -> None:
        text = tr("异议附上投标人签章的授权原件和收存时间。它是证据，不是否决：托管人各按自己的核对决定是否释放。")
        verb = self.context.desk.custody_release.dispute
        send = partial(self.do, tr("正在签署异议"), verb, one.rests_on, one.key)
        self._reason(tr("对冻结名单提出异议？"), text, tr("签署并提出"), send)

    def _ask_look(self, one: Matter) -> None:
        text = tr("请托管人把份额再释放一次，只封给本单位的托管密钥。够数后在本机打开这一份信封。")
        verb = self.context.desk.second_looks.ask
        send = partial(self.do, tr("正在签署请求"), verb, one.rests_on, one.key)
        self._reason(tr("请求复验这份投标？"), text, tr("签署并请求"), send)

    def _ask_open(self, one: Matter) -> None:
        text = tr("开标密钥只在本机内存里合成一次，用完即弃；打开的只是这一份信封。写明结论，结果公开。")
        self._reason(tr("打开信封复验？"), text, tr("下一步"), lambda why: self._ask_key(one, why))

    def _ask_key(self, one: Matter, why: str) -> None:
        desk = self.context.desk
        text = tr("打开寄给本单位的份额要用托管密钥。")
        look = partial(self.do, tr("正在打开信封"), desk.second_looks.look, one.rests_on, why)

        def begin(passphrase: str) -> None:
            self.do(tr("正在打开托管密钥"), desk.custody.open_key, passphrase, then=lambda _none: look())

        self.confirm_with(tr("托管密钥口令"), tr("打开信封复验？"), text, tr("打开"), begin)
