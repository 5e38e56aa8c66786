"""Where a seal goes: at a point that was clicked, beside words of the text, in slices over the edges of all pages (骑缝章)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from crypto.pdf_marks import Sheet, Stamp, sheets
from procurement.basics.problems import Refused

POINTS_PER_MM = 72 / 25.4
ROUND_MM, SQUARE_MM = 42.0, 20.0
"""Sizes on paper: 公章 of an enterprise or agency, 法人章"""
RUN = 20
"""Pages that share one cross-page seal: a slice of a 42 mm seal is then at least 2.1 mm wide"""
KEYWORD_LIMIT = 500
"""Places in one document"""

one_reader = threading.Lock()
"""Held by whoever reads with PDFium, which knows no threads"""


def sheets_of(path: Path) -> list[Sheet]:
    """Pages of a document as they are shown. Raises `Refused("pdf-unreadable")`."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        with path.open("rb") as file:
            return sheets(PdfFileReader(file))
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise _unreadable(path, error) from error


def at_point(page: int, x: float, y: float, image: bytes, mm: float = ROUND_MM, sheet: Sheet | None = None) -> Stamp:
    """A seal with its middle at a point of a page; moved onto the page where `sheet` tells its size."""
    side = mm * POINTS_PER_MM
    left, bottom = x - side / 2, y - side / 2
    if sheet is not None:
        left, bottom = _onto(left, sheet.w - side), _onto(bottom, sheet.h - side)
    return Stamp(page, left, bottom, side, side, image)


def beside(path: Path, words: str, image: bytes, mm: float = ROUND_MM, pages: Sequence[int] = ()) -> list[Stamp]:
    """A seal over the end of each occurrence of `words`, on all pages or the named ones, in reading order.

    Raises `Refused`: pdf-words-not-found, pdf-unreadable.
    """
    known = sheets_of(path)
    found = []
    for page, x, y in _ends(path, words):
        if not pages or page in pages:
            sheet = known[page - 1]
            found.append(at_point(page, *sheet.seen(x, y), image, mm, sheet))
    if not found:
        raise Refused("pdf-words-not-found", "Click the place instead, or look for other words.", words=words)
    return found[:KEYWORD_LIMIT]


def straddling(path: Path, image: bytes, mm: float = ROUND_MM, height: float = 0.5) -> list[Stamp]:
    """骑缝章: one slice at the right edge of every page, `height` of the page up; whole when the pages are fanned out.

    Long documents take several seals, each over at most `RUN` pages. Raises `Refused`: pdf-one-page-only, pdf-unreadable.
    """
    known = sheets_of(path)
    if len(known) < 2:
        raise Refused("pdf-one-page-only", "A cross-page seal needs two pages; place a seal on the page instead.")
    side, found, page = mm * POINTS_PER_MM, list[Stamp](), 1
    for run in _runs(len(known)):
        for place in range(run):
            sheet = known[page - 1]
            bottom = _onto(sheet.h * height - side / 2, sheet.h - side)
            part = (place / run, (place + 1) / run)
            found.append(Stamp(page, sheet.w - side / run, bottom, side / run, side, image, part))
            page += 1
    return found


def _runs(pages: int) -> list[int]:
    """Lengths of the runs of pages: as even as can be, none longer than `RUN`."""
    count = -(-pages // RUN)
    return [pages // count + (one < pages % count) for one in range(count)]


def _ends(path: Path, words: str) -> Iterator[tuple[int, float, float]]:
    """(page, x, y) of the right middle of each occurrence, in the page's own coordinates."""
    if not words.strip():
        return
    with one_reader:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(path, error) from error
        try:
            found = [(number, *end) for number in range(len(document)) for end in _of_page(document[number], words)]
        finally:
            document.close()
    for number, x, y in found:
        yield number + 1, x, y


def _of_page(page: pypdfium2.PdfPage, words: str) -> list[tuple[float, float]]:
    text = page.get_textpage()
    try:
        search, found = text.search(words, match_case=True), []
        while (hit := search.get_next()) is not None:
            _, bottom, right, top = text.get_charbox(hit[0] + hit[1] - 1)
            found.append((right, (bottom + top) / 2))
        search.close()
        return found
    finally:
        text.close()
        page.close()


def _onto(at: float, last: float) -> float:
    return max(0.0, min(at, last))


def _unreadable(path: Path, error: Exception) -> Refused:
    return Refused("pdf-unreadable", "Print or export the document again.", file=path.name, reason=type(error).__name__)
