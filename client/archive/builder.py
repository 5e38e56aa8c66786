"""Builds an archive from what this reader may see: acts with receipts, the log, documents, opened bids (R-057, decision 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from client.acts import Act
from client.archive.bundle import Source, write_bundle
from client.archive.layout import (
    ACTS,
    BIDS,
    CHECKPOINT,
    ENTRIES,
    FILES,
    INDEX,
    LEAVES,
    PUBLIC_ACTS,
    ArchiveIndex,
    ClosedEntry,
    IndexedFile,
)
from client.evidence import Evidence
from client.projects import acts_of, intention_of
from client.tenders import Tenders
from client.workplace import Workplace
from crypto.log import Checkpoint
from procurement.awarding.award import AwardNotice
from procurement.basics.parties import KeyCountersignature, KeyEnrolment, Registration
from procurement.basics.problems import Refused
from procurement.basics.pulse import NoPulse, Pulse
from procurement.basics.statement import Statement
from procurement.bidding.receipt import Receipt, ReceiptStatement
from procurement.challenging.letter import ChallengeLetter, PaperChallenge
from procurement.closing.checklist import KEPT_APART
from procurement.evaluation.questions import PriceExplanation
from procurement.evaluation.sheets import EvaluationReport, ReportSignature
from procurement.evaluation.talks import TalksResponse
from procurement.opening.second_look import SecondLook
from procurement.opening.session import Opening, OpeningRecord
from procurement.performing.contract import Contract, ContractPublication, ContractSignature
from procurement.planning.budget import BudgetImport
from procurement.planning.entrust import AgencyProfile
from procurement.tendering.custody import CustodyAck, CustodyEnvelopes, CustodyKey, LotKey
from procurement.tendering.package import TenderPackage

Edition = Literal["full", "public"]


class ArchiveBuilder:
    def __init__(self, place: Workplace, tenders: Tenders) -> None:
        self._place = place
        self._tenders = tenders
        self._evidence = Evidence(place)

    def build(self, number: str, target: Path, edition: Edition, pulse: Pulse | None = None) -> Path:
        """Write the archive of the procurement with this 备案号.

        Raises `Refused("log-not-yet-public")` while the last acts are not under a public head: wait for the beat.
        """
        pulse = pulse or NoPulse()
        acts = self._members_of(number)
        members: dict[str, Source] = {}
        for done, act in enumerate(acts):
            pulse.step(done, len(acts))
            receipt = self._evidence.receipt(act, stamped=True).receipt
            name, data = self._act(act, receipt, edition)
            members[name] = data
        members |= self._log(acts)
        shown = acts if edition == "full" else [act for act in acts if act.item.act in PUBLIC_ACTS]
        with self._place.blobs.scratch() as folder:
            for sha256 in sorted(_files_of(shown)):
                path = folder / sha256
                self._place.blobs.export(self._place.fetch(sha256), path)
                members[FILES + sha256] = path
            if edition == "full":
                members |= self._bids(acts, folder)
            package = self._package(number)
            members[INDEX] = _index(edition, number, package.tender_id, members)
            write_bundle(target, members)
        pulse.step(len(acts), len(acts))
        return target

    def _members_of(self, number: str) -> list[Act[Any]]:
        """The procurement's acts, and those of accounts and custody that they rest on; sealed shares stay out of archives."""
        acts = self._place.acts
        found = {act.id: act for act in acts_of(acts, number)}
        around: list[Act[Any]] = [*acts.all(Registration), *acts.all(KeyEnrolment), *acts.all(KeyCountersignature)]
        for package in [act.value for act in found.values() if isinstance(act.value, TenderPackage)]:
            around += acts.all(AgencyProfile, agency=package.agency)
            for custody in package.custody:
                key = acts.get(LotKey, custody.lot_key)
                around += [key, *acts.all(CustodyAck, lot_key=key.id)]
                around += [acts.get(CustodyKey, one.custody_key) for one in key.value.custodians]
        looks = [act.value for act in found.values() if isinstance(act.value, SecondLook)]
        around += [acts.get(CustodyKey, look.reader) for look in looks]
        around += [act for act in acts.all(CustodyEnvelopes) if act.value.lot_key in found]
        budget = intention_of(acts, number).value.budget
        around += [act for act in acts.all(BudgetImport) if act.id == budget]
        found |= {act.id: act for act in around}
        return sorted(found.values(), key=lambda act: act.item.leaf_index)

    def _act(self, act: Act[Any], receipt: Receipt, edition: Edition) -> tuple[str, bytes]:
        place = f"{receipt.leaf_index:08d}.json"
        if act.item.act not in KEPT_APART and (edition == "full" or act.item.act in PUBLIC_ACTS):
            return ACTS + place, receipt.to_bytes()
        statement = ReceiptStatement.from_bytes(receipt.receipt.statement)
        closed = ClosedEntry(leaf_index=receipt.leaf_index, salt=statement.salt, entry=statement.entry)
        return ENTRIES + place, closed.to_bytes()

    def _log(self, acts: Iterable[Act[Any]]) -> dict[str, Source]:
        note = self._place.gateway.checkpoint()
        head = Checkpoint.verify(note, self._place.log_key)
        last = max((act.item.leaf_index for act in acts), default=0)
        if head.size <= last:
            raise Refused(
                "log-not-yet-public", "Wait for the next public checkpoint.", public=head.size, needed=last + 1
            )
        self._place.receipts.see(head, note)
        return {CHECKPOINT: note.encode(), LEAVES: self._place.gateway.leaves(head.size)}

    def _bids(self, acts: Iterable[Act[Any]], folder: Path) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for opening in [act for act in acts if isinstance(act.value, Opening)]:
            disclosed = {one.bid: one for one in self._place.gateway.disclosure(opening.id).bids}
            for result in opening.value.results:
                if result.bid not in disclosed:
                    raise Refused("bid-not-disclosed", "Build the full edition as a party that may read the bids.")
                path = folder / f"{result.bid}.sealed"
                self._place.gateway.get_sealed(result.bid, path)
                found[f"{BIDS}{result.bid}.sealed"] = path
                found[f"{BIDS}{result.bid}.json"] = disclosed[result.bid].to_bytes()
        return found

    def _package(self, number: str) -> TenderPackage:
        for published in self._tenders.all():
            if published.package.number == number:
                return published.package
        raise Refused("tender-not-here", "Fetch what is new; this tender has not arrived.", number=number)


