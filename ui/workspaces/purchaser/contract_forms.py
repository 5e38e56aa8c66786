"""What a purchaser writes after the award: the contract's clauses, the finding on each item, the request for payment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from client.views.contracts import ContractStory
from client.workflows.performing import ContractTexts
from procurement.basics.moment import at_shanghai
from procurement.basics.typed import sound_text
from procurement.performing.acceptance import AcceptedItem
from procurement.performing.contract import Contract, ContractItem
from ui.i18n import tr
from ui.kit.cards import Card, Facts
from ui.kit.choice import Choice
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import clear, column, hair, label, row
from ui.theme import wide


def number_text(value: Decimal) -> str:
    return f"{value.normalize():f}"


class OfferForm(QWidget):
    """The contract. Parties, amount and items follow from the award and cannot be typed (L-276)."""

    def __init__(self) -> None:
        super().__init__()
        self._facts = Facts(name_width=96)
        self._items: Table[ContractItem] = Table(
            (
                Column(tr("名称"), lambda one: Cell(one.name), 0),
                Column(tr("数量"), lambda one: Cell(number_text(one.quantity), tone="text2"), 72, "right"),
                Column(tr("单位"), lambda one: Cell(one.unit), 64),
                Column(tr("单价（元）"), lambda one: Cell(money_text(one.unit_price)), 120, "right"),
                Column(tr("合价（元）"), lambda one: Cell(money_text(one.amount)), 130, "right"),
            ),
            tr("合同标的"),
            row_height=32,
        )
        long = {"kind": "long", "span": 12}
        self.form = Form(
            (
                FieldSpec("contract_number", tr("合同编号"), span=6),
                FieldSpec("bond", tr("履约保证金"), "number", tr("元"), span=6, note=tr("不超过合同金额的 10 %")),
                FieldSpec("quality", tr("质量要求"), **long),  # type: ignore[arg-type]
                FieldSpec("term", tr("履行期限"), span=12),
                FieldSpec("place_and_way", tr("履行地点和方式"), span=12),
                FieldSpec("acceptance", tr("验收标准和程序"), **long),  # type: ignore[arg-type]
                FieldSpec("payment_terms", tr("付款条件"), span=12, note=tr("收到发票后三十日内支付")),
                FieldSpec("breach", tr("违约责任"), span=12),
                FieldSpec("disputes", tr("争议解决"), span=12),
                FieldSpec("adviser", tr("法律审查人"), required=False, span=6, note=tr("需求要求法律审查时填写")),
                FieldSpec("late", tr("逾期签订的理由"), required=False, span=6, note=tr("未逾期时不填")),
            )
        )
        items = Card(tr("合同标的"), tr("与中标结果一致，不能改"), flush=True)
        items.body.addWidget(self._items)
        self._items_card = items
        clauses = Card(tr("合同条款"))
        clauses.body.addWidget(self._facts)
        clauses.body.addWidget(hair())
        clauses.body.addWidget(self.form)
        self.setLayout(column(clauses, items, spacing=12))
        self.items: tuple[ContractItem, ...] = ()

    def show_story(self, story: ContractStory, purchaser: str) -> None:
        notice = story.notice.value
        self._facts.set_pairs(
            (
                (tr("项目"), f"{notice.project_name}·{notice.lot}"),
                (tr("采购人"), purchaser),
                (tr("供应商"), f"{notice.winner_name} {notice.winner}"),
                (tr("合同金额（元）"), money_text(notice.amount)),
            )
        )
        suffix = notice.lot.removeprefix("lot-").zfill(2)
        self.form.fill({"contract_number": f"HT-{notice.number}-{suffix}", "bond": "0"})

    def show_items(self, items: Sequence[ContractItem]) -> None:
        self.items = tuple(items)
        self._items.show_rows(self.items)
        self._items.fit_height()

    def texts(self) -> ContractTexts:
        typed = self.form.values()
        names = ("quality", "term", "place_and_way", "acceptance", "payment_terms", "breach", "disputes")
        return ContractTexts(**{name: typed[name] for name in names})


class AcceptForm(QWidget):
    """履约验收: every item of the contract with what was delivered, whether it passes, and the finding (L-631)."""

    def __init__(self) -> None:
        super().__init__()
        self._list = column(spacing=10)
        self._rows: list[tuple[str, QLineEdit, QComboBox, QLineEdit]] = []
        card = Card(tr("逐项验收"), tr("全部合格才通过"))
        card.body.addLayout(self._list)
        self.form = Form(
            (
                FieldSpec("members", tr("验收人员"), span=12, note=tr("用顿号分开；起草需求的人不能验收")),
                FieldSpec("opinion", tr("验收意见"), "long", span=12),
            )
        )
        words = Card(tr("验收结论"))
        words.body.addWidget(self.form)
        self.setLayout(column(card, words, spacing=12))
        self._of = ""

    def show_contract(self, contract_id: str, contract: Contract) -> None:
        """Make a line for each item, once for each contract."""
        if self._of == contract_id:
            return
        self._of = contract_id
        clear(self._list)
        self._rows = []
        for item in contract.items:
            delivered, verdict, finding = QLineEdit(number_text(item.quantity)), Choice(), QLineEdit()
            for control, name in ((delivered, tr("到货数量")), (verdict, tr("验收结果")), (finding, tr("验收情况"))):
                control.setProperty("tool", True)
                control.setAccessibleName(f"{name}：{item.name}")
            delivered.setFixedWidth(wide(88))
            verdict.addItem(tr("合格"), True)
            verdict.addItem(tr("不合格"), False)
            verdict.setMinimumWidth(wide(110))
            finding.setPlaceholderText(tr("验收情况，如型号、外观、联调结果"))
            wanted = tr("合同 {quantity} {unit}，到货", quantity=number_text(item.quantity), unit=item.unit)
            self._list.addWidget(label(item.name, "strong", wrap=True))
            line = row(label(wanted, "label"), delivered, verdict, finding)
            line.setStretch(3, 1)
            self._list.addLayout(line)
            self._list.addWidget(hair())
            self._rows.append((item.name, delivered, verdict, finding))

    def items(self) -> tuple[AcceptedItem, ...] | None:
        """What was found; None while a quantity or a finding is missing."""
        found = []
        for name, delivered, verdict, finding in self._rows:
            quantity, words = as_number(delivered.text()), sound_text(finding.text()).strip()
            if quantity is None or quantity < 0 or not words:
                return None
            accepted = bool(verdict.currentData())
            found.append(AcceptedItem(name=name, delivered=quantity, accepted=accepted, finding=words))
        return tuple(found)

    def members(self) -> tuple[str, ...]:
        typed = self.form.values()["members"].replace("，", "、").replace(",", "、")
        return tuple(part.strip() for part in typed.split("、") if part.strip())


class PayForm(QWidget):
    """资金支付申请: codes and payee come from the acts; amount, invoice and handler are typed (R-066)."""

    def __init__(self) -> None:
        super().__init__()
        self._facts = Facts(name_width=96)
        self.form = Form(
            (
                FieldSpec("amount", tr("申请金额"), "number", tr("元"), span=6),
                FieldSpec("invoice", tr("发票号码"), span=6),
                FieldSpec("received", tr("收到发票的日期"), "date", span=6),
                FieldSpec("handler", tr("经办人"), span=6, note=tr("验收人员不能经办")),
            )
        )
        card = Card(tr("支付申请"), tr("编码与收款人取自合同"))
        card.body.addWidget(self._facts)
        card.body.addWidget(hair())
        card.body.addWidget(self.form)
        self.setLayout(column(card, 0))
        self._of = ""

    def show_contract(self, contract_id: str, contract: Contract, payee: str) -> None:
        if self._of == contract_id:
            return
        self._of = contract_id
        self._facts.set_pairs(
            (
                (tr("合同编号"), contract.contract_number),
                (tr("备案号"), contract.number),
                (tr("收款人"), f"{payee} {contract.supplier}"),
                (tr("合同金额（元）"), money_text(contract.amount)),
            )
        )
        self.form.fill({"amount": money_text(contract.amount)})

    def amount(self) -> Decimal | None:
        value = as_number(self.form.values()["amount"])
        return None if value is None or value <= 0 else value.quantize(Decimal("0.01"))

    def received(self) -> datetime:
        """Start of the day on which the invoice came, Beijing time."""
        return at_shanghai(date.fromisoformat(self.form.values()["received"]), 0)
