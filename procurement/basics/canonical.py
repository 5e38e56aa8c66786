"""Canonical JSON (RFC 8785, I-JSON, protocol M7): the only form that is signed or digested."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any, NoReturn

from procurement.basics.problems import Refused

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
DEFAULT_LIMIT = 4 * 1024 * 1024
_KEY = re.compile(r"[a-z0-9_-]+\Z")
_WRITER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), sort_keys=True
)
_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: JSON can spell it, UTF-8 cannot"""


def canonical(value: Any) -> bytes:
    """The canonical bytes of plain JSON data (dict, list, str, int, bool). Raises `Refused` outside the profile."""
    return _checked(value).encode()


def written(value: Any) -> bytes:
    """The same of data that `parse_canonical` has answered, or of a part of it: they are in the profile and not looked at again."""
    return _WRITER.encode(value).encode()


def parse_canonical(data: bytes, limit: int = DEFAULT_LIMIT) -> dict[str, Any]:
    """Parse an object and insist that `data` is exactly its canonical form. Raises `Refused`."""
    if len(data) > limit:
        _refuse("json-too-large", size=len(data), limit=limit)
    try:
        value = _READER.decode(data.decode("utf-8"))
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _refusal("json-unreadable", reason=type(error).__name__) from error
    if not isinstance(value, dict):
        _refuse("json-not-an-object")
    if _checked(value).encode() != data:
        _refuse("json-not-canonical")
    return value


def _checked(value: Any) -> str:
    """RFC 8785 of data in the profile. Without floats and with keys of plain letters Python's own writer says the same as the
    RFC's algorithm, many times faster; tests hold the two against each other."""
    _check(value, 0)
    text = _WRITER.encode(value)
    if not _is_sound(text):
        _check_texts(value)
    return text


def _is_sound(text: str) -> bool:
    """Whether no text in this JSON can be amiss. Every part of an NFC text is NFC, and what the writer escapes combines with nothing;
    the other way about does not hold (a text may begin with a combining sign), so a no has each text looked at by itself."""
    return text.isascii() or (unicodedata.is_normalized("NFC", text) and not _SURROGATE.search(text))


def _check_texts(value: Any) -> None:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            _refuse("json-not-unicode")
        if not unicodedata.is_normalized("NFC", value):
            _refuse("json-not-nfc")
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            _check_texts(item)


def _check(value: Any, depth: int) -> None:
    """Types, keys, numbers and depth."""
    if depth > MAX_DEPTH:
        _refuse("json-too-deep", limit=MAX_DEPTH)
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            _refuse("json-integer-too-large")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.match(key):
                _refuse("json-bad-key", key=ascii(key)[:40])
            if type(item) is not str or depth == MAX_DEPTH:
                _check(item, depth + 1)
    else:
        _refuse("json-bad-type", type=type(value).__name__)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("json-duplicate-key")
    return found


def _no_float(text: str) -> NoReturn:
    _refuse("json-number-not-integer", text=text[:40])


def _refusal(code: str, **facts: str | int) -> Refused:
    return Refused(code, "Send the canonical form (RFC 8785) of a valid value.", rule="", **facts)


def _refuse(code: str, **facts: str | int) -> NoReturn:
    raise _refusal(code, **facts)


_READER = json.JSONDecoder(object_pairs_hook=_no_duplicates, parse_float=_no_float, parse_constant=_no_float)
