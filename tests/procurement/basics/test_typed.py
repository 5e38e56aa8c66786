"""What people type: numbers as they write them, text as canonical JSON takes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.basics.canonical import canonical
from procurement.basics.problems import RuleBroken
from procurement.basics.typed import number_of, numeral, sound_text, title_of
from procurement.basics.value import Number, Value, format_instant, parse_instant
from procurement.bidding.price import check_typed_amount


class Held(Value):
    number: Number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,200.50", "1200.50"),
        ("１２，３００．５０", "12300.50"),
        ("￥1,200.00", "1200.00"),
        ("¥ 1200", "1200"),
        ("人民币1200元", "1200"),
        ("\u00a01200 ", "1200"),
        ("-¥5", "-5"),
        ("−5", "-5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("0.1000000000000000", "0.1"),
    ],
)
def test_a_number_as_people_write_it(typed: str, number: str) -> None:
    assert number_of(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", "1e5", "1e99999999", "NaN", "1_000", "120万元", "1.2.3", "٣", "(5)", "-", "¥", "元", "5 6", "=1+1"]
)
def test_what_is_no_plain_number(typed: str) -> None:
    assert number_of(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [("0.3333333333333", "amount-too-precise"), ("1" * 19, "amount-too-large"), ("1e5", "amount-not-a-number")],
)
def test_why_it_is_none_is_said(typed: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_typed_amount(typed, number_of(typed), None)
    assert refused.value.code == code


@given(st.text(st.sampled_from("0123456789.,-+¥元 ０９．，e"), max_size=40))
def test_every_number_that_is_read_can_be_kept(typed: str) -> None:
    number = number_of(typed)
    if number is not None:
        assert Held.from_bytes(Held(number=number).to_bytes()).number == number
        assert numeral(typed) is not None


@given(st.text())
def test_every_text_is_made_fit_for_signing(typed: str) -> None:
    canonical({"text": sound_text(typed)})
    canonical({"title": title_of(typed)})
    assert 0 < len(title_of(typed)) <= 200
    assert sound_text(sound_text(typed)) == sound_text(typed)


def test_the_ohm_sign_and_marks_of_direction() -> None:
    assert sound_text("≤4\u2126\r\n接地") == "≤4Ω\n接地"
    assert title_of("报价\u202efdp.exe\x00\ud800") == "报价fdp.exe"
    assert title_of("\u202e") == "文件"


def test_a_year_of_three_digits_is_written_with_four() -> None:
    said = parse_instant("0226-04-29T04:00:00.000Z")
    assert format_instant(said) == "0226-04-29T04:00:00.000Z"
