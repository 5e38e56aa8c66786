"""Keeps each procurement on its course: `procurement.basics.lifecycle` says what may follow, this says where things stand."""

from __future__ import annotations

from collections.abc import Callable

from procurement.basics.lifecycle import State, next_state, require_step
from server_stub.acts.reading import Reading
from server_stub.acts.transaction import Tx
from server_stub.store.course import CourseRow

Entering = Callable[[Tx, str, str], None]
_ENTERING: dict[State, list[Entering]] = {}


def entering(state: State) -> Callable[[Entering], Entering]:
    """Registers what is done when a procurement or lot comes to `state`: `function(tx, project, lot)`."""

    def register(function: Entering) -> Entering:
        _ENTERING.setdefault(state, []).append(function)
        return function

    return register


def begin(tx: Tx) -> None:
    """A procurement begins with the act in hand, an intention over imported lines."""
    tx.begin_project()
    put(tx, tx.id, "", State.BUDGET_READY)


def state_of(reading: Reading, project: str, lot: str = "") -> State:
    """The state of a lot; before publication (and without a lot) that of the whole procurement."""
    row = reading.session.get(CourseRow, (project, lot)) or reading.session.get(CourseRow, (project, ""))
    return State(row.state) if row else State.NONE


def require(reading: Reading, act: str, project: str, lot: str = "") -> None:
    """Refuse `act` out of order before its content is looked at. Raises `Refused("wrong-order")`."""
    require_step(state_of(reading, project, lot), act)


def step(tx: Tx, act: str, project: str, lot: str = "", outcome: str = "") -> State:
    """Take the step that `act` makes and keep the new state. Raises `Refused("wrong-order")`."""
    before = state_of(tx, project, lot)
    to = next_state(before, act, outcome)
    put(tx, project, lot, to)
    for function in _ENTERING.get(to, ()) if to is not before else ():
        function(tx, project, lot)
    return to


def put(tx: Tx, project: str, lot: str, state: State) -> None:
    """Begin a course, or a lot's own one, in this state."""
    row = tx.session.get(CourseRow, (project, lot))
    if row is None:
        row = CourseRow(project=project, lot=lot, state=str(state))
        tx.session.add(row)
    row.state = str(state)
    tx.session.flush()
