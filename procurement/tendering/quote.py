"""How a lot is quoted: named figures with dimension, direction, limit and precision; itemised tables and bills of quantities."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from procurement.basics.money import WIDE
from procurement.basics.value import Code, Money, Name, Number, Value
from procurement.tendering.conditions import FieldType

Direction = Literal["lower", "higher"]
"""Which quote is better"""
Dimension = Literal["total", "discount-rate", "fee-rate", "unit-price", "factor"]
"""总价 (yuan); 下浮率 (% off, higher is better); 费率 (% of a base, lower is better, may exceed 100); 单价; 系数"""


class Figure(Value):
    """One named figure of the quote. `limit` is in the figure's own dimension: a ceiling when lower is better, a floor when
    higher is better. Percentages are written as they are read out: 10 for 10 %."""

    code: Code
    label: Name
    dimension: Dimension = "total"
    unit: Name = "元"
    direction: Direction = "lower"
    limit: Number | None = None
    weight: Number = Decimal(1)
    """Share of this figure in the quote when there are several (weights sum to 1)"""
    decimals: int = 2
    excess: Literal["refuse", "cut", "half-up"] = "refuse"
    """What happens to further decimals: refused by the form, cut off (去角分), or rounded"""
    zero_allowed: bool = False
    words: bool = True
    """大写 is asked for beside the digits"""

    def settle(self, amount: Decimal) -> Decimal:
        """The figure at its precision; an amount of too many decimals stays as it is where the tender refuses it."""
        if self.excess == "refuse":
            return amount
        mode = ROUND_DOWN if self.excess == "cut" else ROUND_HALF_UP
        return amount.quantize(Decimal(1).scaleb(-self.decimals), rounding=mode, context=WIDE)

    def beyond_limit(self, amount: Decimal) -> bool:
        """Whether `amount` breaks the limit in its own dimension (L-254: above the ceiling is invalid)."""
        if self.limit is None:
            return False
        return amount > self.limit if self.direction == "lower" else amount < self.limit

    def payable(self, amount: Decimal) -> Decimal:
        """What is paid, as a figure that grows with cost: the amount itself, or 100 − rate for a rate taken off."""
        return Decimal(100) - amount if self.dimension == "discount-rate" else amount


class Column(Value):
    """A typed column. The role tells the arithmetic which column is which; a table may have any columns. A `charge` is an amount
    of the row (installation, documents, services) that is added to quantity × unit price."""

    code: Code
    label: Name
    type: FieldType = "text"
    role: Literal[
        "number", "name", "specification", "unit", "quantity", "unit-price", "amount", "rate", "brand", "model",
        "manufacturer", "origin", "manufacturer-size", "remark", "charge", "other",
    ] = "other"  # fmt: skip
    filled_by: Literal["agency", "bidder"] = "bidder"
    required: bool = True
    decimals: int = 2


class Cell(Value):
    column: Code
    text: str


class Row(Value):
    """A row the agency has fixed: its cells, and its sub-ceiling where the tender sets one for this item."""

    code: Code
    cells: tuple[Cell, ...]
    unit_ceiling: Number | None = None
    amount_ceiling: Money | None = None
    product: str = ""


class GroupCeiling(Value):
    """A sub-ceiling that several rows share: the sum of their amounts may not exceed it."""

    title: Name
    rows: tuple[Code, ...]
    amount: Money


class PriceTable(Value):
    """分项报价表 or 工程量清单. Amount = quantity × unit price, plus the charges, in each row; the sum carries the figure `sums_to`."""

    code: Code
    title: Name
    kind: Literal["itemised", "bill-of-quantities", "spare-parts", "reference"] = "itemised"
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    open_rows: bool = True
    """Whether the bidder may add rows"""
    ceilings: tuple[GroupCeiling, ...] = ()
    sums_to: str = ""
    """Code of the figure that equals the sum of the amounts; empty when the table is not part of the quote"""

    def column(self, role: str) -> Column | None:
        """The first column of this role."""
        return next((c for c in self.columns if c.role == role), None)


class QuoteForm(Value):
    """投标报价 of a lot: figures as named values, the main one first."""

    figures: tuple[Figure, ...]
    tables: tuple[PriceTable, ...] = ()
    settlement: Literal["fixed-total", "by-quantity", "list-price-less-discount", "base-times-rate", "by-measure"] = (
        "fixed-total"
    )
    """How the amount paid follows from the quote; 码洋 × (1 − rate) is list-price-less-discount"""

    @property
    def main(self) -> Figure:
        """The figure that is read out first, ranks ties and stands in the result."""
        return self.figures[0]

    @property
    def is_rate(self) -> bool:
        """Whether the quote is not an amount of money."""
        return self.main.dimension not in ("total", "unit-price")

    def figure(self, code: str) -> Figure:
        """The figure of this code. Raises KeyError."""
        for figure in self.figures:
            if figure.code == code:
                return figure
        raise KeyError(code)
