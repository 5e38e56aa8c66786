"""Strict DER (X.690 §10, §11): one encoding for one value, so that nothing is read in two ways (protocol M1)."""

from __future__ import annotations

from typing import NoReturn

from procurement.basics.problems import Tampered

_MAX_DEPTH = 32
SEQUENCE, SET, OCTETS = 0x30, 0x31, 0x04
_CONSTRUCTED = 0x20
_ALWAYS_CONSTRUCTED = {0x10, 0x11}


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value of the tag with the joined parts as contents."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + body


def integer(value: int) -> bytes:
    """A non-negative INTEGER."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def set_of(tag: int, *members: bytes) -> bytes:
    """SET OF in its one order."""
    return tlv(tag, *sorted(members))


def children(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and contents of the values that follow one another in `data`, which `require_der` has accepted."""
    found, at = [], 0
    while at < len(data):
        tag, start, at = _head(data, at, len(data), "der-not-strict")
        found.append((tag, data[start:at]))
    return found


def nth(data: bytes, within: tuple[int, int], number: int) -> tuple[int, int]:
    """Where the contents of the value of this number begin and end, among those that follow one another `within` two places of `data`.

    Raises `Tampered`.
    """
    start = stop = within[0]
    for _ in range(number + 1):
        _, start, stop = _head(data, stop, within[1], "der-not-strict")
    return start, stop


def first_value(data: bytes) -> bytes:
    """The first value in `data`, whatever follows. Raises `Tampered`."""
    return data[: _head(data, 0, len(data), "der-not-strict")[2]]


def require_der(data: bytes, *, code: str = "der-not-strict", limit: int = 64 * 1024) -> bytes:
    """`data` itself, if it is exactly one value in strict DER of at most `limit` bytes. Raises `Tampered(code)`."""
    if len(data) > limit:
        _refuse(code, "too large")
    if _walk(data, 0, len(data), 0, code) != len(data):
        _refuse(code, "bytes after the end")
    return data


def _walk(data: bytes, at: int, end: int, depth: int, code: str) -> int:
    """Check the value that begins at `at`; answers where it ends."""
    if depth > _MAX_DEPTH:
        _refuse(code, "nested too deep")
    tag, start, stop = _head(data, at, end, code)
    if tag & _CONSTRUCTED:
        _check_children(data, tag, start, stop, depth, code)
    else:
        _check_primitive(data, tag, start, stop, code)
    return stop


def _head(data: bytes, at: int, end: int, code: str) -> tuple[int, int, int]:
    if at + 2 > end:
        _refuse(code, "cut short")
    tag, length = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        _refuse(code, "long tag")
    start = at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > end:
            _refuse(code, "length not definite")
        length = int.from_bytes(data[start : start + count], "big")
        if length < 0x80 or data[start] == 0:
            _refuse(code, "length not minimal")
        start += count
    if start + length > end:
        _refuse(code, "cut short")
    return tag, start, start + length


def _check_children(data: bytes, tag: int, start: int, stop: int, depth: int, code: str) -> None:
    if tag < 0x40 and tag & 0x1F not in _ALWAYS_CONSTRUCTED:
        _refuse(code, "string in parts")
    at, before = start, b""
    while at < stop:
        after = _walk(data, at, stop, depth + 1, code)
        if tag == SET:
            member = data[at:after]
            if member < before:
                _refuse(code, "set out of order")
            before = member
        at = after


def _check_primitive(data: bytes, tag: int, start: int, stop: int, code: str) -> None:
    if tag < 0x40 and tag & 0x1F in _ALWAYS_CONSTRUCTED:
        _refuse(code, "sequence without parts")
    if tag in (0x02, 0x0A):
        if start == stop:
            _refuse(code, "empty integer")
        if stop - start > 1 and (
            (data[start] == 0 and data[start + 1] < 0x80) or (data[start] == 0xFF and data[start + 1] >= 0x80)
        ):
            _refuse(code, "integer not minimal")
    elif tag == 0x01 and data[start:stop] not in (b"\x00", b"\xff"):
        _refuse(code, "boolean")
    elif tag == 0x05 and start != stop:
        _refuse(code, "null")


def _refuse(code: str, reason: str) -> NoReturn:
    raise Tampered(
        code, "Ask the sender for the object again; it is not in the one accepted form (DER).", reason=reason
    )
