"""Sealing a document of the own bid: 公章 and 法人章 where they were put, over all edges if wanted, under one signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from client.stamping import TimeStamps
from client.workplace import Workplace
from crypto.pdf_marks import Stamp
from crypto.pdf_seal import seal_pdf
from crypto.seal_places import POINTS_PER_MM, ROUND_MM, SQUARE_MM, at_point, beside, sheets_of, straddling
from crypto.stamp import round_seal, square_seal
from documents.fonts import variable_font
from procurement.basics.problems import Refused


@dataclass(frozen=True, slots=True)
class SealPlaces:
    """Where seals go. Points are clicked: page from 1, then points from the lower left corner of what is shown."""

    points: tuple[tuple[int, float, float], ...] = ()
    words: str = ""
    """Beside each occurrence of these words"""
    edges: bool = False
    """骑缝章 over the edges of all pages"""
    person: str = ""
    """Legal person whose square seal stands to the right of each round one; empty for none"""


class BidSeals:
    """Draws and seals with the token that is open."""

    def __init__(self, place: Workplace) -> None:
        self._place, self._time = place, TimeStamps(place)

    def picture(self) -> bytes:
        """The own round seal as it will be printed, PNG."""
        return round_seal(self._place.profile.name, self._place.profile.actor, variable_font())

    def seal(self, source: Path, target: Path, places: SealPlaces) -> str:
        """Seal a PDF; returns SHA-256 of the result. Raises `Refused` seal-without-place, pdf-protected, pdf-…; `Locked`."""
        place = self._place
        with pikepdf.open(source) as pdf:
            if pdf.is_encrypted:  # it opens without a password and forbids changes: no signature fits into it
                raise Refused("pdf-protected", "Print it to a plain PDF, attach that, and seal it.")
        stamps = _stamps(source, places, self.picture(), lambda: square_seal(places.person, variable_font()))
        return seal_pdf(
            source,
            target,
            place.papers_token,
            field=f"bid-{place.profile.actor}",
            stamps=stamps,
            reason="投标文件",
            at=place.now(),
            timestamper=self._time.token,
            evidence=self._time.evidence(),
        )


def _stamps(source: Path, places: SealPlaces, round_: bytes, square: Callable[[], bytes]) -> list[Stamp]:
    known = sheets_of(source)
    if any(not 1 <= page <= len(known) for page, _, _ in places.points):
        raise Refused("pdf-stamp-outside", "Place the stamp on a page.", pages=len(known))
    found = [at_point(page, x, y, round_, sheet=known[page - 1]) for page, x, y in places.points]
    if places.words:
        found += beside(source, places.words, round_)
    if places.person:
        shift = (ROUND_MM / 2 + SQUARE_MM / 2 + 4) * POINTS_PER_MM
        found += [
            at_point(one.page, one.x + one.w / 2 + shift, one.y + one.h / 2, square(), SQUARE_MM, known[one.page - 1])
            for one in tuple(found)
        ]
    if places.edges:
        found += straddling(source, round_)
    if not found:
        raise Refused("seal-without-place", "Click a place, name words of the text, or choose the cross-page seal.")
    return found
