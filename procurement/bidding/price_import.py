"""A price table that comes back from a spreadsheet: which of its rows belong where, what would change, which rows are refused.

Nothing here changes a bid. What the sheet says about amounts and totals is compared with the law's own arithmetic, never taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.basics.problems import Problem, Refused
from procurement.basics.typed import number_of
from procurement.bidding.draft import FilledCell, FilledRow
from procurement.bidding.price import ZERO, RowSums, check_typed_amount
from procurement.tendering.quote import Column, PriceTable

ROW = "row-code"
"""Key of a row's own code beside its cells"""
NUMERIC = ("money", "number", "integer", "percent")
GridRow = Mapping[str, str]
"""Column code to text as typed, and `ROW`"""


def computed_column(table: PriceTable) -> Column | None:
    """The amount column, where it follows from quantity and unit price and nobody types it."""
    amount, quantity, price = (table.column(role) for role in ("amount", "quantity", "unit-price"))
    return amount if amount is not None and quantity is not None and price is not None else None


def decimals_of(column: Column) -> int | None:
    """Decimals admitted when typing; None where any are."""
    return column.decimals if column.type == "money" or column.role == "amount" else None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of a sheet, under the table's columns. `line` counts from 1 as the spreadsheet shows it."""

    line: int
    code: str
    """The row's code where the sheet has that column; empty otherwise"""
    cells: GridRow
    wrong: Mapping[str, Problem] = field(default_factory=dict)
    """Cells that could not be read, by column"""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """What a sheet holds for a table."""

    rows: tuple[SheetRow, ...]
    coded: bool
    """Whether the lines carry row codes; else they stand in the table's order"""
    formulas: int = 0
    """Formula cells that were read as the values the spreadsheet program had left in them"""
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that would change; `place` is the row's place in the table from 1."""

    place: int
    line: int
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that is not taken over at all, with the first reason. `column` is a title, empty for the whole row."""

    line: int
    column: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Difference:
    """An amount in the sheet that is not what the table computes; `line` 0 is the total."""

    line: int
    sheet: Decimal
    computed: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would do."""

    rows: tuple[dict[str, str], ...]
    """The table's rows afterwards"""
    changes: tuple[CellChange, ...]
    added: int
    refused: tuple[RefusedRow, ...]
    differences: tuple[Difference, ...]
    formulas: int
    total: Decimal
    """Sum of the rows afterwards, computed"""


def propose(table: PriceTable, now: Sequence[GridRow], sheet: SheetRows) -> Proposal:
    """Put the sheet's lines against the rows as they stand. Rows the sheet does not name stay as they are."""
    work = _Work(table, [dict(row) for row in now])
    for place, line in enumerate(sheet.rows):
        work.take(line, sheet.coded, place)
    total = sum((amount_of(work.sums, row) for row in work.rows), ZERO)
    if sheet.total is not None and sheet.total != total:
        work.differences.append(Difference(0, sheet.total, total))
    return Proposal(
        tuple(work.rows),
        tuple(work.changes),
        len(work.rows) - len(now),
        tuple(work.refused),
        tuple(work.differences),
        sheet.formulas,
        total,
    )


def amount_of(sums: RowSums, row: GridRow) -> Decimal:
    """The amount of a row by the law's arithmetic; 0 while quantity or unit price are not there."""
    cells, table = [], sums.table
    computed = computed_column(table)
    for column in table.columns:
        number = number_of(row.get(column.code, "")) if column.type in NUMERIC or column.role == "quantity" else None
        if number is not None and column is not computed:
            cells.append(FilledCell(column=column.code, number=number))
    return sums.amount(FilledRow(row=row[ROW], cells=tuple(cells)))


