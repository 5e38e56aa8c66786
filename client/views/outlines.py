"""What lists say of a tender: a few words of its model, kept, so that a list of thousands reads no model."""

from __future__ import annotations

import threading
from collections.abc import Callable

from offline_cache.drafts import Keepsakes
from procurement.basics.value import Code, Money, Name, Text, Value
from procurement.tendering.tender import Tender

KIND = "tender-outline"
LIMIT = 256 * 1024


class LotOutline(Value):
    code: Code
    word: Text
    """Its own part of its title: 标包一 of “…更新、增补标包一”"""
    ceiling: Money


class Outline(Value):
    """Taken from a model that is named by its digest, so it never changes."""

    title: Text
    purchaser: Name
    method: Text
    region: Code
    lots: tuple[LotOutline, ...]

    def lot(self, code: str) -> LotOutline | None:
        """A lot by its code, or by that of one of its parts."""
        return next((one for one in self.lots if one.code == code.partition("#")[0]), None)


def outline_of(tender: Tender) -> Outline:
    lots = (
        LotOutline(
            code=lot.code,
            word=lot.title.removeprefix(tender.title).strip(" （）()·") or lot.title,
            ceiling=lot.money_ceiling,
        )
        for lot in tender.lots
    )
    return Outline(
        title=tender.title,
        purchaser=tender.purchaser.name,
        method=tender.profile.title,
        region=tender.region,
        lots=tuple(lots),
    )


class Outlines:
    """Of all models that were ever read here; they are in memory once they were asked for."""

    def __init__(self, keepsakes: Keepsakes, model: Callable[[str], Tender | None]) -> None:
        self._keepsakes, self._model = keepsakes, model
        self._guard = threading.Lock()
        self._known: dict[str, Outline] | None = None

    def find(self, sha256: str) -> Outline | None:
        """The outline of the model with this digest; None while that is not in the local store."""
        known = self.read()
        found = known.get(sha256)
        if found is None and (model := self._model(sha256)) is not None:
            found = known[sha256] = outline_of(model)
            self._keepsakes.keep(KIND, sha256, found.to_bytes())
        return found

    def read(self) -> dict[str, Outline]:
        """All that are kept."""
        with self._guard:
            if self._known is None:
                kept = self._keepsakes.all(KIND)
                self._known = {key: Outline.model_validate_json(body) for key, body in kept}
            return self._known
