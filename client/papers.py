"""Official PDFs on their way: printed from values, sealed with the token that is open, kept by digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from client.stamping import TimeStamps
from client.tenders import Published
from client.workplace import Workplace
from crypto.pdf_seal import Stamp, seal_pdf
from crypto.stamp import name_mark, round_seal, seal_mark
from documents.data import Party, Project
from documents.fonts import variable_font
from documents.printing import Box, PrintedDocument
from documents.tender_words import project_of
from procurement.basics.moment import SHANGHAI
from procurement.basics.parties import Registration

Print = Callable[[Path], PrintedDocument]
"""Prints to a path it is given"""


class Papers:
    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._stamps = TimeStamps(place)

    def project(self, published: Published, lot: str) -> Project:
        """The facts every document repeats."""
        return project_of(published.tender, published.lot(lot))

    def supplier(self, code: str, name: str, at: datetime | None = None) -> Party:
        """A bidder as it registered; `at` a moment, so that a paper printed again says what it said then."""
        said = self._place.acts.all(Registration, actor=code)
        known = next((act for act in reversed(said) if at is None or act.item.t_recv <= at), None)
        return Party(name=name, code=code, contact=known.value.contact if known else "")

    def seal(self, print_: Print, box: str, reason: str) -> str:
        """Print, put the own seal into the named box, keep the file; returns the sealed PDF's SHA-256."""
        place = self._place
        with place.blobs.scratch() as folder:
            printed = print_(folder / "paper.pdf")
            target = folder / "sealed.pdf"
            self.seal_file(printed.path, target, printed.boxes[box], box, reason)
            return place.keep(target)

    def keep(self, print_: Print) -> str:
        """Print without a seal and keep the file."""
        with self._place.blobs.scratch() as folder:
            return self._place.keep(print_(folder / "paper.pdf").path)

    def seal_file(self, source: Path, target: Path, box: Box, field: str, reason: str) -> str:
        """Add the own PAdES signature (B-LT; without a time-stamping authority B-B) with its visible mark in `box`.

        Returns SHA-256 of the result.
        """
        place, at = self._place, self._place.now()
        when = at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        stamp = Stamp(box.page, box.x, box.y, box.w, box.h, self._mark(box, (reason, when)))
        return seal_pdf(
            source,
            target,
            place.papers_token,
            field=field,
            stamps=(stamp,),
            reason=reason,
            at=at,
            timestamper=self._stamps.token,
            evidence=self._stamps.evidence(),
        )

    def _mark(self, box: Box, lines: tuple[str, ...]) -> bytes:
        profile, font = self._place.profile, variable_font()
        if profile.role == "expert":
            return name_mark(profile.name, lines, font, box.w, box.h)
        return seal_mark(round_seal(profile.name, profile.actor, font), lines, font, box.w, box.h)
