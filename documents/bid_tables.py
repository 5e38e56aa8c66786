"""Price tables and page references of a bid, for print."""

from __future__ import annotations

from decimal import Decimal

from documents.bid_data import BidChapter
from documents.data import Table
from procurement.bidding.draft import BidForms, FilledRow, FilledTable
from procurement.bidding.price import RowSums
from procurement.bidding.price_import import NUMERIC, computed_column
from procurement.tendering.quote import Column, PriceTable

WIDE = 6
"""More columns than this are set across the sheet"""
_WEIGHTS = {"number": 2, "unit": 2, "quantity": 3, "name": 6, "specification": 7, "remark": 4}


def amount(value: Decimal) -> str:
    """A number as it was typed, with thousands commas."""
    return f"{value:,f}"


def number_text(value: Decimal, *, money: bool) -> str:
    """Amounts with thousands commas; years, counts and shares without."""
    return amount(value) if money else f"{value:f}"


def pages_of(forms: BidForms, item: str) -> str:
    """Documents and pages that prove an item; empty where there are none."""
    found = []
    for link in forms.evidence:
        document = forms.document(link.document)
        if link.item == item and document is not None:
            found.append(f"{document.title} 第 {link.first}–{link.last} 页")
    return "；".join(dict.fromkeys(found))


def price_chapter(table: PriceTable, filled: FilledTable | None) -> BidChapter:
    """A price table row by row, the agency's cells and the bidder's, with amounts as the law computes them and the total."""
    sums = RowSums(table)
    held = {row.row: row for row in filled.rows} if filled is not None else {}
    order = [row.code for row in table.rows]
    order += [code for code in held if code not in set(order)]
    rows = [
        tuple(_cell(sums, column, code, held.get(code), number) for column in table.columns)
        for number, code in enumerate(order, 1)
    ]
    right = tuple(
        at for at, column in enumerate(table.columns) if column.type in NUMERIC or column.role in ("quantity", "amount")
    )
    said: tuple[str, ...] = ()
    if filled is not None and (table.sums_to or filled.total is not None):
        total = filled.total if filled.total is not None else sums.total(filled.rows)
        said = (f"合计 {amount(total)} 元",)
    widths = tuple(_WEIGHTS.get(column.role, 4) for column in table.columns)
    printed = Table(head=tuple(column.label for column in table.columns), rows=tuple(rows), widths=widths, right=right)
    return BidChapter(
        title=table.title,
        star=bool(table.sums_to),
        paragraphs=said or (() if rows else ("（未填写）",)),
        tables=(printed,) if rows else (),
        wide=len(table.columns) > WIDE,
    )


def _cell(sums: RowSums, column: Column, code: str, row: FilledRow | None, number: int) -> str:
    given = sums.fixed(code)
    fixed = next((one.text for one in given.cells if one.column == column.code), "") if given is not None else ""
    typed = next((one for one in row.cells if one.column == column.code), None) if row is not None else None
    if typed is not None and (typed.text or typed.number is not None):
        return typed.text or number_text(typed.number or Decimal(0), money=column.type == "money")
    if column is computed_column(sums.table) and row is not None:
        product = sums.product(row)
        return amount(product) if product is not None else ""
    return fixed or (str(number) if column.role == "number" else "")
