"""The quote: totals from tables, and the arithmetic corrections of L-251 as a list of steps. Exact decimals throughout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from procurement.basics.money import WIDE, in_words
from procurement.basics.problems import RuleBroken
from procurement.basics.typed import PLACES, beyond, numeral
from procurement.basics.value import Code, Number, Value
from procurement.bidding.draft import BidForms, FilledRow, FilledTable
from procurement.tendering.lot import Lot
from procurement.tendering.quote import Figure, GroupCeiling, PriceTable, Row
from procurement.tendering.tender import CorrectionStep, DocumentPlace, Tender

ZERO = Decimal(0)
_SLIPS = tuple(Decimal(10) ** k for k in (-4, -3, -2, -1, 1, 2, 3, 4))
_FAR = 4
"""Decimal places a point may have slipped by; numbers further apart need no trial"""


class PriceStep(Value):
    """One step of the computation, shown to people and recomputed by a verifier."""

    kind: Literal[
        "sheet-over-parts", "words-over-figures", "decimal-slip", "unit-price-over-total", "precision",
        "deduction", "base", "price-score",
    ]  # fmt: skip
    of: Code
    """Figure, table row, deduction or component concerned"""
    before: Number
    after: Number
    rule: Code


@dataclass(frozen=True, slots=True)
class CorrectedQuote:
    """The figures after correction. `missing` are figures of the form that the bid leaves blank."""

    figures: dict[str, Decimal]
    steps: tuple[PriceStep, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def needs_confirmation(self) -> bool:
        """Whether the bidder has to confirm (87号令 第五十九条); cutting to the precision is the tender's own rule."""
        return any(step.kind != "precision" for step in self.steps)


@dataclass(slots=True)
class _Work:
    tender: Tender
    lot: Lot
    forms: BidForms
    figures: dict[str, Decimal]
    sums: LotSums
    steps: list[PriceStep] = field(default_factory=list)
    from_elsewhere: set[str] = field(default_factory=set)
    slipped: set[str] = field(default_factory=set)

    def change(self, kind: CorrectionStep | Literal["precision"], code: str, after: Decimal) -> None:
        before = self.figures[code]
        if before != after:
            rule = "L-209" if kind == "precision" else "L-251"
            self.steps.append(PriceStep(kind=kind, of=code, before=before, after=after, rule=rule))
            self.figures[code] = after


def check_typed_amount(typed: str, number: Decimal | None, decimals: int | None) -> None:
    """An amount as a person typed it; `number` is None where it reads as none, `decimals` None where any are admitted.

    Raises `RuleBroken`: amount-not-a-number, amount-negative, amount-too-precise, amount-too-large.
    """
    digits = numeral(typed)
    if number is None and digits is not None:
        if beyond(digits) == "places":
            raise RuleBroken("L-208", "amount-too-precise", "Use fewer decimals.", typed=typed, decimals=PLACES)
        raise RuleBroken("L-254", "amount-too-large", "Check the digits: no amount is so large.", typed=typed[:40])
    if number is None:
        raise RuleBroken("L-254", "amount-not-a-number", "Type digits, with a point before the decimals.", typed=typed)
    if number < 0:
        raise RuleBroken("L-254", "amount-negative", "Type an amount of zero or more.", typed=typed)
    exponent = number.as_tuple().exponent
    if decimals is not None and isinstance(exponent, int) and -exponent > decimals:
        raise RuleBroken("L-208", "amount-too-precise", "Use fewer decimals.", typed=typed, decimals=decimals)


def correct(tender: Tender, lot: Lot, forms: BidForms, sums: LotSums | None = None) -> CorrectedQuote:
    """Correct the quote in the tender's order of steps (statutory: sheet, words, slipped unit price, sum of unit prices)."""
    quoted = {f.figure: f.amount for f in forms.quote}
    figures = {f.code: quoted[f.code] for f in lot.quote.figures if f.code in quoted}
    work = _Work(tender, lot, forms, figures, sums or LotSums())
    for step in tender.corrections:
        _STEPS[step](work)
    for code in work.figures:
        work.change("precision", code, lot.quote.figure(code).settle(work.figures[code]))
    missing = tuple(f.code for f in lot.quote.figures if f.code not in work.figures)
    return CorrectedQuote(work.figures, tuple(work.steps), missing)


