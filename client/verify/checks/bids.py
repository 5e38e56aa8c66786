"""Opened bids of the full edition: the very bytes, their shares, their content (promise 2; B3, decision 4)."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import datetime
from functools import partial
from pathlib import Path

from client.archive.layout import BIDS
from client.seals import Seal, seals_in_bid, seals_of
from client.verify.evidence import Evidence, Logged
from client.verify.report import Report
from crypto.certificates import TrustStore
from crypto.container import BidReader, Container, read_container
from crypto.sealing import open_sealed
from procurement.basics.digest import digest
from procurement.basics.problems import Problem, Tampered
from procurement.bidding.draft import BidForms
from procurement.bidding.sealed import Submission
from procurement.opening.readout import check_forms
from procurement.opening.session import OpenedBid, Opening
from procurement.wire.messages import DisclosedBid

FORMS = "forms.json"
OPENED = "opened"
FORMS_LIMIT = 64 * 1024 * 1024


class Opened:
    """Forms of the bids that this archive lets one open again, by opening and supplier, in order of receipt."""

    def __init__(self) -> None:
        self.forms: dict[str, dict[str, BidForms]] = {}
        self.seals: dict[str, list[Seal]] = {}
        """By opening: seals of the documents of its bids, in order"""


def check(evidence: Evidence, report: Report) -> Opened:
    found = Opened()
    if evidence.index.edition == "public":
        report.limits.append(
            "sealed bids, their contents and the shares that open them are not in this edition / 未附标书"
        )
        return found
    for opening in evidence.all(Opening):
        found.forms[opening.id] = {}
        units = [(f"{BIDS}{result.bid}.sealed", result) for result in opening.value.results]
        report.each("opened bids / 已开标书", units, partial(_reopen, evidence, opening, found))
        bidders = set(found.forms[opening.id])
        marked = [
            one for seal in found.seals.get(opening.id, []) for one in seals_in_bid((seal,), seal.bidder, bidders)
        ]
        report.seals += [f"bid of / 投标人 {seal.bidder}: {seal.text}" for seal in marked]
    return found


def _reopen(evidence: Evidence, opening: Logged[Opening], found: Opened, result: OpenedBid) -> None:
    """Open the sealed bytes again with the disclosed shares; everything must be as `opening` says."""
    submission = next((a for a in evidence.all(Submission, bid=result.bid) if a.leaf == result.leaf), None)
    if submission is None:
        raise Tampered("act-missing", "The submission of an opened bid is missing.", bid=result.bid)
    shown = DisclosedBid.from_bytes(evidence.bundle.read(f"{BIDS}{result.bid}.json"))
    salt = bytes.fromhex(shown.salt)
    for which, share, said in (("s", shown.s, result.s), ("o", shown.o, result.o)):
        if digest(f"opened-{which}", salt, bytes.fromhex(share)).hex() != said:
            raise Tampered("disclosed-share-differs", "The disclosed share is not the one of the opening.", share=which)
    code, forms, manifest, seals = _open(evidence, submission, shown)
    if result.code == "env-o-unreadable" and code == "share-o-wrong" and not any(bytes.fromhex(shown.o)):
        return  # no share came out of the envelope, so none can be shown; see the second look
    if code != result.code:
        raise Tampered(
            "opening-result-differs", "The bid opens otherwise than the platform said.", said=result.code, found=code
        )
    if code == OPENED and (forms is None or (forms[1], manifest) != (result.forms, result.manifest)):
        raise Tampered(
            "opened-content-differs", "The bid's content is not what the platform disclosed.", bid=result.bid
        )
    if forms is not None and code == OPENED:
        found.forms[opening.id][submission.value.supplier] = forms[0]
        found.seals.setdefault(opening.id, []).extend(seals)


def _open(
    evidence: Evidence, submission: Logged[Submission], shown: DisclosedBid
) -> tuple[str, tuple[BidForms, str] | None, str, tuple[Seal, ...]]:
    trust, at = evidence.anchors.trust, submission.entry.t_recv
    lot = evidence.tender(evidence.package(submission.value.tender)).lot(submission.value.lot)
    with tempfile.TemporaryDirectory() as folder:
        sealed = evidence.bundle.extract(f"{BIDS}{shown.bid}.sealed", Path(folder) / "sealed")
        target = Path(folder) / "content.asice"
        try:
            s, o = bytes.fromhex(shown.s), bytes.fromhex(shown.o)
            open_sealed(sealed, s, o, target, bid=submission.value.bid, reader=BidReader(trust, at))
            container = read_container(target, trust, at)
            data = container.read(FORMS, FORMS_LIMIT)
            forms = BidForms.from_bytes(data, FORMS_LIMIT), hashlib.sha256(data).hexdigest()
            check_forms(lot, forms[0], submission.value)
        except Problem as problem:
            return problem.code, None, "", ()
        seals = _seals(container, forms[0], submission.value.supplier, trust, at)
        return OPENED, forms, hashlib.sha256(container.manifest).hexdigest(), seals


def _seals(container: Container, forms: BidForms, supplier: str, trust: TrustStore, at: datetime) -> tuple[Seal, ...]:
    """Seals of the bid's PDFs, certificates judged when the bid was received."""
    found: list[Seal] = []
    for document in forms.documents:
        if document.path.endswith(".pdf") and document.path in container.members:
            paper = container.path.with_name("paper.pdf")
            container.extract(document.path, paper)
            found += seals_in_bid(seals_of(paper, document.title, trust, at), supplier)
    return tuple(found)
