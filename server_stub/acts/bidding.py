"""Acts before the deadline (protocol B4): nobody but their author sees them until the closing (L-215)."""

from __future__ import annotations

from datetime import datetime

from crypto.bidfile import inspect
from procurement.basics.problems import Refused
from procurement.basics.statement import Signer, Statement
from procurement.bidding.acts import LotState, check_submission, check_withdrawal
from procurement.bidding.sealed import Submission, Withdrawal
from procurement.opening.session import Closing
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.publication import standing_versions
from procurement.tendering.tender import Tender
from server_stub.acts import course
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, visible


@accepts(Submission)
def submission(tx: Tx, act: Submission, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.supplier)
    package = _package(tx, act.tender)
    path = tx.require_upload(act.bid, act.supplier)
    found = inspect(path)
    if found.header_digest.hex() != act.header:
        raise Refused("bid-differs-from-commit", "Commit to the file that was uploaded.", bid=act.bid)
    check_submission(act, found.header, _state(tx, package, act.lot), now)
    course.step(tx, act.TYPE, package.project, act.lot)
    tx.file(project=package.project, lot=act.lot)


@accepts(Withdrawal)
def withdrawal(tx: Tx, act: Withdrawal, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.supplier)
    package = _package(tx, act.tender)
    check_withdrawal(act, _state(tx, package, act.lot), now)
    course.step(tx, act.TYPE, package.project, act.lot)
    tx.file(project=package.project, lot=act.lot)


@visible("submission", "withdrawal")
def _after_closing(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """Names show from the closing on (decision 7)."""
    return bool(reader.actor) and reading.last(Closing, project=act.project, lot=act.lot) is not None


def _package(tx: Tx, tv: str) -> Act[TenderPackage]:
    package = tx.get(TenderPackage, tv)
    if package is None:
        raise Refused("tender-unknown", "Fetch the tender from this platform and seal the bid for it.", tender=tv)
    return package


def _state(tx: Tx, package: Act[TenderPackage], lot: str) -> LotState:
    """What the law needs to know of the lot, judged by the version now in force."""
    current = tx.last(TenderPackage, project=package.project)
    assert current is not None
    tender = Tender.from_bytes(tx.shared.blobs.path(current.value.model).read_bytes())
    acts = [a for a in tx.lot_chain(package.project, lot) if isinstance(a.value, Submission | Withdrawal)]
    heads = {a.actor: a for a in acts}
    return LotState(
        tender=tender_digest(current.wire.statement),
        lots=frozenset(one.code for one in tender.lots),
        deadline=current.value.deadline,
        heads={actor: a.id for actor, a in heads.items()},
        standing=frozenset(actor for actor, a in heads.items() if isinstance(a.value, Submission)),
        size_limit=tender.upload.size_limit,
        also=standing_tvs(tx, package.project),
        suite=tender.suite,
    )


def standing_tvs(reading: Reading, project: str) -> frozenset[str]:
    """TVs of the versions for which a bid counts now."""
    return standing_versions(
        [(tender_digest(a.wire.statement), a.value) for a in reading.acts(TenderPackage, project=project)]
    )
