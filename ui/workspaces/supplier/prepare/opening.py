"""开标一览表: the figures of the quote and the other fields that are read out."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QWidget

from procurement.bidding.draft import FieldValue
from procurement.tendering.conditions import FormField
from procurement.tendering.quote import Figure
from ui.i18n import tr
from ui.kit.cards import Card
from ui.kit.forms import FieldKind, FieldSpec, Form, as_number
from ui.kit.money import MoneyEdit
from ui.kit.text import column
from ui.workspaces.supplier.prepare.loose import plain
from ui.workspaces.supplier.prepare.sheet import Sheet

NUMERIC = ("money", "number", "integer", "percent")
_KINDS: dict[str, FieldKind] = {
    "text": "text", "long-text": "long", "money": "number", "number": "number", "integer": "integer",
    "percent": "number", "date": "date", "yes-no": "choice", "choice": "choice",
}  # fmt: skip


def field_spec(field: FormField) -> FieldSpec:
    """A field of the tender as the kit's form knows it."""
    choices = tuple((option, option) for option in field.options)
    if field.type == "yes-no":
        choices = ((tr("是"), tr("是")), (tr("否"), tr("否")))
    bounds = [tr("不低于 {low}", low=field.low) if field.low is not None else ""]
    bounds.append(tr("不高于 {high}", high=field.high) if field.high is not None else "")
    kind: FieldKind = "choice" if choices else _KINDS[field.type]
    unit = field.unit or ("%" if field.type == "percent" else "元" if field.type == "money" else "")
    note = "，".join(bound for bound in bounds if bound)
    return FieldSpec(
        field.code, field.label, kind, unit, choices, field.required, note=note, span=12 if kind == "long" else 4
    )


def field_values(fields: tuple[FormField, ...], typed: dict[str, str]) -> tuple[FieldValue, ...]:
    """What was typed as values; what is no value of its kind is left out and shown under its field."""
    values: list[FieldValue] = []
    for field in fields:
        text = typed.get(field.code, "")
        if not text:
            continue
        if field.type in NUMERIC:
            number = as_number(text)
            if number is not None:
                values.append(FieldValue(field=field.code, number=number))
        else:
            values.append(FieldValue(field=field.code, text=text))
    return tuple(values)


def half_fields(fields: tuple[FormField, ...], typed: dict[str, str], head: str) -> dict[str, dict[str, str]]:
    """By place under `head`: what stands in fields of numbers and is none."""
    texts = {field.code: typed.get(field.code, "") for field in fields if field.type in NUMERIC}
    return {f"{head}/{code}": {"text": text if as_number(text) is None else ""} for code, text in texts.items()}


def half_values(fields: tuple[FormField, ...], sheet: Sheet, head: str) -> dict[str, str]:
    """What was half typed in these fields, as it stood in them."""
    found = {field.code: sheet.half(f"{head}/{field.code}").get("text", "") for field in fields}
    return {code: text for code, text in found.items() if text}


def typed_values(values: tuple[FieldValue, ...]) -> dict[str, str]:
    """Values as they stand in the fields."""
    return {one.field: one.text if one.number is None else f"{one.number:f}" for one in values}


class OpeningEditor(QWidget):
    """Figures, fields, validity."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._quiet = False
        self._money: dict[str, MoneyEdit] = {}
        lot = sheet.lot
        card = Card(tr("开标一览表"), tr("唱标只读这里的内容"))
        self._summed = {table.sums_to for table in lot.quote.tables if table.sums_to}
        for figure in lot.quote.figures:
            if figure.dimension in ("total", "unit-price"):
                card.body.addWidget(self._money_edit(figure))
        rates = [figure for figure in lot.quote.figures if figure.code not in self._money]
        self._rates = Form([_rate_spec(figure) for figure in rates])
        self._rates.on_edited(lambda name: self._rate_typed(name))
        self._rates.setVisible(bool(rates))
        card.body.addWidget(self._rates)
        validity = FieldSpec(
            "validity", tr("投标有效期"), "integer", tr("天"), note=tr("不低于 {low}", low=lot.validity_days), span=6
        )
        self._fields = Form([*(field_spec(field) for field in lot.opening_fields), validity])
        self._fields.on_edited(lambda _name: self._field_typed())
        card.body.addWidget(self._fields)
        card.body.addStretch(1)
        self.setLayout(column(card))
        self.show_sheet()
        self.show_errors({})

    def _money_edit(self, figure: Figure) -> MoneyEdit:
        lot = self._sheet.lot
        ceiling = figure.limit if figure.limit is not None else lot.money_ceiling
        given = figure.code in self._summed
        title = f"{figure.label}（{figure.unit}）"
        edit = MoneyEdit(title, ceiling=ceiling if figure.direction == "lower" else None, read_only=given)
        edit.line.setObjectName(f"figure-{figure.code}")
        edit.changed.connect(lambda code=figure.code: self._money_typed(code))
        self._money[figure.code] = edit
        return edit

    def _money_typed(self, code: str) -> None:
        if not self._quiet and code not in self._summed:
            self._sheet.put_figure(code, self._money[code].amount, plain(self._money[code].line.text()))

    def _rate_typed(self, code: str) -> None:
        if not self._quiet:
            text = self._rates.fields[code].text()
            self._sheet.put_figure(code, as_number(text), text)

    def _field_typed(self) -> None:
        if self._quiet:
            return
        typed, fields = self._fields.values(), self._sheet.lot.opening_fields
        parts: dict[str, object] = {"opening": field_values(fields, typed)}
        days = as_number(typed["validity"])
        sound = days is not None and days == days.to_integral_value() and 0 <= days < 10_000
        if days is not None and sound:
            parts["validity_days"] = int(days)
        half = half_fields(fields, typed, "opening")
        self._sheet.put({**half, "validity_days": {"text": "" if sound else typed["validity"]}}, **parts)

    def show_sheet(self) -> None:
        """Show what stands in the bid; figures summed from a table follow it."""
        self._quiet = True
        forms = self._sheet.forms
        for code, edit in self._money.items():
            figure = forms.figure(code)
            amount = figure.amount if figure is not None else None
            half = self._sheet.half(f"quote/{code}").get("amount", "")
            if half and not edit.line.hasFocus():
                edit.line.setText(half)
            elif edit.amount != amount and not edit.line.hasFocus():
                edit.set_amount(amount)
        rates = {one.figure: f"{one.amount:f}" for one in forms.quote}
        rates |= {
            code: self._sheet.half(f"quote/{code}").get("amount", rates.get(code, "")) for code in self._rates.fields
        }
        self._rates.fill({name: text for name, text in rates.items() if text and not _focused(self._rates, name)})
        days = self._sheet.half("validity_days").get("text", str(forms.validity_days))
        values = typed_values(forms.opening) | {"validity": days}
        values |= half_values(self._sheet.lot.opening_fields, self._sheet, "opening")
        self._fields.fill({name: text for name, text in values.items() if not _focused(self._fields, name)})
        self._quiet = False

    def show_errors(self, errors: dict[str, str]) -> None:
        """Errors by code of figure or field."""
        self._rates.show_errors(errors)
        self._fields.show_errors(errors)


def _focused(form: Form, name: str) -> bool:
    return name in form.fields and form.fields[name].control.hasFocus()


def _rate_spec(figure: Figure) -> FieldSpec:
    limit: Decimal | None = figure.limit
    words = ""
    if limit is not None:
        words = tr("不高于 {high}", high=limit) if figure.direction == "lower" else tr("不低于 {low}", low=limit)
    return FieldSpec(figure.code, figure.label, "number", figure.unit, note=words)
