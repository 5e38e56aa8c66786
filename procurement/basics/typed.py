"""What people type or paste, made fit for a signed value: text in one form of Unicode, numbers as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

WHOLE, PLACES = 18, 12
"""Digits before and after the point that a `Number` holds"""
_NUMERAL = re.compile(r"[+-]?(?:(?P<whole>\d+)(?:\.(?P<places>\d*))?|\.(?P<only>\d+))", re.ASCII)
_CURRENCY = re.compile(r"(?P<sign>[+-]?)\s*(?:¥|CNY|RMB|人民币)?\s*(?P<rest>[^\s元圆]*)\s*[元圆]?")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Control signs, halves of characters, and signs that turn the direction of what follows"""


def sound_text(text: str) -> str:
    """The same words as canonical JSON takes them: composed (NFC: Ω for the ohm sign), without control signs.

    Tabs and line breaks stay; of `\\r\\n` the `\\n`.
    """
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def title_of(file_name: str) -> str:
    """What a document is called that comes from a file of this name (without its ending): one line, at most 200 characters."""
    words = " ".join(sound_text(file_name).split())
    return words[:200].strip() or "文件"


def numeral(text: str) -> str | None:
    """The digits, sign and point of a number as people write it: full-width signs, separators of thousands, a currency's sign before
    it or 元 behind it do not matter. None where it is no plain number; powers of ten (1e5) and 万元 are none: nobody guesses here."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(",", "").strip()
    money = _CURRENCY.fullmatch(plain)
    found = _NUMERAL.fullmatch(money["sign"] + money["rest"]) if money is not None else None
    return found[0] if found is not None else None


def beyond(digits: str) -> str:
    """What a `numeral` has too many of for a `Number`: "whole", "places", or "" where it fits."""
    whole, _, places = digits.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > WHOLE:
        return "whole"
    return "places" if len(places.rstrip("0")) > PLACES else ""


def number_of(text: str) -> Decimal | None:
    """A number as people type it; None where it is none, or has more digits than a signed number holds."""
    digits = numeral(text)
    if digits is None or beyond(digits):
        return None
    whole, point, places = digits.partition(".")
    return Decimal(whole + point + places[:PLACES])  # what is cut off are zeros
