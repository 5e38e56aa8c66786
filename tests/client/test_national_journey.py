"""A tender of suite S1 through the desks: SM2 tokens in files, lot key, slip, receipts, releases, opening."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from client.profile import TRUST_FOLDER, ProfileFolder
from client.verify.command import verify_archive
from client.verify.evidence import Anchors
from crypto.certificates import suite_of
from procurement.basics.problems import Problem, Refused
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import BidHeader
from procurement.opening.second_look import SecondLookResult
from procurement.opening.session import Opening
from procurement.tendering.custody import LotKey
from tests.client.bad_bid import seal_with_noise
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.parties import PASSPHRASE, PIN, desk_of, signed_in, write_profile
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


def test_from_the_lot_key_to_the_signed_report(journey: Journey, tmp_path: Path) -> None:
    """A, B and C open; D's opening envelope is noise, and the supervisor looks again. `verify` then goes over all of it."""
    journey.plan()
    journey.publish()
    assert journey.agency.place.acts.get(LotKey, journey.ids["lot-key"]).value.suite == "S1"
    slip = tmp_path / "a.slip"
    journey.submit("A", "900000", slip=slip)
    for key in "BC":
        bid = journey.submit(key, "910000")
        assert BidHeader.from_bytes(journey.suppliers[key].bidding.bids.get(bid).header_bytes).suite == "S1"
    noise = seal_with_noise(journey.draft("D", "920000"), TENDER, LOT)
    journey.done("submission-D", journey.suppliers["D"].bidding.submit(noise))
    _with_another_suite(journey)
    supplier = journey.suppliers["A"]
    receipt = supplier.bidding.save_receipt(journey.ids["submission-A"], tmp_path / "a.json")
    assert Receipt.from_bytes(receipt.read_bytes()).receipt.signature.kind == "sm2"
    supplier.tendering.save_package(supplier.tendering.tenders.current(TENDER).tv, tmp_path / "package")
    assert (tmp_path / "package" / "manifest.sig.json").is_file()
    journey.shut()
    released = journey.suppliers["A"].releasing.release(journey.ids["closing"], slip=slip, passphrase=PASSPHRASE)
    assert released.state == "accepted"
    for key in "BCD":
        assert journey.supplier(key).releasing.release(journey.ids["closing"]).state == "accepted"
    journey.freeze()
    journey.open()
    opening = journey.agency.place.acts.only(Opening).value
    assert [result.code for result in opening.results if result.bid != noise] == ["opened"] * 3
    _look_again(journey, noise)
    journey.convene(("A", "B", "C"))
    journey.score({"A": "60", "B": "55", "C": "50"})
    assert _verified(journey, tmp_path) == [("archived", "act-missing")]


def test_papers_want_a_certificate_beside_the_national_one(journey: Journey) -> None:
    folder = write_profile(journey.world, *SUPPLIERS["A"], kind="sm2")
    with closing(desk_of(folder)) as desk:
        desk.accounts.unlock(PIN)
        assert suite_of(desk.place.token.signing_certificate) == "S1"
        assert suite_of(desk.place.papers_token.signing_certificate) == "I1"
    bare = ProfileFolder(folder).profile.model_copy(update={"papers": ""})
    ProfileFolder.create(folder, bare)
    with closing(desk_of(folder)) as desk:
        desk.accounts.unlock(PIN)
        with pytest.raises(Problem) as caught:
            _ = desk.place.papers_token
    assert caught.value.code == "papers-token-missing"


def _look_again(journey: Journey, bid: str) -> None:
    """Shares of an SM2 lot key, sealed to the supervisor's key; the same failure is found."""
    looks = journey.supervisor.second_looks
    look = looks.ask(journey.ids["opening"], bid, "投标人称信封完好").id
    for desk in (journey.agency, journey.purchaser, journey.platform):
        assert desk.second_looks.release(look).state == "accepted"
    result = journey.supervisor.second_looks.look(look, "与平台所见一致").id
    assert journey.agency.place.acts.get(SecondLookResult, result).value.code == "env-o-unreadable"


def _verified(journey: Journey, folder: Path) -> list[tuple[str, str]]:
    """What `verify` finds wrong with an archive of all so far: (check, code)."""
    journey.move(journey.world.now() + timedelta(minutes=11))  # longer than the beat of public checkpoints
    agency = journey.agency
    archive = agency.closing.build_archive(journey.number, folder / "so-far.zip", "full")
    anchors = Anchors.load(agency.place.folder.folder / TRUST_FOLDER)
    report = verify_archive(archive, anchors)
    return [(fault.check.partition(" / ")[0], fault.problem.code) for fault in report.faults]


def _with_another_suite(journey: Journey) -> None:
    """A supplier with an RSA certificate is told before it seals."""
    journey.suppliers["E"] = signed_in(journey.world, *SUPPLIERS["E"], kind="rsa")
    journey.suppliers["E"].accounts.publish_encryption_certificates()
    desk = journey.draft("E", "950000")
    with pytest.raises(Problem) as caught:
        desk.bidding.seal(TENDER, LOT)
    assert isinstance(caught.value, Refused) and caught.value.code == "suite-differs"
