"""自检 in full: the law's findings on the forms, what the bid's PDFs betray, and what this machine lacks for sealing and opening."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pikepdf

from client.diagnosis import Diagnosis
from client.renewal import KEEP, MARGIN
from client.renewal import RULE as RENEWAL
from client.seals import seals_of
from client.tenders import Published, Tenders
from client.views.lots import lot_story
from client.views.outlines import outline_of
from client.views.tenders import TenderView
from client.workflows.linking import Linking
from client.workflows.tendering import PACKAGE_CHECK
from client.workflows.verbs import Workflow, verb
from client.workplace import Workplace
from crypto.certificates import subject_code, subject_name
from procurement.basics.findings import Finding, block, warn
from procurement.basics.parties import Registration
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.roles import Role
from procurement.bidding.draft import BidDocument, BidForms
from procurement.bidding.papers import Others, Paper, PaperSeal, paper_findings
from procurement.tendering.tender import Tender

SPARE = 256 * 1024**2
"""Bytes wanted free beside three times the bid: its container, its sealed file, and a copy to look at"""
SKEW = timedelta(minutes=2)
"""A machine's clock further off than this is told"""
METADATA = ("/Author", "/Company", "/Creator", "/Producer", "/Subject", "/Keywords", "/Title", "/Manager")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a whole check found beside the law's findings on the forms, and what it could not look into."""

    findings: tuple[Finding, ...]
    papers: int
    """PDFs that were read"""
    pages: int
    scanned: int
    """Pages that are pictures: nothing on them was searched"""