def _sheet_over_parts(work: _Work) -> None:
    order: list[DocumentPlace] = [*work.tender.precedence, "opening-sheet"]
    for code in work.figures:
        found: dict[DocumentPlace, Decimal] = {"opening-sheet": work.figures[code]}
        found |= {e.place: e.amount for e in work.forms.elsewhere if e.figure == code}
        place = next(p for p in order if p in found)
        if place != "opening-sheet" and found[place] != work.figures[code]:
            work.from_elsewhere.add(code)
            work.change("sheet-over-parts", code, found[place])
        elif any(amount != found[place] for amount in found.values()):
            amount = next(a for a in found.values() if a != found[place])
            work.steps.append(
                PriceStep(kind="sheet-over-parts", of=code, before=amount, after=found[place], rule="L-251")
            )


def _words_over_figures(work: _Work) -> None:
    for quoted in work.forms.quote:
        if (
            quoted.figure in work.figures
            and quoted.words_amount is not None
            and quoted.figure not in work.from_elsewhere
        ):
            work.change("words-over-figures", quoted.figure, quoted.words_amount)


def _decimal_slip(work: _Work) -> None:
    for table, filled in _carrying(work):
        total = work.figures[table.sums_to]
        sums = work.sums.of(table)
        if sums.total(filled.rows) == total:
            continue
        found = slipped_row(table, filled, total, sums)
        if found is not None:
            row, before, after = found
            work.steps.append(PriceStep(kind="decimal-slip", of=row, before=before, after=after, rule="L-251"))
            work.slipped.add(table.code)


def _unit_price_over_total(work: _Work) -> None:
    by_figure: dict[str, list[Decimal]] = {}
    for table, filled in _carrying(work):
        if table.code not in work.slipped:
            by_figure.setdefault(table.sums_to, []).append(work.sums.of(table).total(filled.rows))
        else:
            by_figure.setdefault(table.sums_to, []).append(work.figures[table.sums_to])
    for code, totals in by_figure.items():
        work.change("unit-price-over-total", code, sum(totals, ZERO))


_STEPS: dict[CorrectionStep, Callable[[_Work], None]] = {
    "sheet-over-parts": _sheet_over_parts,
    "words-over-figures": _words_over_figures,
    "decimal-slip": _decimal_slip,
    "unit-price-over-total": _unit_price_over_total,
}


def _carrying(work: _Work) -> list[tuple[PriceTable, FilledTable]]:
    """Tables that were filled in and whose sum is a figure of the quote."""
    pairs = []
    for table in work.lot.quote.tables:
        filled = work.forms.table(table.code)
        if table.sums_to in work.figures and filled is not None and filled.rows:
            pairs.append((table, filled))
    return pairs


class RowSums:
    """The arithmetic of one table's rows. The agency's cells are looked up once, and what was worked out for a row is kept as
    long as that very row stands: a keystroke in a long table costs one row."""

    def __init__(self, table: PriceTable) -> None:
        self.table = table
        found = {role: table.column(role) for role in ("quantity", "unit-price", "amount")}
        self._codes = {column.code: role for role, column in found.items() if column is not None}
        self._charges = frozenset(c.code for c in table.columns if c.role == "charge")
        self.computes = found["quantity"] is not None and found["unit-price"] is not None
        """Whether quantity × unit price gives the amount"""
        amount = found["amount"]
        self._cent = Decimal(1).scaleb(-(amount.decimals if amount is not None else 2))
        self._fixed: dict[str, Row] | None = None
        self._known: dict[str, tuple[FilledRow, dict[str, Decimal], Decimal | None]] = {}
        self._summed: tuple[tuple[FilledRow, ...], Decimal] = ((), ZERO)
        """The rows summed last, and their sum"""

    def parts(self, row: FilledRow) -> dict[str, Decimal]:
        """Numbers of a row by role (quantity, unit-price, amount): the bidder's, else the agency's fixed cell."""
        return self._of(row)[1]

    def _of(self, row: FilledRow) -> tuple[FilledRow, dict[str, Decimal], Decimal | None]:
        known = self._known.get(row.row)
        if known is None or known[0] is not row:
            parts = self._parts(row)
            known = self._known[row.row] = (row, parts, self._product(row, parts))
        return known

    def _parts(self, row: FilledRow) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for cell in row.cells:
            role = self._codes.get(cell.column)
            if role is not None and cell.number is not None:
                found.setdefault(role, cell.number)
        fixed = self.fixed(row.row) if len(found) < len(self._codes) else None
        for given in fixed.cells if fixed is not None else ():
            role = self._codes.get(given.column)
            if role is not None and given.text:
                found.setdefault(role, Decimal(given.text))
        return found

    def fixed(self, code: str) -> Row | None:
        """The agency's row of this code."""
        if self._fixed is None:
            self._fixed = {one.code: one for one in self.table.rows}
        return self._fixed.get(code)

    def charges(self, row: FilledRow) -> Decimal:
        """Σ of the charge columns; a blank one adds nothing."""
        codes = self._charges
        return sum((c.number for c in row.cells if c.column in codes and c.number is not None), ZERO) if codes else ZERO

    def product(self, row: FilledRow) -> Decimal | None:
        """Quantity × unit price plus charges to the amount column's decimals; None while one of the two is missing."""
        return self._of(row)[2]

    def _product(self, row: FilledRow, parts: dict[str, Decimal]) -> Decimal | None:
        if "quantity" not in parts or "unit-price" not in parts:
            return None
        exact = WIDE.fma(parts["quantity"], parts["unit-price"], self.charges(row))
        return WIDE.quantize(exact, self._cent)

    def amount(self, row: FilledRow) -> Decimal:
        """The amount that counts: the product; what is written where one of its factors is not asked for."""
        _row, parts, product = self._of(row)
        return parts.get("amount", ZERO) if product is None else product

    def total(self, rows: tuple[FilledRow, ...]) -> Decimal:
        """Σ of the row amounts. Of the same rows it is asked several times in one check."""
        summed = self._summed
        if summed[0] is not rows:
            summed = self._summed = (rows, sum(map(self.amount, rows), ZERO))
        return summed[1]


