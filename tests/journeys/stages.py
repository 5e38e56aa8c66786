"""Worlds played once for all tests of this room; every test lives in a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.desk import Desk
from client.practice.crew import Crew
from client.practice.world import PracticeWorld
from procurement.basics.pulse import NoPulse
from procurement.basics.roles import Role
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.parties import PASSPHRASE, PIN, desk_of
from tests.journeys.snapshots import Revisit, Snapshot
from tests.world import World

BIDS = {"A": "900000", "C": "910000", "E": "950000"}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Up to the published tender; A, B, C and E have fetched and checked it and filled in their drafts."""
    journey = Journey(World.create(tmp_path_factory.mktemp("published")))
    journey.plan()
    journey.publish()
    for key, price in {**BIDS, "B": "880000"}.items():
        journey.draft(key, price)
    return Snapshot(journey)


@pytest.fixture
def bidder(published: Snapshot, tmp_path: Path) -> Iterator[Desk]:
    """A with a filled draft, offline, before the deadline."""
    profile = f"{Role.SUPPLIER}-{SUPPLIERS['A'][2]}"
    shutil.copytree(published.world.folder / "profiles" / profile, tmp_path / profile)
    desk = desk_of(tmp_path / profile)
    desk.accounts.unlock(PIN)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def closed(published: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Up to the closing: A, C and E have bid (C with a slip), nobody has released."""
    journey = published.resume(tmp_path_factory.mktemp("closed"))
    for key in BIDS:
        desk = journey.supplier(key)
        slip = journey.supplier_profile(key) / "backup.slip"
        sealed = desk.bidding.seal(TENDER, LOT, slip=slip, passphrase=PASSPHRASE)
        journey.done(f"submission-{key}", desk.bidding.submit(sealed.bid))
        journey.ids[f"bid-{key}"] = sealed.bid
    journey.agency.refresh()
    journey.shut()
    return Snapshot(journey)


@pytest.fixture(scope="session")
def frozen(closed: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Up to the freeze: all three have released, no custodian has."""
    journey = closed.resume(tmp_path_factory.mktemp("frozen"))
    for key in BIDS:
        journey.done(f"release-{key}", journey.supplier(key).releasing.release(journey.ids["closing"]))
    journey.agency.refresh()
    journey.freeze()
    return Snapshot(journey)


@pytest.fixture(scope="session")
def reviewed(frozen: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Up to the end of the reviews: opened, read out, five experts at their places, nothing scored."""
    journey = frozen.resume(tmp_path_factory.mktemp("reviewed"))
    journey.open()
    journey.convene(tuple(BIDS))
    return Snapshot(journey)


def _alive(snapshot: Snapshot, folder: Path) -> Iterator[Revisit]:
    journey = snapshot.resume(folder)
    try:
        yield journey
    finally:
        journey.end()


@pytest.fixture
def at_published(published: Snapshot, tmp_path: Path) -> Iterator[Revisit]:
    """This test's own world, at the published tender."""
    yield from _alive(published, tmp_path)


@pytest.fixture
def at_closed(closed: Snapshot, tmp_path: Path) -> Iterator[Revisit]:
    """This test's own world, at the closing."""
    yield from _alive(closed, tmp_path)


@pytest.fixture
def at_frozen(frozen: Snapshot, tmp_path: Path) -> Iterator[Revisit]:
    """This test's own world, at the freeze."""
    yield from _alive(frozen, tmp_path)


@pytest.fixture
def at_reviewed(reviewed: Snapshot, tmp_path: Path) -> Iterator[Revisit]:
    """This test's own world, before the first mark."""
    yield from _alive(reviewed, tmp_path)


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice folder as the app makes it, the rehearsal tender published, nothing running."""
    folder = tmp_path_factory.mktemp("practice") / "practice"
    world = PracticeWorld(folder / "world")
    try:
        world.prepare(NoPulse())
        Crew(world).publish(NoPulse())
    finally:
        world.stop()
    return folder
