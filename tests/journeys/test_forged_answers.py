"""Forged clarifications: what bidders answered and members judged is changed and everything above it rebuilt; `verify` names each.

The bids are opened once for all: nothing here touches them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from client.archive.bundle import Bundle
from client.demo.cast import EXPERTS, SUPPLIERS
from client.verify.checks import bids, people, scores
from client.verify.evidence import Evidence
from client.verify.report import Report
from crypto.signing import sign_statement
from procurement.evaluation.sheets import OpenPoint
from tests.adversaries.forger import Forged, Forger
from tests.played import Played

E = SUPPLIERS[4]
Found = set[tuple[str, str]]
Look = Callable[[Forger], Found]


@pytest.fixture
def forger(played: Played) -> Forger:
    return Forger(played.world, played.archive)


@pytest.fixture(scope="module")
def opened(played: Played) -> bids.Opened:
    with played.evidence() as evidence:
        return bids.check(evidence, Report())


@pytest.fixture
def found(played: Played, opened: bids.Opened, tmp_path: Path) -> Look:
    """(check, code) of every fault in signatures, answers, scores and ranking of what the forger wrote."""

    def look(forger: Forger) -> Found:
        report = Report()
        with Bundle(forger.write(tmp_path / "forged.zip")) as bundle:
            evidence = Evidence(bundle, played.anchors)
            people.check(evidence, report)
            scores.check(evidence, report, opened)
        return {(fault.check.partition(" / ")[0], fault.problem.code) for fault in report.faults}

    return look


def _gone(forger: Forger, act: Forged) -> None:
    """Out of the log and out of its lot's chain, which is closed over the gap."""
    leaf, before = act.leaf, act.entry.prev_leaf
    for other in forger.acts.values():
        if other.entry.prev_leaf == leaf:
            other.entry = other.entry.model_copy(update={"prev_leaf": before})
    forger.drop(act)


def _signed_anew(forger: Forger, act: Forged, code: str) -> None:
    """Its author is an accomplice."""
    act.signature = sign_statement(act.statement, forger.token(code)).signature


def _context(forger: Forger, **fields: Any) -> Forged:
    ranking = forger.find("ranking")
    ranking.becomes(context=ranking.value.context.model_copy(update=fields))
    return ranking


def test_nothing_changed_nothing_found(forger: Forger, found: Look) -> None:
    assert found(forger) == set()


# -- corrected prices


def _refuse(forger: Forger) -> Forged:
    answer = forger.find("correction-answer")
    assert answer.value.confirmed
    answer.becomes(confirmed=False, reason="不确认")
    return answer


def test_a_confirmation_made_a_refusal(forger: Forger, found: Look) -> None:
    """So that the bidder would be out. It did not sign that; and it was scored."""
    _refuse(forger)
    assert {
        ("signatures and roles", "signature-content-changed"),
        ("who is scored", "review-differs"),
        ("ranking recomputed", "ranking-by-other-rules"),
    } <= found(forger)


def test_a_refusal_that_is_not_followed(forger: Forger, found: Look) -> None:
    """With the bidder's own key: the signature is true, and what follows from it was not done."""
    _signed_anew(forger, _refuse(forger), E.code)
    assert found(forger) == {
        ("who is scored", "review-differs"),
        ("ranking recomputed", "ranking-by-other-rules"),
    }


def test_a_correction_notice_with_another_amount(forger: Forger, found: Look) -> None:
    """The platform shows the bidder less than its bid gives; the bidder, an accomplice, confirms that."""
    forger.accomplices = {E.code: forger.token(E.code)}
    notice = forger.find("correction-notice")
    (figure,) = notice.value.figures
    notice.becomes(figures=(figure.model_copy(update={"amount": figure.amount - Decimal(100000)}),))
    assert found(forger) == {("questions about prices", "correction-notice-differs")}


def test_a_ranking_that_ignores_an_unconfirmed_correction(forger: Forger, found: Look) -> None:
    """The answer never was; review and ranking go on as if nothing had been asked."""
    _gone(forger, forger.find("correction-answer"))
    _context(forger, confirmed=())
    assert {
        ("who is scored", "questions-left-open"),
        ("ranking recomputed", "ranking-differs"),
    } <= found(forger)


def test_a_question_that_never_was(forger: Forger, found: Look) -> None:
    """Request, notice and answer all gone, and the ranking says it was confirmed."""
    for kind in ("correction-answer", "correction-notice", "correction-request"):
        _gone(forger, forger.find(kind))
    assert {
        ("who is scored", "questions-left-open"),
        ("ranking recomputed", "ranking-by-other-rules"),
    } <= found(forger)


def test_a_question_of_the_platforms_own(forger: Forger, found: Look) -> None:
    _gone(forger, forger.find("correction-request"))
    assert found(forger) == {("questions about prices", "question-unasked")}


# -- low prices


def test_a_judgement_removed(forger: Forger, found: Look) -> None:
    """Two of five are no majority: the price was still in question."""
    _gone(forger, forger.find("price-judgement"))
    assert {
        ("who is scored", "questions-left-open"),
        ("ranking recomputed", "ranking-by-other-rules"),
    } <= found(forger)


def test_a_judgement_turned_by_its_member(forger: Forger, found: Look) -> None:
    member = EXPERTS[0].code
    judgement = forger.find("price-judgement", lambda value: value.member == member)
    judgement.becomes(accepted=False, reason="不能证明报价合理")
    _signed_anew(forger, judgement, member)
    assert {
        ("who is scored", "questions-left-open"),
        ("ranking recomputed", "ranking-by-other-rules"),
    } <= found(forger)


def test_a_conclusion_the_members_did_not_reach(forger: Forger, found: Look) -> None:
    (reached,) = forger.find("ranking").value.context.low_prices
    _context(forger, low_prices=(reached.model_copy(update={"votes": 5}),))
    assert ("ranking recomputed", "ranking-by-other-rules") in found(forger)


def test_a_cause_that_does_not_apply(forger: Forger, found: Look) -> None:
    forger.accomplices = {one.code: forger.token(one.code) for one in (E, *EXPERTS)}
    notice = forger.find("explanation-notice")
    assert notice.value.causes == ("judgement",)
    notice.becomes(causes=("ceiling",))
    assert found(forger) == {("questions about prices", "explanation-notice-differs")}


# -- points left open


def test_a_point_left_open_is_made_up(forger: Forger, found: Look) -> None:
    """A blocking point nobody finds would hold up the report; one that is there would let it through."""
    ranking = forger.find("ranking")
    made_up = OpenPoint(code="tie-undecided", where="lot-1", rule="L-258", blocking=True)
    ranking.becomes(open_points=(*ranking.value.open_points, made_up))
    faults = found(forger)
    assert {("ranking recomputed", "ranking-differs"), ("report signatures", "open-points-left")} <= faults
