"""Money: a line for an amount in CNY, with 大写 and the distance to the ceiling as you type."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from procurement.basics.money import BEYOND, CENT, in_words
from ui.i18n import tr
from ui.kit.forms import as_number
from ui.kit.text import Line, column, label, row, set_tone
from ui.theme import px


def money_text(amount: Decimal | None, *, decimals: int = 2) -> str:
    """5,300,735.00; “—” for none."""
    return "—" if amount is None else f"{amount:,.{decimals}f}"


def distance_text(amount: Decimal, ceiling: Decimal) -> tuple[str, str]:
    """How far `amount` lies from the ceiling, and the tone of saying so."""
    gap = ceiling - amount
    share = abs(gap) / ceiling * 100 if ceiling else Decimal(0)
    facts = {"gap": money_text(abs(gap)), "share": f"{share:.2f}"}
    if gap < 0:
        return tr("超过最高限价 {gap} 元（{share} %）", **facts), "danger"
    return tr("低于最高限价 {gap} 元（{share} %）", **facts), ""


class MoneyEdit(QWidget):
    """An amount. `changed` fires as the person types; `amount` is None while nothing valid stands there."""

    changed = Signal()

    def __init__(self, title: str, *, ceiling: Decimal | None = None, read_only: bool = False) -> None:
        super().__init__()
        self._ceiling = ceiling
        self.line = QLineEdit()
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.line.setReadOnly(read_only)
        self.line.setAccessibleName(title)
        self._words = QLineEdit()
        self._words.setReadOnly(True)
        self._words.setAccessibleName(tr("大写"))
        self._gap = Line("", "hint")
        self._error = Line("", "hint", tone="danger")
        self.line.setFixedWidth(px(190))
        left = column(label(title, "label"), self.line, spacing=5)
        right = column(row(label(tr("大写"), "label"), 0, self._gap), self._words, spacing=5)
        self.setLayout(column(row(left, right, spacing=16), self._error, spacing=4))
        self._error.hide()
        self.line.textChanged.connect(self._typed)
        self.line.editingFinished.connect(self._tidy)

    @property
    def amount(self) -> Decimal | None:
        value = as_number(self.line.text())
        if value is None or not 0 <= value < BEYOND or value != value.quantize(CENT):
            return None
        return value.quantize(CENT)

    def set_amount(self, amount: Decimal | None) -> None:
        self.line.setText("" if amount is None else money_text(amount))

    def _typed(self) -> None:
        amount = self.amount
        self._words.setText("" if amount is None else in_words(amount))
        self._words.setCursorPosition(0)
        typed = bool(self.line.text().strip())
        self._error.setText(tr("金额应为非负数，最多两位小数") if typed and amount is None else "")
        self._error.setVisible(typed and amount is None)
        if amount is not None and self._ceiling:
            text, tone = distance_text(amount, self._ceiling)
            self._gap.setText(text)
            set_tone(self._gap, tone or "text3")
        else:
            self._gap.setText("")
        self.changed.emit()

    def _tidy(self) -> None:
        amount = self.amount
        if amount is not None and not self.line.isReadOnly():
            self.line.setText(money_text(amount))
