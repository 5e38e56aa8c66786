"""What all workflows stand on: a verb runs on the caller's thread, or on its lane when a window starts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from client.workplace import Workplace

F = TypeVar("F", bound=Callable[..., object])
_LANE = "__lane__"
_PULSED = "__pulsed__"


def verb(lane: str = "net", *, pulsed: bool = False) -> Callable[[F], F]:
    """Names the lane of a verb. `pulsed`: the verb takes `pulse=` and tells its progress."""

    def mark(work: F) -> F:
        setattr(work, _LANE, lane)
        setattr(work, _PULSED, pulsed)
        return work

    return mark


def lane_of(work: Callable[..., object]) -> str:
    return str(getattr(work, _LANE, "net"))


def is_pulsed(work: Callable[..., object]) -> bool:
    return bool(getattr(work, _PULSED, False))


class Workflow:
    """The verbs of one stage."""

    def __init__(self, place: Workplace) -> None:
        self.place = place

    @property
    def me(self) -> str:
        """The code under which this profile acts."""
        return self.place.profile.actor
