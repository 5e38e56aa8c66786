"""Which half-typed texts still have their place in a bid, and what the check says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from client.loose_texts import Loose
from procurement.basics.findings import Finding, warn
from procurement.basics.typed import sound_text
from procurement.bidding.draft import BidForms, EvidenceLink
from procurement.tendering.lot import Lot

Texts = Mapping[str, str]


ONE_FIELD = {"enterprise": "enterprise.employees", "domestic": "domestic.share", "people": "people.phone"}
"""Findings of places where one field of several can be half typed"""


def plain(text: str) -> str:
    """What stands in a line, as it is kept."""
    return sound_text(text).strip()


def filled(texts: Texts) -> dict[str, str]:
    """The fields in which something stands."""
    return {name: text for name, text in texts.items() if text}


def still_loose(lot: Lot, forms: BidForms, loose: Loose) -> Loose:
    """The texts whose place the lot still has and the bid has nothing whole for."""
    found: Loose = {}
    open_places = _open_places(lot, forms)
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
        elif place in open_places or _stands(lot, forms, head, rest):
            kept = dict(texts)
        if kept:
            found[place] = kept
    return found


def _open_places(lot: Lot, forms: BidForms) -> set[str]:
    """Places of one item each that the lot has and the bid does not fill."""
    answered, branded = {one.parameter for one in forms.responses}, {one.product for one in forms.brands}
    places = {f"responses/{one.code}" for one in lot.parameters if one.code not in answered}
    places |= {f"brands/{one.code}" for one in lot.core_products if one.code not in branded}
    fields = {f"opening/{one.code}" for one in lot.opening_fields} - {f"opening/{one.field}" for one in forms.opening}
    fields |= {f"quote/{one.code}" for one in lot.quote.figures if forms.figure(one.code) is None}
    fields |= {f"forms/{form.code}/{one.code}" for form in lot.forms for one in form.fields}
    fields -= {f"forms/{form.form}/{one.field}" for form in forms.forms for one in form.fields}
    whole = {
        "deposit": lot.deposit is None or forms.deposit is not None,
        "enterprise": bool(forms.enterprise.employees),
        "domestic": forms.domestic is not None,
        "people": any(one.role == "agent" for one in forms.people),
    }
    shares = {f"shares/{one.supplier}" for one in forms.consortium if not one.share}
    return places | fields | shares | {place for place, said in whole.items() if not said}


def _stands(lot: Lot, forms: BidForms, head: str, rest: str) -> bool:
    """Places beside something that the bid does say."""
    if head == "claims":
        return any(leaf.code == rest for leaf in lot.scheme.leaves)
    if head == "unlinked":
        return _link(forms, rest) is None
    return head == "validity_days" or (head == "evidence" and _link(forms, rest) is not None)


def page_place(head: str, item: str, slot: str, unit: int) -> str:
    """The place of one slot's pages (`evidence`), or of the reason why none are named (`unlinked`)."""
    return f"{head}/{item}/{slot}/{unit}"


def _link(forms: BidForms, rest: str) -> EvidenceLink | None:
    return next((one for one in forms.evidence if page_place("", one.item, one.slot, one.unit) == f"/{rest}"), None)


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


def same_said(lot: Lot, before: BidForms, after: BidForms, loose: Loose) -> Loose:
    """Without texts beside something that another version of the bid says otherwise: there they would stand beside something else."""

    def said(forms: BidForms, place: str) -> object:
        head, _, rest = place.partition("/")
        code, _, row = rest.partition("/")
        if head == "tables":
            given = {one.code for table in lot.quote.tables if table.code == code for one in table.rows}
            return None if row in given else _row(forms, code, row)
        if head == "claims":
            return forms.claim(rest)
        if head == "evidence":
            return _link(forms, rest)
        return forms.validity_days if head == "validity_days" else None

    return {place: texts for place, texts in loose.items() if said(before, place) == said(after, place)}


def _row(forms: BidForms, code: str, row: str) -> object:
    table = forms.table(code)
    return next((one for one in table.rows if one.row == row), None) if table is not None else None


def loose_findings(loose: Loose) -> Iterator[Finding]:
    """Advice: what is half typed is kept on this computer, and no part of the bid."""
    for place in loose:
        yield warn(
            "half-typed", _where(place), "L-254", "Complete it, or empty it: what is half typed is not in the bid."
        )


def _where(place: str) -> str:
    """The finding's place: where a person completes it."""
    head, *rest = place.split("/")
    if not rest:
        return ONE_FIELD.get(head, head)
    if head == "unlinked":
        return f"links.{rest[0]}"
    if head == "shares":
        return f"consortium.{rest[0]}"
    return ".".join((head, *(rest[:2] if head == "evidence" else rest)))
