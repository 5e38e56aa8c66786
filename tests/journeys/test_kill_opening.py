"""kill -9 of the server on the day of opening: shares live in memory only, custodians send them again, and it opens."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from procurement.basics.problems import Unreachable
from procurement.opening.session import CustodianRelease, Opening
from tests.journeys.snapshots import Revisit
from tests.journeys.waiting import until

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


def test_while_the_opening_runs(at_frozen: Revisit) -> None:
    """Killed with bids half opened: nothing is visible, no plaintext stays behind, and the same shares open all of them."""
    journey, freeze = at_frozen, at_frozen.ids["freeze"]
    for name in ORDER[:2]:
        getattr(journey, name).custody_release.release(freeze)
    work = journey.world.data / "work"
    with ThreadPoolExecutor(1) as pool:
        last = pool.submit(journey.platform.custody_release.release, freeze)
        until(lambda: any(work.iterdir()) or last.done(), "the opening to begin", pause=0.0005)
        journey.world.kill()
        with contextlib.suppress(Unreachable):
            last.result()
    journey.restart()
    assert not list(work.iterdir())
    assert not list((journey.world.data / "files").rglob("*.part"))
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
