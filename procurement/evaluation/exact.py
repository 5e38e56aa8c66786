"""Exact rounding. Scores are whole numbers of millionths while they are added, and fractions while they are divided."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from procurement.tendering.scheme import Rounding, RoundingMode

SCALE = 1_000_000
"""Units in one point"""
SHOWN = Rounding(place="total", decimals=6)
"""How a figure without a rounding rule is written down; comparisons use the exact one"""


def divide(numerator: int, denominator: int, mode: RoundingMode) -> int:
    """numerator ÷ denominator as a whole number (denominator > 0), rounded away from or towards zero as `mode` says."""
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), denominator)
    twice = 2 * rest
    up = {
        "half-up": twice >= denominator,
        "half-even": twice > denominator or (twice == denominator and whole % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return sign * (whole + up)


def rounded(value: Fraction, rule: Rounding | None) -> Fraction:
    """The value after the rule; unchanged without one."""
    if rule is None:
        return value
    scale = 10**rule.decimals
    return Fraction(divide(value.numerator * scale, value.denominator, rule.mode), scale)


def shown(value: Fraction) -> Decimal:
    """The value as a decimal of at most six places, without superfluous zeros beyond two."""
    units = divide(value.numerator * SCALE, value.denominator, "half-up")
    text = Decimal(units).scaleb(-6)
    short = text.quantize(Decimal("0.01"))
    return short if short == text else text.normalize()
