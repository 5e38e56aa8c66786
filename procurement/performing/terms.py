"""The items a contract must repeat, read from tender and bid (L-276)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from procurement.basics.money import to_cents
from procurement.bidding.draft import BidForms, FilledRow
from procurement.bidding.price import row_charges
from procurement.performing.signing import AwardedItem
from procurement.planning.requirement import Requirement
from procurement.tendering.lot import Lot
from procurement.tendering.quote import PriceTable

_ROLES = ("name", "unit", "quantity", "unit-price")


def awarded_items(
    amount: Decimal, *, requirement: Requirement | None, lot: Lot | None, forms: BidForms | None
) -> tuple[AwardedItem, ...]:
    """Items as awarded, from the best source at hand: the winner's itemised table, else the lot's products, else the
    requirement (only where the tender has one lot; pass None otherwise). Empty when none of them lists items.

    Unit prices bind only when they make up `amount`: a correction of the total (L-251) may have left them behind.
    """
    itemised = _from_table(lot, forms) if lot is not None and forms is not None else ()
    if itemised:
        total = sum((to_cents(item.quantity * (item.unit_price or 0) + item.charges) for item in itemised), Decimal(0))
        if total == amount:
            return itemised
        return tuple(item.model_copy(update={"unit_price": None, "charges": Decimal("0.00")}) for item in itemised)
    if lot is not None and lot.products and all(p.quantity is not None and p.unit for p in lot.products):
        return tuple(AwardedItem(name=p.name, unit=p.unit, quantity=p.quantity or Decimal(0)) for p in lot.products)
    if requirement is not None:
        return tuple(AwardedItem(name=i.name, unit=i.unit, quantity=i.quantity) for i in requirement.items)
    return ()


def _from_table(lot: Lot, forms: BidForms) -> tuple[AwardedItem, ...]:
    for table in lot.quote.tables:
        filled = forms.table(table.code)
        if filled is None or table.sums_to != lot.quote.main.code or any(table.column(r) is None for r in _ROLES):
            continue
        items = tuple(item for row in filled.rows if (item := _item(table, row)) is not None)
        if items and len({item.name for item in items}) == len(items) == len(filled.rows):
            return items
    return ()


def _item(table: PriceTable, row: FilledRow) -> AwardedItem | None:
    fixed = next((r for r in table.rows if r.code == row.row), None)
    texts = {cell.column: cell.text for cell in fixed.cells} if fixed else {}
    texts |= {cell.column: format(cell.number, "f") if cell.number is not None else cell.text for cell in row.cells}
    found = {role: texts.get(column.code, "") for role in _ROLES if (column := table.column(role)) is not None}
    try:
        quantity, price = Decimal(found["quantity"]), Decimal(found["unit-price"])
    except InvalidOperation:
        return None
    if not found["name"] or not found["unit"] or price != to_cents(price):
        return None
    charges = to_cents(row_charges(table, row))
    return AwardedItem(name=found["name"], unit=found["unit"], quantity=quantity, unit_price=price, charges=charges)
