"""Bidding through the desks, against a live server: replacing, withdrawing, secrecy before the deadline, who may release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procurement.basics.problems import Problem
from procurement.bidding.receipt import Receipt
from tests.client.journey import LOT, TENDER, Journey
from tests.world import World


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("journey"))
    found = Journey(world)
    yield found
    found.close()
    world.close()


def test_bids_stay_hidden_and_only_standing_ones_are_released(journey: Journey, tmp_path: Path) -> None:
    """The way on from here to the archive is the demo's (tests/journeys/test_demo.py)."""
    journey.plan()
    journey.publish()
    _bid(journey, tmp_path)
    journey.shut()
    with pytest.raises(Problem) as refused:
        journey.suppliers["B"].releasing.release(journey.ids["closing"])
    assert refused.value.code == "own-bid-not-in-closing"
    assert journey.suppliers["A"].releasing.release(journey.ids["closing"]).state == "accepted"


def _bid(journey: Journey, folder: Path) -> None:
    """A replaces its bid, B withdraws. Receipts become files; nobody else sees anything."""
    journey.submit("A", "905000")
    again = journey.submit("A", "900000")
    journey.submit("B", "880000")
    journey.submit("C", "910000")
    journey.submit("E", "950000")
    journey.done("withdrawal-B", journey.suppliers["B"].bidding.withdraw(TENDER, LOT))
    bidding = journey.suppliers["A"].bidding
    receipt = bidding.save_receipt(journey.ids["submission-A"], folder / "a.json")
    assert Receipt.from_bytes(receipt.read_bytes()).act.id == journey.ids["submission-A"]
    kept = {path.name for path in bidding.place.folder.receipts.iterdir()}
    assert {f"{journey.ids['submission-A']}.json", f"{journey.ids['submission-A']}.pdf"} <= kept
    assert (
        bidding.bids.of_lot(journey.suppliers["A"].published.sibling_tvs(bidding.bids.get(again).tender), LOT)[-1].bid
        == again
    )
    for other in ("agency", "purchaser"):
        acts = getattr(journey, other).place.acts.everything()
        assert not [act for act in acts if act.item.act in ("submission", "withdrawal")]
