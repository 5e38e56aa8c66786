"""合同与履约: from the notice to the payment, one award at a time; the footer offers what is due (R-052 … R-054)."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QPushButton, QWidget

from client.views.contracts import ContractStory, Stage, purchaser_contracts
from procurement.awarding.award import AwardNotice
from procurement.basics.problems import Problem
from procurement.performing.contract import ContractItem
from procurement.performing.signing import contract_due
from ui.boards.act_page import ActPage
from ui.boards.signers import is_joint, missing_names, signer_pairs
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, needs, not_applicable, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.columns import columns
from ui.kit.countdown import exact_text, moment_text
from ui.kit.forms import Form, as_number
from ui.kit.money import money_text
from ui.kit.stack import Stack
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column
from ui.messages import words_of
from ui.theme.tokens import Tone
from ui.workspaces.purchaser.contract_forms import AcceptForm, OfferForm, PayForm

_TONES: dict[Stage, Tone] = {Stage.PAID: "ok", Stage.SUPERSEDED: "mute"}


class ContractsPage(ActPage):
    """Left: the awards. Right: the form of what is due, or where it stands."""

    topic = "purchaser-contracts"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.head.show_title(tr("合同与履约"))
        self._table: Table[ContractStory] = Table(
            (
                Column(tr("项目"), lambda one: Cell(one.notice.value.project_name, _under(one)), 0),
                Column(tr("状态"), lambda one: Cell(state=stage_state(one)), 138),
            ),
            tr("合同"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self._show())
        self._list = Card(tr("中标项目"), flush=True)
        self._list.body.addWidget(self._table)
        self._offer, self._accept, self._pay = OfferForm(), AcceptForm(), PayForm()
        self._facts, self._wait = Facts(name_width=112), StatePane()
        self._told = Card(tr("履行情况"))
        self._told.body.addWidget(self._facts)
        standing = QWidget()
        box = column(self._told, self._wait, spacing=12)
        box.setStretch(1, 1)
        standing.setLayout(box)
        self._standing = standing
        self._panes = {
            name: scrolled(pane)
            for name, pane in (("offer", self._offer), ("accept", self._accept), ("pay", self._pay), ("told", standing))
        }
        self._stack = Stack()
        for pane in self._panes.values():
            self._stack.addWidget(pane)
        self._work = columns(self._list, self._stack, left_width=440, first="left")
        self._empty = StatePane()
        self._empty.say(
            "file", "mute", tr("还没有中标通知书"), tr("确认中标人、代理机构发出通知书后，在这里签订合同。")
        )
        self.body.addWidget(self._work, 1)
        self.body.addWidget(self._empty, 1)
        self._asked_items = ""
        for form in (self._offer.form, self._accept.form, self._pay.form):
            form.on_edited(lambda _name: self.settle_foot())
        self.listen()

    def work(self) -> QWidget:
        return self._table

    # -- showing

    def refresh(self) -> None:
        rows = purchaser_contracts(self.context.desk.place.acts, self.context.desk.actor)
        self._table.show_rows(rows)
        self._work.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        if rows and not self._table.currentIndex().isValid():
            due = next((place for place, one in enumerate(rows) if _due(one)), 0)
            self._table.selectRow(due)
        self._show()

    def _show(self) -> None:
        story = self._table.row()
        if story is not None:
            self._show_story(story)
        self.settle_foot()

    def _show_story(self, story: ContractStory) -> None:
        stage, contract = story.stage, story.contract
        if stage is Stage.NOTIFIED:
            self._show_pane("offer")
            if self._asked_items != story.notice.id:
                self._asked_items = story.notice.id
                self._offer.show_story(story, self.context.desk.name)
                self._ask_items(story)
        elif stage is Stage.SIGNED and contract is not None:
            self._accept.show_contract(contract.id, contract.value)
            self._show_pane("accept")
        elif stage is Stage.ACCEPTED and contract is not None:
            self._pay.show_contract(contract.id, contract.value, story.notice.value.winner_name)
            self._show_pane("pay")
        else:
            self._facts.set_pairs(_facts(story))
            icon, title, text = _waiting(story)
            self._wait.say(icon, _TONES.get(stage, "info"), title, text)
            self._show_pane("told")

    def _show_pane(self, name: str) -> None:
        self._stack.setCurrentWidget(self._panes[name])

    def _ask_items(self, story: ContractStory) -> None:
        """The winner's own prices: its opened bid may have to be fetched."""
        desk = self.context.desk
        job = desk.start(desk.performing.awarded_items, story.notice.id)
        self.context.home(job.future, self, self._show_items, self._no_items)

    def _show_items(self, items: tuple[ContractItem, ...]) -> None:
        self._offer.show_items(items)
        self.settle_foot()

    def _no_items(self, problem: Problem) -> None:
        self._asked_items = ""
        words = words_of(problem)
        self.foot.say("danger", words.title, words.remedy)

    # -- footer

    def show_foot(self) -> None:
        story = self._table.row()
        self.foot.set_buttons()
        if story is None:
            self.foot.say("info", tr("没有要办的"))
            return
        act = {
            Stage.NOTIFIED: (tr("签章并送供应商签订"), self._ask_offer, "offer-contract", self._offer_lacks),
            Stage.SIGNED: (tr("签章提交验收"), self._ask_accept, "accept", self._accept_lacks),
            Stage.ACCEPTED: (tr("签章申请支付"), self._ask_pay, "ask-payment", self._pay_lacks),
        }.get(story.stage)
        if act is None:
            self.foot.say("info", stage_state(story).word, _until(story))
            return
        words, press, name, lacks = act
        lacking = lacks()
        made: QPushButton = button(words, "primary", press, object_name=name)
        made.setEnabled(not lacking)
        if lacking:
            self.foot.say("warn", tr("还没填完"), lacking)
        else:
            self.foot.say("info", tr("由本单位签章，签后不能改"), _until(story))
        self.foot.set_buttons(made)

    def _offer_lacks(self) -> str:
        if not self._offer.items:
            return tr("正在取中标的报价明细")
        return _missing(self._offer.form)

    def _accept_lacks(self) -> str:
        missing = _missing(self._accept.form)
        return missing or ("" if self._accept.items() else tr("每一项都写到货数量和验收情况"))

    def _pay_lacks(self) -> str:
        return _missing(self._pay.form) or ("" if self._pay.amount() else tr("金额应为非负数，最多两位小数"))

    # -- acts

    def _story(self) -> ContractStory:
        story = self._table.row()
        assert story is not None
        return story

    def _ask_offer(self) -> None:
        notice = self._story().notice.value
        text = tr("与 {name} 签订，金额 {amount} 元。供应商（联合体各成员）签订后自动公示，不能再改。", name=notice.winner_name, amount=money_text(notice.amount))  # fmt: skip
        self.confirm(tr("签订这份合同？"), text, tr("签章送出"), tr("再看看"), self._send_offer)

    def _send_offer(self) -> None:
        notice, typed = self._story().notice, self._offer.form.values()
        subject = f"{notice.value.project_name}（{notice.value.lot}）"[:190]
        self.do(
            tr("正在印制并签章合同"),
            self.context.desk.performing.offer_contract,
            notice.id,
            typed["contract_number"],
            subject,
            self._offer.items,
            self._offer.texts(),
            performance_bond=(as_number(typed["bond"]) or Decimal(0)).quantize(Decimal("0.01")),
            legal_adviser=typed["adviser"],
            late_reason=typed["late"],
        )

    def _ask_accept(self) -> None:
        items = self._accept.items() or ()
        failed = sum(not one.accepted for one in items)
        text = tr("共 {count} 项，{failed} 项不合格。全部合格才算通过，才能付款。", count=len(items), failed=failed)
        self.confirm(tr("提交验收结果？"), text, tr("签章提交"), tr("再看看"), self._send_acceptance)

    def _send_acceptance(self) -> None:
        contract, items = self._story().contract, self._accept.items()
        assert contract is not None and items is not None
        accept = self.context.desk.performing.accept
        opinion = self._accept.form.values()["opinion"]
        self.do(tr("正在提交验收结果"), accept, contract.id, items, self._accept.members(), opinion)

    def _ask_pay(self) -> None:
        text = tr("向 {name} 支付 {amount} 元。", name=self._story().notice.value.winner_name, amount=money_text(self._pay.amount()))  # fmt: skip
        self.confirm(tr("申请这笔支付？"), text, tr("签章申请"), tr("再看看"), self._send_payment)

    def _send_payment(self) -> None:
        acceptance, amount, typed = self._story().acceptance, self._pay.amount(), self._pay.form.values()
        assert acceptance is not None and amount is not None
        ask_payment = self.context.desk.performing.ask_payment
        words = tr("正在申请支付")
        self.do(words, ask_payment, acceptance.id, amount, typed["invoice"], self._pay.received(), typed["handler"])