def _files_of(acts: Iterable[Act[Statement]]) -> set[str]:
    """Documents that the shown acts name; of the report the last state, which holds all signatures."""
    found: set[str] = set()
    reports: dict[str, str] = {}
    for act in acts:
        match act.value:
            case TenderPackage() as package:
                found |= {package.model, *(one.sha256 for one in package.files)}
            case OpeningRecord(pdf=pdf) | AwardNotice(pdf=pdf) | ContractSignature(pdf=pdf):
                found.add(pdf)
            case PriceExplanation(files=files):
                found |= {one.sha256 for one in files}
            case TalksResponse(papers=papers):
                found |= {one.sha256 for one in papers}
            case ChallengeLetter(evidence=evidence, authorisation=authorisation):
                found |= {*evidence, *((authorisation,) if authorisation else ())}
            case PaperChallenge(scan=scan, evidence=evidence, authorisation=authorisation):
                found |= {scan, *evidence, *((authorisation,) if authorisation else ())}
            case EvaluationReport(pdf=pdf):
                reports.setdefault(act.item.id, pdf)
            case ReportSignature(report=report, pdf=pdf):
                reports[report] = pdf
            case Contract(public_pdf=pdf) | ContractPublication(public_pdf=pdf):
                found.add(pdf)
            case _:
                pass
    return found | set(reports.values())


def _index(edition: Edition, number: str, tender_id: str, members: dict[str, Source]) -> bytes:
    files = tuple(_indexed(name, members[name]) for name in sorted(members))
    return ArchiveIndex(edition=edition, number=number, tender_id=tender_id, files=files).to_bytes()


def _indexed(name: str, source: Source) -> IndexedFile:
    if isinstance(source, bytes):
        return IndexedFile(path=name, sha256=hashlib.sha256(source).hexdigest(), size=len(source))
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return IndexedFile(path=name, sha256=digest, size=source.stat().st_size)
