"""The course of a procurement as data (rules.md §11): which act is lawful in which state, and where it leads.

One procurement has one state until its tender is published; from then on each lot has its own, beginning at BIDDING.
Acts of accounts, agency profiles and custody keys belong to no procurement and stand in no row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from procurement.basics.problems import Refused


class State(StrEnum):
    NONE = "none"
    """No budget yet"""
    BUDGET_READY = "budget-ready"
    INTENTION_PUBLISHED = "intention-published"
    REQUIREMENT_APPROVED = "requirement-approved"
    PLAN_SUBMITTED = "plan-submitted"
    PLAN_APPROVED = "plan-approved"
    PLAN_NUMBERED = "plan-numbered"
    """Approved and carrying its 备案号; §11's ENTRUST_DRAFT is a draft on the purchaser's own machine"""
    ENTRUST_SIGNED = "entrust-signed"
    AGENCY_ACCEPTED = "agency-accepted"
    BIDDING = "bidding"
    """Announced and open for bids: announcement and documents appear together, so §11's two states are one (R-084)"""
    CLOSED = "closed"
    """The deadline is past, the set is fixed, suppliers release (§11 DEADLINE)"""
    FAILED = "failed"
    DECRYPTING = "decrypting"
    """The released set is frozen, custodians release"""
    OPENED = "opened"
    QUALIFICATION = "qualification"
    NEGOTIATING = "negotiating"
    """All have reviewed; rounds of talks with the bidders still in, then their final quotes (L-322, L-323, L-354)"""
    CLARIFYING = "clarifying"
    """All have reviewed; corrected prices are confirmed and low ones explained before anybody is scored (L-513)"""
    EVALUATING = "evaluating"
    RANKED = "ranked"
    REPORT_SIGNED = "report-signed"
    CONFIRMED = "confirmed"
    RESULT_ANNOUNCED = "result-announced"
    CONTRACT_OFFERED = "contract-offered"
    CONTRACT_SIGNED = "contract-signed"
    PERFORMING = "performing"
    """The contract is published (§11 CONTRACT_PUBLISHED and PERFORMING)"""
    ACCEPTED = "accepted"
    PAID = "paid"
    EVALUATED = "evaluated"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Step:
    """In `state`, `act` with this `outcome` leads to `to`."""

    state: State
    act: str
    to: State
    outcome: str = ""


def _stay(state: State, *acts: str) -> tuple[Step, ...]:
    return tuple(Step(state, act, state) for act in acts)


