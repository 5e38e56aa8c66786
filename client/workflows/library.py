"""资料库: the company's evidence in the profile's encrypted store, with versions; put into bids, judged against their deadline."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from client.attachments import becomes_pdf, check_attachment, check_source
from client.conversion import to_pdf
from client.tenders import Tenders
from client.workflows.drafting import Drafting, Taken
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from procurement.basics.findings import Finding
from procurement.basics.problems import Refused
from procurement.basics.pulse import Pulse
from procurement.bidding.draft import BidForms
from procurement.bidding.library import Evidence, EvidenceFile, EvidenceKind, Library, library_findings
from procurement.tendering.tender import Upload

KIND, KEY = "evidence-library", "company"
LIMIT = 16 * 1024 * 1024
ADMITTED = Upload(file_types=("pdf",))
"""Evidence is kept as PDF, as nearly every tender wants it; pictures, Word and Excel files become one"""


class EvidenceLibrary(Workflow):
    """One document in the drafts' store: each change is a version, so that nothing is lost by a slip of the hand."""

    def __init__(self, place: Workplace, tenders: Tenders, drafts: Drafting) -> None:
        super().__init__(place)
        self.tenders, self.drafts = tenders, drafts
        self._known: tuple[bytes, Library] = (b"", Library())

    def all(self) -> Library:
        """The library as it stands."""
        saved = self.place.drafts.load(KIND, KEY)
        if saved is None:
            return Library()
        if saved.body != self._known[0]:
            self._known = (saved.body, Library.from_bytes(saved.body, LIMIT))
        return self._known[1]

    @verb("print", pulsed=True)
    def take(self, source: Path, pulse: Pulse | None = None) -> Taken:
        """Judge a file and keep it encrypted; not in the library yet. Raises as `check_attachment` and `to_pdf`."""
        with self.place.blobs.scratch() as folder:
            if becomes_pdf(source, ADMITTED):
                check_source(source, ADMITTED)
                source = to_pdf(source, folder, pulse)
            found = check_attachment(source, ADMITTED)
            return Taken(found, self.place.keep(source, pulse, loose=True))

    @verb("store")
    def add(
        self, taken: Taken, kind: EvidenceKind, title: str, *, holder: str = "", number: str = "", issued: str = "",
        expires: str = "",
    ) -> Evidence:  # fmt: skip
        """A new entry. Raises `Refused`: evidence-title-missing, evidence-date-malformed, evidence-dates-reversed."""
        file = self._file(taken, number, issued, expires)
        entry = Evidence(id=secrets.token_hex(8), kind=kind, title=_title(title), holder=holder.strip(), files=(file,))
        self._write(lambda entries: (*entries, entry))
        return entry

    @verb("store")
    def revise(
        self, code: str, kind: EvidenceKind, title: str, *, holder: str = "", number: str = "", issued: str = "",
        expires: str = "",
    ) -> Evidence:  # fmt: skip
        """Other words and dates for an entry's newest issue. Raises as `add`, and `Refused("evidence-gone")`."""
        old = self._entry(code)
        dated = {"number": number.strip(), "issued": _day(issued), "expires": _day(expires)}
        _in_order(dated["issued"], dated["expires"])
        files = (*old.files[:-1], old.file.model_copy(update=dated))
        made = old.model_copy(update={"kind": kind, "title": _title(title), "holder": holder.strip(), "files": files})
        self._put(made)
        return made

    @verb("store")
    def replace(self, code: str, taken: Taken, *, number: str = "", issued: str = "", expires: str = "") -> Evidence:
        """A new issue; the earlier ones stay. Raises as `revise`."""
        old = self._entry(code)
        made = old.model_copy(update={"files": (*old.files, self._file(taken, number, issued, expires))})
        self._put(made)
        return made

    @verb("store")
    def remove(self, code: str) -> Evidence:
        """Take an entry out; bids that hold its document keep it. Returns what `put_back` takes."""
        gone = self._entry(code)
        self._write(lambda entries: tuple(one for one in entries if one.id != code))
        return gone

    @verb("store")
    def put_back(self, entry: Evidence) -> Evidence:
        """Undo a removal."""
        self._write(lambda entries: (*(one for one in entries if one.id != entry.id), entry))
        return entry

    @verb("store")
    def read(self, sha256: str) -> bytes:
        """A file of the library."""
        return self.place.blobs.read(sha256)

    @verb("store")
    def insert(self, tender_id: str, lot: str, code: str, document: str) -> BidForms:
        """Put the newest issue of an entry into a bid under the code `document`. Raises as `put_document`."""
        entry = self._entry(code)
        with self.place.blobs.scratch() as folder:
            path = folder / f"{entry.file.sha256[:16]}.{entry.file.kind}"
            self.place.blobs.export(entry.file.sha256, path)
            found = check_attachment(path, self.tenders.current(tender_id).tender.upload)
        return self.drafts.put_document(tender_id, lot, Taken(found, entry.file.sha256), document, entry.title)

    def deadline(self, tender_id: str) -> datetime:
        """When bids are opened: what expiry is judged against."""
        return self.tenders.current(tender_id).package.deadline

    def findings(self, tender_id: str, forms: BidForms) -> tuple[Finding, ...]:
        """What the library says of a bid."""
        published = self.tenders.current(tender_id)
        lot = published.lot(forms.lot)
        return library_findings(self.all(), published.tender, lot, forms, published.package.deadline)

    def _file(self, taken: Taken, number: str, issued: str, expires: str) -> EvidenceFile:
        first, last = _day(issued), _day(expires)
        _in_order(first, last)
        return EvidenceFile(
            sha256=taken.sha256, size=taken.found.size, pages=taken.found.pages, kind=taken.found.kind,
            number=number.strip()[:200], issued=first, expires=last, added=self.place.now(),
        )  # fmt: skip

    def _entry(self, code: str) -> Evidence:
        found = self.all().entry(code)
        if found is None:
            raise Refused("evidence-gone", "Choose another entry of the library.", id=code)
        return found

    def _put(self, entry: Evidence) -> None:
        self._write(lambda entries: tuple(entry if one.id == entry.id else one for one in entries))

    def _write(self, change: Callable[[tuple[Evidence, ...]], tuple[Evidence, ...]]) -> None:
        with self.place.connection.write():
            library = self.all()
            entries = change(library.entries)
            body = library.model_copy(update={"entries": entries}).to_bytes()
            self.place.drafts.save(KIND, KEY, body, self.place.now())
            for one in entries:
                self.place.blobs.bind(one.file.sha256)


def _title(text: str) -> str:
    if not text.strip():
        raise Refused("evidence-title-missing", "Give it a title.")
    return text.strip()[:200]


def _day(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise Refused("evidence-date-malformed", "Write the day as 2026-03-02.", given=text) from error


def _in_order(issued: str, expires: str) -> None:
    if issued and expires and expires < issued:
        raise Refused(
            "evidence-dates-reversed", "It cannot run out before it was issued.", issued=issued, until=expires
        )
