"""Help as text (R-040): one file for each page and language under `help/`, packaged with the program and shown without a network.

A file: its title, `program` with the version it was written for, `rules` with ids of the rulebook, then paragraphs, `## ` heads and
`- ` points. What a rule says is not repeated there: it is read from the rulebook, so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from procurement.basics.roles import Role
from ui.i18n import LANGUAGES, language

FOLDER = Path(__file__).parent / "help"
KEYS = "keys"
"""The page of keys and words, for pages without a text of their own"""
EVERYBODY = ("outbox", "evidence", "start", "joining", "practice", "selftest", "diagnosis", "updates", "settings")
_SUPPLIER = (
    "projects",
    "find",
    "library",
    "ask",
    "challenge",
    "alerts",
    "docs",
    "prepare",
    "check",
    "deliver",
    "open",
    "result",
)
_AGENCY = ("desk", "publish", "correct", "hall", "review")
_EXPERT = ("rooms", "sign-in", "conformity", "talks", "questions", "scores", "report")
TOPICS: dict[Role, tuple[str, ...]] = {
    Role.SUPPLIER: tuple(f"supplier-{page}" for page in _SUPPLIER),
    Role.AGENCY: (*(f"agency-{page}" for page in _AGENCY), "answers", "challenges", "custody"),
    Role.EXPERT: tuple(f"expert-{page}" for page in _EXPERT),
    Role.PURCHASER: (
        "records",
        "purchaser-results",
        "purchaser-changes",
        "purchaser-contracts",
        "answers",
        "challenges",
        "custody",
    ),
    Role.FINANCE: ("records", "finance-plans", "finance-payments"),
    Role.SUPERVISOR: ("records", "oversight", "custody"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A head (empty for the introduction) with its paragraphs and points."""

    head: str
    lines: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpText:
    topic: str
    title: str
    program: str
    """Version of the program it was written for"""
    rules: tuple[str, ...]
    parts: tuple[Part, ...]


def topics_of(role: Role | None) -> tuple[str, ...]:
    """What the help offers to a role, in the order of its pages."""
    return (*(TOPICS.get(role, ()) if role is not None else ()), *EVERYBODY)


def all_topics() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(topic for topics in TOPICS.values() for topic in topics), *EVERYBODY)))


def help_text(topic: str) -> HelpText:
    """The text in the language in use. Raises `KeyError` for an unknown topic."""
    return read_help(topic, language())


@cache
def read_help(topic: str, name: str) -> HelpText:
    """The text of one file. Raises `KeyError` for an unknown topic or language, `ValueError` for a malformed file."""
    path = FOLDER / name / f"{topic}.txt"
    if name not in LANGUAGES or topic not in all_topics() or not path.is_file():
        raise KeyError(topic)
    title, program, rules, *body = path.read_text(encoding="utf-8").splitlines()
    if not title or not program.startswith("program ") or rules.partition(" ")[0] != "rules":
        raise ValueError(f"help/{name}/{topic}.txt: title, program and rules come first")
    return HelpText(topic, title, program.removeprefix("program "), tuple(rules.split()[1:]), _parts(body))


def _parts(lines: list[str]) -> tuple[Part, ...]:
    found: list[tuple[str, list[str], list[str]]] = [("", [], [])]
    for line in lines:
        if line.startswith("## "):
            found.append((line[3:], [], []))
        elif line.startswith("- "):
            found[-1][2].append(line[2:])
        elif line.strip():
            found[-1][1].append(line)
    return tuple(Part(head, tuple(said), tuple(points)) for head, said, points in found if said or points)
