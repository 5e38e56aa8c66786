"""Custody and publication over HTTP, past the client."""

from __future__ import annotations

from dataclasses import replace as swap
from datetime import timedelta
from decimal import Decimal

import pytest

from crypto.custody import acknowledge, deal, seal_shares
from crypto.keys import CustodyKey as PrivateCustodyKey
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.basics.value import ZERO_ID
from procurement.tendering.custody import LotKey
from procurement.tendering.package import Correction, LotCustody, TenderPackage
from procurement.tendering.tender import Tender
from tests.procurement.chain import but
from tests.procurement.tendering.examples import replace
from tests.server_stub.acts import publishing, road
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.publishing import CUSTODIANS, DEADLINE, ISSUED, TENDER
from tests.server_stub.acts.sealing import tv_of
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def test_custody_and_publication_stand_in_the_log(alone: Station) -> None:
    walk = alone("custody")
    key = publishing.custody_key(walk, "agency", PrivateCustodyKey.generate())
    logged(walk, walk.do("agency", "custody-key-agency", key), key)
    dealing = deal(3, 4)
    made = publishing.lot_key(walk, dealing)
    logged(walk, walk.do("agency", "lot-key", made), made)
    envelopes = seal_shares(made, dealing)
    logged(walk, walk.do("agency", "custody-envelopes", envelopes), envelopes)
    walk.secrets |= {f"share-{short}": dealing.shares[i] for i, short in enumerate(CUSTODIANS)}
    for short in CUSTODIANS:
        ack = acknowledge(made, publishing.share_of(walk, short))
        logged(walk, walk.do(short, f"ack-{short}", ack), ack)
    walk.world.move(ISSUED)
    package = publishing.package(walk)
    logged(walk, walk.do("agency", "tender-package", package), package)
    public = {item.act for item in walk.world.anybody().feed().items}
    assert "tender-package" in public


def test_custody_and_publication_belong_to_their_roles(on: Station) -> None:
    walk = on("published")
    private = PrivateCustodyKey.generate()
    refuses(walk, "a", but(publishing.custody_key(walk, "agency", private), org=SUPPLIERS["a"]), "wrong-role")
    for actor in ("purchaser", "a", "supervisor"):
        refuses(walk, actor, publishing.lot_key(walk), "wrong-role")
    refuses(walk, "purchaser", but(walk.done["custody-envelopes"], lot_key="ab" * 32), "wrong-role")
    refuses(walk, "a", but(walk.done["ack-agency"], i=2), "wrong-role")
    refuses(walk, "purchaser", but(walk.done["tender-package"], version=2), "wrong-role")


def test_a_custody_key_is_signed_by_the_means_and_in_the_role_it_names(on: Station) -> None:
    walk = on("custody")
    key = publishing.custody_key(walk, "agency", PrivateCustodyKey.generate())
    other = publishing.custody_key(walk, "purchaser", PrivateCustodyKey.generate())
    refuses(walk, "agency", but(key, sign=other.sign), "custody-key-signed-otherwise")
    refuses(walk, "agency", other, "not-the-author", "L-901")
    refuses(walk, "agency", but(key, role=Role.PURCHASER), "wrong-role")


def test_the_buyer_alone_can_never_open(on: Station) -> None:
    walk = on("custody")
    key = publishing.lot_key(walk)
    refuses(walk, "agency", but(key, k=2, a=key.a[:2]), "custody-quorum-too-small", "C-7")
    refuses(walk, "agency", but(key, n=3), "custody-malformed", "C-7")
    hidden = tuple(but(c, buyer_side=False) for c in key.custodians)
    refuses(walk, "agency", but(key, custodians=hidden), "buyer-side-misnamed", "C-7")
    twice = (*key.custodians[:3], but(key.custodians[2], i=4))
    refuses(walk, "agency", but(key, custodians=twice), "custody-malformed", "C-7")
    refuses(walk, "agency", but(key, dealers=("ab" * 32,)), "dealer-is-another")
    own = but(key.custodians[3], enc=key.custodians[0].enc)
    refuses(walk, "agency", but(key, custodians=(*key.custodians[:3], own)), "custodian-differs-from-key")


