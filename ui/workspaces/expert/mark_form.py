"""One mark: the tender's own tiers as radio rows, a figure with − and +, and the reason."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from procurement.basics.problems import RuleBroken
from procurement.basics.typed import sound_text
from procurement.evaluation.marks import check_mark
from procurement.evaluation.sheets import Mark
from procurement.tendering.marking import AllowedSet, Binary, Part, Span, Tiers
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.text import clear, column, label, row
from ui.messages import words_of
from ui.theme import px, wide


def range_text(part: Part) -> str:
    """5–10, or 0/10, as the tender prints it."""
    rule = part.rule
    if isinstance(rule, AllowedSet):
        return "/".join(_short(value) for value in rule.values)
    if isinstance(rule, Binary):
        return f"{_short(rule.otherwise)}/{_short(rule.points)}"
    if isinstance(rule, Tiers):
        low, high = min(tier.low for tier in rule.tiers), max(tier.high for tier in rule.tiers)
        return f"{_short(low)}–{_short(high)}"
    if isinstance(rule, Span):
        return "、".join(f"{_short(one.low)}–{_short(one.high)}" for one in rule.segments)
    return f"{_short(part.minimum)}–{_short(part.maximum)}"


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


class _Figure(QLineEdit):
    """Up and down arrows step."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else -1)
        else:
            super().keyPressEvent(event)


class MarkForm(QWidget):
    """`changed` fires when the mark shown is another; `mark` is None while there is none that the item allows."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._part: Part | None = None
        self._supplier = ""
        self._quiet = False
        self._group = QButtonGroup(self)
        self._tiers = QVBoxLayout()
        self._tiers.setSpacing(4)
        self.figure = _Figure()
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setAccessibleName(tr("分数"))
        self.figure.setObjectName("points")
        self.figure.textChanged.connect(self._typed)
        self.figure.stepped.connect(self._step)
        less = button("−", pressed=lambda: self._step(-1), name=tr("减一步"), object_name="less")
        more = button("+", pressed=lambda: self._step(1), name=tr("加一步"), object_name="more")
        for one in (less, more):
            one.setFixedWidth(wide(44))
        self._buttons = (less, more)
        line = row(less, self.figure, more)
        line.setStretch(1, 1)
        self._hint = label("", "hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._banner = Banner()
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName(tr("理由"))
        self.reason.setObjectName("mark-reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(px(72))
        self.reason.setPlaceholderText(tr("需要时写明；写入评审报告"))
        self.reason.textChanged.connect(self._typed)
        box = column(spacing=8)
        box.addLayout(self._tiers)
        box.addLayout(line)
        box.addWidget(self._hint)
        box.addWidget(self._banner)
        box.addWidget(label(tr("理由"), "label"))
        box.addWidget(self.reason)
        self.setLayout(box)

    def show_part(self, part: Part, supplier: str, mark: Mark | None, computed: Decimal | None) -> None:
        """Show an item for a bidder, with the mark given so far and the computed points where there are any."""
        self._quiet = True
        if self._part is not part:
            self._part = part
            self._make_tiers(part)
        self._supplier = supplier
        step = _short(part.step or Decimal("0.1"))
        self._hint.setText(tr("步长 {step}，范围 {range}", step=step, range=range_text(part)))
        points = mark.points if mark is not None else computed
        self.figure.setText("" if points is None else _short(points))
        self.reason.setPlainText(mark.reason if mark else "")
        chosen = mark.tier if mark else ""
        self._group.setExclusive(False)
        for made in self._group.buttons():
            made.setChecked(made.property("tier") == chosen and bool(chosen))
        self._group.setExclusive(True)
        self._quiet = False
        self._judge()

    def set_open(self, open_: bool) -> None:
        for made in (*self._group.buttons(), self.figure, self.reason, *self._buttons):
            made.setEnabled(open_)

    def _make_tiers(self, part: Part) -> None:
        for made in self._group.buttons():
            self._group.removeButton(made)
        clear(self._tiers)
        if not isinstance(part.rule, Tiers):
            return
        for tier in part.rule.tiers:
            span = _short(tier.low) if tier.low == tier.high else f"{_short(tier.low)}–{_short(tier.high)}"
            made = QRadioButton(span)
            made.setProperty("tier", tier.code)
            made.setAccessibleName(f"{span} {tier.label}")
            made.setObjectName(f"tier-{tier.code}")
            made.clicked.connect(lambda _on=False, low=tier.low, high=tier.high: self._chose(low, high))
            self._group.addButton(made)
            self._tiers.addWidget(made)
            words = label(tier.label, "hint", "text2", wrap=True)
            words.setContentsMargins(26, 0, 0, 4)
            self._tiers.addWidget(words)

    def _chose(self, low: Decimal, high: Decimal) -> None:
        points = self._points()
        if points is None or not low <= points <= high:
            self.figure.setText(_short(high))
        self._typed()
        self.figure.setFocus()
        self.figure.selectAll()

    def _step(self, way: int) -> None:
        if self._part is None:
            return
        step = self._part.step or Decimal("0.5")
        points = self._points()
        fresh = (points if points is not None else self._part.minimum) + step * way
        self.figure.setText(_short(min(self._part.maximum, max(Decimal(0), fresh))))

    def _points(self) -> Decimal | None:
        try:
            value = Decimal(self.figure.text().strip())
        except InvalidOperation:
            return None
        return value if value.is_finite() else None

    @property
    def mark(self) -> Mark | None:
        """The mark as typed, if the item allows it."""
        made = self._typed_mark()
        if made is None or self._part is None:
            return None
        try:
            check_mark(self._part, made)
        except RuleBroken:
            return None
        return made

    def _typed_mark(self) -> Mark | None:
        points = self._points()
        if points is None or self._part is None:
            return None
        chosen = self._group.checkedButton()
        tier = str(chosen.property("tier")) if chosen is not None else ""
        condition = ""
        if self._part.missing is not None and points == self._part.missing and points < self._part.minimum:
            condition, tier = "missing", ""
        reason = sound_text(self.reason.toPlainText()).strip()
        return Mark(
            supplier=self._supplier, item=self._part.code, points=points, tier=tier, condition=condition, reason=reason
        )

    def _typed(self) -> None:
        if not self._quiet:
            self._judge()
            self.changed.emit()

    def _judge(self) -> None:
        """Say at once why a mark is not allowed."""
        self._banner.hide()
        made = self._typed_mark()
        if made is None or self._part is None:
            return
        try:
            check_mark(self._part, made)
        except RuleBroken as problem:
            words = words_of(problem)
            self._banner.say("warn", words.title, words.remedy)
