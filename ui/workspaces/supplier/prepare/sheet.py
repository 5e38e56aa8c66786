"""The bid under preparation: one frozen `BidForms`, replaced at each edit. Editors read and write through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from client.loose_texts import Loose
from procurement.basics.findings import Finding
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import (
    Answer,
    BidDocument,
    BidForms,
    Claim,
    EvidenceLink,
    FieldValue,
    FilledForm,
    FilledTable,
    Machine,
    ParameterResponse,
    QuotedFigure,
    Unlinked,
)
from procurement.bidding.price import LotSums
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from ui.workspaces.supplier.prepare.loose import Texts, filled, loose_findings, page_place, same_said, still_loose

UNDO_LIMIT = 200
"""Steps that can be taken back; older ones are found in the history of the draft"""


class Sheet:
    """The bid and who wants to know when it changes, with its steps back and forth. Knows no widget."""

    def __init__(self, tender: Tender, lot: Lot, forms: BidForms, loose: Loose | None = None) -> None:
        self.tender, self.lot = tender, lot
        self._forms = forms
        self._listeners: list[Callable[[], object]] = []
        self.loose = still_loose(lot, forms, loose or {})
        """What is typed and not yet whole, by place and field; replaced at each edit. No part of the bid"""
        self._past: list[tuple[BidForms, Loose]] = []
        self._future: list[tuple[BidForms, Loose]] = []
        self._settled = True
        self.frozen = False
        """Only looked at: another window works on the draft. Nothing that is put changes the bid"""
        self.advice: Callable[[BidForms], tuple[Finding, ...]] = lambda _forms: ()
        """Further advice on the bid, from whoever knows more than the tender"""
        self.ask_library: Callable[[str, Callable[[BidDocument], object]], object] | None = None
        """Lets a person choose from the library for a slot of this name; the document is then in the bid"""
        self.sums = LotSums()
        """The arithmetic of the price tables, kept from one keystroke to the next"""

    @property
    def forms(self) -> BidForms:
        return self._forms

    def on_changed(self, call: Callable[[], object]) -> None:
        self._listeners.append(call)

    def put(self, half: Mapping[str, Texts] | None = None, **parts: Any) -> None:
        """Replace parts of the bid, and what is half typed beside it at the places of `half` (nothing typed, or the item whole: nothing
        is kept), as one edit; unchanged parts tell nobody."""
        loose, fresh = self.loose, self._forms.model_copy(update=parts) if parts else self._forms
        kept = {at: filled(texts) for at, texts in (half or {}).items()}
        if any(loose.get(at, {}) != texts for at, texts in kept.items()):
            others = {at: texts for at, texts in loose.items() if at not in kept}
            loose = {**others, **{at: texts for at, texts in kept.items() if texts}}
        self._put(fresh, loose)

    def put_under(self, head: str, half: Mapping[str, Texts], **parts: Any) -> None:
        """The same for all places under `head` at once: those not named have nothing half typed."""
        gone: dict[str, Texts] = {at: {} for at in self.loose if at.startswith(f"{head}/")}
        self.put({**gone, **half}, **parts)

    def half(self, place: str) -> Texts:
        """What is half typed at a place, by field."""
        return self.loose.get(place, {})

    def _put(self, fresh: BidForms, loose: Loose) -> None:
        if (fresh != self._forms or loose != self.loose) and not self.frozen:
            if self._settled:
                self._past = [*self._past[1 - UNDO_LIMIT :], (self._forms, self.loose)]
                self._settled = False
            self._future.clear()
            self._show(fresh, loose)

    def _show(self, fresh: BidForms, loose: Loose) -> None:
        self._forms, self.loose = fresh, loose
        for call in self._listeners:
            call()

    # -- steps

    def settle(self) -> None:
        """A step ends here: what is typed from now on is taken back by itself."""
        self._settled = True

    @property
    def can_undo(self) -> bool:
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        return bool(self._future)

    def undo(self) -> bool:
        """Take the last step back; False when there is none. The record of machines stays as it is."""
        return self._step(self._past, self._future)

    def redo(self) -> bool:
        return self._step(self._future, self._past)

    def _step(self, source: list[tuple[BidForms, Loose]], target: list[tuple[BidForms, Loose]]) -> bool:
        self.settle()
        if not source:
            return False
        target.append((self._forms, self.loose))
        forms, loose = source.pop()
        self._show(forms.model_copy(update={"machines": self._forms.machines}), loose)
        return True

    def replace(self, forms: BidForms) -> None:
        """Go on with another version of the bid: one step, that can be taken back. Half-typed texts go where it has no place for them."""
        self.settle()
        self._put(forms, still_loose(self.lot, forms, same_said(self.lot, self._forms, forms, self.loose)))
        self.settle()

    def findings(self) -> tuple[Finding, ...]:
        """What is missing or wrong, by the law's own check; then what the company's library knows of the evidence."""
        law = bid_findings(self.tender, self._forms, self.sums)
        return (*law, *loose_findings(self.loose), *self.advice(self._forms))

    # -- the quote

    def put_figure(self, code: str, amount: Decimal | None, typed: str = "") -> None:
        """`typed`: what stands in the field, kept while it is no amount."""
        half = {f"quote/{code}": {"amount": typed if amount is None else ""}}
        self.put(half, quote=self._quote_with(code, amount))

    def _quote_with(self, code: str, amount: Decimal | None) -> tuple[QuotedFigure, ...]:
        others = [figure for figure in self._forms.quote if figure.figure != code]
        if amount is not None:
            others.append(QuotedFigure(figure=code, amount=amount))
        order = [figure.code for figure in self.lot.quote.figures]
        return tuple(sorted(others, key=lambda figure: order.index(figure.figure)))

    def put_table(self, table: FilledTable) -> None:
        others = tuple(one for one in self._forms.tables if one.table != table.table)
        kept = (*others, table) if table.rows else others
        sums_to = next(one.sums_to for one in self.lot.quote.tables if one.code == table.table)
        quote = self._quote_with(sums_to, table.total if table.rows else None) if sums_to else self._forms.quote
        self.put(tables=kept, quote=quote)

    # -- answers

    def put_answer(self, item: str, answer: Answer | None) -> None:
        self.put(answers=_replaced(self._forms.answers, "item", item, answer))

    def put_response(self, parameter: str, response: ParameterResponse | None, half: Texts) -> None:
        responses = _replaced(self._forms.responses, "parameter", parameter, response)
        self.put({f"responses/{parameter}": half}, responses=responses)

    def put_claim(self, item: str, claim: Claim | None, half: Texts) -> None:
        self.put({f"claims/{item}": half}, claims=_replaced(self._forms.claims, "item", item, claim))

    def put_form(self, form: str, fields: Sequence[FieldValue], half: Mapping[str, Texts]) -> None:
        filled = FilledForm(form=form, fields=tuple(fields)) if fields else None
        self.put(half, forms=_replaced(self._forms.forms, "form", form, filled))

    def give_form(self, form: str, given: bool) -> None:
        """A form without fields: in the bid or not."""
        filled = FilledForm(form=form, fields=()) if given else None
        self.put(forms=_replaced(self._forms.forms, "form", form, filled))

    def link_of(self, item: str, slot: str, unit: int = 0) -> EvidenceLink | None:
        return next(
            (e for e in self._forms.evidence if (e.item, e.slot, e.unit) == (item, slot, unit)),
            None,
        )

    def put_link(self, item: str, slot: str, unit: int, link: EvidenceLink | None, half: Texts | None = None) -> None:
        """`half`: page numbers that are none."""
        others = [e for e in self._forms.evidence if (e.item, e.slot, e.unit) != (item, slot, unit)]
        place = page_place("evidence", item, slot, unit)
        self.put({place: half or {}}, evidence=tuple(others if link is None else [*others, link]))
        if link is not None:
            self.put_unlinked(item, slot, unit, "")

    def put_unlinked(self, item: str, slot: str, unit: int, reason: str) -> None:
        """Say why no pages are named here; an empty reason takes it back."""
        kept = [one for one in self._forms.unlinked or () if (one.item, one.slot, one.unit) != (item, slot, unit)]
        if reason:
            kept.append(Unlinked(item=item, slot=slot, unit=unit, reason=reason[:4000]))
        self.put({page_place("unlinked", item, slot, unit): {}}, unlinked=tuple(kept) or None)

    # -- documents

    def add_document(self, document: BidDocument) -> None:
        others = tuple(one for one in self._forms.documents if one.code != document.code)
        self.put(documents=(*others, document))

    def drop_document(self, code: str) -> None:
        """Take a document out together with the pages that pointed to it."""
        pages = (one for one in self._forms.evidence if one.document == code)
        self.put(
            {page_place("evidence", one.item, one.slot, one.unit): {} for one in pages},
            documents=tuple(one for one in self._forms.documents if one.code != code),
            evidence=tuple(one for one in self._forms.evidence if one.document != code),
        )

    def note_machines(self, machines: tuple[Machine, ...]) -> None:
        """Take over the machine record that the staff wrote at saving; no edit of the person's."""
        self._forms = self._forms.model_copy(update={"machines": machines})

    def free_code(self) -> str:
        """A code no document of this bid has yet."""
        taken = {one.code for one in self._forms.documents}
        number = len(taken) + 1
        while f"doc-{number}" in taken:
            number += 1
        return f"doc-{number}"


def _replaced(values: tuple[Any, ...], name: str, key: str, fresh: Any) -> tuple[Any, ...]:
    """`values` with the one of this key replaced in its place, added at the end, or taken out."""
    if fresh is None:
        return tuple(one for one in values if getattr(one, name) != key)
    if any(getattr(one, name) == key for one in values):
        return tuple(fresh if getattr(one, name) == key else one for one in values)
    return (*values, fresh)
