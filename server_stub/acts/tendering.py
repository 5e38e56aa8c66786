"""Acts of tendering: custody of the lot keys, publication and correction of a tender (protocol B1, R-084)."""

from __future__ import annotations

from datetime import datetime

from procurement.basics.lifecycle import State
from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.basics.roles import Role
from procurement.basics.statement import Signer, Statement
from procurement.basics.value import ZERO_ID
from procurement.planning.entrust import Entrustment, EntrustmentAcceptance
from procurement.planning.intention import Intention, check_intention_age
from procurement.planning.plan import Plan, PlanNumbering
from procurement.planning.requirement import Requirement
from procurement.tendering.custody import (
    CustodyAck,
    CustodyEnvelopes,
    CustodyKey,
    CustodyReady,
    LotKey,
    check_quorum,
    check_ready,
)
from procurement.tendering.package import LotCustody, TenderPackage, tender_digest
from procurement.tendering.publication import check_as_planned, check_publication
from procurement.tendering.tender import Tender
from server_stub.acts import course
from server_stub.acts.frame import accepts, author_is
from server_stub.acts.reading import Act, Reading
from server_stub.acts.transaction import Tx
from server_stub.acts.visibility import Reader, public, signed_in, visible

CLOSE = "close-lot"
"""Timer: the deadline of a lot has come"""


@accepts(CustodyKey)
def custody_key(tx: Tx, act: CustodyKey, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.org)
    if act.sign.digest != signer.certificate or act.sign.kind != signer.means:
        raise NotAllowed("custody-key-signed-otherwise", "Name the certificate or key you sign with.", org=act.org)
    if act.role not in tx.actor_roles:
        raise NotAllowed("wrong-role", "Name the role you are registered in.", role=act.role)


visible("custody-key")(signed_in)


@accepts(LotKey)
def lot_key(tx: Tx, act: LotKey, signer: Signer, now: datetime, secret: bytes) -> None:
    """Made under the accepted entrustment and before the publication: lot key, envelopes, acknowledgements, package (B1)."""
    if act.entrustment is None:
        raise Refused(
            "lot-key-without-entrustment", "Name the entrustment under which the lot is tendered.", lot=act.lot
        )
    entrusted = tx.find(Entrustment, act.entrustment)
    author_is(signer, entrusted.value.agency)
    course.require(tx, act.TYPE, entrusted.project, act.lot)
    check_quorum(act)
    if act.dealers != (signer.certificate,):
        raise NotAllowed("dealer-is-another", "The dealer signs the lot key.", lot=act.lot)
    for custodian in act.custodians:
        key = tx.find(CustodyKey, custodian.custody_key).value
        if (key.org, key.role, key.sign, key.enc) != (custodian.org, custodian.role, custodian.sign, custodian.enc):
            raise Refused("custodian-differs-from-key", "Take each custodian as its own statement says.", i=custodian.i)
        if custodian.buyer_side != (custodian.role in (Role.AGENCY, Role.PURCHASER)):
            raise RuleBroken("C-7", "buyer-side-misnamed", "Agency and purchaser are the buyer's side.", i=custodian.i)


@accepts(CustodyEnvelopes)
def custody_envelopes(tx: Tx, act: CustodyEnvelopes, signer: Signer, now: datetime, secret: bytes) -> None:
    key = tx.find(LotKey, act.lot_key)
    author_is(signer, key.actor)
    course.require(tx, act.TYPE, key.project, key.lot)
    if len(act.envelopes) != key.value.n:
        raise Refused("envelopes-incomplete", "Send one envelope for each custodian.", wanted=key.value.n)
    if tx.count(CustodyEnvelopes, lot_key=act.lot_key):
        raise Refused("envelopes-sent-before", "Make a new lot key: shares are dealt once.", lot=key.value.lot)


@accepts(CustodyAck)
def custody_ack(tx: Tx, act: CustodyAck, signer: Signer, now: datetime, secret: bytes) -> None:
    key = tx.find(LotKey, act.lot_key)
    author_is(signer, act.org)
    course.require(tx, act.TYPE, key.project, key.lot)
    if not any((c.i, c.org) == (act.i, act.org) for c in key.value.custodians):
        raise NotAllowed("not-this-custodian", "Acknowledge your own share.", i=act.i)
    if not tx.count(CustodyEnvelopes, lot_key=act.lot_key):
        raise Refused("wrong-order", "Check the share in your envelope first; none was sent yet.", act=act.TYPE)


@accepts(CustodyReady)
def custody_ready(tx: Tx, act: CustodyReady, signer: Signer, now: datetime, secret: bytes) -> None:
    """Between publication and freeze, against the version in force: who is ready to release, before it is needed (L5)."""
    package = tx.find(TenderPackage, act.tender)
    author_is(signer, act.org)
    course.require(tx, act.TYPE, package.project, act.lot)
    current = tx.last(TenderPackage, project=package.project)
    if current is None or current.id != package.id:
        raise Refused(
            "tender-superseded", "Fetch the corrected tender and check again.", rule="L-204", tender=act.tender
        )
    custody = next((one for one in package.value.custody if one.lot == act.lot), None)
    if custody is None:
        raise Refused("wrong-lot", "Choose a lot of this tender.", lot=act.lot)
    check_ready(act, custody.lot_key, tx.find(LotKey, custody.lot_key).value, custody.lot, now)


