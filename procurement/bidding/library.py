"""The company's evidence, kept for many bids: licences, performance, people; and what a check says of it against one tender."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from procurement.basics.findings import Finding, warn
from procurement.basics.moment import shanghai_date
from procurement.basics.value import Hex32, Instant, Name, Value
from procurement.bidding.draft import BidDocument, BidForms
from procurement.bidding.linking import coverage
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

EvidenceKind = Literal["licence", "certificate", "performance", "person", "finance", "other"]
"""营业执照与许可; 认证与检测; 业绩合同; 人员证书; 财务与社保; 其他"""
_SIGNS = re.compile(r"[\s·、，。（）()《》:：★▲-]+")
_SHORTEST = 3
"""Characters that a title and a slot's label must share at least, so that one names the other"""


class EvidenceFile(Value):
    """One issue of a piece of evidence."""

    sha256: Hex32
    size: int
    pages: int
    kind: str
    """File type, such as pdf"""
    number: str = ""
    issued: str = ""
    """Day of issue, 2026-03-02; empty when it has none"""
    expires: str = ""
    """Last day on which it holds; empty when it does not run out"""
    added: Instant


class Evidence(Value):
    """A piece of evidence; of its issues the last one counts, the earlier ones stay for bids that used them."""

    id: str
    kind: EvidenceKind
    title: Name
    holder: str = ""
    """Whose: the person, the customer of a contract, the body that issued it"""
    files: tuple[EvidenceFile, ...]

    @property
    def file(self) -> EvidenceFile:
        return self.files[-1]

    def holds_on(self, day: date) -> bool:
        """Whether it has not run out on this day."""
        return not self.file.expires or date.fromisoformat(self.file.expires) >= day


class Library(Value):
    format: Literal["jincai/evidence-library/1"] = "jincai/evidence-library/1"
    entries: tuple[Evidence, ...] = ()

    def entry(self, code: str) -> Evidence | None:
        return next((one for one in self.entries if one.id == code), None)


def source_of(library: Library, document: BidDocument) -> tuple[Evidence, EvidenceFile] | None:
    """Where a document of a bid comes from: the same bytes, or (own seals were put on it) the same title and pages."""
    for entry in library.entries:
        for file in reversed(entry.files):
            if file.sha256 == document.sha256:
                return entry, file
    for entry in library.entries:
        if entry.title == document.title and entry.file.pages == document.pages:
            return entry, entry.file
    return None


def fitting(library: Library, label: str) -> tuple[Evidence, ...]:
    """Entries whose title names what a slot asks for, or the other way round."""
    wanted = _plain(label)
    found = []
    for entry in library.entries:
        title = _plain(entry.title)
        shorter = min(title, wanted, key=len)
        if len(shorter) >= _SHORTEST and (title in wanted or wanted in title):
            found.append(entry)
    return tuple(found)


def library_findings(
    library: Library, tender: Tender, lot: Lot, forms: BidForms, deadline: datetime
) -> tuple[Finding, ...]:
    """Advice on a bid's evidence: run out before the opening, a newer issue at hand, asked for and in the library.

    Never blocking: whether a document still proves its item is the committee's to say (L-211).
    """
    if not library.entries:
        return ()
    return (*_used(library, forms, shanghai_date(deadline)), *_at_hand(library, tender, lot, forms, deadline))


def _used(library: Library, forms: BidForms, day: date) -> Iterator[Finding]:
    for document in forms.documents:
        source = source_of(library, document)
        if source is None:
            continue
        entry, file = source
        at = f"documents.{document.code}"
        if file.expires and date.fromisoformat(file.expires) < day:
            remedy = "Get a valid one, put it into the library as a new version, and replace it in the bid."
            yield warn("evidence-expired", at, "L-211", remedy, title=entry.title, until=file.expires, opening=day)
        if file != entry.file:
            remedy = "Insert the newer version from the library."
            yield warn("evidence-outdated", at, "L-211", remedy, title=entry.title, until=entry.file.expires or "—")


def _at_hand(library: Library, tender: Tender, lot: Lot, forms: BidForms, deadline: datetime) -> Iterator[Finding]:
    day = shanghai_date(deadline)
    for place in coverage(tender, lot, forms).places:
        if place.link is None and place.mandatory:
            found = next((one for one in fitting(library, place.label or place.title) if one.holds_on(day)), None)
            if found is not None:
                remedy = "Insert it from the library and name its pages."
                where = f"evidence.{place.item}.{place.slot}"
                yield warn(
                    "evidence-at-hand", where, "L-211", remedy, title=found.title, slot=place.label or place.title
                )


def _plain(text: str) -> str:
    return _SIGNS.sub("", text).lower()
