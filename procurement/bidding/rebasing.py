"""A draft follows its tender to a new version: what it says stays, what is asked no more falls away, what must be redone is listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from procurement.bidding.draft import BidForms
from procurement.tendering.lot import Lot
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
    return tuple(found)


def rebase(forms: BidForms, new: Tender, tv: str) -> BidForms:
    """The same bid for version `tv`. Only what the new version no longer asks is left out; nothing has to be typed again."""
    lot = new.lot(forms.lot)
    figures, tables = _codes(lot.quote.figures), _codes(lot.quote.tables)
    reviewed, leaves = _codes(_reviewed(new, lot)), _codes(lot.scheme.leaves)
    parameters, asked = _codes(lot.parameters), _codes(lot.forms)
    fields, products = _codes(lot.opening_fields), _codes(lot.products)
    items = reviewed | leaves | parameters | {lot.code}
    unlinked = tuple(one for one in forms.unlinked or () if one.item in items)
    return forms.model_copy(
        update={
            "tender": tv,
            "quote": tuple(one for one in forms.quote if one.figure in figures),
            "tables": tuple(one for one in forms.tables if one.table in tables),
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