def _missing(form: Form) -> str:
    missing = form.missing()
    return tr("请填写：{names}", names="、".join(missing[:3])) if missing else ""


def _under(story: ContractStory) -> str:
    notice = story.notice.value
    return f"{notice.winner_name}·{money_text(notice.amount)}"


def _due(story: ContractStory) -> bool:
    return story.stage in (Stage.NOTIFIED, Stage.SIGNED, Stage.ACCEPTED)


def stage_state(story: ContractStory) -> State:
    """Where an award stands, as a badge."""
    if story.stage is Stage.OFFERED and is_joint(story):
        return waits(tr("已签 {done}/{all}", done=len(story.signatures), all=len(story.signers)))
    return {
        Stage.SUPERSEDED: not_applicable(tr("已被替代")),
        Stage.NOTIFIED: needs(tr("待签合同")),
        Stage.OFFERED: waits(tr("待供应商签订")),
        Stage.SIGNED: needs(tr("待验收")),
        Stage.ACCEPTED: needs(tr("待申请支付")),
        Stage.REQUESTED: waits(tr("待财政支付")),
        Stage.PAID: done(tr("已支付")),
    }[story.stage]


def _until(story: ContractStory) -> str:
    if story.stage not in (Stage.NOTIFIED, Stage.OFFERED):
        return ""
    return tr("须在 {moment} 前签订", moment=moment_text(contract_due(story.notice.value.sent), seconds=False))


