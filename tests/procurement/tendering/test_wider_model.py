"""What two real documents asked the model to carry: shared sub-ceilings, fixed dates, whole brand lists, local collusion marks."""

from datetime import date

from documents.tender_words import term_words
from procurement.basics.moment import at_shanghai
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import BidForms, Brand, FilledCell, FilledRow, FilledTable
from procurement.evaluation.pricing import breach, price_bid
from procurement.evaluation.ranking import brand_groups
from procurement.tendering.lint import lint
from procurement.tendering.lot import Term, TermDate
from procurement.tendering.quote import Cell, GroupCeiling, Row
from procurement.tendering.scheme import SameBrand
from procurement.tendering.tender import CollusionClause
from tests.procurement.evaluation.examples import EVENT, bid, simple_scheme
from tests.procurement.tendering.examples import D, lot, quote, replace, tender


def row(code: str, quantity: str) -> Row:
    return Row(code=code, cells=(Cell(column="name", text=code), Cell(column="quantity", text=quantity)))


def shared_ceiling_bid(first: str, second: str) -> BidForms:
    prices = {"a": D(first), "b": D(second)}
    rows = tuple(FilledRow(row=code, cells=(FilledCell(column="price", number=p),)) for code, p in prices.items())
    total = D(700) * prices["a"] + D(280) * prices["b"]
    return bid(1, str(total), tables=(FilledTable(table="items", rows=rows),))


def test_rows_share_a_sub_ceiling() -> None:
    table = quote().tables[0]
    ceiling = GroupCeiling(title="杀菌剂", rows=("a", "b"), amount=D(182000))
    rows = (row("a", "700"), row("b", "280"))
    of = lot(quote=quote(tables=(replace(table, rows=rows, ceilings=(ceiling,)),)))
    made = tender(of)
    # 700 × 180 + 280 × 200 = 126000 + 56000 = 182000: just within; one fen more on the second is 2.80 yuan over.
    within, over = shared_ceiling_bid("180", "200"), shared_ceiling_bid("180", "200.01")
    assert breach(of, price_bid(made, of, within)) is None
    broken = breach(of, price_bid(made, of, over))
    assert broken is not None and "杀菌剂" in broken[1]
    assert "rows-over-ceiling" in {f.code for f in bid_findings(made, over)}
    assert "rows-over-ceiling" not in {f.code for f in bid_findings(made, within)}
    lost = replace(ceiling, rows=("a", "c"))
    of = lot(quote=quote(tables=(replace(table, rows=rows, ceilings=(lost,)),)))
    assert "ceiling-without-row" in {f.code for f in lint(tender(of), EVENT)}


def test_bids_are_of_one_brand_only_when_all_brands_are_the_same() -> None:
    of = lot(scheme=simple_scheme(same_brand=SameBrand(policy="all-brands")))

    def offering(number: int, *brands: str) -> tuple[str, BidForms]:
        named = tuple(Brand(product="server", brand=b, manufacturer=b) for b in brands)
        made = replace(bid(number, "100"), brands=named)
        return made.supplier, made

    first, second, third = offering(1, "甲社", "乙社"), offering(2, "乙社", "甲 社"), offering(3, "甲社")
    assert brand_groups(of, [first, second, third]) == [[first[0], second[0]], [third[0]]]


def test_a_term_of_fixed_dates() -> None:
    by = at_shanghai(date(2025, 8, 30), 0)
    term = Term(
        kind="delivery",
        amount=0,
        unit="calendar-days",
        starts="fixed-dates",
        dates=(TermDate(what="到货", by=by), TermDate(what="上架", by=at_shanghai(date(2025, 9, 1), 0))),
    )
    assert term_words(term) == "2025年8月30日前到货，2025年9月1日前上架"
    assert "term-dates-unclear" not in {f.code for f in lint(tender(lot(term=term)), EVENT)}
    assert "term-dates-unclear" in {f.code for f in lint(tender(lot(term=replace(term, dates=()))), EVENT)}


def test_circumstances_of_a_local_notice_are_kinds_of_their_own() -> None:
    made = tender()
    wider = replace(made, collusion=(*made.collusion, CollusionClause(kind="same-errors", text="两处以上细节错误一致")))
    assert type(wider).from_bytes(wider.to_bytes()).collusion[-1].kind == "same-errors"
