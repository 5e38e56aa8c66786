"""Two people's work on one bid brought together: the three-way merge of drafts, item by item, and what changed between two.

An item is what a person would call one thing: a figure, a row of a price table, a field of a form, an answer, a document.
Whoever alone changed an item since the common version wins; where both did and differently, a person must choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from procurement.basics.money import BEYOND, to_cents
from procurement.bidding.draft import BidDocument, BidForms, FilledForm, FilledTable, Machine, QuotedFigure
from procurement.bidding.price import table_total
from procurement.tendering.lot import Lot

Key = tuple[str, ...]
"""Part of the bid first, then codes: ("tables", "goods", "row-3")"""
Items = dict[Key, Any]
Side = Literal["mine", "theirs"]

_LISTS: dict[str, tuple[str, ...]] = {
    "quote": ("figure",), "elsewhere": ("place", "figure"), "opening": ("field",), "answers": ("item",),
    "responses": ("parameter",), "claims": ("item",), "documents": ("code",), "evidence": ("item", "slot", "unit"),
    "unlinked": ("item", "slot", "unit"),
    "brands": ("product",), "consortium": ("supplier",), "subcontracts": ("supplier",), "people": ("role",),
}  # fmt: skip
_SINGLE = (
    "validity_days", "enterprise", "domestic", "certified", "deposit", "low_price_explanation", "consortium_agreement",
)  # fmt: skip
_GIVEN = "given"
"""Stands for a form itself, which may have no fields"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """An item that both changed, differently. None: not there."""

    key: Key
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    forms: BidForms
    """Where a choice is still missing, mine stands"""
    conflicts: tuple[Conflict, ...]
    came: tuple[Conflict, ...]
    """Items that only the other side changed"""
    taken: int
    """Items that came from the other side, by choice or because only they changed them"""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many items differ between two versions."""

    added: int
    changed: int
    removed: int
    parts: tuple[tuple[str, int], ...] = ()
    """Part of the bid and how many of its items, in the order of the bid"""


def items(forms: BidForms) -> Items:
    """A bid as single items. Of several with one key each is an item of its own."""
    found: Items = {}

    def put(key: Key, value: Any) -> None:
        place, wanted = 2, key
        while wanted in found:
            wanted, place = (*key, f"#{place}"), place + 1
        found[wanted] = value

    for part, names in _LISTS.items():
        for one in getattr(forms, part) or ():
            put((part, *(str(getattr(one, name)) for name in names)), one)
        if part == "quote":
            for table in forms.tables:
                for row in table.rows:
                    put(("tables", table.table, row.row), row)
        if part == "opening":
            for form in forms.forms:
                head = ("forms", form.form, str(form.instance))
                put((*head, _GIVEN), True)
                for field in form.fields:
                    put((*head, "field", field.field), field)
    for part in _SINGLE:
        if getattr(forms, part) not in (None, "", ()):
            put((part,), getattr(forms, part))
    return found


def changes(before: BidForms | None, after: BidForms) -> Changes:
    """What changed from one version to another, counted in items; the machines that were used are no change."""
    old, new = items(before) if before is not None else {}, items(after)
    added, removed = new.keys() - old.keys(), old.keys() - new.keys()
    changed = {key for key in new.keys() & old.keys() if new[key] != old[key]}
    touched = added | removed | changed
    parts = Counter(key[0] for key in (*new, *old.keys() - new.keys()) if key in touched)
    return Changes(len(added), len(changed), len(removed), tuple(parts.items()))


def differences(before: BidForms | None, after: BidForms) -> tuple[Conflict, ...]:
    """The items of `after` that are not so in `before`, and those that are gone."""
    old, new = items(before) if before is not None else {}, items(after)
    keys = (key for key in dict.fromkeys((*new, *old)) if old.get(key) != new.get(key))
    return tuple(Conflict(key, old.get(key), old.get(key), new.get(key)) for key in keys)


def merge(base: BidForms | None, mine: BidForms, theirs: BidForms, choices: Mapping[Key, Side] | None = None) -> Merged:
    """Bring two drafts together against their common version; without one, what only one side has is taken.

    `choices` settles conflicts. Sums under price tables are those of the side whose rows stand, else left out: they
    are computed again from the rows by whoever knows the tender.
    """
    old, ours, other = (items(one) if one is not None else {} for one in (base, mine, theirs))
    result: Items = {}
    conflicts: list[Conflict] = []
    came: list[Conflict] = []
    taken = 0
    for key in dict.fromkeys((*ours, *other)):
        was, here, there = old.get(key), ours.get(key), other.get(key)
        stands = here
        if here != there and there != was:
            if here != was:
                conflicts.append(Conflict(key, was, here, there))
                if choices is not None and choices.get(key) == "theirs":
                    stands, taken = there, taken + 1
            else:
                came.append(Conflict(key, was, here, there))
                stands, taken = there, taken + 1
        if stands is not None:
            result[key] = stands
    # An item both sides dropped needs no word, and one that one side dropped was decided above.
    return Merged(_rebuilt(result, mine, theirs), tuple(conflicts), tuple(came), taken)


