"""Where a person is. A route reads place/tender/lot/step/item; back, deep links and the next start use it."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Route:
    """One address inside the window; empty parts are left out from the end."""

    place: str
    tender: str = ""
    lot: str = ""
    step: str = ""
    item: str = ""

    @classmethod
    def parse(cls, text: str) -> Route:
        parts = (text.split("/") + [""] * 5)[:5]
        return cls(*parts)

    def __str__(self) -> str:
        return "/".join((self.place, self.tender, self.lot, self.step, self.item)).rstrip("/")

    def at(self, step: str, item: str = "") -> Route:
        """The same tender and lot at another step."""
        return replace(self, step=step, item=item)

    @property
    def page(self) -> tuple[str, str, str]:
        """What decides which page object is needed; step and item only move inside it."""
        return self.place, self.tender, self.lot


class History:
    """Routes gone through; `back` never leaves the first."""

    def __init__(self) -> None:
        self._past: list[Route] = []

    def went(self, route: Route) -> None:
        if not self._past or self._past[-1] != route:
            self._past.append(route)

    def back(self) -> Route | None:
        if len(self._past) < 2:
            return None
        self._past.pop()
        return self._past[-1]

    def __len__(self) -> int:
        return len(self._past)

    def forget(self) -> None:
        self._past.clear()
