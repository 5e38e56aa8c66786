"""Forms that could stop everybody's opening or evaluation are no bid."""

from __future__ import annotations

from decimal import Decimal

import pytest

from procurement.basics.problems import Tampered
from procurement.bidding.completeness import bid_findings
from procurement.bidding.draft import BidForms, FilledCell, FilledRow, FilledTable, QuotedFigure
from procurement.bidding.price import correct
from procurement.bidding.sealed import Submission
from procurement.opening.readout import check_forms
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender

FORMS: BidForms = bid(1, "5000.00")


def _submitted(forms: BidForms) -> Submission:
    return Submission.model_construct(tender=forms.tender, lot=forms.lot, supplier=forms.supplier)


def _table(quantity: str, price: str) -> BidForms:
    cells = (
        FilledCell(column="quantity", number=Decimal(quantity)),
        FilledCell(column="price", number=Decimal(price)),
    )
    table = FilledTable(table=lot().quote.tables[0].code, rows=(FilledRow(row="row-1", cells=cells),))
    made: BidForms = FORMS.model_copy(update={"tables": (table,)})
    return BidForms.from_bytes(made.to_bytes())


def test_an_ordinary_bid_passes() -> None:
    check_forms(lot(), FORMS, _submitted(FORMS))
    check_forms(lot(), _table("12.5", "1000000000000.00"), _submitted(FORMS))


@pytest.mark.parametrize("quantity", ["999999999999999999", "10000000000", "-10000000000"])
def test_products_no_amount_can_hold(quantity: str) -> None:
    forms = _table(quantity, "1000000000000.00")
    with pytest.raises(Tampered) as found:
        check_forms(lot(), forms, _submitted(forms))
    assert found.value.code == "forms-beyond-measure"
    correct(tender(lot()), lot(), forms)  # the arithmetic itself does not end in an error either
    assert ("row-beyond-measure" in {one.code for one in bid_findings(tender(lot()), forms)}) == (quantity[0] != "-")


def test_a_figure_no_words_exist_for() -> None:
    forms = FORMS.model_copy(update={"quote": (QuotedFigure(figure="total", amount=Decimal(10**16)),)})
    with pytest.raises(Tampered):
        check_forms(lot(), forms, _submitted(forms))
    assert "quote-beyond-measure" in {one.code for one in bid_findings(tender(lot()), forms)}


@pytest.mark.parametrize("name", ["tender", "lot", "supplier"])
def test_forms_made_for_another_bid(name: str) -> None:
    other = {"tender": "1" * 64, "lot": "9", "supplier": "9" * 18}[name]
    with pytest.raises(Tampered) as found:
        check_forms(lot(), FORMS, _submitted(FORMS.model_copy(update={name: other})))
    assert found.value.code == "forms-of-another-bid"
