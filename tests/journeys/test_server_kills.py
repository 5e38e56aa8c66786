"""The server killed at the exact places where it hurts (server_stub.failpoints): before or after, nothing between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from client.desk import Desk
from procurement.bidding.sealed import Submission
from procurement.opening.session import Closing, Freeze, NoOpening, Release
from tests.client.journey import LOT, TENDER
from tests.journeys.snapshots import Revisit, Snapshot
from tests.journeys.test_kills import MIB, Marks, sealed_by
from tests.journeys.waiting import until
from tests.server_stub.ledger import bodies, proofs, standing

POINTS = [("act:recorded", False), ("act:committed", True), ("act:signed", True), ("act:answering", True)]
"""Where, and whether the act counts"""


@pytest.fixture(scope="module")
def bidding(published: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Revisit]:
    """One world for the kills of commits: each supplier is killed for once."""
    journey = published.resume(tmp_path_factory.mktemp("falls"))
    yield journey
    journey.end()


def test_in_an_upload(at_published: Revisit) -> None:
    """Just past the first durable mark, 64 MiB. What lies below it is not sent again, what lies beyond it does not count."""
    journey = at_published
    bid, marks = sealed_by(journey, "A", size=80 * MIB), Marks()
    journey.world.stop()
    journey.restart(kill_at="upload:written@after-a-mark")
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(journey.supplier("A").bidding.deliver, bid, marks)
        journey.world.fallen()
        acknowledged, whole, kept = bodies(journey.world).popitem()[1]
        assert 64 * MIB <= acknowledged < len(kept) < 80 * MIB + MIB and not whole
        assert kept[:acknowledged] == journey.supplier("A").bidding.bids.file(bid).read_bytes()[:acknowledged]
        journey.restart()
        sent.result()
    again = [one for at, one in enumerate(marks.seen) if at and one < marks.seen[at - 1]]
    assert again and acknowledged <= min(again) <= acknowledged + 2 * MIB, again
    assert journey.supplier("A").bidding.commit(bid).state == "accepted"


@pytest.mark.parametrize(("key", "point", "there"), [(k, *p) for k, p in zip("ABCE", POINTS, strict=True)])
def test_in_a_commit(bidding: Revisit, key: str, point: str, there: bool) -> None:
    """In the transaction, between commit and head, head and proof, receipt and answer."""
    desk, bid = bidding.supplier(key), sealed_by(bidding, key)
    desk.bidding.deliver(bid)
    before = standing(bidding.world, "submission")
    bidding.falls(f"{point}@submission", lambda: desk.bidding.commit(bid))
    act = desk.place.outbox.all()[-1].id
    assert standing(bidding.world, "submission") == before + [act] * there
    bidding.restart()
    assert bool(proofs(bidding.world, act)) == there, "the head is signed again before anybody is answered"
    _once(desk, Submission, act)
    assert standing(bidding.world, "submission") == [*before, act]


def test_in_releases_and_the_freeze(at_closed: Revisit) -> None:
    """A's release is killed in its transaction, C's before its answer; E's is the last: the freeze is killed, twice."""
    journey, closing = at_closed, at_closed.ids["closing"]
    for key, point, there in (("A", "act:recorded", False), ("C", "act:answering", True)):
        desk = journey.supplier(key)
        before = standing(journey.world, "release")
        journey.falls(f"{point}@release", lambda desk=desk: desk.releasing.release(closing))
        act = desk.place.outbox.all()[-1].id
        assert standing(journey.world, "release") == before + [act] * there
        journey.restart()
        _once(desk, Release, act)
    journey.falls("act:recorded@freeze", lambda: journey.supplier("E").releasing.release(closing))
    assert (len(standing(journey.world, "release")), standing(journey.world, "freeze")) == (3, [])
    journey.restart(kill_at="act:committed@freeze")
    journey.world.fallen()
    (freeze,) = standing(journey.world, "freeze")
    journey.restart()
    journey.supplier("E").refresh()
    agency = journey.agency
    assert agency.place.acts.only(Freeze).id == freeze
    assert len(agency.place.acts.only(Freeze).value.released) == 3 and not agency.place.acts.only(Freeze).value.absent
    assert standing(journey.world, "freeze") == [freeze]
    journey.ids["freeze"] = freeze
    journey.open()


def test_in_a_closing(at_published: Revisit) -> None:
    """Nobody has bid: closing and no-opening are one transaction, killed after the first of them was written."""
    journey = at_published
    agency = journey.agency
    deadline = agency.published.current(TENDER).package.deadline
    journey.falls("act:recorded@closing", lambda: agency.place.gateway.move_demo_clock(deadline))
    assert standing(journey.world, "closing") == standing(journey.world, "no-opening") == []
    journey.restart()
    if journey.world.now() < deadline:  # the clock goes on from its last setting, which the kill may have come before
        agency.place.gateway.move_demo_clock(deadline)
    until(lambda: agency.refresh() or agency.place.acts.last(NoOpening), "the closing")
    closing = agency.place.acts.only(Closing, lot=LOT)
    assert agency.place.acts.only(NoOpening).value.closing == closing.id
    assert (closing.value.deadline, closing.value.count) == (deadline, 0)
    assert len(standing(journey.world, "closing")) == len(standing(journey.world, "no-opening")) == 1


def _once(desk: Desk, kind: type[Submission | Release], act: str) -> None:
    """On return the act is delivered or found delivered; its receipt is here and stays the same."""
    desk.refresh()
    (row,) = [row for row in desk.place.outbox.all() if row.act == kind.TYPE]
    kept = desk.place.mirror.receipt(act)
    assert (row.id, row.state) == (act, "accepted")
    assert [one.id for one in desk.place.acts.all(kind, supplier=desk.actor)] == [act]
    assert kept is not None and kept.receipt == desk.place.gateway.act(kind.TYPE, row.message).receipt
