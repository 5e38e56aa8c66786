"""Price tables as .xlsx: exact there and back, nothing computed is trusted, wrong lines are named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from client.price_sheets import read_prices, write_prices
from procurement.basics.problems import Problem
from procurement.bidding.price_import import ROW, Proposal, propose
from procurement.tendering.quote import Cell, Column, PriceTable, Row

TABLE = PriceTable(
    code="items",
    title="分项报价表 [1/2]",
    columns=(
        Column(code="name", label="名称", role="name", filled_by="agency"),
        Column(code="quantity", label="数量", type="number", role="quantity", filled_by="agency"),
        Column(code="model", label="型号", role="model"),
        Column(code="price", label="单价", type="money", role="unit-price"),
        Column(code="rate", label="税率", type="percent", role="rate"),
        Column(code="amount", label="合价", type="money", role="amount"),
    ),
    rows=(
        Row(code="r1", cells=(Cell(column="name", text="服务器"), Cell(column="quantity", text="3"))),
        Row(code="r2", cells=(Cell(column="name", text="交换机"), Cell(column="quantity", text="2.5"))),
    ),
    open_rows=False,
    sums_to="total",
)
OPEN = TABLE.model_copy(update={"open_rows": True})
EMPTY = [
    {ROW: "r1", "name": "服务器", "quantity": "3"},
    {ROW: "r2", "name": "交换机", "quantity": "2.5"},
]
FILLED = [
    EMPTY[0] | {"model": "=1+1", "price": "0.1", "rate": "13"},
    EMPTY[1] | {"model": "S5735-L", "price": "12345678901234567.89", "rate": "0.333333333333"},
]


def _sheet(path: Path, *lines: tuple[Any, ...], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    for place, wanted in (formats or {}).items():
        book.active[place].number_format = wanted
    book.save(path)
    return path


def _import(path: Path, table: PriceTable = TABLE, now: Any = EMPTY) -> Proposal:
    return propose(table, now, read_prices(path, table))


def test_there_and_back_is_exact(tmp_path: Path) -> None:
    write_prices(tmp_path / "a.xlsx", TABLE, FILLED)
    found = _import(tmp_path / "a.xlsx")
    assert [dict(row) for row in found.rows] == FILLED
    assert not found.refused and not found.differences and found.added == 0
    assert len(found.changes) == 6
    again = _import(tmp_path / "a.xlsx", now=FILLED)
    assert again.changes == ()
    assert list(tmp_path.iterdir()) == [tmp_path / "a.xlsx"]


amounts = st.decimals(min_value=0, max_value=10**14, places=2, allow_nan=False, allow_infinity=False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=amounts, second=amounts, model=st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=12)
)
def test_any_amount_and_any_words_come_back(tmp_path: Path, first: Decimal, second: Decimal, model: str) -> None:
    rows = [EMPTY[0] | {"price": f"{first:f}", "model": model.strip()}, EMPTY[1] | {"price": f"{second:f}"}]
    write_prices(tmp_path / "a.xlsx", TABLE, rows)
    found = _import(tmp_path / "a.xlsx")
    assert [Decimal(row["price"]) for row in found.rows] == [first, second]
    assert found.rows[0].get("model", "") == model.strip()
    assert not found.refused


def test_words_beginning_with_equals_are_no_formula(tmp_path: Path) -> None:
    write_prices(tmp_path / "a.xlsx", TABLE, FILLED)
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert (sheet["D2"].value, sheet["D2"].data_type) == ("=1+1", "s")
    assert sheet["G2"].data_type == "f" and sheet["G4"].value == "=SUM(G2:G3)"


def test_amounts_and_totals_of_the_sheet_are_not_believed(tmp_path: Path) -> None:
    head = ("名称", "数量", "单价", "合价")
    path = _sheet(
        tmp_path / "a.xlsx", head, ("服务器", 3, 10.1, 99), ("交换机", 2.5, 4, 10), ("合计", None, None, 1000)
    )
    found = _import(path)
    assert found.total == Decimal("40.30")
    assert [(one.line, one.sheet, one.computed) for one in found.differences] == [
        (2, 99, Decimal("30.30")),
        (0, 1000, Decimal("40.30")),
    ]
    assert "amount" not in found.rows[0]


def _code(found: Proposal) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.problem.code) for one in found.refused]


def test_wrong_lines_are_named_and_the_others_taken(tmp_path: Path) -> None:
    head = ("行编码", "名称", "数量", "单价", "税率")
    path = _sheet(
        tmp_path / "a.xlsx", ("某公司报价",), head,
        ("r1", "服务器", 4, 5, 1),
        ("r2", "交换机", 2.5, "1,200.50", 2),
        ("r2", "交换机", 2.5, 7, 2),
        ("r9", "不存在", 1, 7, 2),
    )  # fmt: skip
    found = _import(path)
    assert _code(found) == [(3, "数量", "price-row-differs"), (5, "", "price-row-twice"), (6, "", "price-row-unknown")]
    assert found.rows[1]["price"] == "1200.50" and "price" not in found.rows[0]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12万元", "amount-not-a-number"),
        (-3, "amount-negative"),
        (1.234, "amount-too-precise"),
        ("#REF!", "price-cell-error"),
    ],
)
def test_prices_that_are_none_refuse_their_line(tmp_path: Path, typed: Any, code: str) -> None:
    path = _sheet(tmp_path / "a.xlsx", ("名称", "单价"), ("服务器", typed), ("交换机", 5))
    found = _import(path)
    assert _code(found) == [(2, "单价", code)]
    assert found.rows[1]["price"] == "5" and "price" not in found.rows[0]


def test_a_percent_format_is_not_guessed(tmp_path: Path) -> None:
    lines = (("名称", "税率"), ("服务器", 0.13), ("交换机", 13))
    found = _import(_sheet(tmp_path / "a.xlsx", *lines, formats={"B2": "0.00%"}))
    assert _code(found) == [(2, "税率", "price-cell-percent")]
    assert found.rows[1]["rate"] == "13"


def test_formulas_count_as_their_values_or_are_refused(tmp_path: Path) -> None:
    bare = _sheet(tmp_path / "a.xlsx", ("名称", "单价"), ("服务器", "=1+1"), ("交换机", 5))
    assert _code(_import(bare)) == [(2, "单价", "price-cell-without-value")]
    import zipfile

    kept = tmp_path / "b.xlsx"
    with zipfile.ZipFile(bare) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                assert b"<v />" in data or b"<v/>" in data or b"<v></v>" in data
                for empty in (b"<v />", b"<v/>", b"<v></v>"):
                    data = data.replace(empty, b"<v>0.30000000000000004</v>")
            new.writestr(name, data)
    found = _import(kept)
    assert found.rows[0]["price"] == "0.3" and found.formulas == 1 and not found.refused


def test_lines_may_be_added_only_where_the_tender_lets_them(tmp_path: Path) -> None:
    head = ("行编码", "名称", "数量", "单价")
    path = _sheet(tmp_path / "a.xlsx", head, ("r1", "服务器", 3, 5), (None, "光模块", 4, 2.5))
    assert _code(_import(path)) == [(3, "", "price-row-unknown")]
    found = _import(path, OPEN)
    assert found.added == 1 and found.total == Decimal("25.00")
    assert dict(found.rows[2]) == {ROW: "row-3", "name": "光模块", "quantity": "4", "price": "2.5"}


def test_files_that_are_no_tables_are_refused_with_words(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    (tmp_path / "text.xlsx").write_text("单价,合价")
    _sheet(tmp_path / "other.xlsx", ("姓名", "电话"), ("甲", 1))
    wanted = {
        "old.xls": "price-sheet-wrong-type",
        "locked.xlsx": "price-sheet-unreadable",
        "text.xlsx": "price-sheet-unreadable",
        "other.xlsx": "price-sheet-without-heads",
        "missing.xlsx": "price-sheet-unreadable",
    }
    for name, code in wanted.items():
        with pytest.raises(Problem) as caught:
            read_prices(tmp_path / name, TABLE)
        assert caught.value.code == code, name


def test_more_decimals_than_a_bid_holds_are_refused_by_name(tmp_path: Path) -> None:
    path = _sheet(tmp_path / "a.xlsx", ("行编码", "单价", "税率"), ("r1", 5, 1 / 3), ("r2", "￥１，２００．５０", 13))
    found = _import(path)
    assert _code(found) == [(2, "税率", "amount-too-precise")]
    assert found.rows[1]["price"] == "1200.50"
