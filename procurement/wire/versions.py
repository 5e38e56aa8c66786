"""Which versions of the wire and of signed formats a program speaks, and what it lacks beside another (peers' row 93).

Both sides say ranges: the client with each request (`Jincai-Speaks`), the platform at `GET /v1/versions`. The parts:

- `api`: the requests and messages under /v1
- `statements`: what is signed (`jincai/v1/…`)
- `sealed-bid`: the bytes of a sealed bid (`JINCAIB1`)

Who has no version in common may still read and write down what it has: a refusal comes before an upload, never after it, and an
act that waits keeps waiting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from procurement.basics.problems import Locked, Refused
from procurement.basics.value import Value

HEADER = "Jincai-Speaks"
TOO_OLD = ("client-too-old", "platform-too-old")
"""Codes after which an act keeps waiting: nothing of it was judged"""
PARTS = ("api", "statements", "sealed-bid")
_SAID = re.compile(r"([a-z][a-z0-9-]{0,39})=([0-9]{1,4})-([0-9]{1,4})")
_LONGEST = 1000


class Range(Value):
    """Versions from `oldest` to `newest`, both spoken."""

    oldest: int
    newest: int

    def __str__(self) -> str:
        return f"{self.oldest}" if self.oldest == self.newest else f"{self.oldest}–{self.newest}"


class Versions(Value):
    """GET /v1/versions. The one message that may grow: readers take what they know of it (`read_versions`)."""

    program: str
    """Version of the program, for people"""
    parts: dict[str, Range]


FIRST = Range(oldest=1, newest=1)
SPOKEN: Mapping[str, Range] = dict.fromkeys(PARTS, FIRST)
"""What this program speaks"""


def accepted(oldest: Mapping[str, int]) -> dict[str, Range]:
    """What a platform accepts whose operator refuses versions below `oldest`, even where the code still speaks them."""
    return {
        part: Range(oldest=max(spoken.oldest, oldest.get(part, 0)), newest=max(spoken.newest, oldest.get(part, 0)))
        for part, spoken in SPOKEN.items()
    }


def said(spoken: Mapping[str, Range]) -> str:
    """The header's text: `api=1-1, sealed-bid=1-2`."""
    return ", ".join(f"{part}={span.oldest}-{span.newest}" for part, span in spoken.items())


def read_said(text: str) -> dict[str, Range]:
    """What a request says its sender speaks; who says nothing speaks the first versions. Raises `Refused("versions-malformed")`."""
    if not text:
        return dict.fromkeys(PARTS, FIRST)
    found: dict[str, Range] = {}
    for piece in text[:_LONGEST].split(","):
        match = _SAID.fullmatch(piece.strip())
        if match is None or int(match[2]) > int(match[3]):
            raise Refused("versions-malformed", "Say part=oldest-newest, separated by commas.", header=HEADER)
        found[match[1]] = Range(oldest=int(match[2]), newest=int(match[3]))
    return found


def read_versions(body: bytes) -> Versions:
    """A platform's answer, also of a platform that says more than this program knows. Raises `ValueError`."""
    plain = json.loads(body)
    parts = {
        str(part): Range(oldest=int(span["oldest"]), newest=int(span["newest"]))
        for part, span in plain["parts"].items()
        if part in PARTS
    }
    return Versions(program=str(plain["program"])[:100], parts=parts)


def check(client: Mapping[str, Range], platform: Mapping[str, Range], parts: Iterable[str]) -> None:
    """Have client and platform a version of each part in common? A part that one of them does not name is not compared.

    Raises `Locked`: client-too-old, platform-too-old.
    """
    for part in parts:
        mine, theirs = client.get(part), platform.get(part)
        if mine is None or theirs is None:
            continue
        facts = {"part": part, "client": str(mine), "platform": str(theirs)}
        if mine.newest < theirs.oldest:
            raise Locked("client-too-old", "Update this program; drafts stay and can be edited meanwhile.", **facts)
        if mine.oldest > theirs.newest:
            raise Locked(
                "platform-too-old", "Use the version of the program that the platform names, or wait until it is updated.", **facts
            )  # fmt: skip
