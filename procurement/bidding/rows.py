"""What is wrong in a price table, row by row: ceilings, factors that are missing, amounts that are not what the law computes.

The same findings mark a cell while it is typed and stand in the check before sealing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.basics.findings import Finding, block, warn
from procurement.basics.money import BEYOND
from procurement.bidding.draft import FilledRow, FilledTable
from procurement.bidding.price import ZERO, RowSums
from procurement.tendering.quote import GroupCeiling

TOLD_SINGLY = 12
"""More rows without a price than this are told as one finding"""


@dataclass(frozen=True, slots=True)
class RowFinding:
    """A finding in one cell: `role` says in which column it shows."""

    role: str
    finding: Finding


def row_findings(sums: RowSums, row: FilledRow) -> Iterator[RowFinding]:
    """What is wrong in one row by itself. Above a ceiling makes the bid invalid (L-254); sums that differ are corrected (L-251)."""
    table, at = sums.table, f"tables.{sums.table.code}.{row.row}"
    parts, given = sums.parts(row), sums.fixed(row.row)
    if given is not None:
        price = parts.get("unit-price")
        if given.unit_ceiling is not None and price is not None and price > given.unit_ceiling:
            found = block(
                "row-over-ceiling", at, "L-254", f"Stay within {given.unit_ceiling}.", limit=given.unit_ceiling
            )
            yield RowFinding("unit-price", found)
        if given.amount_ceiling is not None and sums.amount(row) > given.amount_ceiling:
            found = block(
                "row-over-ceiling", at, "L-254", f"Stay within {given.amount_ceiling}.", limit=given.amount_ceiling
            )
            yield RowFinding("amount" if table.column("amount") is not None else "unit-price", found)
    if not sums.computes:
        return
    if parts.get("unit-price") and not parts.get("quantity"):
        yield RowFinding("quantity", warn("row-without-quantity", at, "L-254", "Give the quantity."))
    product, written = sums.product(row), parts.get("amount")
    if product is not None and product >= BEYOND:
        found = block("row-beyond-measure", at, "L-254", "Check quantity and unit price: no amount is so large.")
        yield RowFinding("amount", found)
        return
    if product is not None and written is not None and written != product:
        remedy = "Let quantity × unit price give the amount; the panel corrects it otherwise."
        found = warn("row-amount-differs", at, "L-251", remedy, written=written, computed=product)
        yield RowFinding("amount", found)


def shared_findings(sums: RowSums, amounts: Mapping[str, Decimal]) -> Iterator[tuple[GroupCeiling, Finding]]:
    """Shared sub-ceilings that rows exceed together, from the amounts by row code (L-254)."""
    at = f"tables.{sums.table.code}"
    for ceiling in sums.table.ceilings:
        total = sum((amounts.get(code, ZERO) for code in ceiling.rows), ZERO)
        if total > ceiling.amount:
            remedy = "Lower the prices of these rows until they stay within it together."
            facts = {"what": ceiling.title, "limit": ceiling.amount, "total": total}
            yield ceiling, block("rows-over-ceiling", at, "L-254", remedy, **facts)


def table_findings(sums: RowSums, filled: FilledTable) -> Iterator[Finding]:
    """All that is wrong in the rows of a table that was filled in."""
    table, at = sums.table, f"tables.{sums.table.code}"
    rows = {row.row: row for row in filled.rows}
    asked = _asked(sums)
    missing = [
        given.code
        for given in table.rows
        if (row := rows.get(given.code)) is None or (asked and asked not in sums.parts(row))
    ]
    if len(missing) > TOLD_SINGLY:
        remedy = "Quote every row of the list; paste them from Excel, or import the file."
        yield block("rows-missing", f"{at}.{missing[0]}", "L-254", remedy, count=len(missing))
    else:
        for code in missing:
            yield block("row-missing", f"{at}.{code}", "L-254", "Quote every row of the list.")
    for row in filled.rows:
        yield from (one.finding for one in row_findings(sums, row))
    if table.ceilings:
        amounts = {code: sums.amount(row) for code, row in rows.items()}
        yield from (found for _ceiling, found in shared_findings(sums, amounts))
    if not table.open_rows and rows.keys() - {one.code for one in table.rows}:
        yield block("row-added", at, "L-254", "Rows may not be added to this list.")
    if filled.total is not None and sums.computes:
        yield from _total(sums, filled.rows, filled.total, at)


def _asked(sums: RowSums) -> str:
    """The role of the price that every row of the list has to give; empty where none has to."""
    for role in ("unit-price", "amount"):
        column = sums.table.column(role)
        if column is not None:
            return role if column.required and column.filled_by == "bidder" else ""
    return ""


def _total(sums: RowSums, rows: tuple[FilledRow, ...], written: Decimal, at: str) -> Iterator[Finding]:
    total = sums.total(rows)
    if total >= BEYOND:
        return  # a row says so, or the quote
    if total.quantize(Decimal("0.01")) != written:
        remedy = "Open the table and save it again; the panel corrects the sum otherwise."
        yield warn("table-total-differs", at, "L-251", remedy, written=written, computed=total)
