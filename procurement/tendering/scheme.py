"""The scoring scheme of one lot: items, price formula, rounding, ties, policy deductions, abnormally low prices, outliers."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from procurement.basics.value import Code, Name, Number, Text, Value
from procurement.tendering.marking import Part, ScoringItem
from procurement.tendering.method import Evaluation

RoundingMode = Literal["half-up", "half-even", "down", "up"]
RoundingPlace = Literal["evaluation-price", "price-component", "price-score", "item-mean", "member-total", "total"]
"""Where a figure is rounded: the price after deductions; each price component; the sum of them; the members' mean of one
item; the sum of one member's marks; the final total after averaging. A place without a rule is not rounded at all."""
TieKeyName = Literal[
    "raw-price", "evaluation-price", "price-score", "group-score", "item-score", "technical-merit", "open-vote",
    "secret-ballot", "purchaser-decides", "purchaser-draws", "draw", "parallel",
]  # fmt: skip
COMPUTED_KEYS = ("raw-price", "evaluation-price", "price-score", "group-score", "item-score")
"""Keys that figures decide; the others need a recorded decision of people; `parallel` stops."""


class Rounding(Value):
    place: RoundingPlace
    decimals: int
    mode: RoundingMode = "half-up"


class Group(Value):
    """技术 / 商务 / 价格 part of the scheme. `maximum` is the number the document prints for the group."""

    code: Code
    title: Name
    kind: Literal["technical", "business", "price", "other"]
    maximum: Number


class PriceComponent(Value):
    """One term of the price score. `ratio`: base ÷ bid × points (lower is better) or bid ÷ base × points (higher).
    `deviation`: points less `above`/`below` per percent that the bid lies above/below the base, not under 0."""

    figure: Code
    """Code of the quote's figure"""
    points: Number
    base: Literal["lowest", "highest", "mean", "second-lowest", "limit", "fixed"] = "lowest"
    fixed: Number | None = None
    """The base when it is `fixed`"""
    shape: Literal["ratio", "deviation"] = "ratio"
    above: Number = Decimal(1)
    below: Number = Decimal(1)


class PriceFormula(Value):
    """价格分. The figure's direction decides which way the ratio stands. Without components price is no factor (fixed price)."""

    title: Name
    group: Code
    """The price group"""
    components: tuple[PriceComponent, ...]
    base_on: Literal["evaluation", "raw"] = "evaluation"
    """Whether the base is taken from prices after deductions (L-257) or as quoted"""
    incomplete: Literal["zero-and-out-of-base", "invalid"] = "invalid"
    """What becomes of a bid that leaves a figure of the formula blank"""

    @property
    def maximum(self) -> Decimal:
        return sum((c.points for c in self.components), Decimal(0))


class PolicyDeduction(Value):
    """A deduction for evaluation only, always computed on the original price (L-504, L-510, L-511, L-512)."""

    code: Code
    title: Name
    applies: Literal["small-micro", "consortium-share", "subcontract-share", "domestic", "energy-saving", "environment"]
    percent: Number
    percent_to: Number | None = None
    """Set when the document leaves a range instead of one number: a defect that lint reports; the lower one is used"""
    once_group: str = "sme"
    """Of the deductions of one group only the largest is taken (L-508)"""
    minimum_share: Number = Decimal(30)
    """Share of small and micro enterprises in percent of the contract, for a consortium or subcontract (L-503)"""
    transform: Literal["unsaid", "price-cut", "payable-cut", "rate-raise", "score-raise"] = "unsaid"
    """How it acts. `price-cut`: P − P·d. For a rate taken off (higher is better): `payable-cut` lowers what is paid,
    100 − (100 − r)(1 − d); `rate-raise` gives r + r·d; `score-raise` gives s + s·d, never over the maximum. `unsaid` is price-cut for
    an amount or a fee rate, and undefined (no effect, reported by lint) for a rate where higher is better."""


class AbnormallyLow(Value):
    """异常低价 (L-252, L-253). Strictly below, on the raw price. A number left out is the statutory one of the day."""

    mean_percent: Number | None = None
    second_percent: Number | None = None
    ceiling_percent: Number | None = None
    minutes: int = 30
    stated: bool = True
    """Whether the document says anything; the statutory triggers apply all the same"""


class TieKey(Value):
    """One key of the tie chain. `of` names the group or item for group-score and item-score."""

    key: TieKeyName
    of: str = ""


class SameBrand(Value):
    """提供相同品牌产品 (L-259), with its own chain when the best of one brand tie."""

    policy: Literal["off", "single-product", "core-product", "all-core-products", "all-brands"] = "off"
    """`all-brands`: bids count as one only when the whole of the brands they offer is the same (books of many publishers)"""
    ties: tuple[TieKey, ...] = ()


class Outlier(Value):
    """A member's total this many percent or more from the mean of all: review, or a written reason (L-260)."""

    percent: Number = Decimal(30)
    stated: bool = False
    """Whether the document says it (else it is a hint with the usual number)"""


class Definition(Value):
    """A word of the scheme that the document defines (what counts as a defect, what as a similar contract)."""

    term: Name
    text: Text


class Scheme(Value):
    """评审标准 of one lot. Maxima of price and items sum to `total`."""

    evaluation: Evaluation = "scoring"
    total: Number = Decimal(100)
    groups: tuple[Group, ...] = ()
    items: tuple[ScoringItem, ...] = ()
    price: PriceFormula | None = None
    rounding: tuple[Rounding, ...] = (Rounding(place="price-score", decimals=2), Rounding(place="total", decimals=2))
    rounding_stated: bool = True
    """Whether the document says how it rounds; the default above is the usual one"""
    ties: tuple[TieKey, ...] = (TieKey(key="raw-price"), TieKey(key="parallel"))
    deductions: tuple[PolicyDeduction, ...] = ()
    abnormally_low: AbnormallyLow = AbnormallyLow(stated=False)
    same_brand: SameBrand = SameBrand()
    outlier: Outlier = Outlier()
    definitions: tuple[Definition, ...] = ()

    @property
    def leaves(self) -> tuple[Part, ...]:
        """All that members mark, in order."""
        return tuple(leaf for item in self.items for leaf in item.leaves)

    def rounding_at(self, place: RoundingPlace) -> Rounding | None:
        return next((r for r in self.rounding if r.place == place), None)