def test_custody_goes_in_order_keys_lot_key_envelopes_acknowledgement(alone: Station) -> None:
    walk = alone("custody")
    dealing = deal(3, 4)
    made = publishing.lot_key(walk, dealing)
    envelopes = seal_shares(made, dealing)
    ack = acknowledge(made, swap(publishing.share_of(walk, "agency"), value=dealing.shares[0]))
    unknown = but(made.custodians[0], custody_key="ab" * 32)
    refuses(walk, "agency", but(made, custodians=(unknown, *made.custodians[1:])), "act-unknown")
    refuses(walk, "agency", envelopes, "act-unknown")
    refuses(walk, "agency", ack, "act-unknown")
    walk.do("agency", "another", made)
    refuses(walk, "agency", ack, "wrong-order")
    refuses(walk, "agency", but(envelopes, envelopes=envelopes.envelopes[:3]), "envelopes-incomplete")
    walk.do("agency", "envelopes", envelopes)
    refuses(walk, "agency", but(envelopes, envelopes=envelopes.envelopes[::-1]), "envelopes-sent-before")
    refuses(walk, "agency", but(ack, i=2), "not-this-custodian")
    refuses(walk, "agency", but(ack, i=2, org=made.custodians[1].org), "not-the-author", "L-901")


def test_custody_has_its_stage_after_the_accepted_entrustment_and_before_publication(on: Station) -> None:
    custody, published = on("custody"), on("published")
    made, envelopes = custody.statement(LotKey, "lot-key"), custody.done["custody-envelopes"]
    ack = acknowledge(made, publishing.share_of(custody, "purchaser"))
    bare = LotKey.model_validate({**dict(made), "entrustment": None})
    refuses(custody, "agency", bare, "lot-key-without-entrustment")
    refuses(custody, "agency", but(made, entrustment="ab" * 32), "act-unknown")
    refuses(custody, "agency", but(made, entrustment=custody.id("plan-approval")), "act-unknown")
    spare = but(made, a=tuple(deal(3, 4).commitments))
    refuses(published, "agency", spare, "wrong-order", "R-046")
    refuses(published, "agency", but(envelopes, envelopes=tuple(reversed(envelopes.envelopes))), "wrong-order", "R-046")
    refuses(published, "purchaser", but(ack, i=1), "wrong-order", "R-046")


def test_no_lot_key_before_the_agency_has_accepted(on: Station, own: Station) -> None:
    walk = own("registered")
    road.entrust(walk)
    early = but(on("custody").statement(LotKey, "lot-key"), entrustment=walk.id("entrustment"))
    refuses(walk, "agency", early, "wrong-order", "R-046")
    refuses(walk, "agency", but(early, lot="2"), "wrong-order", "R-046")


def test_shares_are_for_custodians_and_the_lot_key_for_all_from_publication_on(on: Station) -> None:
    before, after = on("custody"), on("published")
    assert not _seen(before, "a") & {"lot-key", "custody-envelopes", "custody-ack"}
    assert {"lot-key", "custody-envelopes"} <= _seen(before, "supervisor")
    assert {"lot-key", "custody-ack"} <= _seen(after, "a")
    assert "custody-envelopes" not in _seen(after, "a")


def _seen(walk: Walk, short: str) -> set[str]:
    return {item.act for item in walk.by(short).feed().items}


@pytest.fixture
def acknowledged(alone: Station) -> Walk:
    walk = alone("custody")
    publishing.acknowledge_all(walk)
    walk.world.move(ISSUED)
    return walk


def test_content_of_a_first_publication_is_judged_by_rule(acknowledged: Walk) -> None:
    walk = acknowledged
    model = publishing.tender()

    def refused(changed: Tender, code: str, rule: str) -> None:
        refuses(walk, "agency", publishing.package(walk, changed), code, rule)

    refused(replace(model, deadline=ISSUED + timedelta(days=19)), "bid-period-too-short", "L-201")
    refused(replace(model, available_until=ISSUED + timedelta(days=2)), "document-window-too-short", "L-203")
    refused(replace(model, collusion=model.collusion[1:]), "collusion-clause-missing", "R-112")
    refused(replace(model, fees=replace(model.fees, document=Decimal("300.00"))), "document-fee", "R-083")
    refused(replace(model, documents=model.documents[:1]), "document-missing", "R-084")
    richer = replace(model.lots[0], budget=Decimal("1000000.01"))
    refused(replace(model, lots=(richer,)), "tender-not-as-planned", "R-049")
    refused(replace(model, purchaser=replace(model.purchaser, code=SUPPLIERS["a"])), "tender-not-as-planned", "R-049")
    refused(replace(model, method="invited"), "tender-not-as-planned", "L-303")
    package = publishing.package(walk)
    refuses(walk, "agency", but(package, deadline=DEADLINE + timedelta(days=1)), "package-differs-from-model", "R-084")
    refuses(walk, "agency", but(package, files=package.files[:1]), "document-missing", "R-084")
    missing = (but(package.files[0], sha256="ab" * 32), package.files[1])
    refuses(walk, "agency", but(package, files=missing), "file-missing")
    refuses(walk, "agency", but(package, model="ab" * 32), "file-missing")
    refuses(walk, "agency", but(package, number="140000-2026-00009"), "not-entrusted", "L-673")
    assert acts(walk, "tender-package") == []


