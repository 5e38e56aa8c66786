"""唱标: the rows read out, made from opened forms alone (L-236). The server, the agency and `verify` make them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from procurement.basics.money import BEYOND
from procurement.basics.problems import Tampered
from procurement.bidding.consortium import members_in_order
from procurement.bidding.draft import BidForms
from procurement.bidding.price import ZERO, LotSums
from procurement.bidding.sealed import Submission
from procurement.opening.session import OpeningRecord, ReadOutField, ReadOutRow
from procurement.tendering.lot import Lot


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """One standing bid after the opening: what the read-out needs of it."""

    supplier: str
    name: str
    code: str
    """`opened`, a failure's code, or `not-released`"""
    source: str
    """token, slip or none"""
    forms: BidForms | None


def read_out_rows(lot: Lot, cases: Sequence[OpenedCase]) -> tuple[ReadOutRow, ...]:
    """Rows in the order given (order of receipt). A bid that was not opened has a state and no figures."""
    return tuple(_row(lot, number, case) for number, case in enumerate(cases, start=1))


def check_forms(lot: Lot, forms: BidForms, submission: Submission) -> None:
    """That the forms are of the bid that was submitted, and can be read out and computed with: texts as long as a record holds, amounts
    below 10^16 yuan, also where quantity and price are multiplied. With larger ones the arithmetic of everybody's evaluation would end.

    Raises `Tampered`: forms-of-another-bid, forms-beyond-measure. Both are the bidder's fault.
    """
    if (forms.tender, forms.lot, forms.supplier) != (submission.tender, submission.lot, submission.supplier):
        raise Tampered("forms-of-another-bid", "The forms were made for another tender, lot or supplier.")
    sums = LotSums()
    where = next((f"quote.{one.figure}" for one in forms.quote if abs(one.amount) >= BEYOND), "")
    for table in lot.quote.tables:
        filled, of = forms.table(table.code), sums.of(table)
        if filled is not None and sum((abs(of.amount(row)) for row in filled.rows), ZERO) >= BEYOND:
            where = f"tables.{table.code}"
    try:
        _fields(lot, forms)
    except ValidationError:
        where = "opening"
    if where:
        raise Tampered("forms-beyond-measure", "No bid holds such amounts or texts.", where=where)


def check_record(record: OpeningRecord, lot: Lot, cases: Sequence[OpenedCase]) -> None:
    """The record reads out what was opened, nothing else. Raises `Tampered`."""
    wanted = {row.supplier: row for row in read_out_rows(lot, cases)}
    for row in record.rows:
        expected = wanted.pop(row.supplier, None)
        if expected is None or row.model_copy(update={"number": 0}) != expected.model_copy(update={"number": 0}):
            raise Tampered(
                "record-differs-from-opening", "Make the record again from the opened bids.", supplier=row.supplier
            )
    if wanted:
        raise Tampered("record-incomplete", "Read out every standing bid.", missing=", ".join(wanted))


def _row(lot: Lot, number: int, case: OpenedCase) -> ReadOutRow:
    state = "opened" if case.code == "opened" else "not-released" if case.code == "not-released" else "failed"
    fields = _fields(lot, case.forms) if case.forms is not None and state == "opened" else ()
    return ReadOutRow.model_validate(
        {
            "number": number,
            "supplier": case.supplier,
            "name": case.name,
            "state": state,
            "source": case.source,
            "fields": fields,
        }
    )


def _fields(lot: Lot, forms: BidForms) -> tuple[ReadOutField, ...]:
    quoted = {figure.figure: figure.amount for figure in forms.quote}
    answers = {answer.field: answer for answer in forms.opening}
    shown = [
        ReadOutField(name=figure.code, label=f"{figure.label}（{figure.unit}）", text=_number(quoted.get(figure.code)))
        for figure in lot.quote.figures
    ]
    for field in lot.opening_fields:
        answer = answers.get(field.code)
        if field.read_out:
            label = f"{field.label}（{field.unit}）" if field.unit else field.label
            text = (answer.text or _number(answer.number)) if answer else ""
            shown.append(ReadOutField(name=field.code, label=label, text=text or "—"))
    if forms.consortium:
        text = "、".join(f"{one.name}（{_share(one.share)}%）" for one in members_in_order(forms))
        shown.append(ReadOutField(name="consortium", label="联合体成员", text=text))
    return tuple(shown)


def _share(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _number(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,f}"
