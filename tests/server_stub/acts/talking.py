"""Rounds of talks on the road of a consultation: opened, confirmed, answered, closed, judged, extended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from procurement.evaluation.talks import (
    ChangesConfirmation,
    ResponseVerdict,
    TalkPoint,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
    TermChange,
    TimeExtension,
)
from tests.server_stub.acts import hall, quoting
from tests.server_stub.acts.committee import MEMBERS
from tests.server_stub.acts.walk import PURCHASER, SUPPLIERS, Walk

CHANGE = TermChange(kind="service", place="第三章 2.1", before="两年质保", after="三年质保")


def with_(made: Any, **changes: object) -> Any:
    return type(made).model_validate({**dict(made), **changes}) if changes else made


def talks_round(walk: Walk, number: int = 1, **changes: object) -> TalksRound:
    made = TalksRound(
        opening=walk.id("opening"),
        lot="1",
        member=walk.by("expert-1").code,
        round=number,
        subject="请说明实施安排",
        points=(TalkPoint(supplier=SUPPLIERS["a"], text="请补充交货计划"),) if number == 1 else (),
        minutes=quoting.MINUTES,
    )
    return with_(made, **changes)  # type: ignore[no-any-return]


def put(walk: Walk, number: int = 1, *, changed: bool = False) -> None:
    """A round that runs, confirmed where it changes terms."""
    changes = {"changes": (CHANGE,)} if changed else {}
    walk.do("expert-1", f"talks-{number}", talks_round(walk, number, **changes))
    if changed:
        walk.do("purchaser", f"confirmed-{number}", confirmation(walk, number))
    take_notices(walk, number)


def confirmation(walk: Walk, number: int = 1, **changes: object) -> ChangesConfirmation:
    made = ChangesConfirmation(request=walk.id(f"talks-{number}"), lot="1", by=PURCHASER, confirmed=True)
    return with_(made, **changes)  # type: ignore[no-any-return]


def take_notices(walk: Walk, number: int = 1) -> None:
    for short in SUPPLIERS:
        for item in walk.by(short).feed().items:
            if item.act == TalksNotice.TYPE:
                made = TalksNotice.from_bytes(item.signed.statement)
                assert made.supplier == SUPPLIERS[short]
                if made.round == number:
                    walk.done[f"talk-{number}-{short}"] = made


def response(walk: Walk, short: str, number: int = 1, **changes: object) -> TalksResponse:
    made = TalksResponse(
        notice=walk.id(f"talk-{number}-{short}"), lot="1", supplier=SUPPLIERS[short], text=f"响应 {short}"
    )
    return with_(made, **changes)  # type: ignore[no-any-return]


def answer(walk: Walk, short: str, number: int = 1) -> TalksResponse:
    act = response(walk, short, number)
    walk.do(short, f"answer-{number}-{short}", act)
    return act


def answer_all(walk: Walk, number: int = 1) -> TalksClosed:
    for short in SUPPLIERS:
        answer(walk, short, number)
    return closed(walk, number)


def closed(walk: Walk, number: int = 1) -> TalksClosed:
    return hall.by_platform(walk, TalksClosed, f"talks-closed-{number}")


def leave(walk: Walk, short: str, step: str) -> TalksWithdrawal:
    return TalksWithdrawal(notice=walk.id(step), lot="1", supplier=SUPPLIERS[short], reason="成本不合算")


def review(walk: Walk, short: str, number: int = 1, failed: str = "") -> TalksReview:
    told = walk.statement(TalksClosed, f"talks-closed-{number}")
    verdicts = tuple(
        ResponseVerdict(supplier=one.supplier, passed=one.supplier != failed, reason="未响应三年质保")
        for one in told.responses
    )
    return TalksReview(closed=told.id, lot="1", member=walk.by(short).code, verdicts=verdicts)


def review_all(walk: Walk, number: int = 1, failed: str = "", against: int = 5) -> None:
    for n, short in enumerate(MEMBERS):
        walk.do(short, f"judged-{number}-{short}", review(walk, short, number, failed if n < against else ""))


def extension(walk: Walk, step: str, minutes: int, **changes: object) -> TimeExtension:
    made = TimeExtension(
        request=walk.id(step),
        opening=walk.id("opening"),
        lot="1",
        member=walk.by("expert-1").code,
        until=walk.now() + timedelta(minutes=minutes),
        reason="请各家充分准备",
    )
    return with_(made, **changes)  # type: ignore[no-any-return]
