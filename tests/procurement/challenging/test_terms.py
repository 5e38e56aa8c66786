"""Clocks and checks of challenges, by hand-counted days of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from procurement.basics.moment import at_shanghai, shanghai_date
from procurement.basics.problems import Problem
from procurement.challenging.letter import ChallengeLetter, ChallengeReply, Matter, MatterReply
from procurement.challenging.terms import (
    Standing,
    challenge_until,
    check_letter,
    check_no_challenge,
    check_reply,
    complaint_until,
    reply_until,
)
from tests.procurement.chain import but

A, B = "91140000MA0SUPPLYA", "91140000MA0SUPPLYB"
LETTER = ChallengeLetter(
    stage="result", about="1" * 64, lot="1", supplier=A, representative="王强", contact="张敏", phone="0351-1",
    address="太原市", postcode="030000",
    matters=(Matter(matter="评分有误", facts="业绩少计一项", law="87号令第五十五条", request="复核"),),
)  # fmt: skip
REPLY = ChallengeReply(
    challenge=LETTER.id,
    lot="1",
    matters=(MatterReply(finding="unfounded", answer="业绩不在有效期内", facts="合同日期 2019 年"),),
    affects=False,
    complain_to="太原市财政局",
    responder="章倩",
)


def test_seven_working_days_from_what_was_made_known() -> None:
    """A notice sent on Thursday 7 May 2026 stands until the 8th; Saturday the 9th is worked: 9, 11 … 15, 18."""
    sent = at_shanghai(date(2026, 5, 7), 15)
    assert shanghai_date(challenge_until("result", sent)) == date(2026, 5, 18)
    record = at_shanghai(date(2026, 4, 29), 11)
    assert shanghai_date(challenge_until("opening", record)) == date(2026, 5, 12), "30; 6, 7, 8, 9, 11, 12"


def test_documents_are_known_when_their_announcement_is_over() -> None:
    published = at_shanghai(date(2026, 4, 7), 9)
    assert shanghai_date(challenge_until("document", published)) == date(2026, 4, 23), "five, then seven working days"


def test_reply_and_complaint_have_their_own_terms() -> None:
    due = reply_until(at_shanghai(date(2026, 5, 18), 23))
    assert shanghai_date(due) == date(2026, 5, 27)
    assert shanghai_date(complaint_until(due)) == date(2026, 6, 17)


def refused(letter: ChallengeLetter, code: str, rule: str, *, earlier: tuple[ChallengeLetter, ...] = ()) -> None:
    with pytest.raises(Problem) as found:
        check_letter(letter, bidders=(A,), earlier=earlier, once=True)
    assert (found.value.code, found.value.rule) == (code, rule)


def test_who_may_challenge_what_and_how_often() -> None:
    check_letter(LETTER, bidders=(A,), earlier=(), once=True)
    refused(but(LETTER, supplier=B), "not-a-participant", "L-402")
    check_letter(but(LETTER, supplier=B, stage="document"), bidders=(), earlier=(), once=True)
    refused(but(LETTER, matters=()), "challenge-without-matter", "L-403")
    refused(but(LETTER, agent="赵律师"), "agent-without-authority", "L-403")
    refused(LETTER, "challenge-made-once", "L-404", earlier=(LETTER,))
    check_letter(LETTER, bidders=(A,), earlier=(but(LETTER, about="2" * 64),), once=True)
    check_letter(LETTER, bidders=(A,), earlier=(LETTER,), once=False)


@pytest.mark.parametrize(
    ("changes", "code", "rule"),
    [
        ({"matters": ()}, "reply-incomplete", "L-406"),
        ({"affects": True}, "reply-contradicts-itself", "L-408"),
        (
            {"matters": (MatterReply(finding="founded", answer="成立", facts="漏计"),), "affects": True},
            "reply-without-measure",
            "L-408",
        ),
    ],
)
def test_a_reply_answers_all_and_follows_from_its_findings(changes: dict[str, object], code: str, rule: str) -> None:
    check_reply(REPLY, LETTER)
    with pytest.raises(Problem) as found:
        check_reply(but(REPLY, **changes), LETTER)
    assert (found.value.code, found.value.rule) == (code, rule)


def test_a_contract_waits_for_what_may_change_the_result() -> None:
    upheld = but(REPLY, matters=(MatterReply(finding="founded", answer="成立", facts="漏计"),), affects=True)
    check_no_challenge([])
    check_no_challenge([Standing(LETTER, True, REPLY, False), Standing(LETTER, False, None, False)])
    check_no_challenge([Standing(LETTER, True, upheld, True)])
    for standing, code in (
        (Standing(LETTER, True, None, False), "challenge-open"),
        (Standing(LETTER, True, upheld, False), "challenge-upheld"),
    ):
        with pytest.raises(Problem) as found:
            check_no_challenge([Standing(LETTER, True, REPLY, False), standing])
        assert found.value.code == code
