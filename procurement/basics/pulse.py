"""The port through which long work tells how far it is and hears that it should stop."""

from __future__ import annotations

from typing import Protocol

from procurement.basics.problems import Cancelled


class Pulse(Protocol):
    """Whoever started a long work hands one in. Called often, by whichever thread does the work, never by two at once."""

    def step(self, done: int, total: int) -> None:
        """`done` of `total` units (bytes unless the work says otherwise) are finished. Raises `Cancelled`."""


class NoPulse:
    """Nobody watches and nobody stops the work."""

    def step(self, done: int, total: int) -> None:
        return None


def cancelled() -> Cancelled:
    """What a pulse raises when the person stopped the work."""
    return Cancelled("work-cancelled", "Start the work again when you wish; nothing was changed.")
