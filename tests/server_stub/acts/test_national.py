"""A tender of suite S1 over HTTP: SM2 suppliers and agency sign in, submit, release, hold receipts; the bids open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.verify.command import main as verify
from crypto.log import NoteKey, verify_logged
from crypto.signing import verify_statement
from procurement.basics.problems import Tampered
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import BidHeader
from procurement.opening.session import Opening
from procurement.tendering.custody import LotKey
from procurement.tendering.package import TenderPackage
from tests.national import offer, trust_in
from tests.server_stub.acts import hall, publishing, sealing
from tests.server_stub.acts.stations import Stations
from tests.server_stub.acts.walk import SUPPLIERS, Walk
from tests.world import PLATFORM, Denied

READER = Path(__file__).parents[3] / "docs" / "reader" / "reader.py"
NATIONAL = ("agency", *SUPPLIERS)


@pytest.fixture(scope="module")
def walk(stations: Stations, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """Planned as ever; then the platform offers S1, and agency and suppliers come with SM2 certificates."""
    made = stations.copy("planned", tmp_path_factory.mktemp("national"))
    authority = offer(made.world)
    made.world.start()
    for short in NATIONAL:
        party = made.by(short)
        party.token = authority.issue_organisation(party.name, party.code, kind="sm2").token
        party.login()
    yield made
    made.world.close()


def test_from_the_lot_key_to_the_opening(walk: Walk, tmp_path: Path) -> None:
    publishing.add_custodians(walk)
    publishing.keys_and_envelopes(walk, "S1")
    assert walk.statement(LotKey, "lot-key").suite == "S1"
    model = publishing.tender(algorithms="S1")
    publishing.publish(walk, model)
    assert walk.statement(TenderPackage, "tender-package").suite == "S1"
    _others_are_refused(walk)
    sealing.deliver_all(walk)
    again = walk.by("a").act(walk.done["submission-a"])
    hall.close(walk)
    receipts = {short: hall.let_go(walk, short) for short in SUPPLIERS}
    walk.world.move(hall.SECOND)
    hall.by_platform(walk, hall.Freeze, "freeze")
    hall.open_all(walk)
    opening = walk.statement(Opening, "opening")
    assert [result.code for result in opening.results] == ["opened"] * 3
    for receipt in (again, *receipts.values()):
        _check_receipt(walk, receipt)
    _verified_by_command(walk, again, tmp_path)


def _others_are_refused(walk: Walk) -> None:
    """A bid of suite I1, and a commit in I1 over a bid of S1."""
    supplier, national = walk.by("a"), walk.by("a").token
    bid = sealing.sealed_bid(walk, "a")
    assert BidHeader.from_bytes(bid.data[12 : bid.announcement.prefix - 32]).suite == "S1"
    sealing.upload(walk, "a", bid)
    supplier.token = walk.world.authority.issue_organisation(supplier.name, supplier.code).token
    with pytest.raises(Denied) as caught:
        supplier.act(sealing.submission(walk, "a", bid))
    assert caught.value.code == "suite-differs"
    supplier.token = national


def _check_receipt(walk: Walk, receipt: Receipt) -> None:
    """Signed by the platform's SM2 certificate as a statement of S1; the log's arithmetic is the log's own."""
    assert receipt.receipt.signature.kind == receipt.act.signature.kind == "sm2"
    trust = trust_in(walk.world, walk.now())
    entry, _ = verify_logged(receipt, NoteKey.from_vkey(walk.world.vkey))
    signer = verify_statement(receipt.receipt, trust, entry.t_recv, usage="platform")
    assert signer.org == PLATFORM
    verify_statement(receipt.act, trust, entry.t_recv)
    forged = receipt.receipt.model_copy(update={"statement": receipt.receipt.statement.replace(b'"S1"', b'"I1"')})
    with pytest.raises(Exception, match="suite-differs"):
        verify_statement(forged, trust, entry.t_recv, usage="platform")
    other = receipt.act.model_copy(update={"statement": receipt.act.statement.replace(b'"lot":"1"', b'"lot":"2"')})
    with pytest.raises(Tampered, match="signature-wrong"):
        verify_statement(other, trust, entry.t_recv)


def _verified_by_command(walk: Walk, receipt: Receipt, folder: Path) -> None:
    trust_in(walk.world, walk.now()).save(folder / "trust")
    (folder / "trust" / "log.vkey").write_text(walk.world.vkey)
    (folder / "receipt.json").write_bytes(receipt.to_bytes())
    assert verify(["--trust", str(folder / "trust"), str(folder / "receipt.json")]) == 0
    assert _independently(folder).startswith("receipt holds: submission")
    other = receipt.model_copy(update={"receipt": receipt.act})
    (folder / "receipt.json").write_bytes(other.to_bytes())
    assert verify(["--trust", str(folder / "trust"), str(folder / "receipt.json")]) == 1


def _independently(folder: Path) -> str:
    """What the reader that shares no code with us says."""
    words = [sys.executable, "-I", "-S", READER, "receipt", folder / "receipt.json", folder / "trust"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_platform_without_sm2_keys_takes_no_act_of_the_suite(stations: Stations, tmp_path: Path) -> None:
    walk = stations.copy("planned", tmp_path)
    authority = offer(walk.world)
    (walk.world.data / "keys" / "receipt.sm2").unlink()
    walk.world.start()
    try:
        party = walk.by("a")
        party.token, party.session = authority.issue_organisation(party.name, party.code, kind="sm2").token, ""
        with pytest.raises(Denied) as caught:
            walk.world.register(party, login=False)
        assert caught.value.code == "suite-not-offered"
    finally:
        walk.world.close()
