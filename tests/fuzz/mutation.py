"""How foreign bytes are made from good ones: flipped, cut, spliced, doubled, with lengths that have grown; or from nothing.

Strategies of Hypothesis, so that a find shrinks to the smallest edit that shows it.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HUGE = (b"\xff\xff\xff\xff", b"\x84\xff\xff\xff\xff", b"\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x80")
"""Lengths and counts as they might stand in a binary form: u32, DER, u64, zero, indefinite"""
WORDS: tuple[Any, ...] = (
    "", "0", "-1", "9" * 40, 9007199254740993, -1, 0, True, None, [], {}, "ab" * 32, "x" * 5000, "2026-99-99T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z", "1e999", "\x00", "\ud83d\ude00", "=" * 8, "\ud800", [[]], "a\u0301",
)  # fmt: skip
"""What may stand where something else was expected"""
Edit = tuple[str, float, int, bytes]
EDITS: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(
        st.sampled_from(("flip", "put", "cut", "write", "double", "grow", "end")),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 64),
        st.binary(min_size=1, max_size=6),
    ),
    min_size=1,
    max_size=4,
)


def edited(good: bytes, edits: list[Edit], other: bytes = b"") -> bytes:
    """`good` after these edits; `other` is what is spliced in by `double`."""
    out = bytearray(good)
    for kind, where, length, data in edits:
        at = int(where * len(out))
        if kind == "flip" and out:
            out[at] ^= 1 << length % 8
        elif kind == "put":
            out[at:at] = data
        elif kind == "cut":
            del out[at : at + length + 1]
        elif kind == "write":
            out[at : at + len(data)] = data
        elif kind == "double":
            source = other or bytes(out)
            out[at:at] = source[at % max(1, len(source)) :][: length * 8]
        elif kind == "grow":
            out[at : at + (length % 5)] = HUGE[length % len(HUGE)]
        elif kind == "end":
            del out[at:]
    return bytes(out)


def bytes_like(good: bytes, other: bytes = b"") -> st.SearchStrategy[bytes]:
    """Mostly edits of a good example, sometimes nothing but noise."""
    return st.one_of(EDITS.map(lambda edits: edited(good, edits, other)), st.binary(max_size=300))


def json_like(good: bytes) -> st.SearchStrategy[bytes]:
    """A good document with values and names changed, still canonical where it can be; or its bytes edited."""
    changes = st.lists(st.tuples(st.integers(0, 2**32), st.sampled_from(WORDS)), min_size=1, max_size=3)
    return st.one_of(changes.map(lambda found: _reworded(good, found)), bytes_like(good))


def _reworded(good: bytes, changes: list[tuple[int, Any]]) -> bytes:
    document = json.loads(good)
    for pick, word in changes:
        places = list(_places(document))
        if not places:
            continue
        dice = random.Random(pick)
        dice.choice(places)(copy.deepcopy(word), dice.randrange(4))
    try:
        return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _places(node: Any) -> list[Callable[[Any, int], None]]:
    """Every place of a document, as a function that does one of four things there."""
    found: list[Callable[[Any, int], None]] = []
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):

        def change(word: Any, how: int, node: Any = node, key: Any = key, value: Any = value) -> None:
            if how == 0:
                node[key] = word
            elif how == 1:
                del node[key]
            elif how == 2 and isinstance(node, dict):
                node[str(word)[:20]] = value
            elif isinstance(value, str) and value:
                node[key] = value[: len(value) // 2] + str(word)[:8] + value[len(value) // 2 :]
            else:
                node[key] = [value, word]

        found.append(change)
        found += _places(value)
    return found
