"""A draft carried to another computer and back: the encrypted bundle, and what a colleague did brought together item by item."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from client.attachments import check_attachment, check_room
from client.tenders import Tenders
from client.workflows.drafting import KIND, LIMIT, Drafting, content_mark, draft_key
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from crypto.files import becoming
from crypto.portable import PortableReader, PortableWriter, file_size, make_box
from procurement.basics.problems import Locked, Refused, Tampered
from procurement.basics.pulse import NoPulse, Pulse
from procurement.bidding.bundle import FILES, INDEX_LIMIT, MARKS, BundledFile, DraftIndex
from procurement.bidding.draft import BidForms
from procurement.bidding.merge import Conflict, Key, Side, differences, machines_of, merge, recomputed, with_free_codes
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Upload

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Carried:
    """A bundle that was written."""

    path: Path
    size: int
    documents: int
    version: int
    """The version that is in it"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A bundle that was read, its files kept, and what it would do to the own draft. Nothing is changed yet."""

    index: DraftIndex
    mine: BidForms
    theirs: BidForms
    """Theirs with documents under codes that are free here"""
    base: BidForms | None
    version: int
    """The own version it was compared with; 0: there is no own draft"""
    conflicts: tuple[Conflict, ...]
    came: tuple[Conflict, ...]
    """Items that only the other side changed; `mine` is what stood here"""
    whole: bool = False
    """Theirs goes on from mine: it is taken as it is"""

    @property
    def nothing_new(self) -> bool:
        return not self.conflicts and not self.came


class Carrying(Workflow):
    def __init__(self, place: Workplace, tenders: Tenders, drafts: Drafting) -> None:
        super().__init__(place)
        self.tenders, self.drafts = tenders, drafts

    @verb("seal", pulsed=True)
    def write(self, tender_id: str, lot: str, target: Path, passphrase: str, pulse: Pulse | None = None) -> Carried:
        """Write the draft as it is kept, with its documents, under a passphrase.

        Raises `Refused`: passphrase-too-short, draft-empty; `Locked`: disk-full, storage-failed; `Cancelled`.
        """
        draft = self.drafts.open(tender_id, lot)
        if not draft.version:
            raise Refused("draft-empty", "Fill in something first; then the draft can be taken along.")
        index = self._index(tender_id, draft.forms)
        head = index.to_bytes()
        size = 4 + len(head) + sum(one.size for one in index.files)
        box, key = make_box(passphrase)
        _check_space(target.parent, file_size(size, box))
        with becoming(target) as part, part.open("wb") as out:
            writer = PortableWriter(out, box, key, size, pulse or NoPulse())
            writer.write(len(head).to_bytes(4, "big"))
            writer.write(head)
            for one in index.files:
                with self.place.blobs.clear(one.sha256) as path, path.open("rb") as file:
                    while block := file.read(_BLOCK):
                        writer.write(block)
            writer.finish()
        self.place.drafts.note(KIND, draft_key(tender_id, lot), draft.version, "exported")
        return Carried(target, target.stat().st_size, len(draft.forms.documents), draft.version)

    def _index(self, tender_id: str, forms: BidForms) -> DraftIndex:
        now = self.place.now()
        marks = self._marks(tender_id, forms.lot)
        digests = dict.fromkeys(one.sha256 for one in forms.documents)
        return DraftIndex(
            made=now,
            host=self.place.machine(now, now).host,
            supplier=self.me,
            supplier_name=self.place.profile.name,
            tender=tender_id,
            lot=forms.lot,
            forms=forms,
            marks=tuple(dict.fromkeys((content_mark(forms), *marks)))[:MARKS],
            files=tuple(BundledFile(sha256=one, size=self.place.blobs.size(one)) for one in digests),
        )

    def _marks(self, tender_id: str, lot: str) -> dict[str, int]:
        """What the kept versions say, by its mark, newest first, and the newest version that says it.

        Versions of a store from before there were marks are read for theirs.
        """
        found: dict[str, int] = {}
        for saved in self.place.drafts.history(KIND, draft_key(tender_id, lot)):
            mark = saved.mark or content_mark(BidForms.from_bytes(saved.body, LIMIT))
            found.setdefault(mark, saved.version)
        return found

    @verb("seal", pulsed=True)
    def read(self, tender_id: str, lot: str, source: Path, passphrase: str, pulse: Pulse | None = None) -> Incoming:
        """Open a bundle, keep its documents here, and compare it with the own draft; the draft stays as it is.

        Raises `Tampered`: draft-bundle-malformed, -truncated, -damaged; `Locked`: draft-bundle-passphrase-wrong, disk-full;
        `Refused`: draft-bundle-of-another-company, -of-another-tender, -of-another-lot, -of-another-version,
        draft-follows-older-version, file-missing; for a document that may not be in a bid as `check_attachment`.
        """
        try:
            file = source.open("rb")
        except OSError as error:
            raise Refused("file-missing", "Choose the file again.", file=source.name) from error
        with file:
            return self._read(tender_id, lot, file, passphrase, pulse or NoPulse())

    def _read(self, tender_id: str, lot: str, file: BinaryIO, passphrase: str, pulse: Pulse) -> Incoming:
        content = PortableReader(file, passphrase, pulse)
        index = read_index(content)
        mine = self._belongs(index, tender_id, lot)
        upload = self.tenders.current(tender_id).tender.upload
        _check_room_of(index, upload)
        _check_space(self.place.folder.folder, 2 * sum(one.size for one in index.files))
        kinds = {one.sha256: one.path.rpartition(".")[2] for one in index.forms.documents}
        for one in index.files:
            self._take(content, one, kinds.get(one.sha256, ""), upload)
        if content.read(1):
            raise _odd()
        return self._compare(index, *mine)

    def _belongs(self, index: DraftIndex, tender_id: str, lot: str) -> tuple[BidForms, int]:
        """The own draft, after making sure that the bundle is for it."""
        forms, published = index.forms, self.tenders.current(tender_id)
        if self.me not in (index.supplier, forms.supplier) or index.supplier != forms.supplier:
            raise Refused(
                "draft-bundle-of-another-company", "Ask for the bundle of your own company.", name=index.supplier_name
            )
        if index.tender != tender_id:
            raise Refused("draft-bundle-of-another-tender", "Open that tender and merge there.", tender=index.tender)
        if (index.lot, forms.lot) != (lot, lot):
            raise Refused("draft-bundle-of-another-lot", "Open that lot and merge there.", lot=index.lot)
        if forms.tender != published.tv:
            raise Refused(
                "draft-bundle-of-another-version",
                "Bring both computers up to date, follow the correction there, and write the bundle again.",
                version=published.package.version,
            )
        draft = self.drafts.open(tender_id, lot)
        if draft.superseded:
            raise Refused("draft-follows-older-version", "Follow the correction first, then merge.")
        return draft.forms, draft.version

    def _take(self, content: PortableReader, one: BundledFile, kind: str, upload: Upload) -> None:
        """Judge a document as when it is added, and keep it."""
        with self.place.blobs.scratch() as folder:
            path = folder / f"{one.sha256[:16]}.{kind}"
            left = one.size
            with path.open("wb") as out:
                while left:
                    piece = content.exactly(min(left, _BLOCK))
                    out.write(piece)
                    left -= len(piece)
            check_attachment(path, upload)
            if self.place.keep(path, loose=True) != one.sha256:
                raise _odd()

    def _compare(self, index: DraftIndex, mine: BidForms, version: int) -> Incoming:
        seen = self._marks(index.tender, index.lot)
        if version and content_mark(index.forms) in seen:
            return Incoming(index, mine, index.forms, mine, version, (), ())
        if not version or content_mark(mine) in index.marks:
            came = differences(mine if version else None, index.forms)
            return Incoming(index, mine, index.forms, mine, version, (), came, whole=True)
        common = next((version for mark, version in seen.items() if mark in frozenset(index.marks)), None)
        base = None if common is None else self.drafts.version(index.tender, index.lot, common)
        theirs = with_free_codes(base, mine, index.forms)
        lot = self.tenders.current(index.tender).lot(index.lot)
        merged = merge(base, mine, theirs)
        conflicts = tuple(one for one in merged.conflicts if not _computed(one, lot, mine, theirs))
        return Incoming(index, mine, theirs, base, version, conflicts, merged.came)

    @verb("store")
    def merge(self, incoming: Incoming, choices: Mapping[Key, Side]) -> BidForms:
        """Make the merged draft the newest version. Both sides stay in the history as they were; no machine is left out.

        Raises `Refused`: draft-choice-missing, draft-moved-on.
        """
        index, drafts, now = incoming.index, self.place.drafts, self.place.now()
        key, lot = draft_key(index.tender, index.lot), self.tenders.current(index.tender).lot(index.lot)
        if incoming.nothing_new:
            return incoming.mine
        missing = [one for one in incoming.conflicts if one.key not in choices]
        if missing:
            raise Refused("draft-choice-missing", "Choose a side for each item.", count=len(missing))
        with self.place.connection.write():
            if incoming.version:
                drafts.note(KIND, key, incoming.version, "before-merge")
            result = incoming.theirs
            if not incoming.whole:
                result = recomputed(merge(incoming.base, incoming.mine, incoming.theirs, choices).forms, lot)
            machines = machines_of(incoming.mine, index.forms)
            body, mark = index.forms.to_bytes(), content_mark(index.forms)
            version = drafts.save(KIND, key, body, now, based_on=incoming.version, origin="theirs", mark=mark)
            result = self.drafts.on_record(result.model_copy(update={"machines": machines}))
            drafts.save(KIND, key, result.to_bytes(), now, based_on=version, origin="merged", mark=content_mark(result))
            self.drafts.note_read(index.tender, result)
        return result


