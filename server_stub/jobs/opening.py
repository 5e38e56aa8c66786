"""What the platform does by itself on the day: closing, freeze, and opening all released bids in one act (B6 1, 3, 5)."""

from __future__ import annotations

import hashlib
import logging
import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from crypto.bidfile import inspect
from crypto.container import BidReader, Container, read_container
from crypto.custody import combine
from crypto.envelope import LotPrivateKey, unwrap_o
from crypto.sealing import fault_of, open_released
from procurement.basics.digest import digest
from procurement.basics.problems import Problem, Tampered
from procurement.basics.value import ZERO_ID
from procurement.bidding.draft import BidForms
from procurement.bidding.sealed import Submission
from procurement.opening.order import active_leaves, first_window_end, kind_in_chain
from procurement.opening.readout import check_forms
from procurement.opening.session import AbsentBid, Closing, CustodianRelease, Freeze, NoOpening, OpenedBid, Opening
from procurement.tendering.lot import Lot
from procurement.tendering.package import TenderPackage, tender_digest
from server_stub.acts import course
from server_stub.acts.bidding import standing_tvs
from server_stub.acts.day import admitted, day_of, lot_key_of, tender_of
from server_stub.acts.opening import FREEZE, OPEN
from server_stub.acts.reading import Act
from server_stub.acts.tendering import CLOSE
from server_stub.acts.transaction import Tx
from server_stub.failpoints import passing
from server_stub.jobs.timers import due
from server_stub.store.opening import OpenedFileRow, OpenedRow, ReleasedRow
from server_stub.trust.escrow import ESCROW

if TYPE_CHECKING:
    from server_stub.platform import Platform

logger = logging.getLogger("server_stub.jobs")
FORMS = "forms.json"
OPENED = "opened"


@due(CLOSE)
def close_lot(tx: Tx, payload: dict[str, str]) -> None:
    """The deadline has come: fix the set and publish its chain (B6 1)."""
    project, lot = payload["project"], payload["lot"]
    package = tx.last(TenderPackage, project=project)
    assert package is not None
    if tx.now < package.value.deadline or tx.last(Closing, project=project, lot=lot) is not None:
        return
    chain = tx.lot_chain(project, lot)
    tv, tvs = tender_digest(package.wire.statement), standing_tvs(tx, project)
    bids = [
        (a.leaf, kind_in_chain(a.value, a.type, tvs), a.actor) for a in chain if a.type in ("submission", "withdrawal")
    ]
    active = active_leaves(bids)
    closing = Closing(
        tender=tv,
        lot=lot,
        deadline=package.value.deadline,
        t_close=tx.now,
        chain=tuple(a.leaf for a in chain),
        active=active,
        count=len(active),
    )
    tender = tender_of(tx, package)
    minimum = tender.profile.min_suppliers
    course.step(tx, Closing.TYPE, project, lot)
    tx.platform_act(closing)
    tx.disclose(*(a.id for a in chain if a.type in ("submission", "withdrawal")))
    if len(active) < minimum:
        course.step(tx, NoOpening.TYPE, project, lot)
        tx.platform_act(NoOpening(closing=closing.id, minimum=minimum))
        return
    tx.at(first_window_end(tender.opening.window, closing), FREEZE, closing.id, closing=closing.id)


@due(FREEZE)
def freeze_lot(tx: Tx, payload: dict[str, str]) -> None:
    """The window is over, or nobody is missing: the set of released bids is final (B6 3)."""
    day = day_of(tx, payload["closing"])
    released = admitted(tx, day)
    complete = len(released) == len(day.submissions)
    if day.freeze is not None or day.end is None:
        return
    if tx.now < day.end and not complete:
        tx.at(day.end, FREEZE, day.closing.id, closing=day.closing.id)
        return
    slips = {day.leaf_of(r.value) for r in day.releases}
    tx.platform_act(
        Freeze(
            closing=day.closing.id,
            windows=tuple(w.id for w in day.windows),
            released=tuple(leaf for leaf in day.closing.value.active if leaf in released),
            absent=tuple(
                AbsentBid(leaf=leaf, reason="slip-not-admitted" if leaf in slips else "not-released")
                for leaf in day.closing.value.active
                if leaf not in released
            ),
            t=tx.now,
        )
    )
    course.step(tx, Freeze.TYPE, day.project, day.lot.code)


@dataclass(slots=True)
class _Result:
    """One bid after its opening was tried."""

    value: OpenedBid
    row: OpenedRow
    files: dict[str, str] = field(default_factory=dict)
    """SHA-256 → member name"""


