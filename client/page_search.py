"""Which pages of a bid answer an item: words of the item that stand on the page, rare ones weighing more. Plain enough to be told.

Chinese is taken in pairs of characters, Latin words and numbers whole. Words that most items of the tender share (提供, 加盖公章)
say nothing about one item and are left out. A page that repeats the whole tender (a table of contents, a deviation table) has
the words of every item; what it has of all items on average is taken off what it has of one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procurement.basics.pulse import NoPulse, Pulse
from procurement.bidding.linking import LinkPlace

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9][a-z0-9.\-]*", re.IGNORECASE)
SHARED = 0.3
"""A word in more than this part of a tender's items is template"""
LEAST = 0.12
"""Below this a page is no suggestion"""
NEAR = 0.6
"""Neighbouring pages with at least this part of the best page's score belong to the same answer"""
LONGEST = 20
"""Pages in one suggestion"""
TITLE = 2.0
"""How much more a word of the title weighs than one of the text"""


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one page; `number` from 1."""

    document: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Pages that may answer an item, and why: `words` stand on the first page, most telling first."""

    document: str
    first: int
    last: int
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A page on which searched words stand, with the text around them."""

    document: str
    number: int
    around: str


def words_in(text: str) -> frozenset[str]:
    """The words by which texts are compared."""
    found: set[str] = set()
    for run in _RUN.findall(text.lower()):
        if run[0] > "\u4dff":
            found.update(run[at : at + 2] for at in range(len(run) - 1))
        elif len(run) > 1:
            found.add(run.strip(".-"))
    return frozenset(found)


def find_words(pages: Sequence[Page], wanted: str, limit: int = 200) -> tuple[Hit, ...]:
    """Pages on which `wanted` stands, blanks and line ends aside, in the bid's order."""
    needle = _tight(wanted)
    if not needle:
        return ()
    found = []
    for page in pages:
        text = _tight(page.text)
        at = text.find(needle)
        if at >= 0:
            found.append(Hit(page.document, page.number, text[max(0, at - 12) : at + len(needle) + 24]))
            if len(found) == limit:
                break
    return tuple(found)


def suggest(
    places: Sequence[LinkPlace], pages: Sequence[Page], *, most: int = 3, pulse: Pulse | None = None
) -> dict[tuple[str, str, int], tuple[Suggestion, ...]]:
    """For each place the likeliest pages, best first. `pulse` steps once a place; raises `Cancelled` when asked to stop."""
    pulse = pulse or NoPulse()
    held = [words_in(page.text) for page in pages]
    weights = _weights(places, held)
    # what each page has of each place: the share of the place's weight
    shares = [[_share(wanted, words) for words in held] for wanted in weights]
    usual = [sum(column) / len(shares) for column in zip(*shares, strict=True)] if shares else []
    found: dict[tuple[str, str, int], tuple[Suggestion, ...]] = {}
    for done, (place, wanted, mine) in enumerate(zip(places, weights, shares, strict=True), 1):
        pulse.step(done, len(places))
        found[place.key] = _best(pages, held, wanted, [a - b for a, b in zip(mine, usual, strict=True)], most)
    return found


def _weights(places: Sequence[LinkPlace], held: Sequence[frozenset[str]]) -> list[dict[str, float]]:
    """For each place its words and what each weighs: rare in the bid weighs more, template weighs nothing."""
    items = {place.item: words_in(f"{place.title} {place.text}") for place in places}
    among = Counter(word for words in items.values() for word in words)
    on_pages = Counter(word for words in held for word in words)
    template = {word for word, count in among.items() if count > max(2, SHARED * len(items))}
    made = []
    for place in places:
        strong = words_in(f"{place.title} {place.label}")
        every = (strong | items[place.item]) - template
        made.append(
            {
                word: (TITLE if word in strong else 1.0) * math.log((1 + len(held)) / (1 + on_pages[word]) + 1)
                for word in every
            }
        )
    return made


def _share(wanted: Mapping[str, float], words: frozenset[str]) -> float:
    whole = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if word in words) / whole if whole else 0.0


def _best(
    pages: Sequence[Page],
    held: Sequence[frozenset[str]],
    wanted: Mapping[str, float],
    scores: Sequence[float],
    most: int,
) -> tuple[Suggestion, ...]:
    found: list[Suggestion] = []
    taken: set[int] = set()
    for at in sorted(range(len(pages)), key=lambda one: (-scores[one], one)):
        if scores[at] < LEAST or len(found) == most:
            break
        if at in taken:
            continue
        last = at
        while (
            last + 1 < len(pages)
            and last - at + 1 < LONGEST
            and pages[last + 1].document == pages[at].document
            and scores[last + 1] >= max(LEAST, NEAR * scores[at])
        ):
            last += 1
        taken.update(range(at, last + 1))
        words = _told(wanted, held[at], pages[at].text)
        found.append(Suggestion(pages[at].document, pages[at].number, pages[last].number, scores[at], words))
    return tuple(found)


def _told(wanted: Mapping[str, float], words: frozenset[str], text: str, most: int = 4) -> tuple[str, ...]:
    """The matching words as a person reads them: pairs that follow one another on the page are joined."""
    both = {word for word in wanted if word in words}
    runs: dict[str, float] = {}
    for run in _RUN.findall(text.lower()):
        if run[0] <= "\u4dff":
            if run.strip(".-") in both:
                runs[run.strip(".-")] = wanted[run.strip(".-")]
            continue
        start = 0
        while start < len(run) - 1:
            end = start
            while end < len(run) - 1 and run[end : end + 2] in both:
                end += 1
            if end > start:
                runs[run[start : end + 1]] = sum(wanted[run[at : at + 2]] for at in range(start, end))
            start = max(end, start + 1)
    return tuple(sorted(runs, key=lambda run: (-runs[run], run))[:most])


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
