"""Corrections of L-251 step by step, computed by hand; totals from tables; 大写."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.bidding.draft import BidForms, FilledCell, FilledRow, FilledTable, QuotedElsewhere, QuotedFigure
from procurement.bidding.price import correct, slipped_row, table_total, words
from procurement.tendering.lot import Lot
from procurement.tendering.quote import Cell, Column, Figure, Row
from procurement.tendering.tender import Tender
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import D, lot, quote, replace, tender

LOT = lot()
TABLE = LOT.quote.tables[0]


def row(code: str, quantity: str, price: str) -> FilledRow:
    return FilledRow(
        row=code, cells=(FilledCell(column="quantity", number=D(quantity)), FilledCell(column="price", number=D(price)))
    )


def with_rows(total: str, *rows: FilledRow, **more: Any) -> BidForms:
    return bid(1, total, tables=(FilledTable(table="items", rows=rows),), **more)


def settled(forms: BidForms, made: Tender | None = None, of: Lot = LOT) -> tuple[Decimal, list[str]]:
    result = correct(made or tender(of), of, forms)
    return result.figures["total"], [s.kind for s in result.steps]


def test_nothing_to_correct() -> None:
    # 2 × 300 + 3 × 100 = 900
    forms = with_rows("900", row("1", "2", "300"), row("2", "3", "100"))
    assert settled(forms) == (D(900), []) and not correct(tender(), LOT, forms).needs_confirmation


def test_opening_sheet_over_other_parts() -> None:
    forms = bid(1, "900", elsewhere=(QuotedElsewhere(place="bid-letter", figure="total", amount=D(950)),))
    assert settled(forms) == (D(900), ["sheet-over-parts"])
    # This tender says the letter prevails.
    made = tender(precedence=("bid-letter", "opening-sheet"))
    assert settled(forms, made) == (D(950), ["sheet-over-parts"])


def test_words_over_figures() -> None:
    forms = replace(bid(1, "900"), quote=(QuotedFigure(figure="total", amount=D(900), words_amount=D(9000)),))
    assert settled(forms) == (D(9000), ["words-over-figures"])


def test_slipped_unit_price_keeps_the_total() -> None:
    # 2 × 3000 + 3 × 100 = 6300, but the sheet says 900: with 300 for 3000 it fits. The total stands, the unit price moves.
    forms = with_rows("900", row("1", "2", "3000"), row("2", "3", "100"))
    assert settled(forms) == (D(900), ["decimal-slip"])
    step = correct(tender(), LOT, forms).steps[0]
    assert (step.of, step.before, step.after) == ("1", D(3000), D(300))


def test_sum_of_unit_prices_over_total() -> None:
    # 2 × 300 + 3 × 100 = 900, the sheet says 880 and no slip explains it.
    assert settled(with_rows("880", row("1", "2", "300"), row("2", "3", "100"))) == (D(900), ["unit-price-over-total"])


def test_order_of_steps_is_data() -> None:
    # Words say 870, the table 900. With unit prices last the sum wins; with words last the words win.
    forms = with_rows("880", row("1", "2", "300"), row("2", "3", "100"))
    forms = replace(forms, quote=(QuotedFigure(figure="total", amount=D(880), words_amount=D(870)),))
    assert settled(forms) == (D(900), ["words-over-figures", "unit-price-over-total"])
    made = tender(corrections=("unit-price-over-total", "words-over-figures"))
    assert settled(forms, made) == (D(870), ["unit-price-over-total", "words-over-figures"])


def test_cut_to_whole_yuan_needs_no_confirmation() -> None:
    figure = Figure(code="total", label="总价", decimals=0, excess="cut")
    of = lot(quote=quote(figures=(figure,), tables=()))
    assert settled(bid(1, "900.99"), of=of) == (D(900), ["precision"])
    assert not correct(tender(of), of, bid(1, "900.99")).needs_confirmation


def test_quantities_fixed_by_the_agency_and_rows_of_amounts_only() -> None:
    fixed = replace(TABLE, rows=(Row(code="1", cells=(Cell(column="quantity", text="4"),)),))
    filled = FilledTable(
        table="items", rows=(FilledRow(row="1", cells=(FilledCell(column="price", number=D("2.5")),)),)
    )
    assert table_total(fixed, filled) == D(10)
    amounts = FilledTable(table="items", rows=(FilledRow(row="x", cells=(FilledCell(column="amount", number=D(7)),)),))
    assert table_total(TABLE, amounts) == D(7)


def test_charges_of_a_row_are_added() -> None:
    charge = Column(code="install", label="安装费", type="money", role="charge")
    table = replace(TABLE, columns=(*TABLE.columns, charge))
    of = lot(quote=quote(tables=(table,)))
    install = FilledCell(column="install", number=D(50))
    first = row("1", "2", "300")
    first = replace(first, cells=(*first.cells, install))
    # 2 × 300 + 50 + 3 × 100 = 950
    forms = with_rows("950", first, row("2", "3", "100"))
    assert settled(forms, of=of) == (D(950), [])
    # With 30 for 300 the rows give 60 + 50 + 300 = 410; 300 fits the 950 of the sheet: the unit price had slipped.
    slipped = replace(row("1", "2", "30"), cells=(*row("1", "2", "30").cells, install))
    assert settled(with_rows("950", slipped, row("2", "3", "100")), of=of) == (D(950), ["decimal-slip"])


def test_words_of_figures() -> None:
    assert words(LOT.quote.main, D("1234.5")) == "人民币壹仟贰佰叁拾肆元伍角"
    rate = Figure(code="r", label="下浮率", dimension="discount-rate", unit="%", direction="higher")
    assert words(rate, D("12.5")) == "百分之壹贰点伍"


prices = st.decimals(min_value=1, max_value=9999, places=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 50), prices), min_size=1, max_size=5))
def test_the_sum_is_a_fixed_point(rows: list[tuple[int, Decimal]]) -> None:
    filled = tuple(row(str(n), str(q), str(p)) for n, (q, p) in enumerate(rows))
    total = sum((q * p for q, p in rows), Decimal(0))
    forms = with_rows(str(total), *filled)
    assert settled(forms) == (total, [])
    assert slipped_row(TABLE, forms.tables[0], total) is None