@due(OPEN, apart=True)
def open_lot(platform: Platform, payload: dict[str, str], now: datetime) -> None:
    """Rebuild the lot key in memory, open every released bid, then make all visible in one transaction (B6 5).

    Without enough shares in memory, after a restart, nothing happens: the last one that comes again sets this timer anew.
    """
    with platform.database.read() as session:
        tx = platform.frame.tx(session, platform._shared(), now)
        freeze = tx.find(Freeze, payload["freeze"])
        if tx.last(Opening, freeze=freeze.id) is not None:
            return
        day = day_of(tx, freeze.value.closing)
        key = lot_key_of(tx, day)
        shares = ESCROW.shares(key.id)
        if len(shares) < key.value.k:
            logger.warning(
                "%d of %d shares are here; the opening waits for custodians to send again", len(shares), key.value.k
            )
            return
        lot_key = combine(shares, key.value)
        work = [(leaf, day.submissions[leaf], _released(tx, leaf)) for leaf in freeze.value.released]
        paths = [tx.require_upload(submission.value.bid, submission.actor) for _, submission, _ in work]
    results = [
        _open(platform, submission, day.lot, leaf, s, lot_key, path)
        for (leaf, submission, s), path in zip(work, paths, strict=True)
    ]
    passing("opening:publish")
    platform.transact(now, lambda tx: _publish(tx, freeze, results))
    ESCROW.forget(key.id)


def _released(tx: Tx, leaf: str) -> bytes:
    return tx.session.get_one(ReleasedRow, leaf).s


def _open(
    platform: Platform, submission: Act[Submission], lot: Lot, leaf: str, s: bytes, key: LotPrivateKey, path: Path
) -> _Result:
    salt = secrets.token_bytes(32)
    code, fault, o, manifest, forms = OPENED, "none", bytes(32), ZERO_ID, ZERO_ID
    files: dict[str, str] = {}
    try:
        found = inspect(path)
        o = unwrap_o(found.header.env_o, key, found.ctx, found.suite)
    except Problem:
        logger.info("opening envelope of %s does not open", leaf)
    trust = platform.trust()
    with tempfile.TemporaryDirectory(dir=platform.folder.work) as folder:
        try:
            target = Path(folder) / "content.asice"
            reader = BidReader(trust, submission.t_recv)
            open_released(path, s, key, target, bid=submission.value.bid, reader=reader)
            content = read_container(target, trust, submission.t_recv)
            manifest = hashlib.sha256(content.manifest).hexdigest()
            forms, files = _keep(platform, submission, lot, content)
        except Problem as problem:
            code, fault = problem.code, fault_of(problem)
            if fault == "unknown":  # says nothing of the bid: the next beat tries again, nothing is published
                raise
    value = OpenedBid.model_validate(
        {
            "leaf": leaf,
            "bid": submission.value.bid,
            "code": code,
            "fault": fault,
            "s": digest("opened-s", salt, s).hex(),
            "o": digest("opened-o", salt, o).hex(),
            "manifest": manifest,
            "forms": forms,
        }
    )
    row = OpenedRow(
        leaf=leaf,
        project=submission.project,
        lot=submission.lot,
        supplier=submission.actor,
        bid=submission.value.bid,
        code=code,
        salt=salt.hex(),
        s=s.hex(),
        o=o.hex(),
        forms=forms if code == OPENED else "",
    )
    passing("opening:bid")
    return _Result(value, row, files)


def _keep(platform: Platform, submission: Act[Submission], lot: Lot, content: Container) -> tuple[str, dict[str, str]]:
    """Members into the blob folder by digest; the forms must be readable, this supplier's for this lot, and fit to compute with."""
    files = {member.digest: name for name, member in content.members.items()}
    for digest_, name in files.items():
        _store(platform, content, name, digest_)
    forms_digest = content.members[FORMS].digest if FORMS in content.members else ""
    if not forms_digest:
        raise Tampered("bid-without-forms", "The bid has no forms: it cannot be read out.")
    forms = BidForms.from_bytes(platform.blobs.path(forms_digest).read_bytes(), limit=64 * 1024 * 1024)
    check_forms(lot, forms, submission.value)
    return forms_digest, files


def _store(platform: Platform, content: Container, name: str, sha256: str) -> None:
    incoming = platform.blobs.begin(sha256, content.members[name].size)
    try:
        with content.open(name) as source:
            while block := source.read(1024 * 1024):
                incoming.write(block)
        incoming.finish()
    except BaseException:
        incoming.drop()
        raise


def _publish(tx: Tx, freeze: Act[Freeze], results: list[_Result]) -> None:
    if tx.last(Opening, freeze=freeze.id) is not None:
        return
    for result in results:
        tx.session.add(result.row)
        tx.session.add_all(
            OpenedFileRow(sha256=sha, leaf=result.row.leaf, name=name) for sha, name in result.files.items()
        )
    opening = Opening(
        freeze=freeze.id,
        custodian_releases=tuple(a.id for a in tx.acts(CustodianRelease, freeze=freeze.id)),
        results=tuple(result.value for result in results),
    )
    tx.platform_act(opening)
    course.step(tx, Opening.TYPE, freeze.project, freeze.lot)