class LotSums:
    """The arithmetic of each table of a lot, kept while a bid is worked on."""

    def __init__(self) -> None:
        self._made: dict[str, RowSums] = {}

    def of(self, table: PriceTable) -> RowSums:
        """The arithmetic of this table."""
        found = self._made.get(table.code)
        if found is None or found.table is not table:
            found = self._made[table.code] = RowSums(table)
        return found


def row_charges(table: PriceTable, row: FilledRow) -> Decimal:
    """Σ of the charge columns; a blank one adds nothing."""
    return RowSums(table).charges(row)


def row_amount(table: PriceTable, row: FilledRow) -> Decimal:
    """The amount of one row; for many rows make one `RowSums`."""
    return RowSums(table).amount(row)


def table_total(table: PriceTable, filled: FilledTable) -> Decimal:
    """Σ of the row amounts."""
    return RowSums(table).total(filled.rows)


def broken_ceiling(table: PriceTable, filled: FilledTable) -> GroupCeiling | None:
    """The first shared sub-ceiling that the rows under it exceed together (L-254)."""
    sums = RowSums(table)
    for ceiling in table.ceilings:
        under = frozenset(ceiling.rows)
        if sum((sums.amount(row) for row in filled.rows if row.row in under), ZERO) > ceiling.amount:
            return ceiling
    return None


def slipped_row(
    table: PriceTable, filled: FilledTable, total: Decimal, sums: RowSums | None = None
) -> tuple[str, Decimal, Decimal] | None:
    """The one row whose unit price, moved by decimal places, makes the sum equal `total`: (row, price, corrected price)."""
    found = []
    sums = sums or RowSums(table)
    amounts = [sums.amount(row) for row in filled.rows]
    base = sum(amounts, ZERO)
    for row, amount in zip(filled.rows, amounts, strict=True):
        parts = sums.parts(row)
        quantity, price = parts.get("quantity"), parts.get("unit-price")
        if quantity is None or not price:
            continue
        wanted = total - (base - amount + sums.charges(row))
        exact = quantity * price
        if wanted and exact and abs(wanted.adjusted() - exact.adjusted()) > _FAR:
            continue
        found += [(row.row, price, price * slip) for slip in _SLIPS if exact * slip == wanted]
    return found[0] if len(found) == 1 else None


def words(figure: Figure, amount: Decimal) -> str:
    """大写 of a figure: an amount in yuan by the banking numerals; a rate digit by digit after 百分之."""
    if figure.dimension in ("total", "unit-price"):
        return in_words(amount)
    digits = "零壹贰叁肆伍陆柒捌玖"
    text = "".join("点" if c == "." else digits[int(c)] for c in format(abs(amount), "f"))
    return ("负" if amount < 0 else "") + ("百分之" if figure.unit == "%" else "") + text