_S = State
_LOOKS = ("second-look", "second-look-release", "second-look-result")
"""From the opening to the signed report the supervisor may have an envelope opened again (B7)"""
STEPS: tuple[Step, ...] = (
    Step(_S.NONE, "budget-import", _S.BUDGET_READY),
    *_stay(_S.BUDGET_READY, "budget-import"),
    Step(_S.BUDGET_READY, "intention", _S.INTENTION_PUBLISHED),
    Step(_S.INTENTION_PUBLISHED, "requirement", _S.REQUIREMENT_APPROVED),
    Step(_S.REQUIREMENT_APPROVED, "plan", _S.PLAN_SUBMITTED),
    Step(_S.PLAN_SUBMITTED, "plan-approval", _S.PLAN_APPROVED, "approved"),
    Step(_S.PLAN_SUBMITTED, "plan-approval", _S.REQUIREMENT_APPROVED, "refused"),
    Step(_S.PLAN_APPROVED, "plan-numbering", _S.PLAN_NUMBERED),
    Step(_S.PLAN_NUMBERED, "entrustment", _S.ENTRUST_SIGNED),
    Step(_S.ENTRUST_SIGNED, "entrustment-acceptance", _S.AGENCY_ACCEPTED),
    *_stay(_S.AGENCY_ACCEPTED, "lot-key", "custody-envelopes", "custody-ack"),
    Step(_S.AGENCY_ACCEPTED, "tender-package", _S.BIDDING),
    *_stay(_S.BIDDING, "tender-package", "submission", "withdrawal", "custody-ready"),
    Step(_S.BIDDING, "closing", _S.CLOSED),
    Step(_S.CLOSED, "no-opening", _S.FAILED),
    *_stay(_S.CLOSED, "window", "release", "slip-admission", "custody-ready"),
    Step(_S.CLOSED, "freeze", _S.DECRYPTING),
    *_stay(_S.DECRYPTING, "custodian-release", "freeze-disputed"),
    Step(_S.DECRYPTING, "opening", _S.OPENED),
    *_stay(_S.OPENED, "freeze-disputed", *_LOOKS),
    *_stay(_S.QUALIFICATION, *_LOOKS),
    *_stay(_S.NEGOTIATING, *_LOOKS),
    *_stay(_S.CLARIFYING, *_LOOKS),
    *_stay(_S.EVALUATING, *_LOOKS),
    *_stay(_S.RANKED, *_LOOKS),
    *_stay(_S.REPORT_SIGNED, *_LOOKS),
    Step(_S.OPENED, "opening-record", _S.QUALIFICATION),
    *_stay(_S.QUALIFICATION, "opening-confirmation", "opening-objection", "objection-answer", "freeze-disputed"),
    *_stay(_S.QUALIFICATION, "panel", "sign-in", "identity-check", "leader-vote"),
    *_stay(_S.QUALIFICATION, "qualification-review", "conformity-review"),
    Step(_S.QUALIFICATION, "review-closed", _S.EVALUATING),
    Step(_S.QUALIFICATION, "review-closed", _S.FAILED, "too-few"),
    Step(_S.QUALIFICATION, "conformity-review", _S.NEGOTIATING, "final-quotes"),
    *_stay(_S.NEGOTIATING, "leader-vote", "talks-round", "changes-confirmation", "talks-notice", "talks-response"),
    *_stay(_S.NEGOTIATING, "talks-withdrawal", "talks-closed", "talks-review", "time-extension", "extension-notice"),
    *_stay(_S.NEGOTIATING, "quote-round", "quote-notice", "quote-commit", "quotes-closed", "quote-reveal"),
    Step(_S.NEGOTIATING, "review-closed", _S.FAILED, "too-few"),
    Step(_S.NEGOTIATING, "final-quotes", _S.CLARIFYING),
    Step(_S.QUALIFICATION, "conformity-review", _S.CLARIFYING, "questions"),
    *_stay(_S.CLARIFYING, "leader-vote", "correction-request", "correction-notice", "correction-answer"),
    *_stay(_S.CLARIFYING, "explanation-request", "explanation-notice", "price-explanation", "price-judgement"),
    Step(_S.CLARIFYING, "review-closed", _S.EVALUATING),
    Step(_S.CLARIFYING, "review-closed", _S.FAILED, "too-few"),
    *_stay(_S.EVALUATING, "score-commit", "scores-closed", "score-reveal", "score-correction"),
    Step(_S.EVALUATING, "ranking", _S.RANKED),
    *_stay(_S.RANKED, "leader-vote", "score-correction", "tie-decision", "ranking"),
    *_stay(_S.RANKED, "evaluation-report", "report-signature"),
    Step(_S.RANKED, "report-signature", _S.REPORT_SIGNED, "last"),
    Step(_S.REPORT_SIGNED, "award-confirmation", _S.CONFIRMED),
    Step(_S.REPORT_SIGNED, "award-deemed", _S.CONFIRMED),
    Step(_S.CONFIRMED, "award-notice", _S.RESULT_ANNOUNCED),
    *_stay(_S.RESULT_ANNOUNCED, "result-letter"),
    Step(_S.RESULT_ANNOUNCED, "contract", _S.CONTRACT_OFFERED),
    *_stay(_S.CONTRACT_OFFERED, "result-letter", "contract"),
    Step(_S.RESULT_ANNOUNCED, "award-confirmation", _S.CONFIRMED),
    Step(_S.CONTRACT_OFFERED, "award-confirmation", _S.CONFIRMED),
    Step(_S.CONTRACT_OFFERED, "contract-signature", _S.CONTRACT_SIGNED),
    Step(_S.CONTRACT_OFFERED, "contract-signature", _S.CONTRACT_OFFERED, "members-missing"),
    Step(_S.CONTRACT_SIGNED, "contract-publication", _S.PERFORMING),
    *_stay(_S.PERFORMING, "contract-supplement", "supplement-signature", "result-letter"),
    Step(_S.PERFORMING, "acceptance", _S.ACCEPTED, "passed"),
    Step(_S.PERFORMING, "acceptance", _S.PERFORMING, "failed"),
    *_stay(_S.ACCEPTED, "payment"),
    Step(_S.ACCEPTED, "payment-execution", _S.ACCEPTED, "part"),
    Step(_S.ACCEPTED, "payment-execution", _S.PAID, "whole"),
    *_stay(_S.PAID, "credit-record"),
    Step(_S.PAID, "performance-evaluation", _S.EVALUATED),
    *_stay(_S.EVALUATED, "credit-record"),
    Step(_S.EVALUATED, "archive", _S.ARCHIVED),
    *_stay(_S.ARCHIVED, "statistics-release"),
)
STEPPING_ACTS = frozenset(step.act for step in STEPS)


def states_for(act: str) -> tuple[State, ...]:
    """The states in which `act` is lawful."""
    return tuple(dict.fromkeys(step.state for step in STEPS if step.act == act))


def require_step(state: State, act: str) -> None:
    """Refuse `act` out of order, before anything else is looked at. Raises `Refused` with code `wrong-order`."""
    wanted = states_for(act)
    if state not in wanted:
        raise Refused(
            "wrong-order",
            "Do the step that is due now; this one comes at another time.",
            rule="R-046",
            state=state,
            act=act,
            wanted=", ".join(wanted),
        )


def next_state(state: State, act: str, outcome: str = "") -> State:
    """The state after `act`. An act with several ends needs its outcome. Raises `Refused` with code `wrong-order`."""
    require_step(state, act)
    for step in STEPS:
        if (step.state, step.act, step.outcome) == (state, act, outcome):
            return step.to
    ends = ", ".join(step.outcome for step in STEPS if (step.state, step.act) == (state, act))
    raise ValueError(f"{act} in {state} ends as one of: {ends}; not {outcome!r}")


def mermaid(steps: Iterable[Step] = STEPS) -> str:
    """The table drawn as a mermaid state diagram, as it stands in docs/lifecycle.md."""
    lines = ["stateDiagram-v2", "    [*] --> budget_ready: budget-import"]
    loops: dict[State, list[str]] = {}
    for step in steps:
        label = f"{step.act} [{step.outcome}]" if step.outcome else step.act
        if step.state is step.to:
            loops.setdefault(step.state, []).append(label)
        elif step.state is not State.NONE:
            lines.append(f"    {_node(step.state)} --> {_node(step.to)}: {label}")
    lines += [f"    {_node(state)} --> {_node(state)}: {', '.join(labels)}" for state, labels in loops.items()]
    lines += [f"    {_node(state)} --> [*]" for state in (State.FAILED, State.ARCHIVED)]
    return "\n".join(lines) + "\n"


def _node(state: State) -> str:
    return state.value.replace("-", "_")