visible("custody-ready")(signed_in)


def _of_custody(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    """The dealer and the custodians of this lot key, before publication; afterwards it is in the package."""
    value = act.value
    key = value if isinstance(value, LotKey) else reading.find(LotKey, getattr(value, "lot_key", "")).value
    return any(c.org == reader.actor for c in key.custodians) or bool(_published_with(reading, key))


def _published_with(reading: Reading, key: LotKey) -> Act[TenderPackage] | None:
    return reading.last(TenderPackage, tender_id=key.tender_id)


visible("lot-key", "custody-ack")(_of_custody)


@visible("custody-envelopes")
def _custodians_only(reading: Reading, reader: Reader, act: Act[Statement]) -> bool:
    key = reading.find(LotKey, getattr(act.value, "lot_key", "")).value
    return any(c.org == reader.actor for c in key.custodians)


@accepts(TenderPackage)
def tender_package(tx: Tx, act: TenderPackage, signer: Signer, now: datetime, secret: bytes) -> None:
    author_is(signer, act.agency)
    entrusted = tx.find(Entrustment, act.entrustment)
    course.require(tx, act.TYPE, entrusted.project)
    if entrusted.value.agency != act.agency or entrusted.value.number != act.number:
        raise NotAllowed(
            "not-entrusted", "Publish what was entrusted to you, under its 备案号.", rule="L-673", number=act.number
        )
    if tx.last(EntrustmentAcceptance, entrustment=act.entrustment) is None:
        raise Refused("wrong-order", "Accept the entrustment first.", rule="R-050", act=act.TYPE)
    before = tx.last(TenderPackage, project=entrusted.project)
    if before is not None and before.value.tender_id != act.tender_id:
        raise Refused(
            "tender-published-before", "Correct the published tender by a new version.", tender=before.value.tender_id
        )
    if any(other.project != entrusted.project for other in tx.acts(TenderPackage, tender_id=act.tender_id)):
        raise Refused("tender-published-before", "Give this tender a number of its own.", tender=act.tender_id)
    if act.previous != (tender_digest(before.wire.statement) if before else ZERO_ID):
        raise Refused("prev-not-head", "Another version came first; base the correction on it.", tender=act.tender_id)
    tender = Tender.from_bytes(tx.require_file(act.model).read_bytes())
    check_publication(act, tender, _before(tx, before), now)
    plan = tx.find(Plan, tx.find(PlanNumbering, entrusted.value.numbering).value.plan).value
    check_as_planned(tender, plan)
    _check_intention(tx, plan, now)
    _check_custody(tx, act, tender, before)
    for file in act.files:
        tx.require_file(file.sha256, size=file.size)
    tx.alias(tender_digest(act.to_bytes()))
    course.step(tx, act.TYPE, entrusted.project)
    for lot in tender.lots:
        course.put(tx, entrusted.project, lot.code, State.BIDDING)
        tx.at(act.deadline, CLOSE, f"{entrusted.project}/{lot.code}", project=entrusted.project, lot=lot.code)
    keys = [custody.lot_key for custody in act.custody]
    tx.disclose(*keys, *(ack for custody in act.custody for ack in custody.acks))


visible("tender-package")(public)


def _before(tx: Tx, package: Act[TenderPackage] | None) -> tuple[TenderPackage, Tender] | None:
    if package is None:
        return None
    return package.value, Tender.from_bytes(tx.shared.blobs.path(package.value.model).read_bytes())


def _check_intention(tx: Tx, plan: Plan, now: datetime) -> None:
    """30 days between the intention and the start (L-601)."""
    requirement = tx.find(Requirement, plan.requirement).value
    intention = tx.find(Intention, requirement.intention)
    check_intention_age(intention.value, published=intention.t_recv, start=now)


def _check_custody(tx: Tx, act: TenderPackage, tender: Tender, before: Act[TenderPackage] | None) -> None:
    if before is not None and act.custody != before.value.custody:  # B1: new versions reuse LKD
        raise Refused("lot-key-of-another-lot", "Keep the lot keys of the published version.", tender=act.tender_id)
    if [c.lot for c in act.custody] != [lot.code for lot in tender.lots]:
        raise Refused("custody-lots-differ", "Give one lot key for each lot, in order.", tender=act.tender_id)
    for custody in act.custody:
        _check_lot_custody(tx, act, custody)


def _check_lot_custody(tx: Tx, act: TenderPackage, custody: LotCustody) -> None:
    key = tx.find(LotKey, custody.lot_key)
    made_for = (key.value.tender_id, key.value.lot, key.actor, key.value.entrustment)
    if made_for != (act.tender_id, custody.lot, act.agency, act.entrustment):
        raise Refused("lot-key-of-another-lot", "Name the lot key made for this lot.", lot=custody.lot)
    if key.value.suite != act.suite:
        raise Refused("suite-differs", "Make the lot keys in the suite of the tender.", suite=act.suite)
    check_quorum(key.value)
    acks = [tx.find(CustodyAck, ack).value for ack in custody.acks]
    if [(a.lot_key, a.i) for a in acks] != [(custody.lot_key, i) for i in range(1, key.value.n + 1)]:
        raise RuleBroken(
            "C-7", "custody-acks-incomplete", "Wait for every custodian to check its share.", lot=custody.lot
        )
