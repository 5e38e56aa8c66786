"""The bid on paper, before it is signed: everything filled in as one PDF, with the attachments listed or behind it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from client.papers import Papers
from client.tenders import Tenders
from client.workflows.drafting import Drafting, content_mark
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from crypto.files import written_whole
from documents.bid_data import BidPrint
from documents.bid_words import bid_chapters
from documents.papers import print_bid
from procurement.basics.problems import Refused
from procurement.basics.pulse import NoPulse, Pulse
from procurement.bidding.draft import BidDocument, BidForms


@dataclass(frozen=True, slots=True)
class Printed:
    """Where the print lies, its pages, and how many documents stand behind it."""

    path: Path
    pages: int
    appended: int
    left_out: tuple[str, ...]
    """Titles of documents that are no PDF and so are listed only"""


class Printing(Workflow):
    """Reads, and changes nothing in the draft."""

    def __init__(self, place: Workplace, tenders: Tenders, drafts: Drafting) -> None:
        super().__init__(place)
        self._tenders, self._drafts, self._papers = tenders, drafts, Papers(place)

    @verb("print", pulsed=True)
    def bid(
        self, tender_id: str, lot: str, target: Path, *, attachments: bool = False, pulse: Pulse | None = None
    ) -> Printed:
        """Print the draft of a lot, as it was saved last, to `target`, whole or not at all; `attachments`: its PDFs behind it. One step for the print, one for each document.

        Raises `Refused("print-unwritable")`, `Refused("document-not-printable")`, `Locked("blob-missing")`, `Cancelled`.
        """
        pulse = pulse or NoPulse()
        draft = self._drafts.open(tender_id, lot)
        forms = draft.forms
        added = [one for one in forms.documents if attachments and one.path.endswith(".pdf")]
        steps = 2 + len(added)
        pulse.step(0, steps)
        with self.place.blobs.scratch() as folder:
            made = print_bid(self._data(tender_id, forms, draft.version), folder / "bid.pdf")
            pulse.step(1, steps)
            path, pages = made.path, made.pages
            if added:
                path, pages = self._join(path, added, folder, steps, pulse)
            pulse.step(steps - 1, steps)
            _put(path, target)
        pulse.step(steps, steps)
        left = tuple(one.title for one in forms.documents if attachments and one not in added)
        return Printed(target, pages, len(added), left)

    def _data(self, tender_id: str, forms: BidForms, version: int) -> BidPrint:
        published = self._tenders.current(tender_id)
        lot = published.lot(forms.lot)
        return BidPrint(
            project=self._papers.project(published, forms.lot),
            supplier=self._papers.supplier(forms.supplier, forms.name),
            version=version,
            content=content_mark(forms),
            tender=forms.tender,
            chapters=bid_chapters(published.tender, lot, forms),
            made=self.place.now(),
        )

    def _join(self, front: Path, added: list[BidDocument], folder: Path, steps: int, pulse: Pulse) -> tuple[Path, int]:
        """The print, then each document as it is, with a bookmark. Seals in them are pictures only: the files themselves hold good."""
        whole = folder / "whole.pdf"
        with ExitStack() as held:  # pages are read from their files when the whole is written
            pdf = held.enter_context(pikepdf.open(front))
            with pdf.open_outline() as outline:
                for place, one in enumerate(added, 2):
                    file = folder / f"{place}.pdf"
                    self.place.blobs.export(one.sha256, file)
                    document = held.enter_context(pikepdf.open(file))
                    outline.root.append(pikepdf.OutlineItem(one.title, len(pdf.pages)))
                    pdf.add_pages_from(document)
                    pulse.step(place, steps)
            pages = len(pdf.pages)
            pdf.save(whole)
        return whole, pages


def _put(source: Path, target: Path) -> None:
    """Copy a file to its place, whole or not at all."""
    try:
        with source.open("rb") as there, written_whole(target) as here:
            shutil.copyfileobj(there, here)
    except OSError as error:
        remedy = "Close the file if it is open, or choose another folder."
        raise Refused("print-unwritable", remedy, file=target.name) from error
