"""Which half-typed texts still have their place in a bid, and what the check says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from client.loose_texts import Loose
from procurement.basics.findings import Finding, warn
from procurement.bidding.draft import BidForms
from procurement.tendering.lot import Lot

Texts = Mapping[str, str]


def filled(texts: Texts) -> dict[str, str]:
    """The fields in which something stands."""
    return {name: text for name, text in texts.items() if text}


def still_loose(lot: Lot, forms: BidForms, loose: Loose) -> Loose:
    """The texts whose place the lot still has and the bid has nothing whole for."""
    found: Loose = {}
    room = (lot.consortium.max_members or len(forms.consortium) + len(loose)) - len(forms.consortium)
    for place, texts in loose.items():
        head, _, rest = place.partition("/")
        kept: dict[str, str] = {}
        if head == "tables":
            kept = _cells(lot, forms, rest, texts)
        elif head == "consortium":
            named = {one.name for one in forms.consortium}
            stands = lot.consortium.accepted and rest.isdecimal() and int(rest) > 0 and room > 0
            kept = dict(texts) if stands and texts.get("name") not in named else {}
            room -= bool(kept)
        elif place in _open_places(lot, forms):
            kept = dict(texts)
        if kept:
            found[place] = kept
    return found


def _open_places(lot: Lot, forms: BidForms) -> set[str]:
    """Places of one item each that the lot has and the bid does not fill."""
    answered, branded = {one.parameter for one in forms.responses}, {one.product for one in forms.brands}
    places = {f"responses/{one.code}" for one in lot.parameters if one.code not in answered}
    places |= {f"brands/{one.code}" for one in lot.core_products if one.code not in branded}
    return places | ({"deposit"} if lot.deposit is not None and forms.deposit is None else set())


def _cells(lot: Lot, forms: BidForms, rest: str, texts: Texts) -> dict[str, str]:
    code, _, row = rest.partition("/")
    table = next((one for one in lot.quote.tables if one.code == code), None)
    if table is None:
        return {}
    given = any(one.code == row for one in table.rows)
    if not given and not table.open_rows:
        return {}
    typed = {one.code for one in table.columns if not (given and one.filled_by == "agency")}
    return {name: text for name, text in texts.items() if name in typed - _quoted(forms, code, row)}


def _quoted(forms: BidForms, code: str, row: str) -> set[str]:
    table = forms.table(code)
    rows = table.rows if table is not None else ()
    return {cell.column for one in rows if one.row == row for cell in one.cells}


def same_rows(lot: Lot, before: BidForms, after: BidForms, loose: Loose) -> Loose:
    """Without cells of the bidder's own rows that say something else in another version of the bid: there they would be another row's."""

    def same(place: str) -> bool:
        head, _, rest = place.partition("/")
        code, _, row = rest.partition("/")
        given = {one.code for table in lot.quote.tables if table.code == code for one in table.rows}
        return head != "tables" or row in given or _row(before, code, row) == _row(after, code, row)

    return {place: texts for place, texts in loose.items() if same(place)}


def _row(forms: BidForms, code: str, row: str) -> object:
    table = forms.table(code)
    return next((one for one in table.rows if one.row == row), None) if table is not None else None


def loose_findings(loose: Loose) -> Iterator[Finding]:
    """Advice: what is half typed is kept on this computer, and no part of the bid."""
    for place in loose:
        where = place.replace("/", ".")
        yield warn("half-typed", where, "L-254", "Complete it, or empty it: what is half typed is not in the bid.")