@dataclass(slots=True)
class _Work:
    table: PriceTable
    rows: list[dict[str, str]]
    changes: list[CellChange] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    """Place of a row to the line that gave it"""
    places: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, dict[str, str]] = field(default_factory=dict)
    """The tender's own cells, by row code"""
    sums: RowSums = field(init=False)

    def __post_init__(self) -> None:
        self.sums = RowSums(self.table)
        self.places = {row[ROW]: place for place, row in enumerate(self.rows)}
        self.fixed = {one.code: {cell.column: cell.text for cell in one.cells} for one in self.table.rows}

    def take(self, line: SheetRow, coded: bool, order: int) -> None:
        try:
            place = self._place(line, coded, order)
            if place is None and not self.table.open_rows:
                raise Refused("price-row-unknown", "Take the line out: rows may not be added.", given=line.code)
        except Problem as problem:
            self.refused.append(RefusedRow(line.line, "", problem))
            return
        row = {ROW: self._fresh_code()} if place is None else self.rows[place]
        bad = self._first_wrong(line, row)
        if bad is not None:
            self.refused.append(RefusedRow(line.line, bad[0].label, bad[1]))
            return
        self._apply(line, row, place)

    def _place(self, line: SheetRow, coded: bool, order: int) -> int | None:
        """Place of the row that the line means; None for a new one."""
        if coded:
            place = self.places.get(line.code)
        else:
            place = order if order < len(self.rows) else None
        if place is not None and place in self.seen:
            raise Refused("price-row-twice", "Keep one of the two lines.", first=self.seen[place])
        return place

    def _first_wrong(self, line: SheetRow, row: GridRow) -> tuple[Column, Problem] | None:
        computed = computed_column(self.table)
        given = self.fixed.get(row[ROW], {})
        for column in self.table.columns:
            if column.code not in line.cells and column.code not in line.wrong:
                continue
            try:
                if column is not computed:
                    self._check(column, line, given)
            except Problem as problem:
                return column, problem
        return None

    def _check(self, column: Column, line: SheetRow, given: Mapping[str, str]) -> None:
        if column.code in line.wrong:
            raise line.wrong[column.code]
        text = line.cells[column.code]
        if column.code in given:
            if not _same(given[column.code], text):
                raise Refused(
                    "price-row-differs",
                    "Put back what the tender document says, or check that the line stands in its place.",
                    rule="L-254", given=text[:40], tender=given[column.code][:40],
                )  # fmt: skip
        elif text and column.type in NUMERIC:
            check_typed_amount(text, number_of(text), decimals_of(column))

    def _apply(self, line: SheetRow, row: dict[str, str], place: int | None) -> None:
        computed = computed_column(self.table)
        given, known = self.fixed.get(row[ROW], {}), row[ROW] in self.fixed
        if place is None:
            self.rows.append(row)
            place = len(self.rows) - 1
        self.seen[place] = line.line
        for column in self.table.columns:
            if column is computed or column.code in given or (known and column.filled_by == "agency"):
                continue
            if column.code in line.cells:
                self._set(row, column, line, place)
        written = number_of(line.cells.get(computed.code, "")) if computed is not None else None
        amount = amount_of(self.sums, row)
        if written is not None and written != amount:
            self.differences.append(Difference(line.line, written, amount))

    def _set(self, row: dict[str, str], column: Column, line: SheetRow, place: int) -> None:
        after, before = line.cells[column.code], row.get(column.code, "")
        number = number_of(after) if column.type in NUMERIC else None
        after = f"{number:f}" if number is not None else after
        if _same(before, after) if column.type in NUMERIC else before == after:
            return
        self.changes.append(CellChange(place + 1, line.line, column.label, before, after))
        row[column.code] = after

    def _fresh_code(self) -> str:
        taken = {row[ROW] for row in self.rows} | {row.code for row in self.table.rows}
        number = len(self.rows) + 1
        while f"row-{number}" in taken:
            number += 1
        return f"row-{number}"


def _same(one: str, other: str) -> bool:
    """Whether two cells say the same: as numbers where both are, else as words without regard to blanks."""
    first, second = number_of(one), number_of(other)
    if first is not None and second is not None:
        return first == second
    return "".join(one.split()) == "".join(other.split())
