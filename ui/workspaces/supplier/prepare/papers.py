"""Editors of documents, custom forms, policy declarations, people, brands and deposit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtWidgets import QWidget

from client.conversion import CONVERTIBLE, office_program
from procurement.bidding.draft import (
    BidDocument,
    Brand,
    Domestic,
    Enterprise,
    EnterpriseSize,
    Person,
)
from procurement.tendering.conditions import CustomForm
from procurement.tendering.tender import Upload
from ui.i18n import tr
from ui.kit.badge import done
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.files import DropZone
from ui.kit.forms import FieldSpec, Form, as_number
from ui.kit.progress import size_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.workspaces.supplier.prepare.adding import Adding
from ui.workspaces.supplier.prepare.deposit import (
    NAME_LENGTH,
    deposit_errors,
    deposit_fields,
    deposit_of,
    deposit_values,
)
from ui.workspaces.supplier.prepare.opening import field_spec, field_values, half_fields, half_values, typed_values
from ui.workspaces.supplier.prepare.sheet import Sheet

AddFile = Callable[[Path], object]
OpenFile = Callable[[BidDocument], object]
WHOLE_SHARE = "100"
"""Percent that stands in the field of the domestic share before anybody types"""


class DocumentsEditor(QWidget):
    """The documents of the bid. What a file is, is judged when it is added."""

    def __init__(
        self, sheet: Sheet, add: AddFile, open_: OpenFile, stamp: OpenFile, seals: Callable[[], object]
    ) -> None:
        super().__init__()
        self._sheet = sheet
        zone = DropZone(
            tr("添加投标文件"), _hint(sheet.tender.upload), suffixes=_suffixes(sheet.tender.upload), many=True
        )
        zone.on_given(lambda path: self.adding.add(path))
        self.adding = Adding()
        self.adding.begin.connect(add)
        self._table: Table[BidDocument] = Table(
            (
                Column(tr("标题"), lambda one: Cell(one.title), 0),
                Column(tr("页数"), lambda one: Cell(str(one.pages)), 72, "right"),
                Column(tr("大小"), lambda one: Cell(size_text(one.size)), 100, "right"),
                Column(tr("摘要"), lambda one: Cell(f"{one.sha256[:8]} … {one.sha256[-8:]}", tone="text3"), 172),
                Column(tr("状态"), lambda _one: Cell(state=done(tr("已存入"))), 110),
            ),
            tr("投标文件"),
        )
        self._table.on_activated(open_)
        self._table.on_selected(lambda _one: self._show_tools())
        self._stamp = button(
            tr("加盖印章"), "link", lambda: self._with_row(stamp), small=True, object_name="place-seals"
        )
        card = Card(tr("投标文件与证明材料"), flush=True)
        self._used = card.note
        self._from_library = button(
            tr("从资料库选用"), "link", self._ask_library, small=True, object_name="from-library"
        )
        card.head.addWidget(self._stamp)
        card.head.addWidget(button(tr("查看签章"), "link", seals, small=True, object_name="bid-seals"))
        card.head.addWidget(button(tr("移除所选文件"), "link", self._drop, icon="close", small=True))
        holder = QWidget()
        holder.setLayout(column(zone, row(self._from_library, 0), self.adding, spacing=10))
        holder.layout().setContentsMargins(16, 14, 16, 14)  # type: ignore[union-attr]
        card.body.addWidget(holder)
        card.body.addWidget(self._table, 1)
        self.setLayout(column(card))
        self.show_sheet()

    def _ask_library(self) -> None:
        if self._sheet.ask_library is not None:
            self._sheet.ask_library("", lambda _document: self.show_sheet())

    def _drop(self) -> None:
        self._with_row(lambda chosen: self._sheet.drop_document(chosen.code))

    def _with_row(self, act: OpenFile) -> None:
        chosen = self._table.row()
        if chosen is not None:
            act(chosen)

    def _show_tools(self) -> None:
        chosen = self._table.row()
        self._stamp.setEnabled(chosen is not None and chosen.path.endswith(".pdf"))

    def show_sheet(self) -> None:
        self._table.show_rows(self._sheet.forms.documents)
        used = size_text(sum(one.size for one in self._sheet.forms.documents))
        whole = size_text(self._sheet.tender.upload.size_limit)
        self._used.setText(tr("已用 {used} / {whole}", used=used, whole=whole) + " · " + tr("双击预览"))
        self._show_tools()

    def show_errors(self, errors: dict[str, str]) -> None:
        """Files that may not be used are named in the advice column."""


def _hint(upload: Upload) -> str:
    """What may be added, how large, and what becomes of the rest."""
    words = tr(
        "{types}，单个不超过 {limit}，整份不超过 {whole}。文件加密存放在本机",
        types="、".join(kind.upper() for kind in upload.file_types),
        limit=size_text(upload.file_limit),
        whole=size_text(upload.size_limit),
    )
    if "pdf" not in upload.file_types:
        return words
    if office_program() is None:
        return words + "\n" + tr("图片自动转为 PDF；本机没有 LibreOffice，Word、Excel 请先另存为 PDF")
    return words + "\n" + tr("图片自动转为 PDF；Word、Excel 由本机 LibreOffice 转换")


def _suffixes(upload: Upload) -> str:
    kinds = dict.fromkeys((*upload.file_types, *(CONVERTIBLE if "pdf" in upload.file_types else ())))
    return "(" + " ".join(f"*.{kind}" for kind in kinds) + ")"


class FormEditor(QWidget):
    """A form of the tender's own."""

    def __init__(self, sheet: Sheet, form: CustomForm) -> None:
        super().__init__()
        self._sheet, self._form = sheet, form
        self._fields = Form([field_spec(field) for field in form.fields])
        filled = next((one for one in sheet.forms.forms if one.form == form.code), None)
        if filled is not None:
            self._fields.fill(typed_values(filled.fields))
        self._fields.fill(half_values(form.fields, sheet, f"forms/{form.code}"))
        self._fields.show_errors({})
        self._fields.on_edited(lambda _name: self._typed())
        inner = QWidget()
        box = column(spacing=14)
        box.setContentsMargins(16, 14, 16, 16)
        if form.wording:
            box.addWidget(label(form.wording, "small", "text2", wrap=True))
        box.addWidget(self._fields)
        if not form.fields:
            box.addWidget(self._promise(filled is not None))
        box.addStretch(1)
        inner.setLayout(box)
        note = tr("实质性格式，缺少即无效") if form.substantive else ""
        card = Card(form.title, note, flush=True)
        card.body.addWidget(scrolled(inner))
        self.setLayout(column(card))

    def _promise(self, given: bool) -> Form:
        """A form without fields is given, or it is not: its words are fixed by the tender."""
        tick = Form((FieldSpec("given", tr("确认出具此承诺"), "tick", span=12),))
        tick.fill({"given": "yes" if given else "no"})
        tick.on_edited(lambda _name: self._sheet.give_form(self._form.code, tick.values()["given"] == "yes"))
        return tick

    def _typed(self) -> None:
        typed, fields, code = self._fields.values(), self._form.fields, self._form.code
        self._sheet.put_form(code, field_values(fields, typed), half_fields(fields, typed, f"forms/{code}"))

    def show_sheet(self) -> None:
        """Only this editor writes its form."""

    def show_errors(self, errors: dict[str, str]) -> None:
        self._fields.show_errors(errors)


