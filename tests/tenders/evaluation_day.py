"""Bids and marks for whole evaluations of the real tenders, given as short tables so that a test reads like the sum on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from procurement.bidding.draft import BidForms, Enterprise, FilledCell, FilledRow, FilledTable, QuotedFigure
from procurement.evaluation.evaluate import LotResult, evaluate_lot
from procurement.evaluation.sheets import EvaluationContext, Mark, MarkCount, ScoreSheet
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from tests.procurement.evaluation.examples import ID, reviews, uscc

D = Decimal
MEMBERS = 5

Given = str | tuple[str, int] | tuple[str, str, str, str, str] | None
"""Points of all members; points and what was counted; points of each of the five; or None: not provided"""


def bid(of: Lot, number: int, amount: str, **more: Any) -> BidForms:
    """A bid of supplier `number` for the lot's main figure, by a large enterprise if nothing else is said."""
    return BidForms(
        tender=ID,
        lot=of.code,
        supplier=uscc(number),
        name=f"供应商{number}",
        quote=(QuotedFigure(figure=of.quote.main.code, amount=D(amount), words_amount=more.pop("words", None)),),
        validity_days=of.validity_days,
        enterprise=more.pop("enterprise", Enterprise(size="large")),
        **more,
    )


def small() -> Enterprise:
    return Enterprise(size="small", declared=True, all_goods_small_micro=True)


def unit_prices(of: Lot, prices: Mapping[str, str]) -> tuple[FilledTable, ...]:
    """The lot's itemised table with these unit prices."""
    table = of.quote.tables[0]
    column = table.column("unit-price")
    assert column is not None
    rows = tuple(
        FilledRow(row=row, cells=(FilledCell(column=column.code, number=D(price)),)) for row, price in prices.items()
    )
    return (FilledTable(table=table.code, rows=rows),)


def _mark(supplier: str, item: str, given: Given, member: int) -> Mark:
    if given is None:
        return Mark(supplier=supplier, item=item, points=D(0), condition="missing")
    if isinstance(given, str):
        return Mark(supplier=supplier, item=item, points=D(given))
    if len(given) == 2:
        points, counted = given
        return Mark(supplier=supplier, item=item, points=D(points), counts=(MarkCount(code=item, count=counted),))
    return Mark(supplier=supplier, item=item, points=D(given[member]))


def evaluate(
    tender: Tender,
    of: Lot,
    bids: Sequence[BidForms],
    marks: Mapping[int, Sequence[Given]],
    **context: Any,
) -> LotResult:
    """Evaluate the lot: everybody passes both reviews, and `marks` has a row for each supplier that is scored, in the order of
    the scheme's items."""
    leaves = [leaf.code for leaf in of.scheme.leaves]
    sheets = [
        ScoreSheet(
            lot=of.code,
            member=f"E{member}",
            marks=tuple(
                _mark(uscc(number), code, given, member)
                for number, row in marks.items()
                for code, given in zip(leaves, row, strict=True)
            ),
        )
        for member in range(MEMBERS)
    ]
    suppliers = [b.supplier for b in bids]
    return evaluate_lot(
        tender,
        of.code,
        [(b.supplier, b.name, b) for b in bids],
        reviews(tender, of, suppliers, members=MEMBERS),
        sheets,
        EvaluationContext(event=tender.announcement, **context),
    )


def table_of(result: LotResult) -> list[tuple[int, int, str, Decimal, Decimal]]:
    """What the report prints: place, supplier's number, state, price score, total."""
    return [(b.rank, int(b.supplier[-5:]), b.state, b.price_score, b.total) for b in result.bids]