def _rebuilt(found: Items, mine: BidForms, theirs: BidForms) -> BidForms:
    parts: dict[str, Any] = {part: tuple(value for key, value in found.items() if key[0] == part) for part in _LISTS}
    empty = {part: BidForms.model_fields[part].default for part in _SINGLE}
    parts |= {part: found.get((part,), empty[part]) for part in _SINGLE}
    for part in ("enterprise", "validity_days"):
        parts[part] = found.get((part,), getattr(mine, part))
    parts["unlinked"] = parts["unlinked"] or None  # left out of the canonical form when there is none
    parts["tables"] = _tables(found, mine, theirs)
    parts["forms"] = _forms(found)
    codes = {one.code for one in parts["documents"]}
    parts["evidence"] = tuple(one for one in parts["evidence"] if one.document in codes)
    if parts["low_price_explanation"] not in codes:
        parts["low_price_explanation"] = ""
    if parts["consortium_agreement"] not in codes:
        parts["consortium_agreement"] = None
    parts["machines"] = machines_of(mine, theirs)
    return mine.model_copy(update=parts)


def _tables(found: Items, mine: BidForms, theirs: BidForms) -> tuple[FilledTable, ...]:
    codes = dict.fromkeys(key[1] for key in found if key[0] == "tables")
    made = []
    for code in codes:
        rows = tuple(value for key, value in found.items() if key[:2] == ("tables", code))
        same = next(
            (one for one in (mine.table(code), theirs.table(code)) if one is not None and one.rows == rows), None
        )
        made.append(same or FilledTable(table=code, rows=rows))
    return tuple(made)


def _forms(found: Items) -> tuple[FilledForm, ...]:
    heads = [key[1:3] for key in found if key[0] == "forms"]
    return tuple(
        FilledForm(
            form=form,
            instance=int(instance),
            fields=tuple(value for key, value in found.items() if key[:4] == ("forms", form, instance, "field")),
        )
        for form, instance in dict.fromkeys(heads)
    )


def machines_of(mine: BidForms, theirs: BidForms) -> tuple[Machine, ...]:
    """The computers of both, each once, from its first use to its last (R-105). None is ever left out."""
    found: dict[tuple[object, ...], Machine] = {}
    for one in (*mine.machines, *theirs.machines):
        who = (one.host, one.cpu, one.disk, one.macs)
        known = found.get(who)
        if known is not None:
            first, last = min(known.first_used, one.first_used), max(known.last_used, one.last_used)
            one = one.model_copy(update={"first_used": first, "last_used": last})
        found[who] = one
    return tuple(found.values())


def with_free_codes(base: BidForms | None, mine: BidForms, theirs: BidForms) -> BidForms:
    """Theirs with its documents under codes that mean the same file in mine, or that mine does not use.

    Two people who add documents apart number them alike; these are two documents, not a conflict.
    """
    here = {one.code: one.sha256 for one in mine.documents}
    named: dict[str, str] = {}
    for one in theirs.documents:
        if here.get(one.code) == one.sha256:
            named[one.code] = one.code
    for one in theirs.documents:
        same = [code for code, sha256 in here.items() if sha256 == one.sha256 and code not in named.values()]
        if one.code not in named and same:
            named[one.code] = same[0]
    for one in theirs.documents:
        known = one.code not in here or (base is not None and base.document(one.code) is not None)
        if one.code not in named:
            taken = {*named.values()}
            fits = known and one.code not in taken
            named[one.code] = one.code if fits else _free({*here, *taken, *(d.code for d in theirs.documents)})
    return _renamed(theirs, named)


def _free(taken: set[str]) -> str:
    number = 1
    while f"doc-{number}" in taken:
        number += 1
    return f"doc-{number}"


def _renamed(forms: BidForms, named: Mapping[str, str]) -> BidForms:
    if all(old == new for old, new in named.items()):
        return forms

    def moved(one: BidDocument) -> BidDocument:
        code = named[one.code]
        return one.model_copy(update={"code": code, "path": f"documents/{code}.{one.path.rpartition('.')[2]}"})

    return forms.model_copy(
        update={
            "documents": tuple(map(moved, forms.documents)),
            "evidence": tuple(
                one.model_copy(update={"document": named.get(one.document, one.document)}) for one in forms.evidence
            ),
            "low_price_explanation": named.get(forms.low_price_explanation, forms.low_price_explanation),
            "consortium_agreement": named.get(forms.consortium_agreement or "", forms.consortium_agreement),
        }
    )


def recomputed(forms: BidForms, lot: Lot) -> BidForms:
    """The bid with the sums of its price tables, and the figures they carry, computed again from the rows."""
    tables = []
    figures = {one.figure: one for one in forms.quote}
    for filled in forms.tables:
        table = next((one for one in lot.quote.tables if one.code == filled.table), None)
        if table is not None and filled.rows:
            sum_ = table_total(table, filled)
            total = to_cents(sum_) if abs(sum_) < BEYOND else None
            filled = filled.model_copy(update={"total": total})
            known = figures.get(table.sums_to)
            if total is not None and table.sums_to and (known is None or known.amount != total):
                figures[table.sums_to] = QuotedFigure(figure=table.sums_to, amount=total)
        tables.append(filled)
    order = [one.code for one in lot.quote.figures]
    quote = sorted(figures.values(), key=lambda one: order.index(one.figure) if one.figure in order else len(order))
    return forms.model_copy(update={"tables": tuple(tables), "quote": tuple(quote)})