class PolicyEditor(QWidget):
    """《中小企业声明函》 and 《本国产品声明函》."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        sizes = (("micro", tr("微型")), ("small", tr("小型")), ("medium", tr("中型")), ("large", tr("大型")))
        self._form = Form(
            (
                FieldSpec("size", tr("企业规模"), "choice", choices=sizes),
                FieldSpec("employees", tr("从业人数"), "integer", tr("人"), required=False),
                FieldSpec("declared", tr("出具《中小企业声明函》"), "tick", span=12),
                FieldSpec("goods", tr("全部货物由小微企业制造"), "tick", span=12),
                FieldSpec("domestic", tr("出具《本国产品声明函》"), "tick", span=12),
                FieldSpec("share", tr("本国产品成本占比"), "number", "%", required=False),
            )
        )
        enterprise, domestic = sheet.forms.enterprise, sheet.forms.domestic
        self._form.fill(
            {
                "size": enterprise.size,
                "employees": str(enterprise.employees or ""),
                "declared": "yes" if enterprise.declared else "no",
                "goods": "yes" if enterprise.all_goods_small_micro else "no",
                "domestic": "yes" if domestic is not None and domestic.declared else "no",
                "share": f"{domestic.cost_share:f}" if domestic else WHOLE_SHARE,
            }
        )
        self._form.fill(dict(sheet.half("enterprise")))
        if sheet.half("domestic"):
            self._form.fill({"domestic": "no", "share": "", **sheet.half("domestic")})
        self._form.show_errors(self._errors(self._form.values()))
        self._form.on_edited(lambda _name: self._typed())
        card = Card(tr("政策声明"), tr("声明属实才享受价格扣除；虚假声明要追责"))
        card.body.addWidget(self._form)
        card.body.addStretch(1)
        self.setLayout(column(card))

    def _typed(self) -> None:
        typed = self._form.values()
        size = cast(EnterpriseSize, typed["size"] or "small")
        enterprise = Enterprise(
            size=size,
            declared=typed["declared"] == "yes",
            all_goods_small_micro=typed["goods"] == "yes",
            employees=_headcount(typed["employees"]),
        )
        share, errors = as_number(typed["share"]), self._errors(typed)
        domestic = None
        if typed["domestic"] == "yes" and share is not None and "share" not in errors:
            domestic = Domestic(declared=True, cost_share=share)
        begun = domestic is None and (typed["domestic"] == "yes" or typed["share"] != WHOLE_SHARE)
        declared = {name: typed[name] for name in ("domestic", "share") if begun and typed[name] != "no"}
        half = {
            "enterprise": {"employees": typed["employees"] if "employees" in errors else ""},
            "domestic": declared,
        }
        self._form.show_errors(errors)
        self._sheet.put(half, enterprise=enterprise, domestic=domestic)

    @staticmethod
    def _errors(typed: dict[str, str]) -> dict[str, str]:
        """What keeps a number from entering the declarations, by field."""
        share, people, errors = as_number(typed["share"]), as_number(typed["employees"]), {}
        if typed["domestic"] == "yes" and (share is None or not 0 <= share <= 100):
            errors["share"] = tr("填 0 到 100；不填，声明就不出具")
        if typed["employees"] and (people is None or people != _headcount(typed["employees"])):
            errors["employees"] = tr("填从业人员的人数")
        return errors

    def show_sheet(self) -> None:
        """Only this editor writes the declarations."""

    def show_errors(self, errors: dict[str, str]) -> None:
        """Stands in the advice column."""


def _headcount(text: str) -> int:
    """People employed; what is no whole number of them says nothing."""
    number = as_number(text)
    return int(number) if number is not None and 0 <= number < 10**9 and number == int(number) else 0


class OthersEditor(QWidget):
    """Who acts, brands of core products, the deposit's voucher."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._people = Form(
            (
                FieldSpec("agent", tr("授权代表姓名"), required=False, most=NAME_LENGTH),
                FieldSpec("phone", tr("联系电话"), required=False, most=NAME_LENGTH),
                FieldSpec("manager", tr("项目负责人"), required=False, most=NAME_LENGTH),
            )
        )
        named = {person.role: person for person in sheet.forms.people}
        values = {"agent": named["agent"].name, "phone": named["agent"].phone} if "agent" in named else {}
        self._people.fill(values | ({"manager": named["project-manager"].name} if "project-manager" in named else {}))
        self._people.fill(dict(sheet.half("people")))
        self._people.on_edited(lambda _name: self._people_typed())
        people = Card(tr("人员"))
        people.body.addWidget(self._people)
        parts: list[QWidget] = [people]
        self._brands = Form(
            [
                spec
                for product in sheet.lot.core_products
                for spec in (
                    FieldSpec(
                        f"brand-{product.code}", tr("{product}：品牌", product=product.name), span=6, most=NAME_LENGTH
                    ),
                    FieldSpec(
                        f"maker-{product.code}", tr("{product}：制造商", product=product.name), span=6, most=NAME_LENGTH
                    ),
                )
            ]
        )
        for one in sheet.forms.brands:
            self._brands.fill({f"brand-{one.product}": one.brand, f"maker-{one.product}": one.manufacturer})
        for product in sheet.lot.core_products:
            self._brands.fill(dict(sheet.half(f"brands/{product.code}")))
        self._brands.on_edited(lambda _name: self._brands_typed())
        if sheet.lot.core_products:
            brands = Card(tr("核心产品"), tr("同品牌投标按一家计算"))
            brands.body.addWidget(self._brands)
            parts.append(brands)
        self._deposit = Form(deposit_fields())
        self._deposit.fill(deposit_values(sheet.forms.deposit))
        self._deposit.fill(dict(sheet.half("deposit")))
        self._deposit.show_errors(deposit_errors(self._deposit.values()))
        self._deposit.on_edited(lambda _name: self._deposit_typed())
        if sheet.lot.deposit is not None:
            deposit = Card(tr("投标保证金"), tr("应交 {amount} 元", amount=f"{sheet.lot.deposit.amount:,.2f}"))
            deposit.body.addWidget(self._deposit)
            parts.append(deposit)
        self.setLayout(column(*parts, 0, spacing=12))

    def _people_typed(self) -> None:
        typed = self._people.values()
        people = []
        if typed["agent"]:
            people.append(Person(role="agent", name=typed["agent"], phone=typed["phone"]))
        if typed["manager"]:
            people.append(Person(role="project-manager", name=typed["manager"]))
        self._sheet.put({"people": {"phone": "" if typed["agent"] else typed["phone"]}}, people=tuple(people))

    def _deposit_typed(self) -> None:
        typed = self._deposit.values()
        self._deposit.show_errors(deposit_errors(typed))
        deposit = deposit_of(typed)
        self._sheet.put({"deposit": {} if deposit else typed}, deposit=deposit)

    def _brands_typed(self) -> None:
        typed = self._brands.values()
        brands, half = [], {}
        for product in self._sheet.lot.core_products:
            brand, maker = typed[f"brand-{product.code}"], typed[f"maker-{product.code}"]
            if brand and maker:
                brands.append(Brand(product=product.code, brand=brand, manufacturer=maker))
            else:
                half[f"brands/{product.code}"] = {f"brand-{product.code}": brand, f"maker-{product.code}": maker}
        self._sheet.put_under("brands", half, brands=tuple(brands))

    def show_sheet(self) -> None:
        """Only this editor writes these."""

    def show_errors(self, errors: dict[str, str]) -> None:
        """Stands in the advice column."""
