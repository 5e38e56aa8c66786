"""大写 and rounding."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.basics.money import in_words, to_cents


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("1", "人民币壹元整"),
        ("10", "人民币壹拾元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("0.55", "人民币伍角伍分"),
        ("16.04", "人民币壹拾陆元零肆分"),
        ("1234.50", "人民币壹仟贰佰叁拾肆元伍角"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),  # the zero between may be left out (支付结算办法 附一)
        ("1000000", "人民币壹佰万元整"),
        ("968000", "人民币玖拾陆万捌仟元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("2000300040", "人民币贰拾亿零叁拾万零肆拾元整"),
    ],
)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@given(st.decimals(0, "9999999999999.99", places=2))
def test_words_tell_amounts_apart_and_never_repeat_zero(amount: Decimal) -> None:
    words = in_words(amount)
    assert words.startswith("人民币")
    assert "零零" not in words
    assert in_words(amount + Decimal("0.01")) != words


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "10000000000000000"])
def test_what_has_no_words(amount: str) -> None:
    with pytest.raises(ValueError, match="大写"):
        in_words(Decimal(amount))


def test_rounding_is_half_up_or_cut() -> None:
    assert to_cents(Decimal("2.675")) == Decimal("2.68")
    assert to_cents(Decimal("2.679"), cut=True) == Decimal("2.67")
