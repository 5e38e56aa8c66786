"""Price tables as .xlsx files: written for filling in with a spreadsheet program, read back without trusting anything computed.

Numbers stay exact: a spreadsheet keeps fifteen digits, so longer ones are written as text, and what is read is cut to fifteen.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from procurement.basics.problems import Problem, Refused
from procurement.basics.typed import number_of, sound_text
from procurement.bidding.price_import import (
    NUMERIC,
    ROW,
    GridRow,
    SheetRow,
    SheetRows,
    computed_column,
    decimals_of,
)
from procurement.tendering.quote import Column, PriceTable

CODE_HEAD = "行编码"
TOTAL_WORDS = ("合计", "总计", "Total")
DIGITS = 15
"""Digits a spreadsheet keeps"""
SIZE_LIMIT = 20 * 1024**2
UNPACKED_LIMIT = 300 * 1024**2
LINES, COLUMNS, HEAD_WITHIN = 20_000, 200, 30
_FIXED = PatternFill("solid", fgColor="EFEFEF")
_HEAD = PatternFill("solid", fgColor="DCE6F2")
_FOREIGN = (
    OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, SyntaxError, EOFError, OverflowError, RuntimeError,
    zipfile.BadZipFile, zlib.error, InvalidFileException,
)  # fmt: skip
"""What openpyxl and the readers below it raise on files that are no sound workbooks"""


# -- writing


def write_prices(target: Path, table: PriceTable, rows: Sequence[GridRow]) -> None:
    """Write the table with what is typed so far. Amounts and the sum are formulas, so that they follow what is typed there."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", table.title)[:31].strip() or "Sheet"
    heads = [CODE_HEAD, *(one.label for one in table.columns)]
    for across, head in enumerate(heads, 1):
        cell = sheet.cell(1, across)
        _put_text(cell, head)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(across)].width = 12 if across == 1 else 26 if across == 2 else 16
    for line, row in enumerate(rows, 2):
        _put_text(sheet.cell(line, 1), row[ROW])
        sheet.cell(line, 1).fill = _FIXED
        for across, column in enumerate(table.columns, 2):
            _write_cell(sheet.cell(line, across), table, column, row, line)
    _write_total(sheet, table, len(rows))
    sheet.freeze_panes = "B2"
    book.calculation.fullCalcOnLoad = True
    partial = target.with_name(f".{target.name}.part")
    try:
        book.save(partial)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Refused(
            "price-sheet-unwritable", "Close the file if it is open, or choose another folder.", file=target.name
        ) from error


def _put_text(cell: Any, text: str) -> None:
    """Text as text: what begins with = must not become a formula on somebody's desk."""
    cell.value = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")


def _letter(table: PriceTable, column: Column) -> str:
    return str(get_column_letter(table.columns.index(column) + 2))


def _write_cell(cell: Any, table: PriceTable, column: Column, row: GridRow, line: int) -> None:
    if column is computed_column(table):
        quantity, price = table.column("quantity"), table.column("unit-price")
        assert quantity is not None and price is not None
        parts = [f"{_letter(table, quantity)}{line}*{_letter(table, price)}{line}"]
        parts += [f"{_letter(table, one)}{line}" for one in table.columns if one.role == "charge"]
        cell.value = f"=ROUND({'+'.join(parts)},{column.decimals})"
        cell.number_format, cell.fill = _format(column.decimals), _FIXED
        return
    text = row.get(column.code, "")
    number = number_of(text) if column.type in NUMERIC or column.role == "quantity" else None
    if column.filled_by == "agency":
        cell.fill = _FIXED
    if number is None or len(number.as_tuple().digits) > DIGITS:
        if text:
            _put_text(cell, text)
        elif column.type not in NUMERIC:
            cell.number_format = "@"
        return
    cell.value = number
    exponent = number.as_tuple().exponent
    shown = decimals_of(column)
    cell.number_format = _format(max(shown or 0, -exponent)) if isinstance(exponent, int) else "General"


def _format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _write_total(sheet: Any, table: PriceTable, count: int) -> None:
    amount = table.column("amount")
    if amount is None or not count:
        return
    line, letter = count + 2, _letter(table, amount)
    _put_text(sheet.cell(line, 1), TOTAL_WORDS[0])
    cell = sheet.cell(line, table.columns.index(amount) + 2)
    cell.value = f"=SUM({letter}2:{letter}{count + 1})"
    cell.number_format = _format(amount.decimals)
    for across in range(1, len(table.columns) + 2):
        sheet.cell(line, across).font, sheet.cell(line, across).fill = Font(bold=True), _FIXED


# -- reading


def read_prices(source: Path, table: PriceTable) -> SheetRows:
    """Read the lines under the table's heads, on whichever sheet has them.

    Raises `Refused`: price-sheet-wrong-type, price-sheet-too-large, price-sheet-unreadable, price-sheet-without-heads.
    """
    if source.suffix.lower() != ".xlsx":
        raise Refused("price-sheet-wrong-type", "Save it as .xlsx in Excel or WPS, and choose that.", file=source.name)
    try:
        _check_size(source)
        values = load_workbook(source, read_only=True, data_only=True)
        try:
            formulas = load_workbook(source, read_only=True)
            try:
                return _Reading(table).of_books(values, formulas, source.name)
            finally:
                formulas.close()
        finally:
            values.close()
    except Problem:
        raise
    except _FOREIGN as error:
        remedy = "Open it in Excel or WPS, take off any password, save it as .xlsx again, and choose that."
        raise Refused("price-sheet-unreadable", remedy, file=source.name) from error


