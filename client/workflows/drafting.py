"""The bid on the desk: one draft per lot, saved as one types, with its documents and the computers it was edited on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from client.attachments import Attachment, becomes_pdf, check_attachment, check_room, check_source
from client.bid_seals import BidSeals, SealPlaces
from client.conversion import to_pdf
from client.loose_texts import Loose, LooseTexts
from client.machine import same_machine
from client.price_sheets import read_prices, write_prices
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from procurement.basics.canonical import canonical
from procurement.basics.problems import Refused
from procurement.basics.pulse import Pulse
from procurement.basics.value import format_instant
from procurement.bidding.draft import BidDocument, BidForms, Enterprise, Machine
from procurement.bidding.merge import Changes, changes, machines_of
from procurement.bidding.price_import import GridRow, Proposal, propose
from procurement.tendering.quote import PriceTable

KIND = "bid"
LIMIT = 16 * 1024 * 1024
NOTICE, NOTICE_VERSION = "machine-notice", "1"
"""A notice of other content gets another version, and is given again"""


@dataclass(frozen=True, slots=True)
class BidDraft:
    """A draft as it stands."""

    forms: BidForms
    version: int
    """0: never saved"""
    saved: datetime | None
    superseded: bool
    """Whether it was written for an older version of the tender and should be looked through again"""
    loose: Loose = field(default_factory=dict)
    """What is typed and not yet whole; read by `begin` only"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that was kept, and the computers it now names."""

    version: int
    machines: tuple[Machine, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """What was typed here, set aside, and the draft of the other window, which is worked on from now on."""

    version: int
    draft: BidDraft


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was judged and kept, and is not yet in a bid."""

    found: Attachment
    sha256: str


@dataclass(frozen=True, slots=True)
class DraftVersion:
    """An entry of a draft's history."""

    version: int
    saved: datetime
    machine: str
    """Name of the computer that saved it, as that computer gave it"""
    name: str
    origin: str
    changes: Changes
    """Against the version before it in the list"""


def content_mark(forms: BidForms) -> str:
    """SHA-256 of what a draft says, the machines left out: the same content is known again on another computer."""
    return _mark(forms.to_plain())


def _mark(plain: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({**plain, "machines": []})).hexdigest()


class Drafting(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self.tenders = tenders
        self.seals = BidSeals(place)
        self._loose = LooseTexts(place, KIND)
        self._read: dict[str, str] = {}
        """Content mark of what this window last read or kept of a draft under work; touched on the store's lane only"""

    def open(self, tender_id: str, lot: str) -> BidDraft:
        """The draft for a lot, or a new one."""
        published = self.tenders.current(tender_id)
        saved = self.place.drafts.load(KIND, draft_key(tender_id, lot))
        if saved is None:
            return BidDraft(self._new(published.tv, lot, published.lot(lot).validity_days), 0, None, False)
        forms = BidForms.from_bytes(saved.body, LIMIT)
        return BidDraft(forms, saved.version, saved.saved, forms.tender != published.tv)

    @verb("store")
    def begin(self, tender_id: str, lot: str) -> BidDraft:
        """The draft for a lot, to be worked on: what is kept from now on is based on what is read here."""
        draft = self.open(tender_id, lot)
        key = draft_key(tender_id, lot)
        self._read[key] = content_mark(draft.forms) if draft.version else ""
        return replace(draft, loose=self._loose.read(key))

    @verb("store")
    def save(
        self, tender_id: str, forms: BidForms, *, based_on: int | None = None, name: str = "", origin: str = ""
    ) -> int:
        """Keep a version; returns its number. Raises as `keep`."""
        return self.keep(tender_id, forms, based_on=based_on, name=name, origin=origin).version

    @verb("store")
    def keep_typed(self, tender_id: str, forms: BidForms, loose: Loose | None = None) -> Kept:
        """Keep what a person typed since `begin`, and beside it what is not yet whole. Raises `Refused("draft-moved-on")` when another
        window has kept something else."""
        key = draft_key(tender_id, forms.lot)
        with self.place.connection.write():
            kept = self.keep(tender_id, forms, based_on=self._standing(key))
            if loose is not None:
                self._loose.keep(key, loose)
        if loose is not None:
            self._loose.note(key, loose)
        return kept

    @verb("store")
    def set_aside(self, tender_id: str, forms: BidForms) -> Aside:
        """Keep what was typed here as a version of its own and go on from what another window has kept meanwhile; nothing is lost."""
        key, now = draft_key(tender_id, forms.lot), self.place.now()
        with self.place.connection.write():
            theirs = self.open(tender_id, forms.lot)
            body, mark = self.on_record(forms).to_bytes(), content_mark(forms)
            mine = self.place.drafts.save(KIND, key, body, now, based_on=theirs.version, origin="aside", mark=mark)
            self._read[key] = mark
            machines = machines_of(forms, theirs.forms)
            self.keep(
                tender_id,
                theirs.forms.model_copy(update={"machines": machines}),
                based_on=mine,
                origin=f"restored:{theirs.version}",
            )
            return Aside(mine, self.open(tender_id, forms.lot))

    def note_read(self, tender_id: str, forms: BidForms) -> None:
        """Say that this window knows what the draft says now: it has just been made here, with the person's knowledge."""
        self._note_read(draft_key(tender_id, forms.lot), content_mark(forms))

    def _own(self, tender_id: str, lot: str) -> BidDraft:
        """The draft as this window left it. Raises `Refused("draft-moved-on")`."""
        self._standing(draft_key(tender_id, lot))
        return self.open(tender_id, lot)

    def _standing(self, key: str) -> int | None:
        """Number of the version that stands, after making sure that this window knows what it says. None: nobody works on it here."""
        read = self._read.get(key)
        if read is None:
            return None
        newest = self.place.drafts.newest(KIND, key)
        if newest is None:
            return 0
        if read != (newest.mark or content_mark(BidForms.from_bytes(newest.body, LIMIT))):
            raise Refused(
                "draft-moved-on", "Read the draft again: it was saved elsewhere meanwhile.", version=newest.version
            )
        return newest.version

    @verb("store")
    def keep(
        self, tender_id: str, forms: BidForms, *, based_on: int | None = None, name: str = "", origin: str = ""
    ) -> Kept:
        """Keep a version, with this computer noted in it. What says nothing new from a machine that is on record keeps the old one.

        Raises `Refused("draft-moved-on")` when saved elsewhere meanwhile.
        """
        now = self.place.now()
        here = self.place.machine(now, now)
        plain = forms.to_plain()  # made once: with a long price table it is the most of the work
        key, mark = draft_key(tender_id, forms.lot), _mark(plain)
        known = any(same_machine(one, here) for one in forms.machines)
        kept = self.place.drafts.newest(KIND, key)
        if known and kept is not None and kept.mark == mark and not name:
            self._note_read(key, mark)
            return Kept(kept.version, forms.machines)
        machines = self._on_record(forms.machines)
        body = canonical({**plain, "machines": [one.to_plain() for one in machines]})
        version = self.place.drafts.save(KIND, key, body, now, based_on=based_on, name=name, origin=origin, mark=mark)
        if based_on is not None:
            self._note_read(key, mark)
        return Kept(version, machines)

    def _note_read(self, key: str, mark: str) -> None:
        if key in self._read:
            self._read[key] = mark

    def on_record(self, forms: BidForms) -> BidForms:
        """The bid with this computer in its record, from its first use to now (R-105)."""
        return forms.model_copy(update={"machines": self._on_record(forms.machines)})

    def _on_record(self, machines: tuple[Machine, ...]) -> tuple[Machine, ...]:
        now = self.place.now()
        here = self.place.machine(now, now)
        first = next((one.first_used for one in machines if same_machine(one, here)), now)
        others = tuple(one for one in machines if not same_machine(one, here))
        return (*others, here.model_copy(update={"first_used": first}))

    @verb("store")
    def versions(self, tender_id: str, lot: str) -> tuple[DraftVersion, ...]:
        """The history of a draft, newest first."""
        found: list[DraftVersion] = []
        before: BidForms | None = None
        for saved in reversed(self.place.drafts.history(KIND, draft_key(tender_id, lot))):
            forms = BidForms.from_bytes(saved.body, LIMIT)
            last = max(forms.machines, key=lambda one: one.last_used, default=None)
            host = last.host if last is not None else ""
            what = changes(before, forms)
            found.append(DraftVersion(saved.version, saved.saved, host, saved.name, saved.origin, what))
            before = forms
        return tuple(reversed(found))

    @verb("store")
    def name(self, tender_id: str, lot: str, version: int, name: str) -> None:
        """Name a version, which keeps it for good; "" takes the name away. Raises `Refused`."""
        self.place.drafts.name(KIND, draft_key(tender_id, lot), version, name.strip())

    @verb("store")
    def restore(self, tender_id: str, lot: str, version: int) -> BidForms:
        """Go on from an older version: it becomes the newest one, and nothing is lost. No machine leaves the record."""
        with self.place.connection.write():
            draft = self.open(tender_id, lot)
            old = self.version(tender_id, lot, version)
            forms = old.model_copy(update={"machines": machines_of(draft.forms, old)})
            self.save(tender_id, forms, based_on=draft.version, origin=f"restored:{version}")
            return self.open(tender_id, lot).forms

    def version(self, tender_id: str, lot: str, version: int) -> BidForms:
        """What a kept version says. Raises `Refused("draft-version-gone")`."""
        return BidForms.from_bytes(self.place.drafts.version(KIND, draft_key(tender_id, lot), version).body, LIMIT)

    def noticed(self) -> bool:
        """Whether whoever edits here has been told what is recorded of this computer (R-105)."""
        return self.place.keepsakes.find(NOTICE, NOTICE_VERSION) is not None

    @verb("store")
    def take_notice(self) -> None:
        """Keep that the person at this computer was told, and when. The first time counts."""
        told = {"person": self.place.profile.person, "told": format_instant(self.place.now())}
        self.place.keepsakes.keep(NOTICE, NOTICE_VERSION, canonical(told))

    def this_computer(self) -> Machine:
        """What would be recorded of this computer now."""
        return self.place.machine(self.place.now(), self.place.now())

    def all(self) -> tuple[tuple[str, str], ...]:
        """(tender id, lot) of every draft."""
        found = (key.rpartition("/") for key in self.place.drafts.keys(KIND))
        return tuple((tender, lot) for tender, _, lot in found)

    @verb("store", pulsed=True)
    def attach(
        self, tender_id: str, lot: str, source: Path, code: str, title: str, pulse: Pulse | None = None
    ) -> BidForms:
        """Take a document into the local store and the draft. Raises as `take` and `put_document`."""
        return self.put_document(tender_id, lot, self.take(tender_id, source, pulse), code, title)

    @verb("print", pulsed=True)
    def take(self, tender_id: str, source: Path, pulse: Pulse | None = None) -> Taken:
        """Judge a file and keep it; a picture, Word or Excel file becomes a PDF where the tender wants PDFs.

        Not on the store's lane: what is typed meanwhile goes on being saved. Raises as `check_attachment` and `to_pdf`.
        """
        upload = self.tenders.current(tender_id).tender.upload
        with self.place.blobs.scratch() as folder:
            if becomes_pdf(source, upload):
                check_source(source, upload)
                source = to_pdf(source, folder, pulse)
            found = check_attachment(source, upload)
            return Taken(found, self.place.keep(source, pulse, loose=True))

    @verb("store")
    def put_document(self, tender_id: str, lot: str, taken: Taken, code: str, title: str) -> BidForms:
        """Put a kept file into the draft; an older one of the same code gives way.

        Raises `RuleBroken("bid-too-large")` when the bid would be larger than the tender admits.
        """
        draft = self._own(tender_id, lot)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", code):
            raise Refused("document-code-malformed", "Use letters, digits, dot, dash, underscore.", given=code)
        others = tuple(one for one in draft.forms.documents if one.code != code)
        found = taken.found
        check_room(sum(one.size for one in others), found.size, self.tenders.current(tender_id).tender.upload)
        document = BidDocument(
            code=code,
            title=title,
            path=f"documents/{code}.{found.kind}",
            size=found.size,
            sha256=taken.sha256,
            pages=found.pages,
        )
        forms = draft.forms.model_copy(update={"documents": (*others, document)})
        self.save(tender_id, forms, based_on=draft.version)
        self.place.blobs.bind(taken.sha256)
        return forms

    @verb("store")
    def export_prices(self, path: Path, table: PriceTable, rows: Sequence[GridRow]) -> Path:
        """Write a price table as it stands to an Excel file. Raises `Refused("price-sheet-unwritable")`."""
        write_prices(path, table, rows)
        return path

    @verb("store")
    def import_prices(self, path: Path, table: PriceTable, rows: Sequence[GridRow]) -> Proposal:
        """What an Excel file would change in a price table; changes nothing. Raises as `read_prices`."""
        return propose(table, rows, read_prices(path, table))

    @verb("store")
    def read_to_seal(self, sha256: str) -> tuple[bytes, bytes]:
        """A document of the draft, and the picture of the own seal to place on it."""
        return self.place.blobs.read(sha256), self.seals.picture()

    @verb("store")
    def seal(self, tender_id: str, lot: str, code: str, places: SealPlaces) -> BidForms:
        """Put the own seals on a PDF of the draft; the sealed file takes the place of the other. Raises as `BidSeals.seal`."""
        draft = self._own(tender_id, lot)
        document = draft.forms.document(code)
        if document is None or not document.path.endswith(".pdf"):
            raise Refused("document-not-sealable", "Choose a PDF of this bid.", document=code)
        with self.place.blobs.scratch() as folder:
            plain, sealed = folder / "plain.pdf", folder / "sealed.pdf"
            self.place.blobs.export(document.sha256, plain)
            self.seals.seal(plain, sealed, places)
            kept = self.place.keep(sealed)
            size = sealed.stat().st_size
        changed = document.model_copy(update={"sha256": kept, "size": size})
        documents = tuple(changed if one.code == code else one for one in draft.forms.documents)
        forms = draft.forms.model_copy(update={"documents": documents})
        self.save(tender_id, forms, based_on=draft.version)
        return forms

    @verb("store")
    def detach(self, tender_id: str, lot: str, code: str) -> BidForms:
        """Take a document out of the draft, with the evidence that points into it."""
        draft = self._own(tender_id, lot)
        forms = draft.forms.model_copy(
            update={
                "documents": tuple(one for one in draft.forms.documents if one.code != code),
                "evidence": tuple(one for one in draft.forms.evidence if one.document != code),
            }
        )
        self.save(tender_id, forms, based_on=draft.version)
        return forms

    @verb("store")
    def read(self, sha256: str) -> bytes:
        """The bytes of a document of the draft, kept on this machine."""
        return self.place.blobs.read(sha256)

    def _new(self, tv: str, lot: str, validity_days: int) -> BidForms:
        return BidForms(
            tender=tv,
            lot=lot,
            supplier=self.me,
            name=self.place.profile.name,
            quote=(),
            validity_days=validity_days,
            enterprise=Enterprise(size="medium"),
        )


def draft_key(tender_id: str, lot: str) -> str:
    """The name of a draft in the store."""
    return f"{tender_id}/{lot}"
