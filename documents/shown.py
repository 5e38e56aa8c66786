"""How values look on paper: the one place where money, times and digests become words. Templates only lay out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from procurement.basics.moment import SHANGHAI
from procurement.basics.money import in_words


def shown(value: Any) -> Any:
    """Plain JSON data of a value for a template: each amount and time in all the forms in which it may stand."""
    if isinstance(value, BaseModel):
        return {name: shown(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return value


def _number(value: Decimal) -> dict[str, str]:
    """`plain` as written, `figure` with thousands commas, `words` as 大写 (empty where an amount cannot be so written)."""
    try:
        words = in_words(value)
    except ValueError:
        words = ""
    return {"plain": format(value, "f"), "figure": format(value, ",f"), "words": words}


def _moment(value: datetime) -> dict[str, str]:
    """Times as they read in Shanghai."""
    local = value.astimezone(SHANGHAI)
    date = f"{local.year}年{local.month}月{local.day}日"
    return {
        "date": date,
        "minute": f"{date} {local:%H:%M}",
        "second": f"{local:%Y-%m-%d %H:%M:%S}",
        "clock": f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}",
        "day": f"{local:%Y-%m-%d}",
    }
