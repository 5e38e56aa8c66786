"""Draws seals as transparent PNGs: the round 公章 with star and arc, the square 法人章, a signer's name.

The drawing proves nothing; the signature under it does. Fonts are handed in, static or variable.
"""

from __future__ import annotations

import math
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_RED = (200, 22, 29)
_INK = (24, 33, 45)
_SIDE = 640  # pixels of a finished seal; 42 mm at about 390 dpi
_OVER = 3  # drawn larger, then made smaller: smooth edges
_POINT = 4  # pixels per point in composed marks


@lru_cache(maxsize=256)
def round_seal(organisation: str, code: str, font: Path) -> bytes:
    """公章: ring, five-pointed star, the organisation's name along the upper arc, its code along the lower one."""
    side = _SIDE * _OVER
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    width = side // 40
    draw.ellipse((width, width, side - width, side - width), outline=255, width=width)
    draw.polygon(_star(side / 2, side / 2, side * 0.155), fill=255)
    letters = organisation.replace("（", "(").replace("）", ")")
    size = min(side * 0.125, side * 1.95 / max(len(letters), 8))
    _arc(image, letters, _font(font, size, 600), side * 0.465 - width - size * 0.55, min(228, 26 * len(letters)), -90)
    _arc(image, code, _font(font, side * 0.048, 500), side * 0.40, 78, 90)
    return _png(_inked(image, _SIDE))


@lru_cache(maxsize=256)
def square_seal(name: str, font: Path) -> bytes:
    """法人章: a person's name in a square frame, right column first; two and three characters take 印 along."""
    text = name + "印" if len(name) in (1, 3) else name + "之印" if len(name) == 2 else name
    per_column = math.ceil(len(text) / 2)
    side = _SIDE * _OVER // 2
    image = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, side - 1, side - 1), outline=255, width=side // 22)
    cell = side * 0.84 / per_column
    face = _font(font, min(cell, side * 0.42) * 0.94, 600)
    for index, letter in enumerate(text):
        column, row = divmod(index, per_column)
        centre = (side * (0.71 - 0.42 * column), side * 0.08 + cell * (row + 0.5))
        draw.text(centre, letter, font=face, fill=255, anchor="mm")
    return _png(_inked(image, _SIDE // 2))


@lru_cache(maxsize=256)
def seal_mark(seal: bytes, lines: tuple[str, ...], font: Path, width: float, height: float) -> bytes:
    """A seal in a box of `width` × `height` points: the seal to the right, lines about the signer at the left middle."""
    image, draw = _canvas(width, height)
    side = int(min(height * 0.98, width * 0.6) * _POINT)
    drawn = Image.open(BytesIO(seal)).convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
    room = image.width - side - 8 * _POINT
    _lines(draw, lines, font, (6 * _POINT, image.height / 2), room, _INK)
    image.alpha_composite(drawn, (image.width - side - _POINT, (image.height - side) // 2))
    return _png(image)


@lru_cache(maxsize=256)
def name_mark(name: str, lines: tuple[str, ...], font: Path, width: float, height: float) -> bytes:
    """A person's signature mark: the name large, lines about it small below."""
    image, draw = _canvas(width, height)
    face = _fitting(name, font, 20 * _POINT, 500, image.width - 12 * _POINT)
    draw.text((6 * _POINT, image.height * 0.42), name, font=face, fill=(*_INK, 255), anchor="lm")
    _lines(draw, lines, font, (6 * _POINT, image.height * 0.70), image.width - 12 * _POINT, _INK)
    return _png(image)


def _inked(drawn: Image.Image, side: int) -> Image.Image:
    """Red ink where it was drawn, in the finished size. Drawn in one channel: a large seal takes a few MB, not forty."""
    image = Image.new("RGBA", (side, side), (*_RED, 0))
    image.putalpha(drawn.resize((side, side), Image.Resampling.LANCZOS))
    return image


def _canvas(width: float, height: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGBA", (round(width * _POINT), round(height * _POINT)), (255, 255, 255, 0))
    return image, ImageDraw.Draw(image)


def _lines(
    draw: ImageDraw.ImageDraw,
    lines: tuple[str, ...],
    font: Path,
    at: tuple[float, float],
    room: float,
    colour: tuple[int, int, int],
) -> None:
    step = 10 * _POINT
    top = at[1] - step * (len(lines) - 1) / 2
    for index, line in enumerate(lines):
        face = _fitting(line, font, 7.5 * _POINT, 400, room)
        draw.text((at[0], top + index * step), line, font=face, fill=(*colour, 255), anchor="lm")


def _fitting(text: str, font: Path, size: float, weight: int, room: float) -> ImageFont.FreeTypeFont:
    face = _font(font, size, weight)
    length = face.getlength(text)
    return face if length <= room else _font(font, max(size * room / length, 4), weight)


def _arc(
    image: Image.Image, text: str, face: ImageFont.FreeTypeFont, radius: float, span: float, middle: float
) -> None:
    """Set letters one by one on a circle about the image's centre. Below (`middle` 90) they read left to right, upright."""
    below = middle > 0
    step = span / max(len(text) - 1, 1)
    centre = image.width / 2
    box = int(face.size * 1.6)
    for index, letter in enumerate(text):
        offset = (index - (len(text) - 1) / 2) * step
        angle = middle - offset if below else middle + offset
        tile = Image.new("L", (box, box), 0)
        ImageDraw.Draw(tile).text((box / 2, box / 2), letter, font=face, fill=255, anchor="mm")
        turned = tile.rotate(-(angle - 90 if below else angle + 90), Image.Resampling.BICUBIC)
        x = centre + radius * math.cos(math.radians(angle)) - box / 2
        y = centre + radius * math.sin(math.radians(angle)) - box / 2
        image.paste(255, (round(x), round(y)), turned)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for index in range(10):
        angle = math.radians(-90 + 36 * index)
        reach = inner if index % 2 else radius
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


@lru_cache(maxsize=1)  # a face of a variable font holds some 7 MB
def _font(path: Path, size: float, weight: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(str(path), round(size))
    try:
        face.set_variation_by_axes([weight])
    except OSError:
        return face  # a static font has its one weight
    return face


def _png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
