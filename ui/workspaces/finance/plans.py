"""计划审批: plans of the own region, to approve or to send back with a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from client.acts import Act
from procurement.planning.plan import Plan, PlanApproval, PlanNumbering
from ui.boards.act_page import ActPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.listing import Listing
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table


class PlansPage(ActPage):
    """The primary approves the selected plan; the platform then gives it its number."""

    topic = "finance-plans"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("采购计划"))
        self._table: Table[Act[Plan]] = Table(
            (
                Column(tr("项目"), lambda act: Cell(act.value.project_name, self._name(act.value.purchaser)), 0),
                Column(tr("金额（元）"), lambda act: Cell(money_text(act.value.amount)), 170, "right"),
                Column(tr("报送时间"), lambda act: Cell(exact_text(act.item.t_recv)), 180),
                Column(tr("备案号"), lambda act: Cell(self._number(act)), 220),
                Column(tr("状态"), lambda act: Cell(state=self._state(act)), 130),
            ),
            tr("采购计划"),
            row_height=56,
        )
        self._table.on_selected(lambda _act: self.settle_foot())
        self._form = Form((FieldSpec("reason", tr("审批意见"), span=12),))
        self._form.fill({"reason": tr("预算、方式与目录相符")})
        self._reason = Card(tr("审批意见"))
        self._reason.body.addWidget(self._form)
        self._list = Listing(self._table, "money", "mute", tr("没有报送的采购计划"), tr("采购人报送后在这里审批。"))
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self._reason)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def _name(self, code: str) -> str:
        return self.context.desk.tenders.name_of(code)

    def _approval(self, act: Act[Plan]) -> Act[PlanApproval] | None:
        return self.context.desk.place.acts.last(PlanApproval, plan=act.id)

    def _number(self, act: Act[Plan]) -> str:
        numbered = self.context.desk.place.acts.last(PlanNumbering, plan=act.id)
        return numbered.value.number if numbered else "—"

    def _state(self, act: Act[Plan]) -> State:
        decided = self._approval(act)
        if decided is None:
            return needs(tr("待审批"))
        return done(tr("已批准")) if decided.value.approved else blocked(tr("已退回"))

    def refresh(self) -> None:
        plans = self.context.desk.place.acts.all(Plan)
        self._reason.setVisible(bool(plans))
        self._list.show_rows(plans, len(plans) - 1)
        self.settle_foot()

    def show_foot(self) -> None:
        chosen = self._table.row()
        self.foot.say("info", tr("用登记的签名密钥签署"), tr("批准后平台自动编发备案号"))
        made: list[QPushButton] = []
        if chosen is not None and self._approval(chosen) is None:
            made.append(button(tr("退回"), "danger", lambda: self._ask(False), object_name="send-back"))
            made.append(button(tr("批准"), "primary", lambda: self._ask(True), object_name="approve"))
        self.foot.set_buttons(*made)

    def _ask(self, approved: bool) -> None:
        chosen, reason = self._table.row(), self._form.values()["reason"]
        if chosen is None:
            return
        if not reason:
            self._form.show_errors({"reason": tr("请填写")})
            return
        title = tr("批准这份采购计划？") if approved else tr("退回这份采购计划？")
        act = tr("签署批准") if approved else tr("签署退回")
        decide = partial(self._decide, chosen, approved, reason)
        self.confirm(title, reason, act, tr("再看看"), decide, danger=not approved)

    def _decide(self, plan: Act[Plan], approved: bool, reason: str) -> None:
        self.do(tr("正在签署"), self.context.desk.planning.decide_plan, plan.id, approved, reason)
