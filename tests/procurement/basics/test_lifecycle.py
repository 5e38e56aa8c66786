"""The course of a procurement: complete, reachable, drawn, and strict about order."""

from __future__ import annotations

from pathlib import Path

import pytest

from procurement.basics.lifecycle import STEPPING_ACTS, STEPS, State, mermaid, next_state, require_step, states_for
from procurement.basics.problems import Refused
from procurement.wire.endpoints import ACTS, PLATFORM_ACTS

PAGE = Path(__file__).parents[3] / "docs" / "lifecycle.md"
BESIDE = {"registration", "key-enrolment", "key-countersignature", "encryption-certs", "agency-profile", "custody-key"}
"""Acts that belong to no single procurement."""
BESIDE |= {"challenge-letter", "challenge-paper", "challenge-reply", "supplier-question", "question-answer"}
"""May come in any state and change none; what waits for them asks (L-407)"""


def test_every_act_has_its_place_in_the_table() -> None:
    assert (set(ACTS) | set(PLATFORM_ACTS)) - BESIDE == STEPPING_ACTS


def test_every_state_is_reached_and_ends() -> None:
    reached = {State.NONE}
    while True:
        more = {step.to for step in STEPS if step.state in reached} | reached
        if more == reached:
            break
        reached = more
    assert reached == set(State)
    stuck = {state for state in State if not any(s.state is state and s.to is not state for s in STEPS)}
    assert stuck == {State.FAILED, State.ARCHIVED}


def test_a_step_has_one_end_for_each_outcome() -> None:
    keys = [(step.state, step.act, step.outcome) for step in STEPS]
    assert len(keys) == len(set(keys))


def test_the_main_road_leads_from_budget_to_archive() -> None:
    road = (
        "budget-import intention requirement plan plan-approval:approved plan-numbering entrustment"
        " entrustment-acceptance tender-package submission closing release freeze custodian-release opening"
        " opening-record panel review-closed score-commit score-reveal ranking evaluation-report"
        " report-signature report-signature:last award-confirmation award-notice result-letter contract"
        " contract-signature contract-publication acceptance:passed payment payment-execution:whole credit-record"
        " performance-evaluation archive statistics-release"
    )
    state = State.NONE
    for word in road.split():
        act, _, outcome = word.partition(":")
        state = next_state(state, act, outcome)
    assert state is State.ARCHIVED


@pytest.mark.parametrize("act", sorted(STEPPING_ACTS))
def test_every_act_is_refused_in_every_state_but_its_own(act: str) -> None:
    for state in State:
        if state in states_for(act):
            require_step(state, act)
            continue
        with pytest.raises(Refused) as caught:
            require_step(state, act)
        assert caught.value.code == "wrong-order"
        assert caught.value.facts["state"] == state
        assert set(caught.value.facts) == {"state", "act", "wanted"}


def test_an_act_with_several_ends_needs_its_outcome() -> None:
    assert next_state(State.PLAN_SUBMITTED, "plan-approval", "refused") is State.REQUIREMENT_APPROVED
    with pytest.raises(ValueError, match="approved, refused"):
        next_state(State.PLAN_SUBMITTED, "plan-approval")


def test_the_page_shows_the_table() -> None:
    drawn = PAGE.read_text().split("```mermaid\n")[1].split("```")[0]
    assert drawn == mermaid()
