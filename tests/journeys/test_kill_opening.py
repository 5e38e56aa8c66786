"""kill -9 of the server on the day of opening: shares live in memory only, custodians send them again, and it opens."""

from __future__ import annotations

import pytest

from procurement.opening.session import CustodianRelease, Opening
from tests.journeys.snapshots import Revisit
from tests.journeys.waiting import until
from tests.server_stub.ledger import standing

ORDER = ("agency", "purchaser", "platform")


@pytest.mark.parametrize("released", [1, 2, 3])
def test_after_the_kth_custodian(at_frozen: Revisit, released: int) -> None:
    """Shares are lost with the process; the acts are not. The same statements and shares again, and it opens."""
    journey, freeze = at_frozen, at_frozen.ids["freeze"]
    for name in ORDER[:released]:
        assert getattr(journey, name).custody_release.release(freeze).state == "accepted"
    journey.world.kill()
    journey.restart()
    for name in ORDER[:released]:
        getattr(journey, name).custody_release.send_again(freeze)
    for name in ORDER[released:]:
        assert getattr(journey, name).custody_release.release(freeze).state == "accepted"
    _opens(journey)


@pytest.mark.parametrize(
    ("point", "there"),
    [
        ("opening:bid#2", False),
        ("opening:publish", False),
        ("act:recorded@opening", False),
        ("act:committed@opening", True),
    ],
)
def test_while_the_opening_runs(at_frozen: Revisit, point: str, there: bool) -> None:
    """With bids half opened, all opened, written, committed: all of them are visible or none, and the same shares open them."""
    journey, freeze = at_frozen, at_frozen.ids["freeze"]
    for name in ORDER[:2]:
        getattr(journey, name)  # at their desks before the server is armed
    journey.falls(point, lambda: [getattr(journey, name).custody_release.release(freeze) for name in ORDER])
    assert len(standing(journey.world, "opening")) == there
    assert len(standing(journey.world, "custodian-release")) == 3
    journey.restart()
    assert not list((journey.world.data / "work").iterdir()), "no plaintext of a bid stays behind"
    assert not list((journey.world.data / "files").rglob("*.part"))
    if not there:
        assert journey.agency.place.acts.last(Opening) is None
    for name in ORDER:
        assert getattr(journey, name).custody_release.release(freeze).state == "accepted"
    _opens(journey)


def test_released_again_by_the_same_button(at_frozen: Revisit) -> None:
    """A person who releases again after a restart really sends the share again."""
    journey, freeze = at_frozen, at_frozen.ids["freeze"]
    first = journey.agency.custody_release.release(freeze)
    journey.world.kill()
    journey.restart()
    for name in ORDER[1:]:
        getattr(journey, name).custody_release.release(freeze)
    again = journey.agency.custody_release.release(freeze)
    assert (again.id, again.receipt) == (first.id, first.receipt)
    _opens(journey)


def _opens(journey: Revisit) -> None:
    agency = journey.agency
    until(lambda: agency.refresh() or agency.place.acts.last(Opening) is not None, "the opening")
    assert [one.code for one in agency.place.acts.only(Opening).value.results] == ["opened"] * 3
    assert len(agency.place.acts.all(Opening)) == 1
    assert len(agency.place.acts.all(CustodianRelease)) == 3
