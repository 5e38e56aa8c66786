"""An item of a draft in a person's words: where it is, and what it says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from procurement.basics.value import Value
from procurement.bidding.draft import (
    Answer,
    BidDocument,
    BidForms,
    Claim,
    EvidenceLink,
    FieldValue,
    FilledRow,
    ParameterResponse,
    QuotedElsewhere,
    QuotedFigure,
    Unlinked,
)
from procurement.bidding.merge import Key
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from ui.i18n import tr
from ui.kit.money import money_text
from ui.kit.progress import size_text
from ui.workspaces.supplier.prepare.items import how_choices
from ui.workspaces.supplier.prepare.sections import place_words
from ui.workspaces.supplier.prepare.versions import part_word

LIMIT = 4000
"""Characters of a value that are shown"""


def item_place(tender: Tender, lot: Lot, key: Key, value: Any) -> str:
    """Where an item stands: the part of the bid, then the tender's own words for it."""
    head, codes = key[0], list(key[1:])
    if isinstance(value, BidDocument):
        return f"{part_word(head)} › {value.title}"
    if head == "forms":
        codes = [codes[0], codes[-1]]
    if head in ("evidence", "unlinked") and len(codes) > 1:
        slot = next((one.label for one in _slots(tender, lot) if one.code == codes[1]), codes[1])
        unit = f" {codes[2]}" if len(codes) > 2 and codes[2] not in ("0", "") else ""
        item = place_words(tender, lot, f"claims.{codes[0]}").rpartition(" › ")[2]
        return f"{part_word(head)} › {item} › {slot}{unit}"
    found = place_words(tender, lot, ".".join((head, *codes)))
    if found and head in ("quote", "opening", "tables", "forms", "answers", "responses", "claims"):
        return found
    return " › ".join((part_word(head), *(one for one in codes if not one.startswith("#"))))


def value_words(tender: Tender, lot: Lot, forms: BidForms, key: Key, value: Any) -> str:
    """What an item says on one side. `forms` is that side's bid: it knows the titles of its documents."""
    if value is None:
        return tr("（没有）")
    if value is True:
        return tr("已出具")
    if isinstance(value, QuotedFigure | QuotedElsewhere):
        return money_text(value.amount)
    if isinstance(value, FilledRow):
        return _row_words(lot, key[1], value)
    if isinstance(value, FieldValue):
        return value.text or (f"{value.number:,f}" if value.number is not None else "")
    if isinstance(value, Answer):
        return " · ".join(part for part in (dict(how_choices()).get(value.how, value.how), value.licence) if part)
    if isinstance(value, ParameterResponse):
        kinds = {"none": tr("无偏离"), "positive": tr("正偏离"), "negative": tr("负偏离")}
        return "\n".join(one for one in (kinds[value.deviation], value.offer, value.brand, value.model) if one)[:LIMIT]
    if isinstance(value, BidDocument):
        size = tr("{pages} 页，{size}", pages=value.pages, size=size_text(value.size))
        return f"{value.title}\n{size}\nSHA-256 {value.sha256[:16]}…"
    if isinstance(value, EvidenceLink):
        document = forms.document(value.document)
        pages = tr("第 {first}–{last} 页", first=value.first, last=value.last)
        return f"{document.title if document is not None else value.document} {pages}"
    if isinstance(value, Unlinked):
        return value.reason
    if isinstance(value, Claim):
        return _claim_words(value)
    return _plain_words(value)[:LIMIT]


def _slots(tender: Tender, lot: Lot) -> list[Any]:
    holders: list[Any] = [*tender.qualification_of(lot), *lot.conformity, *lot.parameters, *lot.scheme.leaves]
    return [*lot.evidence, *(slot for one in holders for slot in one.evidence)]


def _row_words(lot: Lot, code: str, filled: FilledRow) -> str:
    table = next((one for one in lot.quote.tables if one.code == code), None)
    labels = {one.code: one.label for one in table.columns} if table is not None else {}
    cells = (
        (labels.get(one.column, one.column), one.text or (f"{one.number:,f}" if one.number is not None else ""))
        for one in filled.cells
    )
    return "\n".join(f"{name}：{text}" for name, text in cells if text)[:LIMIT]


def _claim_words(value: Claim) -> str:
    parts = [tr("数量 {count}", count=value.count)] if value.count else []
    parts += [tr("已具备")] if value.met else []
    parts += [f"{value.index:,f}"] if value.index is not None else []
    parts += [*value.entries, *(f"{one.code} {one.count}" for one in value.counts), *value.units]
    return "\n".join(parts)[:LIMIT] or tr("（没有）")


def _plain_words(value: Any) -> str:
    """Any other value: its fields, one a line."""
    if isinstance(value, Value):
        lines = ((name, _plain_words(getattr(value, name))) for name in type(value).model_fields)
        return "\n".join(f"{_field_words().get(name, name)}：{text}" for name, text in lines if text)
    if isinstance(value, tuple):
        return "、".join(map(_plain_words, value))
    if isinstance(value, bool):
        return tr("是") if value else tr("否")
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)


def _field_words() -> dict[str, str]:
    return {
        "size": tr("企业规模"), "employees": tr("从业人数"), "declared": tr("出具声明函"),
        "all_goods_small_micro": tr("全部货物由小微企业制造"), "cost_share": tr("本国产品成本占比"),
        "name": tr("名称"), "phone": tr("联系电话"), "brand": tr("品牌"), "manufacturer": tr("制造商"),
        "amount": tr("金额"), "payer_name": tr("付款户名或申请人"), "voucher": tr("凭证号"), "paid_at": tr("交纳日期"),
        "form": tr("形式"), "share": tr("份额"), "kind": tr("类型"), "role": tr("角色"), "model": tr("型号"),
        "origin": tr("产地"), "supplier": tr("单位代码"), "product": tr("产品"), "bank": tr("银行"),
    }  # fmt: skip
