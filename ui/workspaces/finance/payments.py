"""资金支付: requests to check against their codes, and the treasury's answer to enter (R-054, R-066)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from PySide6.QtWidgets import QWidget

from client.acts import Act
from client.views.contracts import Check, payment_checks
from procurement.basics.moment import SHANGHAI
from procurement.performing.payment import Payment, PaymentExecution, payment_due
from ui.boards.act_page import ActPage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, Checks
from ui.kit.columns import columns
from ui.kit.countdown import exact_text, moment_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import clear, column

MOMENT = "%Y-%m-%d %H:%M"


class PaymentsPage(ActPage):
    """Left: the requests. Right: what each must agree with, and the treasury's answer."""

    topic = "finance-payments"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("资金支付"))
        self._table: Table[Act[Payment]] = Table(
            (
                Column(tr("收款人"), lambda act: Cell(act.value.payee_name, act.value.contract_number), 0),
                Column(tr("金额（元）"), lambda act: Cell(money_text(act.value.amount)), 150, "right"),
                Column(tr("收到"), lambda act: Cell(exact_text(act.item.t_recv)), 176),
                Column(tr("状态"), lambda act: Cell(state=self._state(act)), 120),
            ),
            tr("支付申请"),
            row_height=56,
        )
        self._table.on_selected(lambda _act: self._show())
        listing = Card(flush=True)
        listing.body.addWidget(self._table)
        checks = Card(tr("核对编码"), tr("无编码不支付"))
        self._checks = column()
        checks.body.addLayout(self._checks)
        self._form = Form(
            (
                FieldSpec("reference", tr("国库支付凭证号"), span=12),
                FieldSpec("paid", tr("支付时间"), span=12, placeholder="2026-06-24 14:00", note=tr("北京时间")),
                FieldSpec("late", tr("逾期支付的理由"), required=False, span=12, note=tr("未逾期时不填")),
            )
        )
        self._form.on_edited(lambda _name: self.settle_foot())
        self._answer = Card(tr("国库支付结果"))
        self._answer.body.addWidget(self._form)
        side = QWidget()
        side.setLayout(column(checks, self._answer, 0, spacing=12))
        self._work = columns(None, listing, side, right_width=400, first="right")
        self._empty = StatePane()
        self._empty.say(
            "money", "mute", tr("没有支付申请"), tr("采购人验收合格后申请支付，在这里核对编码、登记支付结果。")
        )
        self.body.addWidget(self._work, 1)
        self.body.addWidget(self._empty, 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def _execution(self, act: Act[Payment]) -> Act[PaymentExecution] | None:
        return self.context.desk.place.acts.last(PaymentExecution, payment=act.id)

    def _state(self, act: Act[Payment]) -> State:
        return done(tr("已支付")) if self._execution(act) else needs(tr("待支付"))

    def refresh(self) -> None:
        rows = self.context.desk.place.acts.all(Payment)
        self._table.show_rows(rows)
        self._work.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if rows and not self._table.currentIndex().isValid():
            self._table.selectRow(len(rows) - 1)
        self._show()

    def _show(self) -> None:
        chosen = self._table.row()
        clear(self._checks)
        if chosen is not None:
            found = payment_checks(self.context.desk.place.acts, chosen.value)
            self._checks.addWidget(Checks([(_check_state(one), one.given) for one in found], columns=1, name_width=84))
            self._answer.setVisible(self._execution(chosen) is None)
        self.settle_foot()

    # -- the act

    def _paid(self) -> datetime | None:
        try:
            typed = datetime.strptime(self._form.values()["paid"], MOMENT)  # noqa: DTZ007 - Beijing time is typed
        except ValueError:
            return None
        return typed.replace(tzinfo=SHANGHAI)

    def _why_not(self, act: Act[Payment]) -> str:
        wrong = [one for one in payment_checks(self.context.desk.place.acts, act.value) if one.agrees is False]
        if wrong:
            return tr("编码不一致：{names}", names="、".join(check_word(one.what) for one in wrong))
        missing = self._form.missing()
        if missing:
            return tr("请填写：{names}", names="、".join(missing))
        return "" if self._paid() else tr("时间应写成 2026-04-29 10:00")

    def show_foot(self) -> None:
        chosen = self._table.row()
        self.foot.set_buttons()
        if chosen is None or self._execution(chosen) is not None:
            self.foot.say("info", tr("没有要登记的支付结果"))
            return
        why = self._why_not(chosen)
        due = moment_text(payment_due(chosen.value.invoice_received), seconds=False)
        if why:
            self.foot.say("warn", tr("还不能登记"), why)
        else:
            self.foot.say("info", tr("用登记的签名密钥签署"), tr("应在 {moment} 前支付", moment=due))
        enter = button(tr("签署并登记支付结果"), "primary", self._ask, object_name="enter-payment")
        enter.setEnabled(not why)
        self.foot.set_buttons(enter)

    def _ask(self) -> None:
        chosen = self._table.row()
        assert chosen is not None
        text = tr("国库已向 {name} 支付 {amount} 元。", name=chosen.value.payee_name, amount=money_text(chosen.value.amount))  # fmt: skip
        self.confirm(tr("登记这笔支付？"), text, tr("签署登记"), tr("再看看"), lambda: self._enter(chosen))

    def _enter(self, act: Act[Payment]) -> None:
        typed, paid = self._form.values(), self._paid()
        assert paid is not None
        execute = self.context.desk.performing.execute_payment
        words, late = tr("正在登记支付结果"), typed["late"]
        self.do(words, execute, act.id, typed["reference"], paid, act.value.amount, late_reason=late)


def check_word(what: Literal["budget-line", "number", "contract", "payee", "amount"] | str) -> str:
    """What is compared, in words."""
    return {
        "budget-line": tr("预算指标"),
        "number": tr("备案号"),
        "contract": tr("合同编号"),
        "payee": tr("收款人"),
        "amount": tr("金额"),
    }[what]


def _check_state(check: Check) -> State:
    make = waits if check.agrees is None else done if check.agrees else blocked
    return make(check_word(check.what))
