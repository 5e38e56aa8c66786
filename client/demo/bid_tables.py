"""The demo's five bidders and the tables of their bids for the first lot. All invented.

One row for each product; the supervision platform, one set, takes what the other rows leave of the total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.bidding.draft import EnterpriseSize, FilledCell, FilledRow, FilledTable
from procurement.tendering.lot import Lot

D = Decimal


@dataclass(frozen=True, slots=True)
class Bidder:
    """What distinguishes one bid from another."""

    total: str
    size: EnterpriseSize
    camera: str
    """Brand of the core product"""
    factor: int
    """Its prices in percent of `LIST_PRICES`"""
    makers: int
    """Manufacturers' letters, of six"""
    cases: int
    """Contracts claimed"""
    below: tuple[str, ...]
    """Parameters it does not meet"""
    above: tuple[str, ...]
    staff: int
    machine: str


BIDDERS = {
    "supplier-a": Bidder("5133840", "small", "天衡视讯", 100, 6, 5, (), ("t2", "t6", "t9"), 86, "A1"),
    "supplier-b": Bidder("4986500", "medium", "澄目", 98, 5, 4, ("t7",), ("t6",), 340, "B1"),
    "supplier-c": Bidder("5246000", "small", "北辰光电", 102, 5, 3, ("t4", "t8"), ("t10",), 64, "C1"),
    "supplier-d": Bidder("5098200", "medium", "上党瞳", 99, 4, 2, ("t3",), (), 410, "D1"),
    "supplier-e": Bidder("4873600", "medium", "安澜慧眼", 95, 6, 5, (), ("t6", "t10"), 520, "E1"),
}
FIRST_OFFER = D("5200000")
"""What A asked for before it replaced its bid"""

LIST_PRICES: dict[str, tuple[int, int, str]] = {
    "p2": (298000, 12000, "KS-500"),
    "p3": (3600, 4200, "SW-2424"),
    "p4": (26500, 7000, "XK-100"),
    "p5": (68000, 9000, "BF-96T"),
    "p6": (32000, 4000, "JM-16"),
    "p7": (9800, 2800, "SIP-32"),
    "p8": (7600, 2800, "JR-64"),
    "p9": (2150, 85200, "IPC-400W"),
    "p10": (4350, 38000, "PB-5G"),
}
"""List price of one, its installation, and the model, by product"""
_PAPERS, _SERVICE = D(6000), D(18000)
"""Documents and services, charged with the platform p1"""


def bid_tables(lot: Lot, mine: Bidder, leader: str, total: Decimal) -> tuple[FilledTable, ...]:
    """All tables of the lot as this bidder fills them in; the price table sums to `total`."""
    return (
        _detail(lot, mine, total),
        _devices(lot),
        _materials(mine),
        _spares(mine),
        _cases(mine),
        _team(leader),
    )


def at_total(table: FilledTable, total: Decimal) -> FilledTable:
    """The price table at another total: the platform's price takes the difference."""
    change = D(int(total - (table.total or D(0))))
    first, *others = table.rows
    cells = tuple(
        c.model_copy(update={"number": (c.number or D(0)) + change}) if c.column in ("price", "goods", "amount") else c
        for c in first.cells
    )
    return table.model_copy(update={"rows": (first.model_copy(update={"cells": cells}), *others), "total": total})


def _detail(lot: Lot, mine: Bidder, total: Decimal) -> FilledTable:
    """投标报价明细表: quantity × unit price + charges in each row; the rows sum to the total."""
    rows, left = [], total
    for number, product in enumerate(lot.products[1:], start=2):
        listed, install, model = LIST_PRICES[product.code]
        price = D(listed * mine.factor // 100)
        quantity = product.quantity or D(1)
        amount = price * quantity + install
        left -= amount
        brand = mine.camera if product.core else "国产"
        cells = _cells(number, model, brand, price, price * quantity, {"install": D(install)}, amount)
        rows.append(FilledRow(row=product.code, cells=cells))
    price = left - _PAPERS - _SERVICE
    cells = _cells(1, "XK-PLAT", "自研", price, price, {"papers": _PAPERS, "service": _SERVICE}, left)
    rows.insert(0, FilledRow(row=lot.products[0].code, cells=cells))
    return FilledTable(table="detail", rows=tuple(rows), total=total)


def _cells(
    number: int, model: str, brand: str, price: Decimal, goods: Decimal, charges: Mapping[str, Decimal], amount: Decimal
) -> tuple[FilledCell, ...]:
    return (
        FilledCell(column="no", number=D(number)),
        FilledCell(column="model", text=model),
        FilledCell(column="brand", text=brand),
        FilledCell(column="price", number=price),
        FilledCell(column="goods", number=goods),
        *(FilledCell(column=code, number=charge) for code, charge in charges.items()),
        FilledCell(column="amount", number=amount),
    )


def _table(code: str, rows: list[dict[str, str | Decimal]]) -> FilledTable:
    """A table without prices of the bid: text cells for text, number cells for numbers."""
    made = []
    for place, row in enumerate(rows, start=1):
        cells = tuple(
            FilledCell(column=column, number=value)
            if isinstance(value, Decimal)
            else FilledCell(column=column, text=value)
            for column, value in row.items()
        )
        made.append(FilledRow(row=f"r{place}", cells=cells))
    return FilledTable(table=code, rows=tuple(made))


def _devices(lot: Lot) -> FilledTable:
    rows: list[dict[str, str | Decimal]] = [
        {"name": p.name, "model": LIST_PRICES[p.code][2], "quantity": p.quantity or D(1), "performance": "满足采购需求"}
        for p in lot.products[1:]
    ]
    return _table("devices", rows)


def _materials(mine: Bidder) -> FilledTable:
    maker = f"{mine.camera}科技有限公司"
    return _table(
        "materials", [{"name": "镜头模组", "model": "L-6mm", "maker": maker, "brand": mine.camera, "origin": "中国"}]
    )


def _spares(mine: Bidder) -> FilledTable:
    maker = f"{mine.camera}科技有限公司"
    return _table(
        "spares", [{"name": "摄像机电源", "model": "PS-12V", "origin": "中国", "maker": maker, "price": D("86.00")}]
    )


def _cases(mine: Bidder) -> FilledTable:
    rows: list[dict[str, str | Decimal]] = [
        {
            "year": D(2023 + n % 3), "owner": f"第{n}考点学校", "name": f"标准化考点建设项目{n}", "state": "已验收",
            "amount": D(1200000 + 150000 * n),
        }
        for n in range(1, mine.cases + 1)
    ]  # fmt: skip
    return _table("cases", rows)


def _team(leader: str) -> FilledTable:
    row: dict[str, str | Decimal] = {
        "post": "项目负责人", "trade": "信息系统", "name": leader, "certificate": "信息系统项目管理师", "relation": "劳动合同",
    }  # fmt: skip
    return _table("team", [row])
