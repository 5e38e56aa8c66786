"""The tour: what a person who practises has really done, read from the trial company's acts and drafts, never from clicks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from client.desk import Desk
from client.practice.tender import LOT, TENDER
from client.views.contracts import contract_story
from client.views.lots import LotStory
from procurement.basics.findings import Finding
from procurement.basics.parties import Registration

CHECKED = "practice-checked"
"""Kind of the note that the check was looked at; in the trial company's own store"""
SEEN = "practice-result-seen"
"""The same of the result"""
_PRICES = ("quote.", "tables.", "opening.")


class Step(StrEnum):
    """In order. From `DAY` on it is voluntary: a bid that was delivered is a rehearsal well done."""

    SIGN_IN = "sign-in"
    FIND = "find"
    PRICE = "price"
    PAPER = "paper"
    ANSWERS = "answers"
    CHECK = "check"
    SEAL = "seal"
    DELIVER = "deliver"
    RECEIPT = "receipt"
    DAY = "day"
    RELEASE = "release"
    OPENED = "opened"
    REVIEW = "review"
    EXPLAIN = "explain"
    AWARD = "award"
    RESULT = "result"
    CONTRACT = "contract"


VOLUNTARY = tuple(Step)[tuple(Step).index(Step.DAY) :]
NEEDED = len(Step) - len(VOLUNTARY)
"""Steps to the receipt; whoever has done them has practised bidding"""
_SEALED = tuple(Step)[tuple(Step).index(Step.SEAL) :]
_LOT = f"projects/{TENDER}/{LOT}"
ROUTES: dict[Step, str] = {
    Step.FIND: "find",
    Step.PRICE: f"{_LOT}/prepare/opening",
    Step.PAPER: f"{_LOT}/prepare/documents",
    Step.ANSWERS: f"{_LOT}/prepare/answers",
    Step.CHECK: f"{_LOT}/check",
    Step.SEAL: f"{_LOT}/deliver",
    Step.DELIVER: f"{_LOT}/deliver",
    Step.RECEIPT: f"{_LOT}/deliver",
    Step.RELEASE: f"{_LOT}/open",
    Step.OPENED: f"{_LOT}/open",
    Step.REVIEW: f"{_LOT}/open",
    Step.EXPLAIN: f"{_LOT}/open",
    Step.AWARD: f"{_LOT}/result",
    Step.RESULT: f"{_LOT}/result",
    Step.CONTRACT: f"{_LOT}/result",
}
"""Where a step is done; signing in and moving the clock have no page"""


@dataclass(frozen=True, slots=True)
class Point:
    """A step and how it stands. The first that is neither done nor passed over is `now`; `passed`: there is nothing to do in it."""

    step: Step
    state: Literal["done", "now", "later", "passed"]


def points(desk: Desk | None) -> tuple[Point, ...]:
    """The whole tour as this desk's store tells it; without a desk nobody has signed in."""
    done = set(_done(desk)) if desk is not None else set()
    passed = set(_passed(desk)) - done if Step.OPENED in done and desk is not None else set()
    last = max((place for place, step in enumerate(Step) if step in done and step in _SEALED), default=-1)
    made: list[Point] = []
    for place, step in enumerate(Step):
        if step in passed:
            made.append(Point(step, "passed"))
        elif step in done or place < last:
            made.append(Point(step, "done"))
        else:
            made.append(Point(step, "later" if any(one.state == "now" for one in made) else "now"))
    return tuple(made)


def now(found: tuple[Point, ...]) -> Step | None:
    """The step to do now; None when the whole tour is done."""
    return next((one.step for one in found if one.state == "now"), None)


def note_checked(desk: Desk) -> None:
    """The check's findings were on the screen."""
    _note(desk, CHECKED)


def note_result(desk: Desk) -> None:
    """The page of the result was on the screen; that counts once there is one."""
    if _own_story(desk).notice is not None:
        _note(desk, SEEN)


def _note(desk: Desk, kind: str) -> None:
    if desk.place.drafts.load(kind, TENDER) is None:
        desk.place.drafts.save(kind, TENDER, b"1", desk.now())


def _done(desk: Desk) -> Iterator[Step]:
    if desk.place.acts.last(Registration, actor=desk.actor) is None:
        return
    yield Step.SIGN_IN
    view = desk.tenders.tender(TENDER)
    if view is None or view.model is None:
        return
    draft = desk.bidding.drafts.open(TENDER, LOT)
    if TENDER in desk.following.all() or draft.version:
        yield Step.FIND
    if draft.version:
        yield from _prepared(desk.bidding.findings(TENDER, LOT), bool(draft.forms.documents))
        if desk.place.drafts.load(CHECKED, TENDER) is not None and not _blocking(desk):
            yield Step.CHECK
    story = desk.story(view, LOT)
    if desk.bidding.bids.of_lot(story.counting, LOT):
        yield Step.SEAL
    yield from _delivered(desk, story)


def _blocking(desk: Desk) -> bool:
    return any(one.blocking for one in desk.bidding.findings(TENDER, LOT))


def _prepared(findings: tuple[Finding, ...], papers: bool) -> Iterator[Step]:
    left = [one.where for one in findings if one.blocking]
    prices = sum(where.startswith(_PRICES) for where in left)
    if not prices:
        yield Step.PRICE
    if papers:
        yield Step.PAPER
    if len(left) == prices:
        yield Step.ANSWERS


def _delivered(desk: Desk, story: LotStory) -> Iterator[Step]:
    standing = story.standing
    if standing is not None:
        yield Step.DELIVER
        if desk.place.mirror.receipt(standing.id) is not None:
            yield Step.RECEIPT
    if story.closing is not None:
        yield Step.DAY
    if story.release_of(desk.actor) is not None:
        yield Step.RELEASE
    if story.opening is not None:
        yield Step.OPENED
    yield from _evaluated(desk, story)


def _evaluated(desk: Desk, story: LotStory) -> Iterator[Step]:
    if story.inquiries or story.notice is not None:
        yield Step.REVIEW
    if story.explanations:
        yield Step.EXPLAIN
    if story.notice is None:
        return
    yield Step.AWARD
    if desk.place.drafts.load(SEEN, TENDER) is not None:
        yield Step.RESULT
    contract = contract_story(desk.place.acts, story.notice)
    if contract.signature is not None:
        yield Step.CONTRACT


def _passed(desk: Desk) -> Iterator[Step]:
    """Not asked, or asked and silent past the time; no contract where another has won."""
    story = _own_story(desk)
    missed = bool(story.inquiries) and desk.now() > story.inquiries[-1].value.until
    if missed or (story.notice is not None and not story.inquiries):
        yield Step.EXPLAIN
    if story.notice is not None and story.notice.value.winner != desk.actor:
        yield Step.CONTRACT


def _own_story(desk: Desk) -> LotStory:
    view = desk.tenders.tender(TENDER)
    assert view is not None
    return desk.story(view, LOT)