def test_no_publication_without_every_custodian(acknowledged: Walk) -> None:
    walk = acknowledged
    package = publishing.package(walk)
    held = package.custody[0]
    short = LotCustody(lot="1", lot_key=held.lot_key, acks=held.acks[:3])
    refuses(walk, "agency", but(package, custody=(short,)), "custody-acks-incomplete", "C-7")
    refuses(walk, "agency", but(package, custody=()), "custody-missing", "R-084")
    foreign = but(walk.statement(LotKey, "lot-key"), tender_id="JC-2026-002")
    walk.do("agency", "foreign", foreign)
    other = LotCustody(lot="1", lot_key=foreign.id, acks=held.acks)
    refuses(walk, "agency", but(package, custody=(other,)), "lot-key-of-another-lot")


def test_a_tender_is_published_in_its_time(alone: Station) -> None:
    walk = alone("custody")
    publishing.acknowledge_all(walk)
    early = walk.now() + timedelta(hours=1)
    model = replace(publishing.tender(), announcement=early, issued=early)
    refuses(walk, "agency", publishing.package(walk, model), "intention-too-young", "L-601")
    walk.world.move(ISSUED + timedelta(hours=1))
    refuses(walk, "agency", publishing.package(walk), "issued-in-the-past", "L-201")


def correction(walk: Walk, **changes: object) -> TenderPackage:
    """Version 2 with a later deadline."""
    model = replace(publishing.tender(), deadline=DEADLINE + timedelta(days=5))
    said: dict[str, object] = {
        "version": 2,
        "previous": tv_of(walk),
        "correction": Correction(reason="技术参数更正", affects_bids=True),
        "issued": walk.now(),
    }
    return publishing.package(walk, model, **{**said, **changes})


def test_a_correction_is_a_version_of_its_own_and_keeps_the_lot_key(alone: Station) -> None:
    walk = alone("custody")
    walk.do("agency", "spare-key", but(walk.statement(LotKey, "lot-key"), a=tuple(deal(3, 4).commitments)))
    publishing.publish(walk)
    walk.world.move(timedelta(days=2))
    refuses(walk, "agency", correction(walk, previous=ZERO_ID), "prev-not-head")
    refuses(walk, "agency", correction(walk, correction=None), "correction-unclear", "L-204")
    refuses(walk, "agency", correction(walk, version=3), "version-out-of-order", "R-084")
    held = LotCustody(lot="1", lot_key=walk.id("spare-key"), acks=tuple(walk.id(f"ack-{s}") for s in CUSTODIANS))
    refuses(walk, "agency", correction(walk, custody=(held,)), "lot-key-of-another-lot")
    second = correction(walk)
    logged(walk, walk.do("agency", "correction", second), second)


def test_a_correction_may_not_come_late_or_touch_the_subject(alone: Station) -> None:
    walk = alone("published")
    walk.world.move(DEADLINE - timedelta(days=5))
    refuses(walk, "agency", correction(walk), "correction-too-late", "L-204")
    model = publishing.tender()
    dearer = replace(model, lots=(replace(model.lot("1"), budget=Decimal("2000000.00")),))
    mild = {"version": 2, "previous": tv_of(walk), "issued": walk.now()}
    mild["correction"] = Correction(reason="预算更正", affects_bids=False)
    refuses(walk, "agency", publishing.package(walk, dearer, **mild), "locked-field-changed", "L-204")
    walk.world.move(DEADLINE + timedelta(seconds=1))
    refuses(walk, "agency", correction(walk), "deadline-passed", "L-204")


def test_nothing_of_the_wrong_project_or_name(on: Station) -> None:
    walk = on("published")
    strange: Statement = but(walk.done["tender-package"], entrustment="ab" * 32)
    refuses(walk, "agency", strange, "act-unknown")
    other = but(walk.done["tender-package"], tender_id=TENDER + "-B")
    refuses(walk, "agency", other, "tender-published-before")
