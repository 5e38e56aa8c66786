"""From budget to archive through the desks, against a live server, with the demo's cast of bidders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from client.verify.command import main as verify
from procurement.basics.problems import Problem
from procurement.bidding.receipt import Receipt
from procurement.evaluation.sheets import Ranking
from procurement.opening.session import Freeze, OpeningRecord
from procurement.performing.contract import ContractPublication
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.parties import PASSPHRASE
from tests.world import World


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("journey"))
    found = Journey(world)
    yield found
    found.close()
    world.close()


def test_from_budget_to_archive(journey: Journey, tmp_path: Path) -> None:
    journey.plan()
    journey.publish()
    _bid(journey, tmp_path)
    _open(journey, tmp_path)
    journey.evaluate({"A": "60", "C": "65", "E": "50"})
    ranking = journey.agency.place.acts.only(Ranking).value
    assert next((bid.supplier, bid.rank) for bid in ranking.bids) == (SUPPLIERS["C"][2], 1)
    journey.award()
    journey.perform("C", "910000.00")
    assert journey.agency.place.acts.last(ContractPublication) is not None
    journey.finish("C")
    _archive(journey, tmp_path)


def _bid(journey: Journey, folder: Path) -> None:
    """A replaces, B withdraws, C keeps a slip, D stays, E is plain. Receipts become files."""
    journey.submit("A", "905000")
    again = journey.submit("A", "900000")
    journey.submit("B", "880000")
    journey.submit("C", "910000", slip=folder / "c.slip")
    journey.submit("D", "890000")
    journey.submit("E", "950000")
    journey.done("withdrawal-B", journey.suppliers["B"].bidding.withdraw(TENDER, LOT))
    bidding = journey.suppliers["A"].bidding
    receipt = bidding.save_receipt(journey.ids["submission-A"], folder / "a.json")
    assert Receipt.from_bytes(receipt.read_bytes()).act.id == journey.ids["submission-A"]
    assert (
        bidding.bids.of_lot(journey.suppliers["A"].published.sibling_tvs(bidding.bids.get(again).tender), LOT)[-1].bid
        == again
    )
    for other in ("agency", "purchaser"):
        acts = getattr(journey, other).place.acts.everything()
        assert not [act for act in acts if act.item.act in ("submission", "withdrawal")]


def _open(journey: Journey, folder: Path) -> None:
    journey.shut()
    closing = journey.ids["closing"]
    suppliers = journey.suppliers
    with pytest.raises(Problem):
        suppliers["B"].releasing.release(closing)
    suppliers["A"].releasing.release(closing)
    suppliers["C"].releasing.release(closing, slip=folder / "c.slip", passphrase=PASSPHRASE)
    suppliers["E"].releasing.release(closing)
    journey.freeze()
    freeze = journey.agency.place.acts.only(Freeze).value
    assert (len(freeze.released), len(freeze.absent)) == (3, 1)
    journey.open()
    journey.refresh()
    record = journey.agency.place.acts.only(OpeningRecord).value
    assert [row.state for row in record.rows].count("opened") == 3
    journey.done("confirmed-A", suppliers["A"].opening.confirm(journey.ids["record"]))


def _archive(journey: Journey, folder: Path) -> None:
    trust = journey.agency.place.folder.folder / "trust"
    for edition in ("full", "public"):
        target = folder / f"{edition}.zip"
        journey.purchaser.closing.build_archive(journey.number, target, edition)
        assert verify(["--trust", str(trust), str(target)]) == 0
    assert journey.finance.closing.figures(journey.number).contracted == Decimal("910000.00")
