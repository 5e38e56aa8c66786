"""计划审批: plans of the own region, to approve or to send back with a reason."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from client.acts import Act
from client.changes import Changes
from client.workplace import Outcome
from procurement.basics.problems import Problem
from procurement.planning.plan import Plan, PlanApproval, PlanNumbering
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.dialogs import Question, ask
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table


class PlansPage(Page):
    """The primary approves the selected plan; the platform then gives it its number."""

    def __init__(self, context: Context) -> None:
        super().__init__(head=64)
        self._context = context
        self._busy = False
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
        self._table.on_selected(lambda _act: self._show_foot())
        self._card = Card(flush=True)
        self._card.body.addWidget(self._table)
        self._form = Form((FieldSpec("reason", tr("审批意见"), span=12),))
        self._form.fill({"reason": tr("预算、方式与目录相符")})
        self._reason = Card(tr("审批意见"))
        self._reason.body.addWidget(self._form)
        self._empty = StatePane()
        self._empty.say("money", "mute", tr("没有报送的采购计划"), tr("采购人报送后在这里审批。"))
        self.body.addWidget(self._card, 1)
        self.body.addWidget(self._reason)
        self.body.addWidget(self._empty, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self._table

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    def _name(self, code: str) -> str:
        return self._context.desk.tenders.name_of(code)

    def _approval(self, act: Act[Plan]) -> Act[PlanApproval] | None:
        return self._context.desk.place.acts.last(PlanApproval, plan=act.id)

    def _number(self, act: Act[Plan]) -> str:
        numbered = self._context.desk.place.acts.last(PlanNumbering, plan=act.id)
        return numbered.value.number if numbered else "—"

    def _state(self, act: Act[Plan]) -> State:
        decided = self._approval(act)
        if decided is None:
            return needs(tr("待审批"))
        return done(tr("已批准")) if decided.value.approved else blocked(tr("已退回"))

    def refresh(self) -> None:
        plans = self._context.desk.place.acts.all(Plan)
        self._table.show_rows(plans)
        self._card.setVisible(bool(plans))
        self._reason.setVisible(bool(plans))
        self._empty.setVisible(not plans)
        if plans and not self._table.currentIndex().isValid():
            self._table.selectRow(len(plans) - 1)
        self._show_foot()

    def _show_foot(self) -> None:
        chosen = self._table.row()
        self.foot.say("info", tr("用登记的签名密钥签署"), tr("批准后平台自动编发备案号"))
        made: list[QPushButton] = []
        if chosen is not None and self._approval(chosen) is None:
            made.append(button(tr("退回"), "danger", lambda: self._ask(False), object_name="send-back"))
            made.append(button(tr("批准"), "primary", lambda: self._ask(True), object_name="approve"))
        for one in made:
            one.setEnabled(not self._busy)
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
        question = Question(self.window(), title, reason, act=act, keep=tr("再看看"), danger=not approved)
        ask(question, lambda _pin: self._decide(chosen, approved, reason))

    def _decide(self, plan: Act[Plan], approved: bool, reason: str) -> None:
        desk = self._context.desk
        self._busy = True
        job = desk.start(desk.planning.decide_plan, plan.id, approved, reason)
        self._context.home(job.future, self, self._done, self._failed)

    def _done(self, _outcome: Outcome) -> None:
        self._busy = False
        self.refresh()

    def _failed(self, problem: Problem) -> None:
        self._busy = False
        self.refresh()
        self._context.tell_problem(self, problem)