def _computed(one: Conflict, lot: Lot, mine: BidForms, theirs: BidForms) -> bool:
    """Whether an item is the sum of a price table: it is computed again, nobody chooses it."""
    if one.key[0] != "quote":
        return False
    carrying = [table.code for table in lot.quote.tables if table.sums_to == one.key[1]]
    return any(table.table in carrying and table.rows for side in (mine, theirs) for table in side.tables)


def read_index(content: PortableReader) -> DraftIndex:
    """The first part of a bundle, consistent in itself. Raises `Tampered`: draft-bundle-malformed, -damaged."""
    length = int.from_bytes(content.exactly(4), "big")
    if length > INDEX_LIMIT:
        raise _odd()
    try:
        index = DraftIndex.from_bytes(content.exactly(length), INDEX_LIMIT)
    except Refused as error:
        raise _odd() from error
    sound = content.size == 4 + length + sum(one.size for one in index.files)
    named = {one.sha256: one.size for one in index.forms.documents}
    brought = {one.sha256: one.size for one in index.files}
    paths = all(one.path == f"documents/{one.code}.{one.path.rpartition('.')[2]}" for one in index.forms.documents)
    if not sound or named != brought or len(brought) != len(index.files) or len(index.files) > FILES or not paths:
        raise _odd()
    return index


def _check_room_of(index: DraftIndex, upload: Upload) -> None:
    check_room(0, sum(one.size for one in index.forms.documents), upload)


def _check_space(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted + 16 * _BLOCK:
        raise Locked("disk-full", "Free disk space or choose another place.", needed=wanted, free=free)


def _odd() -> Tampered:
    return Tampered("draft-bundle-malformed", "Choose a file that was written as a draft bundle.")
