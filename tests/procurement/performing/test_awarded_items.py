"""Where the items of a contract come from: the winner's table, the lot's products, or the requirement."""

from __future__ import annotations

from decimal import Decimal

from procurement.bidding.draft import BidForms, Enterprise, FilledCell, FilledRow, FilledTable, QuotedFigure
from procurement.performing.terms import awarded_items
from procurement.tendering.lot import Lot
from procurement.tendering.quote import Cell, Column, Figure, PriceTable, QuoteForm, Row
from tests.procurement.chain import REQUIREMENT, A, but
from tests.procurement.tendering.examples import lot

D = Decimal
COLUMNS = tuple(
    Column(code=role, label=role, role=role, type=kind)  # type: ignore[arg-type]
    for role, kind in (("name", "text"), ("unit", "text"), ("quantity", "number"), ("unit-price", "money"))
)
TABLE = PriceTable(code="items", title="分项报价表", columns=COLUMNS, sums_to="total")
LOT: Lot = but(lot("1"), quote=QuoteForm(figures=(Figure(code="total", label="投标总价"),), tables=(TABLE,)))


def _row(code: str, name: str, quantity: str, price: str) -> FilledRow:
    return FilledRow(
        row=code,
        cells=(
            FilledCell(column="name", text=name),
            FilledCell(column="unit", text="台"),
            FilledCell(column="quantity", number=D(quantity)),
            FilledCell(column="unit-price", number=D(price)),
        ),
    )


def _forms(*rows: FilledRow) -> BidForms:
    return BidForms(
        tender="00" * 32,
        lot="1",
        supplier=A,
        name="甲公司",
        quote=(QuotedFigure(figure="total", amount=D("1000")),),
        tables=(FilledTable(table="items", rows=rows),),
        validity_days=90,
        enterprise=Enterprise(size="small"),
    )


def test_the_winners_table_fixes_items_quantities_and_prices() -> None:
    forms = _forms(_row("1", "服务器", "2", "400.00"), _row("2", "交换机", "1", "200.00"))
    items = awarded_items(D("1000.00"), requirement=REQUIREMENT, lot=LOT, forms=forms)
    assert [(i.name, i.unit, i.quantity, i.unit_price) for i in items] == [
        ("服务器", "台", D(2), D("400.00")),
        ("交换机", "台", D(1), D("200.00")),
    ]


def test_unit_prices_do_not_bind_when_the_total_was_corrected() -> None:
    forms = _forms(_row("1", "服务器", "2", "400.00"))
    (item,) = awarded_items(D("790.00"), requirement=None, lot=LOT, forms=forms)
    assert (item.name, item.quantity, item.unit_price) == ("服务器", D(2), None)


def test_a_table_that_cannot_be_read_gives_way_to_the_products() -> None:
    for rows in ((_row("1", "", "2", "400.00"),), (_row("1", "服务器", "2", "1"), _row("2", "服务器", "1", "2"))):
        (item,) = awarded_items(D("1000.00"), requirement=REQUIREMENT, lot=LOT, forms=_forms(*rows))
        assert (item.name, item.quantity, item.unit_price) == ("服务器", D(2), None)


def test_without_products_the_requirement_counts_and_without_that_nothing() -> None:
    bare = but(LOT, products=())
    items = awarded_items(D("1000.00"), requirement=REQUIREMENT, lot=bare, forms=None)
    assert [item.name for item in items] == [item.name for item in REQUIREMENT.items]
    assert awarded_items(D("1000.00"), requirement=None, lot=bare, forms=None) == ()


def test_fixed_cells_of_the_agency_count_too() -> None:
    fixed = Row(code="1", cells=(Cell(column="name", text="终端"), Cell(column="unit", text="套")))
    table = but(TABLE, rows=(fixed,))
    made = but(LOT, quote=but(LOT.quote, tables=(table,)))
    filled = FilledRow(
        row="1",
        cells=(FilledCell(column="quantity", number=D(5)), FilledCell(column="unit-price", number=D("200.00"))),
    )
    (item,) = awarded_items(D("1000.00"), requirement=None, lot=made, forms=_forms(filled))
    assert (item.name, item.unit, item.quantity, item.unit_price) == ("终端", "套", D(5), D("200.00"))