def _facts(story: ContractStory) -> list[tuple[str, str]]:
    value = story.notice.value
    pairs = [(tr("供应商"), value.winner_name), (tr("合同金额（元）"), money_text(value.amount))]
    if story.contract is not None:
        pairs.append((tr("合同编号"), story.contract.value.contract_number))
    pairs += signer_pairs(story)
    for words, act in (
        (tr("合同公示"), story.publication),
        (tr("验收通过"), story.acceptance),
        (tr("申请支付"), story.payment),
        (tr("支付完成"), story.execution),
    ):
        if act is not None:
            pairs.append((words, exact_text(act.item.t_recv)))
    return pairs


def _waiting(story: ContractStory) -> tuple[str, str, str]:
    if story.stage is Stage.OFFERED and is_joint(story):
        text = tr(
            "还差：{names}。联合体各成员登录自己的账户签章，次序不限；签齐后合同生效并公示。成员还没有账户的，先登记为供应商。有成员拒绝签订的，视为中标人拒绝签订，可以确定下一候选人（实施条例第四十九条）。",
            names=missing_names(story),
        )
        return "clock", tr("等联合体成员签订"), text
    if story.stage is Stage.SUPERSEDED:
        return "file", tr("已被替代"), _instead(story)
    return {
        Stage.OFFERED: ("clock", tr("等供应商签订"), tr("供应商核对无误后签章，合同随即公示。")),
        Stage.REQUESTED: ("clock", tr("等财政部门支付"), tr("财政核对编码、合同和收款人后，由国库支付。")),
        Stage.PAID: ("check", tr("已经支付"), tr("这个项目的采购活动已办完，由代理机构归档。")),
    }[story.stage]


def _instead(story: ContractStory) -> str:
    later = story.superseded
    when = moment_text(later.item.t_recv, seconds=False) if later is not None else ""
    if later is not None and isinstance(later.value, AwardNotice):
        return tr("{when} 起中标人改为{name}，以新的中标通知书为准；这一份不能再签合同。", when=when, name=later.value.winner_name)  # fmt: skip
    return tr("{when} 已改定中标人，等代理机构发新的中标通知书；这一份不能再签合同。", when=when)
