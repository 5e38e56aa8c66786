"""A draft follows its tender to a new version: what it says stays, what is asked no more falls away, what must be redone is listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from procurement.basics.money import BEYOND
from procurement.bidding.draft import BidForms, FilledCell, FilledRow, FilledTable
from procurement.bidding.merge import recomputed
from procurement.bidding.price import RowSums
from procurement.bidding.price_import import computed_column
from procurement.tendering.lot import Lot
from procurement.tendering.quote import PriceTable
from procurement.tendering.tender import Tender


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the bid that the new version touches; `where` is a path as findings use it."""

    where: str
    kind: Literal["changed", "new", "gone"]


def changes(old: Tender, new: Tender, lot: str) -> tuple[Change, ...]:
    """Every place of a bid for this lot that must be redone, filled in newly, or is asked no more, in the order of a bid."""
    before, after = old.lot(lot), new.lot(lot)
    found = [*_compared("quote", before.quote.figures, after.quote.figures)]
    if before.money_ceiling != after.money_ceiling:
        known = {one.where for one in found}
        places = [f"quote.{one.code}" for one in after.quote.figures if one.dimension == "total"]
        found += [Change(place, "changed") for place in places if place not in known]
    found += _compared("tables", before.quote.tables, after.quote.tables)
    found += _compared("opening", before.opening_fields, after.opening_fields)
    if before.validity_days != after.validity_days:
        found.append(Change("validity_days", "changed"))
    found += _compared("answers", _reviewed(old, before), _reviewed(new, after))
    found += _compared("responses", before.parameters, after.parameters)
    found += _compared("forms", before.forms, after.forms)
    found += _compared("claims", before.scheme.leaves, after.scheme.leaves)
    if before.core_products != after.core_products:
        found.append(Change("brands", "changed"))
    if before.deposit != after.deposit:
        found.append(Change("deposit", "changed"))
    if before.consortium != after.consortium:
        found.append(Change("consortium", "changed" if after.consortium.accepted else "gone"))
    return tuple(found)


def rebase(forms: BidForms, new: Tender, tv: str) -> BidForms:
    """The same bid for version `tv`. Only what the new version no longer asks is left out; nothing has to be typed again. Amounts,
    sums and the figures they carry are computed with the quantities of the new version.
    """
    lot = new.lot(forms.lot)
    figures = _codes(lot.quote.figures)
    reviewed, leaves = _codes(_reviewed(new, lot)), _codes(lot.scheme.leaves)
    parameters, asked = _codes(lot.parameters), _codes(lot.forms)
    fields, products = _codes(lot.opening_fields), _codes(lot.products)
    items = reviewed | leaves | parameters | {lot.code}
    unlinked = tuple(one for one in forms.unlinked or () if one.item in items)
    kept = (_kept(table, filled) for table in lot.quote.tables if (filled := forms.table(table.code)) is not None)
    consortium = {} if lot.consortium.accepted else {"consortium": (), "consortium_agreement": None}
    fresh = forms.model_copy(
        update=consortium
        | {
            "tender": tv,
            "quote": tuple(one for one in forms.quote if one.figure in figures),
            "tables": tuple(one for one in kept if one.rows),
            "opening": tuple(one for one in forms.opening if one.field in fields),
            "answers": tuple(one for one in forms.answers if one.item in reviewed),
            "responses": tuple(one for one in forms.responses if one.parameter in parameters),
            "forms": tuple(one for one in forms.forms if one.form in asked),
            "claims": tuple(one for one in forms.claims if one.item in leaves),
            "brands": tuple(one for one in forms.brands if one.product in products),
            "evidence": tuple(one for one in forms.evidence if one.item in items),
            "unlinked": unlinked or None,
        }
    )
    return fresh if fresh.tables == forms.tables else recomputed(fresh, lot)


def _kept(table: PriceTable, filled: FilledTable) -> FilledTable:
    """What was filled in of the rows and columns that are still asked for; amounts follow the quantities of the new version."""
    sums, computed = RowSums(table), computed_column(table)
    given, bidders = _codes(table.rows), {one.code for one in table.columns if one.filled_by == "bidder"}
    rows = []
    for row in filled.rows:
        known = row.row in given
        asked = bidders if known else _codes(table.columns)
        cells = tuple(
            one for one in row.cells if one.column in asked and (computed is None or one.column != computed.code)
        )
        bare = FilledRow(row=row.row, cells=cells)
        written = computed is not None and any(one.column == computed.code for one in row.cells)
        amount = sums.product(bare) if written else None
        if amount is not None and computed is not None and amount < BEYOND:
            bare = FilledRow(row=row.row, cells=(*cells, FilledCell(column=computed.code, number=amount)))
        if cells and (known or table.open_rows):
            rows.append(bare)
    return filled.model_copy(update={"rows": tuple(rows)})


def _reviewed(tender: Tender, lot: Lot) -> tuple[_Coded, ...]:
    return (*tender.qualification_of(lot), *lot.conformity)


def _codes(values: Iterable[_Coded]) -> set[str]:
    return {one.code for one in values}


def _compared(place: str, before: Iterable[_Coded], after: Iterable[_Coded]) -> Iterator[Change]:
    was, now = {one.code: one for one in before}, {one.code: one for one in after}
    for code, value in now.items():
        if code not in was:
            yield Change(f"{place}.{code}", "new")
        elif was[code] != value:
            yield Change(f"{place}.{code}", "changed")
    for code in was:
        if code not in now:
            yield Change(f"{place}.{code}", "gone")
