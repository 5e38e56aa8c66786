"""Forms made from the tender's fields: label above, field as wide as its content, error under it with number and clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from PySide6.QtCore import QDate, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from procurement.basics.typed import number_of, numeral, sound_text
from ui import theme
from ui.i18n import tr
from ui.kit.choice import Choice
from ui.kit.flow import flow, flowing
from ui.kit.text import TOP, Line, clear, column, icon_label, label
from ui.theme import px

FieldKind = Literal["text", "long", "integer", "number", "date", "choice", "tick", "secret"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field to fill in. `span` is its width in columns of twelve."""

    name: str
    title: str
    kind: FieldKind = "text"
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Code and words of each choice"""
    required: bool = True
    read_only: bool = False
    note: str = ""
    """Stands at the right of the label: range, clause, hint"""
    placeholder: str = ""
    span: int = 4
    tall: bool = False
    most: int = 4000
    """Characters a line takes"""


def as_number(text: str) -> Decimal | None:
    """A number as people type it; None where it is none."""
    return number_of(text)


class Field(QWidget):
    """Label, control and error of one field. `changed` fires as the person types."""

    changed = Signal()

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.spec = spec
        self.control = self._make_control()
        self.control.setAccessibleName(spec.title + (f"（{spec.unit}）" if spec.unit else ""))
        self.control.setObjectName(f"field-{spec.name}")
        self._error_line = QHBoxLayout()
        self._error_line.setSpacing(6)
        title = Line(spec.title + (f"（{spec.unit}）" if spec.unit else ""), "label")
        title.setBuddy(self.control)
        self.note = Line(spec.note, "hint")
        line = flow(title)
        line.addStretch()
        line.addWidget(self.note)
        head = flowing(line)
        if spec.kind == "tick":
            self.setLayout(column(self.control, self._error_line, spacing=2))
        else:
            self.setLayout(column(head, self.control, self._error_line, spacing=5))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def _make_control(self) -> QWidget:
        spec = self.spec
        if spec.kind == "long":
            area = QPlainTextEdit()
            area.setTabChangesFocus(True)
            area.setFixedHeight(px(120 if spec.tall else 76))
            area.setPlaceholderText(spec.placeholder)
            area.setReadOnly(spec.read_only)
            area.textChanged.connect(self.changed)
            return area
        if spec.kind == "choice":
            combo = Choice()
            combo.addItem(tr("请选择"), "")
            for code, words in spec.choices:
                combo.addItem(words, code)
            combo.setEnabled(not spec.read_only)
            combo.currentIndexChanged.connect(self.changed)
            return combo
        if spec.kind == "tick":
            tick = QCheckBox(spec.title)
            tick.setEnabled(not spec.read_only)
            tick.toggled.connect(self.changed)
            return tick
        return self._make_line()

    def _make_line(self) -> QLineEdit:
        spec = self.spec
        line = QLineEdit()
        line.setReadOnly(spec.read_only)
        line.setMaxLength(spec.most)
        line.setPlaceholderText(spec.placeholder or ("2026-04-29" if spec.kind == "date" else ""))
        if spec.kind in ("integer", "number"):
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
        if spec.kind == "secret":
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textChanged.connect(self.changed)
        return line

    def text(self) -> str:
        """What stands in the field, as plain text; a choice gives its code, a tick "yes" or "no"."""
        if isinstance(self.control, QPlainTextEdit):
            return sound_text(self.control.toPlainText()).strip()
        if isinstance(self.control, QComboBox):
            return str(self.control.currentData() or "")
        if isinstance(self.control, QCheckBox):
            return "yes" if self.control.isChecked() else "no"
        return sound_text(self.control.text()).strip() if isinstance(self.control, QLineEdit) else ""

    def set_text(self, value: str) -> None:
        if self.text() == value:
            return
        if isinstance(self.control, QPlainTextEdit):
            self.control.setPlainText(value)
        elif isinstance(self.control, QComboBox):
            self.control.setCurrentIndex(max(0, self.control.findData(value)))
        elif isinstance(self.control, QCheckBox):
            self.control.setChecked(value == "yes")
        elif isinstance(self.control, QLineEdit):
            self.control.setText(value)

    def shape_error(self) -> str:
        """Why what is typed is no value of this kind; "" when it is one or the field is empty."""
        text = self.text()
        if not text or self.spec.kind in ("text", "long", "choice", "tick", "secret"):
            return ""
        if self.spec.kind == "date":
            return "" if QDate.fromString(text, "yyyy-MM-dd").isValid() else tr("日期应写成 2026-04-29")
        number = as_number(text)
        if number is None and numeral(text) is not None:
            return tr("数字太长：整数最多 18 位，小数最多 12 位")
        if number is None:
            return tr("“{text}”不是数字", text=text[:40])
        if self.spec.kind == "integer" and number != number.to_integral_value():
            return tr("应为整数")
        return ""

    def show_error(self, text: str) -> None:
        """Show what is wrong under the field, or clear it with ""."""
        clear(self._error_line)
        if text:
            tokens = theme.current()
            self._error_line.addWidget(icon_label("blocked", tokens.danger, 14), 0, TOP)
            self._error_line.addWidget(label(text, "hint", "danger", wrap=True), 1)
        self.control.setProperty("wrong", bool(text))
        self.control.setAccessibleDescription(text or self.spec.note)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)


class Form(QWidget):
    """Fields in a grid of twelve columns. `edited` carries the name of the field a person changed."""

    edited = Signal(str)

    def __init__(self, specs: Sequence[FieldSpec]) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self._quiet = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)
        for place in range(12):
            self._grid.setColumnStretch(place, 1)
        for spec in specs:
            field = Field(spec)
            field.changed.connect(lambda name=spec.name: self._edited(name))
            self.fields[spec.name] = field
        self._wider = 1
        """How many times its span a field takes: more where the form is narrow"""
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def _lay_out(self) -> None:
        while self._grid.takeAt(0) is not None:
            pass
        at_row, at_column = 0, 0
        for field in self.fields.values():
            span = min(12, field.spec.span * self._wider)
            if at_column + span > 12:
                at_row, at_column = at_row + 1, 0
            self._grid.addWidget(field, at_row, at_column, 1, span, TOP)
            at_column += span

    def minimumSizeHint(self) -> QSize:
        """Fields one under another are always enough."""
        least = max((field.minimumSizeHint().width() for field in self.fields.values()), default=0)
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        wider = 1 if self.width() >= px(480) else 2 if self.width() >= px(300) else 3
        if wider != self._wider:
            self._wider = wider
            self._lay_out()
        super().resizeEvent(event)

    def _edited(self, name: str) -> None:
        if not self._quiet:
            self.fields[name].show_error(self.fields[name].shape_error())
            self.edited.emit(name)

    def values(self) -> dict[str, str]:
        return {name: field.text() for name, field in self.fields.items()}

    def fill(self, values: dict[str, str]) -> None:
        """Put values in without telling anybody they were edited."""
        self._quiet = True
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_text(value)
        self._quiet = False

    def show_errors(self, errors: dict[str, str]) -> None:
        for name, field in self.fields.items():
            field.show_error(errors.get(name) or field.shape_error())

    def missing(self) -> list[str]:
        """Titles of required fields that are empty or no value of their kind."""
        return [
            field.spec.title
            for field in self.fields.values()
            if (field.spec.required and field.spec.kind != "tick" and not field.text()) or field.shape_error()
        ]

    def on_edited(self, call: Callable[[str], object]) -> None:
        self.edited.connect(call)
