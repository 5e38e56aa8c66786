"""Custodians on the day: readiness before it, and every wrong share refused by its own code and on record."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal

import pytest

from crypto.custody import HeldShare, acknowledge, custodian_release, deal, lot_key_statement, seal_shares
from procurement.opening.order import custody_share_digest
from procurement.opening.session import Closing, Freeze, Opening
from procurement.tendering.custody import CustodyReady, LotKey
from procurement.tendering.package import LotCustody
from procurement.wire.messages import ActMessage
from server_stub.trust.escrow import ESCROW
from tests.procurement.chain import but
from tests.procurement.tendering.examples import replace
from tests.server_stub.acts import hall, publishing, sealing
from tests.server_stub.acts.evidence import acts, database, logged, refuses
from tests.server_stub.acts.hall import MINUTE, SECOND
from tests.server_stub.acts.publishing import CUSTODIANS, DEADLINE, ISSUED, TENDER
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def _ready(walk: Walk, short: str, **changes: object) -> CustodyReady:
    made = CustodyReady(
        tender=sealing.tv_of(walk),
        lot="1",
        lot_key=walk.id("lot-key"),
        i=CUSTODIANS.index(short) + 1,
        org=walk.by(short).code,
        checked=walk.now(),
    )
    return CustodyReady.model_validate({**dict(made), **changes}) if changes else made


def test_custodians_say_that_they_are_ready_before_the_freeze(alone: Station) -> None:
    walk = alone("delivered")
    for short in CUSTODIANS:
        said = _ready(walk, short)
        logged(walk, walk.do(short, f"ready-{short}", said), said)
    hall.close(walk)
    again = _ready(walk, "supervisor")
    logged(walk, walk.do("supervisor", "ready-again", again), again)
    assert len(walk.statement(Closing, "closing").chain) == 8
    hall.freeze(walk)
    refuses(walk, "supervisor", _ready(walk, "supervisor"), "wrong-order", "R-046")
    hall.open_all(walk)
    assert [r.code for r in walk.statement(Opening, "opening").results] == ["opened"] * 3


def test_readiness_is_said_now_by_the_custodian_of_this_key(on: Station) -> None:
    early, walk = on("custody"), on("published")
    good = _ready(walk, "purchaser")
    refuses(early, "purchaser", good, "act-unknown")
    refuses(walk, "a", but(good, org=SUPPLIERS["a"]), "wrong-role")
    refuses(walk, "agency", good, "not-the-author", "L-901")
    refuses(walk, "purchaser", but(good, i=3), "not-this-custodian")
    refuses(walk, "purchaser", but(good, lot_key="ab" * 32), "lot-key-of-another-lot")
    refuses(walk, "purchaser", but(good, lot="2"), "wrong-lot")
    refuses(walk, "purchaser", but(good, checked=walk.now() - 6 * MINUTE), "readiness-not-now")


@pytest.mark.parametrize("lost", CUSTODIANS)
def test_losing_any_one_of_four_custodians_still_opens(alone: Station, lost: str) -> None:
    walk = alone("frozen")
    for short in CUSTODIANS:
        if short != lost:
            hall.give_share(walk, short)
    walk.world.move(SECOND)
    assert [r.code for r in hall.by_platform(walk, Opening, "opening").results] == ["opened"] * 3


def _two_lots(walk: Walk) -> Walk:
    """A tender of two lots, each with a key of its own; bids delivered, closed and frozen in both."""
    dealing = deal(3, 4)
    who = publishing.custodians(walk)
    second = lot_key_statement(TENDER, "2", 3, who, [publishing.dealer(walk)], dealing, walk.id("entrustment"))
    walk.do("agency", "lot-key-2", second)
    walk.do("agency", "envelopes-2", seal_shares(second, dealing))
    publishing.acknowledge_all(walk)
    for place, short in enumerate(CUSTODIANS):
        walk.secrets[f"share-2-{short}"] = dealing.shares[place]
        walk.do(short, f"ack-2-{short}", acknowledge(second, HeldShare(place + 1, dealing.shares[place])))
    walk.world.move(ISSUED)
    lot, half = publishing.tender().lot("1"), Decimal("500000.00")  # two of them are what was planned
    figures = tuple(replace(figure, limit=half) for figure in lot.quote.figures)
    one = replace(lot, budget=half, quote=replace(lot.quote, figures=figures))
    model = replace(publishing.tender(), lots=(one, replace(one, code="2", title="二包")))
    acks = tuple(walk.id(f"ack-2-{s}") for s in CUSTODIANS)
    package = publishing.package(walk, model)
    package = but(package, custody=(*package.custody, LotCustody(lot="2", lot_key=second.id, acks=acks)))
    walk.do("agency", "tender-package", package)
    for short in SUPPLIERS:
        for lot in ("1", "2"):
            bid = sealing.sealed_bid(walk, short, lot=lot)
            sealing.upload(walk, short, bid)
            walk.do(short, f"submission-{short}", sealing.submission(walk, short, bid))
    walk.world.move(DEADLINE + timedelta(minutes=31))
    for item in walk.by("agency").feed().items:
        if item.act == Freeze.TYPE:
            walk.done[f"freeze-{item.lot}"] = Freeze.from_bytes(item.signed.statement)
    return walk


def test_a_share_goes_to_its_own_lot_and_freeze(alone: Station) -> None:
    walk = _two_lots(alone("custody"))
    first, second = walk.statement(LotKey, "lot-key"), walk.statement(LotKey, "lot-key-2")
    share, other = HeldShare(2, walk.secrets["share-purchaser"]), HeldShare(2, walk.secrets["share-2-purchaser"])
    crossed = custodian_release(walk.id("freeze-2"), first, share)
    refuses(walk, "purchaser", crossed, "release-against-another-freeze", secret=share.value)
    foreign = custodian_release(walk.id("freeze-1"), first, other)
    refuses(walk, "purchaser", foreign, "custody-share-foreign", secret=other.value)
    for freeze, key, held in (("freeze-1", first, share), ("freeze-2", second, other)):
        good = custodian_release(walk.id(freeze), key, held)
        logged(walk, walk.do("purchaser", f"release-{freeze}", good, held.value), good)
    assert {kind: len(ESCROW.shares(key.id)) for kind, key in (("1", first), ("2", second))} == {"1": 1, "2": 1}


def test_junk_shares_and_foreign_freezes_are_refused(alone: Station) -> None:
    walk = alone("frozen")
    key, freeze = walk.statement(LotKey, "lot-key"), walk.id("freeze")
    junk = HeldShare(2, secrets.token_bytes(32))
    refuses(walk, "purchaser", custodian_release(freeze, key, junk), "custody-share-wrong", secret=junk.value)
    good, share = hall.share_release(walk, "purchaser"), walk.secrets["share-purchaser"]
    refuses(walk, "purchaser", good, "custody-share-digest-differs", secret=junk.value)
    foreign = but(good, lot_key="cd" * 32, share=custody_share_digest("cd" * 32, 2, share))
    refuses(walk, "purchaser", foreign, "release-against-another-freeze", secret=share)
    refuses(walk, "purchaser", but(good, freeze="ab" * 32), "release-before-freeze", secret=share)
    first = HeldShare(1, share)
    as_agency = but(custodian_release(freeze, key, first), org=good.org)
    refuses(walk, "purchaser", as_agency, "not-this-custodian", secret=share)
    neighbour = HeldShare(2, walk.secrets["share-agency"])
    foreign_share = custodian_release(freeze, key, neighbour)
    refuses(walk, "purchaser", foreign_share, "custody-share-foreign", secret=neighbour.value)
    assert acts(walk, "custodian-release") == []


def test_two_custodians_open_nothing_and_a_fourth_opens_nothing_twice(alone: Station) -> None:
    walk = alone("frozen")
    for short in CUSTODIANS[:2]:
        hall.give_share(walk, short)
    walk.world.move(timedelta(hours=1))
    assert acts(walk, "opening") == []
    with database(walk) as connection:
        assert connection.execute("SELECT count(*) FROM opened_bids").fetchone() == (0,)
    for short in CUSTODIANS[2:]:
        hall.give_share(walk, short)
    walk.world.move(SECOND)
    assert len(acts(walk, "opening")) == 1
    walk.world.move(timedelta(hours=1))
    assert len(acts(walk, "opening")) == 1
    assert ESCROW.shares(walk.id("lot-key")) == {}


def test_after_a_restart_shares_come_again_and_junk_does_not_count(alone: Station) -> None:
    walk = alone("frozen")
    for short in CUSTODIANS[:2]:
        hall.give_share(walk, short)
    ESCROW.forget(walk.id("lot-key"))
    hall.give_share(walk, CUSTODIANS[2])
    walk.world.move(MINUTE)
    assert acts(walk, "opening") == []
    for short in CUSTODIANS[:2]:
        _again(walk, short, secrets.token_bytes(32))
    walk.world.move(MINUTE)
    assert acts(walk, "opening") == []
    for short in CUSTODIANS[:2]:
        _again(walk, short, walk.secrets[f"share-{short}"])
    walk.world.move(MINUTE)
    assert len(acts(walk, "opening")) == 1


def _again(walk: Walk, short: str, share: bytes) -> None:
    """The very act that was accepted, bytes and signature, with a share beside."""
    kept = next(i for i in walk.by("agency").feed().items if i.id == walk.id(f"custodian-{short}"))
    walk.by(short).post_act(ActMessage(signed=kept.signed, secret=share), "custodian-release")
