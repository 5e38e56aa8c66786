"""Seals: transparent, red, round, different for each organisation, and drawn within their frame."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from crypto.stamp import name_mark, round_seal, seal_mark, square_seal
from documents.fonts import variable_font

FONT = variable_font()


def picture(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def test_the_round_seal_is_a_ring_with_a_star() -> None:
    image = picture(round_seal("上海国际招标有限公司", "91310000132207927C", FONT))
    assert image.mode == "RGBA"
    side = image.width
    alpha = image.getchannel("A")
    assert alpha.getpixel((0, 0)) == 0, "corners are transparent"
    assert alpha.getpixel((side // 2, side // 2)) == 255, "star in the middle"
    assert alpha.getpixel((side // 2, round(side * 0.037))) == 255, "ring above"
    assert alpha.getpixel((side // 2, round(side * 0.28))) == 0, "free between name and star"
    assert image.getpixel((side // 2, side // 2))[0] > 180


@pytest.mark.parametrize(
    "name", ["某局", "上海申测智能科技股份有限公司", "中国电信股份有限公司上海（浦东）分公司第三营业部"]
)
def test_any_length_of_name_stays_inside_the_ring(name: str) -> None:
    image = picture(round_seal(name, "91310000132207927C", FONT))
    alpha, side = image.getchannel("A"), image.width
    outside = [
        alpha.getpixel((x, y))
        for x in range(0, side, 4)
        for y in range(0, side, 4)
        if (x - side / 2) ** 2 + (y - side / 2) ** 2 > (side / 2) ** 2
    ]
    assert not any(outside)


def test_organisations_have_different_seals_and_the_same_one_twice() -> None:
    first = round_seal("甲公司", "91310000132207927C", FONT)
    assert first == round_seal("甲公司", "91310000132207927C", FONT)
    assert first != round_seal("乙公司", "91310000132207927C", FONT)


@pytest.mark.parametrize("name", ["韩冬", "郑新元", "欧阳震华", "王"])
def test_the_square_seal_takes_any_name(name: str) -> None:
    assert picture(square_seal(name, FONT)).getchannel("A").getextrema() == (0, 255)


def test_marks_have_the_shape_of_their_box() -> None:
    seal = round_seal("甲公司", "91310000132207927C", FONT)
    mark = picture(seal_mark(seal, ("2026-04-29 10:40:00",), FONT, 204, 96))
    assert mark.size == (816, 384)
    assert picture(name_mark("陈晓雯", ("E10023",), FONT, 150, 60)).size == (600, 240)