def _check_size(source: Path) -> None:
    with zipfile.ZipFile(source) as pack:
        unpacked = sum(one.file_size for one in pack.infolist())
    if source.stat().st_size > SIZE_LIMIT or unpacked > UNPACKED_LIMIT:
        raise Refused("price-sheet-too-large", "Copy the table alone into a new workbook.", file=source.name)


@dataclass(slots=True)
class _Reading:
    table: PriceTable
    heads: dict[int, str] = field(default_factory=dict)
    """Place across to column code; `ROW` for the row codes"""
    rows: list[SheetRow] = field(default_factory=list)
    formulas: int = 0
    total: Decimal | None = None

    def of_books(self, values: Any, formulas: Any, name: str) -> SheetRows:
        for sheet in values.worksheets:
            self.heads, self.rows, self.formulas, self.total = {}, [], 0, None
            for line, (shown, written) in enumerate(_both(sheet, formulas[sheet.title]), 1):
                if self.heads:
                    self._line(line, shown, written)
                elif line > HEAD_WITHIN:
                    break
                else:
                    self._find_heads(shown)
            if self.heads:
                coded = ROW in self.heads.values()
                return SheetRows(tuple(self.rows), coded, self.formulas, self.total)
        remedy = "Export the table first and fill in that file; its first line must stay."
        wanted = "、".join(one.label for one in self.table.columns)
        raise Refused("price-sheet-without-heads", remedy, file=name, wanted=wanted)

    def _find_heads(self, shown: Sequence[Any]) -> None:
        free = list(self.table.columns)
        found: dict[int, str] = {}
        for across, cell in enumerate(shown):
            words = _bare(cell.value)
            match = next((one for one in free if words and _bare(one.label) == words), None)
            if match is not None:
                free.remove(match)
                found[across] = match.code
            elif words == CODE_HEAD:
                found[across] = ROW
        typed = {one.code for one in self.table.columns if one.filled_by == "bidder"} - {_code(self.table)}
        if len(found) > 1 and typed & set(found.values()):
            self.heads = found

    def _line(self, line: int, shown: Sequence[Any], written: Sequence[Any]) -> None:
        cells: dict[str, str] = {}
        wrong: dict[str, Problem] = {}
        columns = {one.code: one for one in self.table.columns}
        read_as_value = 0
        for across, code in self.heads.items():
            value = shown[across] if across < len(shown) else None
            formula = getattr(written[across], "data_type", "") == "f" if across < len(written) else False
            try:
                cells[code] = _text(value, formula, columns.get(code))
                read_as_value += formula and code != _code(self.table)
            except Problem as problem:
                wrong[code] = problem
                cells[code] = ""
        if _is_total(shown):
            amount = self.table.column("amount")
            self.total = number_of(cells.get(amount.code, "")) if amount is not None else None
        elif any(text for code, text in cells.items() if code != _code(self.table)) or wrong:
            wrong.pop(_code(self.table), None)  # amounts are computed, so one without a value does no harm
            self.formulas += read_as_value
            self.rows.append(SheetRow(line, cells.pop(ROW, ""), cells, wrong))


def _both(values: Any, formulas: Any) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """Lines of the sheet as values and as formulas. The extent a file claims for itself is not believed."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()
    limits = {"max_row": LINES, "max_col": COLUMNS}
    return zip(values.iter_rows(**limits), formulas.iter_rows(**limits), strict=False)


def _code(table: PriceTable) -> str:
    computed = computed_column(table)
    return computed.code if computed is not None else ""


def _bare(value: Any) -> str:
    return "".join(str(value).split()) if value is not None else ""


def _is_total(shown: Sequence[Any]) -> bool:
    first = next((_bare(one.value) for one in shown if _bare(one.value)), "")
    return first.rstrip("：:") in TOTAL_WORDS


def _text(cell: Any, formula: bool, column: Column | None) -> str:
    """What a cell says, as a person would type it. Raises `Refused` where it says nothing usable."""
    value = getattr(cell, "value", None)
    if value is None:
        if formula:
            raise Refused(
                "price-cell-without-value", "Open the file in Excel or WPS, save it there, and choose it again."
            )
        return ""
    if getattr(cell, "data_type", "") == "e":
        raise Refused("price-cell-error", "Mend the formula, or type the value.", shown=value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        percent = "%" in str(getattr(cell, "number_format", ""))
        if percent and column is not None and column.type in NUMERIC:
            raise Refused("price-cell-percent", "Set the cell's format to a plain number and type 10 for 10 %.")
        return f"{Decimal(format(value, f'.{DIGITS}g')):f}" if isinstance(value, float) else str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, date | time):
        return value.isoformat()
    return sound_text(str(value)).strip()
