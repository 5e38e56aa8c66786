"""What was entrusted to this agency: accepted numbers to publish under, and what still waits for its word (R-050)."""

from __future__ import annotations

from client.acts import Act
from procurement.planning.entrust import Entrustment, EntrustmentAcceptance
from ui.context import Context


class Entrusted:
    """Questions to the local store."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def _accepted(self) -> list[str]:
        return [act.value.entrustment for act in self._context.desk.place.acts.all(EntrustmentAcceptance)]

    def _mine(self) -> tuple[Act[Entrustment], ...]:
        return self._context.desk.place.acts.all(Entrustment, agency=self._context.desk.actor)

    def numbers(self) -> list[str]:
        """备案号 of the entrustments this agency has accepted."""
        accepted = self._accepted()
        return [act.value.number for act in self._mine() if act.id in accepted]

    def offered(self) -> Act[Entrustment] | None:
        """An entrustment it has not accepted yet."""
        accepted = self._accepted()
        return next((act for act in self._mine() if act.id not in accepted), None)
