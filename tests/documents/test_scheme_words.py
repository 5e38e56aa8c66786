"""The printed price rules say what the program computes."""

from documents.scheme_words import price_rules
from procurement.tendering.quote import Cell, Figure, GroupCeiling, Row
from procurement.tendering.scheme import PolicyDeduction
from tests.procurement.tendering.examples import D, lot, quote, replace, scheme


def test_a_deduction_on_a_rate_says_how_it_is_computed() -> None:
    figure = Figure(code="total", label="下浮率", dimension="discount-rate", unit="%", direction="higher", limit=D(5))
    cut = PolicyDeduction(code="sme", title="小微企业", applies="small-micro", percent=D(10), transform="payable-cut")
    of = lot(quote=quote(figures=(figure,), tables=()), scheme=scheme(deductions=(cut,)))
    assert any("100 −（100 − 下浮率）×（100 − 10）÷ 100" in line for line in price_rules(of))
    unsaid = replace(of, scheme=scheme(deductions=(replace(cut, transform="unsaid"),)))
    assert any("未规定如何折算为下浮率" in line for line in price_rules(unsaid))
    assert any("按原报价扣除10 %" in line for line in price_rules(lot()))


def test_sub_ceilings_are_printed() -> None:
    rows = tuple(Row(code=c, cells=(Cell(column="name", text=f"药剂{c}"),)) for c in ("a", "b"))
    rows = (*rows, Row(code="c", cells=(Cell(column="name", text="肥料"),), amount_ceiling=D(42000)))
    ceiling = GroupCeiling(title="杀菌剂", rows=("a", "b"), amount=D(182000))
    table = replace(quote().tables[0], rows=rows, ceilings=(ceiling,))
    lines = price_rules(lot(quote=quote(tables=(table,))))
    assert "分项报价表的分项限价：肥料42000元；杀菌剂（药剂a、药剂b）合计182000元；超过的投标无效。" in lines
