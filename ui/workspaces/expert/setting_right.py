"""更正评分: after the ranking, the marks that its open points let a member set right, and what it has typed instead (L-260)."""

from __future__ import annotations

from typing import Literal

from client.views.lots import LotStory
from procurement.evaluation.rescoring import pointed_at
from procurement.evaluation.sheets import Mark
from procurement.tendering.lot import Lot

Ground = Literal["objective-marks-differ", "outlier-marks"]
GROUNDS: tuple[Ground, ...] = ("objective-marks-differ", "outlier-marks")
Cell = tuple[str, str]
"""Item and supplier, as the grid has them"""


class SettingRight:
    """One member's corrections before they are signed. They are not kept on disk: a handful of marks, typed and signed at once."""

    def __init__(self, lot: Lot, me: str) -> None:
        self._lot, self._me = lot, me
        self._ranking = ""
        self.grounds: dict[Cell, Ground] = {}
        """Cells that may change, and why"""
        self.marks: dict[Cell, Mark | None] = {}
        """What is typed instead; None: the own mark is taken back, and the computed points stand"""

    def show_story(self, story: LotStory) -> None:
        """A new ranking has points of its own: what was typed against the old one goes."""
        ranking = story.ranking
        if ranking is not None and ranking.id != self._ranking:
            self._ranking, self.marks = ranking.id, {}
        self.grounds = {}
        if ranking is None or story.report is not None or story.review_closed is None:
            return
        points, suppliers = ranking.value.open_points, story.review_closed.value.scored
        for ground in reversed(GROUNDS):
            cells = pointed_at(points, ground, self._me, self._lot, suppliers)
            self.grounds |= {(item, supplier): ground for supplier, item in cells}

    @property
    def must(self) -> bool:
        """Whether the report waits for it; else it is the member's own choice."""
        return "objective-marks-differ" in self.grounds.values()

    @property
    def ready(self) -> tuple[Ground, dict[Cell, Mark | None]] | None:
        """The changes of the first ground that has any: a correction rests on one."""
        for ground in GROUNDS:
            chosen = {cell: mark for cell, mark in self.marks.items() if self.grounds.get(cell) == ground}
            if chosen:
                return ground, chosen
        return None