class Checking(Workflow):
    """Reads, and changes nothing."""

    def __init__(self, place: Workplace, tenders: Tenders, links: Linking) -> None:
        super().__init__(place)
        self._tenders, self._links = tenders, links

    @verb("print", pulsed=True)
    def check(self, tender_id: str, forms: BidForms, pulse: Pulse | None = None) -> Checked:
        """Check the PDFs of a bid and this machine. Steps once a page; raises `Cancelled` when asked to stop."""
        pulse = pulse or NoPulse()
        published = self._tenders.current(tender_id)
        reading = self._links.read(forms.documents, pulse)
        texts: dict[str, list[str]] = {}
        for page in reading.pages:
            texts.setdefault(page.document, []).append(page.text)
        papers = tuple(
            self._paper(one, tuple(texts.get(one.code, ()))) for one in forms.documents if one.path.endswith(".pdf")
        )
        lot = published.lot(forms.lot)
        found = [
            *paper_findings(published.tender, lot, forms, papers, self._others(tender_id)),
            *self._lots(published, forms.lot),
            *self._machine(published.tv, forms),
            *self._keys(forms, published.tender),
        ]
        return Checked(
            tuple(sorted(found, key=lambda one: not one.blocking)), len(papers), len(reading.pages), reading.scanned
        )

    # -- papers

    def _paper(self, document: BidDocument, pages: tuple[str, ...]) -> Paper:
        with self.place.blobs.clear(document.sha256) as path:
            seals = seals_of(path, document.title, self.place.trust, self.place.now())
            told = tuple(PaperSeal(one.state, one.owner, one.code) for one in seals)
            return Paper(document.code, document.title, told, metadata_of(path), pages)

    def _others(self, tender_id: str) -> Others:
        """Suppliers and projects in the local store; only what the platform showed this reader."""
        parties = self.place.acts.all(Registration)
        suppliers = {one.value.name: one.value.actor for one in parties if one.value.role is Role.SUPPLIER}
        projects: dict[str, str] = {}
        for other in self._tenders.held():
            if other.package.tender_id != tender_id:
                words = (other.tender.title, other.tender.number, other.tender.project_number, other.tender.id)
                projects |= {word: other.tender.title for word in words if word}
        return Others(suppliers, projects)

    def _lots(self, published: Published, lot: str) -> Iterator[Finding]:
        """The tender may limit for how many lots one supplier bids."""
        most = published.tender.max_lots_bid
        view = TenderView(published.tv, published.act, outline_of(published.tender), lambda _sha256: published.tender)
        others = [one.code for one in published.tender.lots if one.code != lot] if most else []
        standing = [code for code in others if lot_story(self.place.acts, view, code, self.me).standing is not None]
        if most and len(standing) >= most:
            remedy = "Withdraw the bid for another lot first, or do not bid for this one."
            facts = {"limit": most, "others": "、".join(view.lot_word(code) for code in standing)}
            yield warn("lots-too-many", "opening", "L-254", remedy, **facts)

    # -- the machine

    def _machine(self, tv: str, forms: BidForms) -> Iterator[Finding]:
        place = self.place
        if place.keepsakes.find(PACKAGE_CHECK, tv) is None:
            yield warn("package-not-checked", "machine", "R-084", "Fetch the tender while online; it is checked then.")
        need = 3 * sum(one.size for one in forms.documents) + SPARE
        free = shutil.disk_usage(place.folder.folder).free
        if free < need:
            remedy = "Free space on this disk: sealing needs room for the bid three times over."
            yield block("disk-too-full", "machine", "L-208", remedy, free=_mb(free), need=_mb(need))
        if not place.clock.known:
            remedy = "Go online once: deadlines are judged by the platform's clock."
            yield warn("clock-not-compared", "machine", "L-232", remedy)
        elif not place.profile.demo_clock and abs(place.clock.skew_ms) > SKEW.total_seconds() * 1000:
            remedy = "Set this computer's clock. Deadlines are judged by the platform's."
            yield warn("clock-off", "machine", "L-232", remedy, seconds=round(place.clock.skew_ms / 1000))

    def _keys(self, forms: BidForms, tender: Tender) -> Iterator[Finding]:
        place = self.place
        if not place.unlocked:
            yield from (self._diagnosed() if place.uses_certificate else ())
            yield warn("token-closed", "machine", "L-901", "Plug the token in and sign in: sealing signs the bid.")
            return
        token, deadline = place.token, tender.deadline
        if place.suite != tender.suite:
            remedy = "Sign in with certificates of the suite that the tender names."
            yield block("suite-differs", "machine", "L-901", remedy, suite=tender.suite)
        if subject_code(token.signing_certificate) != forms.supplier:
            remedy = "Use the token of the organisation that bids."
            yield block("token-of-another", "machine", "L-901", remedy, name=subject_name(token.signing_certificate))
        elif subject_name(token.signing_certificate) != forms.name:
            remedy = "See that the name in the bid is the registered one."
            name = subject_name(token.signing_certificate)
            yield warn("certificate-name-differs", "others", "L-901", remedy, name=name, said=forms.name)
        for certificate, code in (
            (token.encryption_certificate, "renewal-recipient-ends"),
            (token.signing_certificate, "renewal-signing-ends"),
        ):
            if certificate is not None and certificate.not_valid_after_utc < deadline + MARGIN:
                yield warn(code, "machine", RENEWAL, KEEP, until=certificate.not_valid_after_utc.date().isoformat())

    def _diagnosed(self) -> Iterator[Finding]:
        """What the self-test of the token can tell without a PIN: driver, slot, certificate, its end."""
        for check in Diagnosis(self.place.folder, self.place.now()).run():
            if check.problem is not None:
                problem = check.problem
                yield Finding(
                    problem.code, "machine", problem.rule or "L-901", problem.remedy, facts=dict(problem.facts)
                )


def metadata_of(path: Path) -> dict[str, str]:
    """What a PDF says of who made it; empty where it cannot be read."""
    try:
        with pikepdf.open(path) as pdf:
            found = {key[1:]: str(pdf.docinfo[key]).strip() for key in METADATA if key in pdf.docinfo}
            with pdf.open_metadata() as more:
                for name in ("dc:creator", "pdf:Producer", "xmp:CreatorTool", "dc:title", "photoshop:AuthorsPosition"):
                    value = more.get(name)
                    if value and name not in found:
                        found[name] = re.sub(r"[\[\]'{}]", "", str(value))
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError, KeyError, TypeError):
        return {}
    return {name: text for name, text in found.items() if text}


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
