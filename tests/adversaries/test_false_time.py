"""A server that tells a false time: no share leaves for it, and a signed bid says how far the clocks lay apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from client.bootstrap import open_desk
from client.desk import Desk
from client.profile import ProfileFolder
from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from procurement.bidding.sealed import Submission
from procurement.opening.session import Freeze
from tests.client.journey import AGENCY, LOT, SUPPLIERS, TENDER
from tests.client.parties import PASSPHRASE, PIN, no_keyring
from tests.journeys.snapshots import Revisit


@dataclass
class Wall:
    """The clock on this machine's wall."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@contextmanager
def _honest(journey: Revisit, folder: Path, wall: Wall) -> Iterator[Desk]:
    """The party's desk as it would be on a platform that says nothing of a demo, its machine showing another time."""
    profile = ProfileFolder(folder).profile.model_copy(update={"demo_clock": False})
    ProfileFolder.create(folder, profile)
    desk = open_desk(folder, no_keyring, machine_clock=wall)
    try:
        desk.accounts.unlock(PIN)
        desk.accounts.sign_in()
        yield desk
    finally:
        desk.close()


def test_a_deadline_that_has_only_passed_for_the_server(at_closed: Revisit) -> None:
    """The operator sets his clock forward and closes; there is no outside time-stamp to tell. The supplier keeps its share."""
    journey = at_closed
    wall = Wall(journey.world.now() - timedelta(hours=2))
    with _honest(journey, journey.supplier_profile("A"), wall) as desk:
        with pytest.raises(Refused, match="release-too-early"):
            desk.releasing.release(journey.ids["closing"])
        assert not desk.pending()
        wall.moment += timedelta(hours=3)
        assert desk.releasing.release(journey.ids["closing"]).state == "accepted"


def test_a_window_that_has_only_ended_for_the_server(at_closed: Revisit) -> None:
    """A alone has released when the operator's clock runs ahead and he freezes: the agency keeps its share."""
    journey = at_closed
    before = journey.world.now()
    journey.done("release-A", journey.supplier("A").releasing.release(journey.ids["closing"]))
    journey.freeze()
    freeze = journey.agency.place.acts.only(Freeze)
    assert len(freeze.value.absent) == 2
    journey.agency.close()
    with _honest(journey, journey.profile(Role.AGENCY, AGENCY[2]), Wall(before + timedelta(minutes=5))) as desk:
        desk.custody.open_key(PASSPHRASE)
        with pytest.raises(Refused, match="release-too-early"):
            desk.custody_release.release(freeze.id)


def test_a_time_told_too_early_stands_in_the_signed_bid(at_published: Revisit) -> None:
    """Lulled by a server two hours slow: what its own clock said is in the submission it signed."""
    journey = at_published
    wall = Wall(journey.world.now() + timedelta(hours=2))
    with _honest(journey, journey.supplier_profile("A"), wall) as desk:
        outcome = desk.bidding.submit(desk.bidding.seal(TENDER, LOT).bid)
        said = desk.place.acts.get(Submission, outcome.id).value
    assert said.supplier == SUPPLIERS["A"][2]
    assert said.client_time == wall.moment
    assert abs(said.skew_ms + 7_200_000) < 60_000
