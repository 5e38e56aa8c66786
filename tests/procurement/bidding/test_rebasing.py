"""A draft on a new version of its tender: the list names each touched place and no other, and nothing else is lost."""

from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import ConsortiumMember, FilledCell, FilledRow, FilledTable, QuotedFigure, Unlinked
from procurement.bidding.rebasing import Change, changes, rebase
from procurement.tendering.conditions import CustomForm, FormField
from procurement.tendering.lot import Consortium, Lot
from procurement.tendering.quote import Cell, Column, PriceTable, Row
from tests.procurement.bidding.test_completeness import found, whole
from tests.procurement.tendering.examples import D, lot, replace, tender

TV = "f" * 64
LOT = lot().code


def test_nothing_changed_nothing_to_redo() -> None:
    assert changes(tender(), tender(), LOT) == ()
    assert rebase(whole(), tender(), TV) == replace(whole(), tender=TV)


def test_each_touched_place_is_listed_and_no_other() -> None:
    first, *others = lot().parameters
    form = CustomForm(code="letter", title="投标函", fields=(FormField(code="sum", label="总价"),))
    new = tender(
        lot(
            parameters=(replace(first, text="改为不低于 64 路"), *others[:-1]),
            validity_days=lot().validity_days + 30,
            forms=(*lot().forms, form),
        )
    )
    assert set(changes(tender(), new, LOT)) == {
        Change(f"responses.{first.code}", "changed"),
        Change(f"responses.{others[-1].code}", "gone"),
        Change("validity_days", "changed"),
        Change("forms.letter", "new"),
    }


def test_a_lower_ceiling_asks_for_the_quote_again() -> None:
    new = tender(lot(ceiling=lot().money_ceiling - D(1)))
    assert Change("quote.total", "changed") in changes(tender(), new, LOT)


def test_what_is_asked_no_more_falls_away_and_the_rest_stays() -> None:
    gone = lot().parameters[-1].code
    new = tender(lot(parameters=lot().parameters[:-1]))
    made = replace(whole(), unlinked=(Unlinked(item=gone, slot="s", reason="无"),))
    after = rebase(made, new, TV)
    assert gone not in {one.parameter for one in after.responses} and after.unlinked is None
    assert len(after.responses) == len(made.responses) - 1
    kept = {"responses": made.responses, "unlinked": made.unlinked, "tender": made.tender}
    assert replace(after, **kept) == made
    assert not any(one.blocking for one in found(after, new).values())


def _table(new_quantity: str, *codes: str, open_rows: bool = False) -> PriceTable:
    rows = tuple(
        Row(code=code, cells=(Cell(column="name", text=code), Cell(column="quantity", text=new_quantity)))
        for code in codes
    )
    columns = (
        Column(code="name", label="名称", role="name", filled_by="agency"),
        Column(code="quantity", label="数量", type="number", role="quantity", filled_by="agency"),
        Column(code="price", label="单价", type="money", role="unit-price"),
        Column(code="amount", label="合价", type="money", role="amount"),
    )
    return PriceTable(code="goods", title="分项报价", columns=columns, rows=rows, open_rows=open_rows, sums_to="total")


def _with(table: PriceTable) -> Lot:
    return lot(quote=replace(lot().quote, tables=(table,)))


def _row(code: str, price: str, amount: str) -> FilledRow:
    cells = (FilledCell(column="price", number=D(price)), FilledCell(column="amount", number=D(amount)))
    return FilledRow(row=code, cells=cells)


def test_amounts_follow_the_new_quantities_and_rows_that_are_gone_fall_away() -> None:
    filled = FilledTable(table="goods", rows=(_row("r1", "10", "20"), _row("r2", "5", "10")), total=D("30.00"))
    quote = (QuotedFigure(figure="total", amount=D("30.00")),)
    made = replace(whole(), tables=(filled,), quote=quote)
    new = tender(_with(_table("3", "r1", "r3")))
    after = rebase(made, new, TV)
    (table,) = after.tables
    assert [(row.row, row.cells[-1].number) for row in table.rows] == [("r1", D("30.00"))]
    assert (table.total, after.quote[0].amount) == (D("30.00"), D("30.00"))
    codes = {one.code for one in bid_findings(new, after) if one.where.startswith(("tables", "quote"))}
    assert codes == {"row-missing"}, "the new row, and nothing else"
    again = rebase(after, tender(_with(_table("4", "r1", "r3"))), "e" * 64)
    assert again.quote[0].amount == D("40.00")


def test_a_consortium_that_is_no_longer_admitted_falls_away_and_is_listed() -> None:
    admitted = tender(lot(consortium=Consortium(accepted=True, max_members=3)))
    members = tuple(
        ConsortiumMember(supplier=f"{n}" * 18, name=f"{n}公司", share=D("50"), size="small", role=role)
        for n, role in ((1, "lead"), (2, "member"))
    )
    made = replace(whole(), consortium=members, consortium_agreement="doc")
    refused = tender(lot(consortium=Consortium(accepted=False)))
    after = rebase(made, refused, TV)
    assert after.consortium == () and after.consortium_agreement is None
    assert changes(admitted, refused, LOT) == (Change("consortium", "gone"),)
