"""From a finding's place to the very field, row or page: `quote.total`, `tables.items.row-3`, `documents.doc-1` page 7.

A target reads `section#place@page`: the section is what `sections.section_key` says, place and page are the finding's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTableView, QWidget

from procurement.basics.findings import Finding
from procurement.bidding.price_import import ROW
from procurement.tendering.lot import Lot
from ui.kit.columns import reveal
from ui.kit.prices import PriceGrid
from ui.kit.tables import Table
from ui.kit.taborder import bring_into_view
from ui.workspaces.supplier.prepare.sections import section_key

FIELDS = {
    "validity_days": "field-validity", "enterprise": "field-size", "domestic": "field-domestic", "deposit": "field-form",
    "people": "field-agent", "consortium": "consortium-agreement",
}  # fmt: skip
"""Places that are one field, by the name of its control"""
ELSEWHERE = {"unlinked": "links", "certified": "policy", "consortium_agreement": "consortium"}
"""Parts of a bid that are shown in a section of another name"""


def section_of(lot: Lot, where: str) -> str:
    """The section whose editor shows a place; pages of evidence stand where the item is answered."""
    head, _, rest = where.partition(".")
    if head == "evidence":
        item = rest.partition(".")[0]
        answered = {one.code: "responses" for one in lot.parameters} | {one.code: "claims" for one in lot.scheme.leaves}
        return answered.get(item, "answers")
    return ELSEWHERE.get(head) or section_key(where)


def target_of(lot: Lot, found: Finding) -> str:
    """Where a click on a finding leads; empty when it lies nowhere in the bid."""
    section = section_of(lot, found.where)
    page = found.facts.get("page", "")
    return f"{section}#{found.where}" + (f"@{page}" if page else "") if section else ""


def parts_of(target: str) -> tuple[str, str, int]:
    """Section, place, page (0: none) of a target; a bare section is one, too."""
    section, _, rest = target.partition("#")
    where, _, page = rest.partition("@")
    return section, where, int(page) if page.isdecimal() else 0


def point_at(editor: QWidget, where: str) -> QWidget | None:
    """Bring the control of a place into view and give it the focus; None when the editor has none for it."""
    found = _in_table(editor, where) or next(_controls(editor, where), None)
    if found is not None:
        reveal(found)
        found.setFocus()
        QTimer.singleShot(0, found, lambda: bring_into_view(found))
    return found


def _in_table(editor: QWidget, where: str) -> QWidget | None:
    head, _, rest = where.partition(".")
    code, _, inner = rest.partition(".")
    if head == "tables":
        grid = editor.findChild(PriceGrid, f"table-{code}")
        if grid is not None and inner:
            model = grid.price_model
            place = next((at for at, row in enumerate(model.rows) if row[ROW] == inner), 0)
            bad = [at for at, one in enumerate(model.columns) if model.trouble(place, one) is not None]
            typed = [at for at, one in enumerate(model.columns) if one.typed]
            grid.setCurrentIndex(model.index(place, next(iter((*bad, *typed)), 0)))
        return grid
    if head in ("documents", "links"):
        return _row(editor, code)
    return None


def _row(editor: QWidget, code: str) -> QTableView | None:
    """The row of a document, or of an item that wants pages."""
    for table in editor.findChildren(Table):
        for place, one in enumerate(table.rows_model.rows):
            if code in (getattr(one, "code", ""), getattr(one, "item", "")):
                table.selectRow(place)
                table.scrollTo(table.rows_model.index(place, 0))
                return table
    return None


def _controls(editor: QWidget, where: str) -> Iterator[QWidget]:
    """Controls that may stand for a place, the likeliest first."""
    head, _, rest = where.partition(".")
    code, _, inner = rest.partition(".")
    names = {
        "quote": (f"figure-{code}", f"field-{code}"),
        "opening": (f"field-{code}",),
        "forms": (f"field-{inner}", "field-given"),
        "answers": (f"answer-{code}",),
        "responses": (f"deviation-{code}",),
        "brands": (f"field-brand-{code}",),
        "enterprise": (f"field-{code}", FIELDS["enterprise"]),
        "domestic": (f"field-{code}", FIELDS["domestic"]),
        "people": (f"field-{code}", FIELDS["people"]),
        "evidence": (f"evidence-{code}-{inner}-0", f"evidence-{code}-{inner}-1"),
    }.get(head, (FIELDS.get(head, ""),))
    for name in names:
        found = editor.findChild(QWidget, name) if name else None
        if found is not None:
            yield found
    prefix = f"evidence-{code}-"
    if head in ("answers", "responses", "claims"):
        yield from (one for one in editor.findChildren(QWidget) if one.objectName().startswith(prefix))
