"""A tender of suite S1 through the desks: SM2 tokens in files, lot key, slip, receipts, releases, opening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from procurement.basics.problems import Problem, Refused
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import BidHeader
from procurement.opening.session import Opening
from procurement.tendering.custody import LotKey
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.parties import PASSPHRASE, signed_in
from tests.national import offer
from tests.world import World


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    world = World.create(tmp_path, start=False)
    offer(world)
    world.start()
    found = Journey(world)
    yield found
    found.close()
    world.close()


def test_from_the_lot_key_to_the_opening(journey: Journey, tmp_path: Path) -> None:
    journey.plan()
    journey.publish()
    assert journey.agency.place.acts.get(LotKey, journey.ids["lot-key"]).value.suite == "S1"
    slip = tmp_path / "a.slip"
    journey.submit("A", "900000", slip=slip)
    for key in "BC":
        bid = journey.submit(key, "910000")
        assert BidHeader.from_bytes(journey.suppliers[key].bidding.bids.get(bid).header_bytes).suite == "S1"
    _with_another_suite(journey)
    supplier = journey.suppliers["A"]
    receipt = supplier.bidding.save_receipt(journey.ids["submission-A"], tmp_path / "a.json")
    assert Receipt.from_bytes(receipt.read_bytes()).receipt.signature.kind == "sm2"
    supplier.tendering.save_package(supplier.tendering.tenders.current(TENDER).tv, tmp_path / "package")
    assert (tmp_path / "package" / "manifest.sig.json").is_file()
    journey.shut()
    released = journey.suppliers["A"].releasing.release(journey.ids["closing"], slip=slip, passphrase=PASSPHRASE)
    assert released.state == "accepted"
    for key in "BC":
        assert journey.supplier(key).releasing.release(journey.ids["closing"]).state == "accepted"
    journey.freeze()
    journey.unlock()
    opening = journey.agency.place.acts.only(Opening).value
    assert {result.code for result in opening.results} == {"opened"}


def _with_another_suite(journey: Journey) -> None:
    """A supplier with an RSA certificate is told before it seals."""
    journey.suppliers["E"] = signed_in(journey.world, *SUPPLIERS["E"], kind="rsa")
    journey.suppliers["E"].accounts.publish_encryption_certificates()
    desk = journey.draft("E", "950000")
    with pytest.raises(Problem) as caught:
        desk.bidding.seal(TENDER, LOT)
    assert isinstance(caught.value, Refused) and caught.value.code == "suite-differs"
