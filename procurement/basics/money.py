"""Amounts in CNY: rounding and the formal Chinese numerals (大写)."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

CENT = Decimal("0.01")
BEYOND = Decimal(10) ** 16
"""No amount reaches this: 大写 has no words for it"""
WIDE = Context(prec=100, rounding=ROUND_HALF_UP)
"""In it sums and products of numbers as long as a bid may hold them are exact"""
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def to_cents(amount: Decimal, *, cut: bool = False) -> Decimal:
    """Round to two decimals, half up; `cut` drops the rest instead (“cut off 角分” documents use whole yuan)."""
    return amount.quantize(CENT, rounding=ROUND_DOWN if cut else ROUND_HALF_UP)


def in_words(amount: Decimal) -> str:
    """大写 of a non-negative amount below 10^16 yuan, with two decimals at most: 1234.50 → 人民币壹仟贰佰叁拾肆元伍角."""
    if amount < 0 or amount >= BEYOND or amount != amount.quantize(CENT):
        raise ValueError("大写 needs a non-negative amount with at most two decimals below 10^16")
    fen_total = int(amount * 100)
    yuan, jiao, fen = fen_total // 100, fen_total // 10 % 10, fen_total % 10
    text = f"{_integer(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{text or '零元'}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"人民币{text}{_DIGITS[fen]}分" if fen else f"人民币{text}整" if not yuan else f"人民币{text}"


def _integer(value: int) -> str:
    groups: list[int] = []
    while value:
        value, low = divmod(value, 10_000)
        groups.append(low)
    text = ""
    for place in reversed(range(len(groups))):
        group = groups[place]
        if not group:
            continue
        if text and (group < 1000 or groups[place + 1] % 10_000 == 0):
            text += "零"
        text += _group(group) + _GROUPS[place]
    return text


def _group(value: int) -> str:
    text = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _UNITS[place]
            gap = False
        else:
            gap = True
    return text
