"""The canonical form: what is accepted, what is not, and that reading and writing meet."""

from __future__ import annotations

import json
import unicodedata
from contextlib import nullcontext
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from procurement.basics.canonical import MAX_INTEGER, canonical, parse_canonical
from procurement.basics.digest import digest
from procurement.basics.problems import Refused

NFC_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12).filter(
    lambda text: unicodedata.is_normalized("NFC", text)
)
KEYS = st.from_regex(r"[a-z0-9_-]{1,8}", fullmatch=True)
PLAIN = st.recursive(
    st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | NFC_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, PLAIN, max_size=5))
def test_what_is_written_reads_back(value: dict[str, Any]) -> None:
    assert parse_canonical(canonical(value)) == value


@given(st.dictionaries(KEYS, PLAIN, max_size=5))
@example({"a": "".join(map(chr, range(128))) + "\u2028\u2029\ufeff晋𠮷"})
def test_it_is_what_another_implementation_of_the_rfc_writes(value: dict[str, Any]) -> None:
    assert canonical(value) == bytes(rfc8785.dumps(value))


def test_keys_are_sorted_and_nothing_is_padded() -> None:
    assert canonical({"b": 1, "a": ["晋", True]}) == '{"a":["晋",true],"b":1}'.encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a": 1}', "json-not-canonical"),
        (b'{"b":1,"a":1}', "json-not-canonical"),
        (b'{"a":1,"a":1}', "json-duplicate-key"),
        (b'{"a":1.5}', "json-number-not-integer"),
        (b'{"a":NaN}', "json-number-not-integer"),
        (b'{"a":null}', "json-bad-type"),
        (b'{"A":1}', "json-bad-key"),
        (b"[1]", "json-not-an-object"),
        (b'{"a":', "json-unreadable"),
        (b"\xff", "json-unreadable"),
        (b"", "json-unreadable"),
        (b'{"a":"e\xcc\x81"}', "json-not-nfc"),
        (b'{"a":9007199254740992}', "json-integer-too-large"),
        (b'{"a":"\\u0041"}', "json-not-canonical"),
        (b'{"a":"\\ud800"}', "json-not-unicode"),
        (b'{"\\ud800":"a"}', "json-bad-key"),
        (b'{"a":1}\n', "json-not-canonical"),
    ],
)
def test_anything_else_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_canonical(data)
    assert caught.value.code == code


@given(st.lists(st.text(max_size=5), max_size=3))
@example(["\u0301"])
@example(["\n\u0301", "n"])
@example(["n", "\u0301"])
@example(["e\u0301\n"])
@example(["\\\u0338", '"\u0338'])
def test_each_text_is_judged_by_itself(texts: list[str]) -> None:
    wrong = any(not unicodedata.is_normalized("NFC", text) for text in texts)
    with pytest.raises(Refused, check=lambda e: e.code == "json-not-nfc") if wrong else nullcontext():
        assert parse_canonical(canonical({"a": texts})) == {"a": texts}


def test_depth_and_size_are_limited() -> None:
    deep: Any = 1
    for _ in range(20):
        deep = [deep]
    for data in (json.dumps({"a": deep}, separators=(",", ":")).encode(), b'{"a":' + b"[" * 100_000):
        with pytest.raises(Refused) as caught:
            parse_canonical(data)
        assert caught.value.code in ("json-too-deep", "json-unreadable")
    with pytest.raises(Refused, check=lambda e: e.code == "json-too-large"):
        parse_canonical(b'{"a":1}', limit=6)


def test_digest_parts_cannot_be_shifted() -> None:
    assert digest("x", b"ab", b"c") != digest("x", b"a", b"bc")
    assert digest("x", b"abc") != digest("y", b"abc")
    assert digest("x", b"") != digest("x")
    assert len(digest("x", suite="S1")) == 32
    assert digest("x", suite="S1") != digest("x")
