"""What a stage may ask of a lot's day of opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.bidding.draft import BidForms
from procurement.bidding.sealed import Submission
from procurement.evaluation.panel import Panel
from procurement.opening.order import first_window_end, window_end
from procurement.opening.readout import OpenedCase
from procurement.opening.session import Closing, Freeze, Opening, Release, SlipAdmission, Window
from procurement.planning.entrust import Entrustment
from procurement.tendering.custody import LotKey
from procurement.tendering.lot import Lot
from procurement.tendering.package import TenderPackage
from procurement.tendering.tender import Tender
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader
from server_stub.store.opening import OpenedFileRow, OpenedRow


@dataclass(frozen=True, slots=True)
class Day:
    """One lot, its tender as closed, and the acts of its day so far."""

    project: str
    lot: Lot
    tender: Tender
    package: Act[TenderPackage]
    closing: Act[Closing]
    windows: tuple[Act[Window], ...]
    releases: tuple[Act[Release], ...]
    freeze: Act[Freeze] | None
    submissions: dict[str, Act[Submission]]
    """By leaf, those that stood at the closing"""

    @property
    def end(self) -> datetime | None:
        """End of the release window; None while paused."""
        return window_end(self.first_end, [w.value for w in self.windows])

    @property
    def first_end(self) -> datetime:
        return first_window_end(self.tender.opening.window, self.closing.value)

    def leaf_of(self, release: Release) -> str:
        """Leaf of the submission a release belongs to; empty when none stands."""
        return next((leaf for leaf, act in self.submissions.items() if act.value.bid == release.bid), "")


def tender_of(tx: Tx, package: Act[TenderPackage]) -> Tender:
    """The tender model of a published version."""
    return Tender.from_bytes(tx.shared.blobs.path(package.value.model).read_bytes())


def day_of(tx: Tx, closing_id: str) -> Day:
    """The day of the lot that this closing closed. Raises `Refused("act-unknown")`."""
    closing = tx.find(Closing, closing_id)
    package = tx.find(TenderPackage, closing.value.tender)
    tender = tender_of(tx, package)
    chain = {a.leaf: a for a in tx.acts(Submission, project=closing.project, lot=closing.lot)}
    return Day(
        project=closing.project,
        lot=tender.lot(closing.lot),
        tender=tender,
        package=package,
        closing=closing,
        windows=tuple(tx.acts(Window, closing=closing.id)),
        releases=tuple(tx.acts(Release, closing=closing.id)),
        freeze=tx.last(Freeze, closing=closing.id),
        submissions={leaf: chain[leaf] for leaf in closing.value.active},
    )


def lot_key_of(tx: Reading, day: Day) -> Act[LotKey]:
    """The lot key of the tender as closed."""
    custody = next(c for c in day.package.value.custody if c.lot == day.lot.code)
    return tx.find(LotKey, custody.lot_key)


def opening_of(tx: Reading, id_: str) -> Act[Opening]:
    return tx.find(Opening, id_)


def admitted(tx: Reading, day: Day) -> dict[str, Act[Release]]:
    """Releases that count, by leaf: from a token, or from a slip by the tender's clause or an admission by hand (decision 5)."""
    found: dict[str, Act[Release]] = {}
    for release in day.releases:
        slip = release.value.source == "slip" and not day.tender.opening.slip_admitted
        if not slip or tx.last(SlipAdmission, release=release.id) is not None:
            found[day.leaf_of(release.value)] = release
    return found


def cases_of(tx: Tx, opening: Act[Opening]) -> list[OpenedCase]:
    """Every standing bid in order of receipt, with its forms where it was opened."""
    freeze = tx.find(Freeze, opening.value.freeze)
    day = day_of(tx, freeze.value.closing)
    sources = {leaf: r.value.source for leaf, r in admitted(tx, day).items()}
    cases = []
    for leaf in day.closing.value.active:
        submission = day.submissions[leaf]
        row = tx.session.get(OpenedRow, leaf)
        code = row.code if row else "not-released"
        forms = forms_of(tx, row) if row and row.forms else None
        source = sources.get(leaf, "none") if row else "none"
        cases.append(OpenedCase(submission.actor, submission.name, code, source, forms))
    return cases


def forms_of(tx: Tx, row: OpenedRow) -> BidForms:
    return BidForms.from_bytes(tx.shared.blobs.path(row.forms).read_bytes(), limit=64 * 1024 * 1024)


def opened_forms(tx: Tx, opening: Act[Opening]) -> dict[str, BidForms]:
    """Forms of the bids that opened, by supplier, in order of receipt."""
    return {c.supplier: c.forms for c in cases_of(tx, opening) if c.code == "opened" and c.forms is not None}


def supplier_name(tx: Reading, opening: Act[Opening], supplier: str) -> str:
    """Name under which a supplier submitted."""
    act = tx.last(Submission, project=opening.project, lot=opening.lot, actor=supplier)
    if act is None:
        raise Refused("supplier-unknown", "Name a supplier of this lot.", supplier=supplier)
    return act.name


def reads_opened(reading: Reading, reader: Reader, project: str, lot: str, supplier: str) -> bool:
    """Who may read an opened bid: its supplier, agency and purchaser of the tender, supervisors, the lot's panel (decision 4)."""
    if not reader.actor:
        return False
    package = reading.last(TenderPackage, project=project)
    entrusted = reading.get(Entrustment, package.value.entrustment) if package else None
    if package is None or entrusted is None:
        return False
    if reader.actor in (supplier, package.value.agency, entrusted.value.purchaser) or Role.SUPERVISOR in reader.roles:
        return True
    panel = reading.last(Panel, project=project, lot=lot)
    return panel is not None and reader.actor in {m.member for m in panel.value.members}


def may_read_opened_file(reading: Reading, reader: Reader, sha256: str) -> bool:
    """Whether a file is a member of an opened bid that this reader may read."""
    where = select(OpenedRow).join(OpenedFileRow, OpenedFileRow.leaf == OpenedRow.leaf)
    rows = reading.session.scalars(where.where(OpenedFileRow.sha256 == sha256))
    return any(reads_opened(reading, reader, row.project, row.lot, row.supplier) for row in rows)
