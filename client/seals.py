"""Seals inside documents, for people: whose, when, in which revision, and whether anything was changed since (R-109)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from client.lot_day import lot_day
from client.tenders import Tenders
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from crypto.certificates import TrustStore
from crypto.pdf_check import PdfSignature, verify_pdf
from procurement.basics.problems import Problem
from procurement.bidding.draft import BidDocument, BidForms

State = Literal["sound", "changed", "broken", "not-believed", "unreadable"]
"""changed: bytes were added after it that are no further signature. broken: the signed bytes are not as they were"""
WORDS: Mapping[State, str] = {
    "sound": "valid, nothing changed since / 有效，签后未改动",
    "changed": "CHANGED AFTER SIGNING / 签后被改动",
    "broken": "BROKEN: not what was signed / 签章无效，内容与签署时不符",
    "not-believed": "signer or time not believed / 签章人或时间不可信",
    "unreadable": "cannot be read / 无法读取",
}


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of one document."""

    document: str
    """Title of the document"""
    owner: str
    """Name in the signer's certificate"""
    code: str
    """统一社会信用代码, or an expert's number; empty when the certificate tells neither"""
    state: State
    reason: str
    """Code of the problem behind a state that is not sound; empty otherwise"""
    time: datetime | None
    trusted_time: bool
    """The time is a believed authority's, not only the signer's own word"""
    level: str
    """PAdES: B-B, B-T, B-LT"""
    revision: int
    revisions: int
    bidder: str = ""
    """Code of the bidder in whose bid the document lies"""
    other_bidder: bool = False
    """The owner bids for the same lot: shown to the committee, decided by nobody but it (R-109)"""

    @property
    def text(self) -> str:
        """One line for a report."""
        when = self.time.isoformat(timespec="seconds") if self.time else "no time"
        trusted = "time-stamped" if self.trusted_time else "signer's own time"
        other = "; SEAL OF ANOTHER BIDDER / 其他投标人的印章" if self.other_bidder else ""
        reason = f" ({self.reason})" if self.reason else ""
        return (
            f"{self.document}: {self.owner} {self.code}, {when} {trusted}, {self.level}, "
            f"revision {self.revision} of {self.revisions}: {WORDS[self.state]}{reason}{other}"
        )


def seals_of(path: Path, title: str, trust: TrustStore, at: datetime) -> tuple[Seal, ...]:
    """The seals of a PDF in the order of signing, certificates judged at `at`; one that cannot be read says so itself."""
    try:
        return tuple(seal_of(title, one) for one in verify_pdf(path, trust, at))
    except Problem as problem:
        return (Seal(title, "", "", "unreadable", problem.code, None, False, "", 0, 0),)


def seals_in_bid(
    seals: tuple[Seal, ...], bidder: str, bidders: frozenset[str] | set[str] = frozenset()
) -> tuple[Seal, ...]:
    """The same, said of whose bid they lie in, the owners who bid themselves marked."""
    return tuple(replace(one, bidder=bidder, other_bidder=one.code != bidder and one.code in bidders) for one in seals)


def seal_of(title: str, found: PdfSignature) -> Seal:
    """A judged signature in people's terms."""
    state: State = "sound"
    problem = found.distrust or found.stamp_distrust
    if not found.intact:
        state, reason = "broken", "pdf-seal-broken"
    elif found.later == "changes":
        state, reason = "changed", "pdf-changed-after-seal"
    elif problem is not None:
        state, reason = "not-believed", problem.code
    else:
        reason = ""
    return Seal(
        document=title,
        owner=found.name,
        code=found.code,
        state=state,
        reason=reason,
        time=found.stamped or found.claimed,
        trusted_time=found.stamped is not None,
        level=found.level,
        revision=found.revision,
        revisions=found.revisions,
    )


class Seals(Workflow):
    """Asked by windows, on the store's lane: documents are fetched if need be, read, and forgotten."""

    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        super().__init__(place)
        self._tenders = tenders

    @verb("store")
    def of_bytes(self, title: str, data: bytes) -> tuple[Seal, ...]:
        """Seals of a document at hand, judged now."""
        with self.place.blobs.scratch() as folder:
            path = folder / "paper.pdf"
            path.write_bytes(data)
            return seals_of(path, title, self.place.trust, self.place.now())

    @verb("store")
    def of_bids(self, bids: Mapping[str, BidForms]) -> tuple[Seal, ...]:
        """Seals of all PDFs of these bids (supplier → forms), bid by bid."""
        bidders = set(bids)
        return tuple(
            seal
            for supplier, forms in bids.items()
            for document in forms.documents
            if document.path.endswith(".pdf")
            for seal in seals_in_bid(self._of_document(document), supplier, bidders)
        )

    @verb("store")
    def of_opening(self, opening_id: str) -> tuple[Seal, ...]:
        """Seals of all opened bids of a lot that this reader may read: all for agency and committee, a bidder's own."""
        return self.of_bids(lot_day(self.place, self._tenders, opening_id).forms)

    def _of_document(self, document: BidDocument) -> tuple[Seal, ...]:
        return self.of_bytes(document.title, self.place.read(document.sha256))
