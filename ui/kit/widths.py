"""How a table's columns share a width that is too small for all of them."""

from __future__ import annotations

from collections.abc import Sequence

SHORT = 12
"""A heading of so many half letters stays in one line"""
_AFTER = "、，；/（( ）)"
"""Where a heading is rather broken than elsewhere"""


def letters(text: str) -> int:
    """Letters of a text, Chinese ones counted twice, as they are twice as wide."""
    return sum(2 if letter > "\u2e7f" else 1 for letter in text)


def in_two(heading: str) -> str:
    """A long heading in two lines of about the same length: broken at a mark or a space where one is near the middle, never within a Latin word."""
    if letters(heading) <= SHORT:
        return heading
    places = [place for place in range(1, len(heading)) if _may_break(heading[place - 1], heading[place])]
    if not places:
        return heading

    def cost(place: int) -> int:
        longer = max(letters(heading[:place].strip()), letters(heading[place:].strip()))
        return longer - (3 if heading[place - 1] in _AFTER or heading[place] in "（(" else 0)

    best = min(places, key=cost)
    return f"{heading[:best].strip()}\n{heading[best:].strip()}"


def _may_break(before: str, after: str) -> bool:
    if after in "、，；/）) " or before in "（(":
        return False
    return before in _AFTER or before > "\u2e7f" or after > "\u2e7f"


def pressed(natural: Sequence[int], floors: Sequence[int], room: int) -> list[int]:
    """Widths that fit into `room`: the widest give way first, all down to the same width, none below its floor. Where not even the floors fit, the floors."""
    low, high = 0, max(natural, default=0)

    def at(level: int) -> list[int]:
        return [min(own, max(floor, level)) for own, floor in zip(natural, floors, strict=True)]

    while low < high:
        level = (low + high + 1) // 2
        low, high = (level, high) if sum(at(level)) <= room else (low, level - 1)
    return at(low)
