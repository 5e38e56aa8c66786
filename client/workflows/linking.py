"""标书关联: reads the bid's PDFs, finds words in them, suggests the pages that answer each item. On a lane of its own kind, so that saving never waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from client.page_search import Hit, Page, Suggestion, find_words, suggest
from client.page_texts import page_texts
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from procurement.basics.problems import Problem
from procurement.basics.pulse import NoPulse, Pulse
from procurement.bidding.draft import BidDocument
from procurement.bidding.linking import LinkPlace

Suggestions = dict[tuple[str, str, int], tuple[Suggestion, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bid's PDFs say. Pages without text are scans; files that could not be read are named."""

    pages: tuple[Page, ...]
    unread: tuple[str, ...]

    @property
    def scanned(self) -> int:
        return sum(not page.text.strip() for page in self.pages)


class Linking(Workflow):
    """Texts are kept in memory by digest: a file is read once while the program runs, and never written out."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._texts: dict[str, tuple[str, ...]] = {}

    @verb("print", pulsed=True)
    def read(self, documents: Sequence[BidDocument], pulse: Pulse | None = None) -> Reading:
        """The text of all PDFs of a bid. Steps once a page; raises `Cancelled` when asked to stop."""
        pulse, total = pulse or NoPulse(), sum(one.pages for one in documents)
        pages: list[Page] = []
        unread: list[str] = []
        for document in documents:
            if not document.path.endswith(".pdf"):
                continue
            try:
                texts = self._texts_of(document, pulse, len(pages), total)
            except Problem as problem:
                if problem.kind == "cancelled":
                    raise
                unread.append(document.title)
                continue
            pages += [Page(document.code, number, text) for number, text in enumerate(texts, 1)]
        return Reading(tuple(pages), tuple(unread))

    @verb("print", pulsed=True)
    def find(self, documents: Sequence[BidDocument], wanted: str, pulse: Pulse | None = None) -> tuple[Hit, ...]:
        """Pages on which `wanted` stands."""
        return find_words(self.read(documents, pulse).pages, wanted)

    @verb("print", pulsed=True)
    def suggest(
        self, documents: Sequence[BidDocument], places: Sequence[LinkPlace], pulse: Pulse | None = None
    ) -> tuple[Reading, Suggestions]:
        """Pages that may answer each place, with the reading they come from."""
        reading = self.read(documents, pulse)
        return reading, suggest(places, reading.pages, pulse=pulse)

    def _texts_of(self, document: BidDocument, pulse: Pulse, before: int, total: int) -> tuple[str, ...]:
        known = self._texts.get(document.sha256)
        if known is None:
            found: list[str] = []
            for text in page_texts(self.place.blobs.read(document.sha256), document.title):
                found.append(text)
                pulse.step(before + len(found), max(total, before + len(found)))
            known = self._texts[document.sha256] = tuple(found)
        return known
