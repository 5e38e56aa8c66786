"""The operator on a living platform: what he does to rows, ciphertexts, recipients, custody and backups, and who notices."""

from __future__ import annotations

import pytest

from client.desk import Desk
from client.sealed_bids import KIND
from crypto.custody import deal, lot_key_statement
from crypto.keys import CustodyKey as PrivateCustodyKey
from crypto.signing import sign_statement
from procurement.basics.problems import Problem, Tampered
from procurement.basics.statement import SignedBytes
from procurement.bidding.sealed import Submission
from procurement.opening.session import Opening
from procurement.tendering.custody import EnvelopeKey, LotKey
from procurement.tendering.package import TenderPackage
from server_stub.trust.log import SCATTER
from tests.adversaries.operator import Operator
from tests.client.journey import LOT, SUPPLIERS, TENDER
from tests.client.parties import signed_in
from tests.journeys.snapshots import Revisit
from tests.procurement.chain import but
from tests.server_stub.acts import hall, sealing
from tests.server_stub.acts.evidence import refuses
from tests.server_stub.acts.stations import Station


def _bid(journey: Revisit, key: str) -> Submission:
    desk = journey.supplier(key)
    journey.done(f"submission-{key}", desk.bidding.submit(desk.bidding.seal(TENDER, LOT).bid))
    return desk.place.acts.only(Submission, supplier=desk.actor).value


def _seen(desk: Desk) -> int:
    """Size of the last head of the log this client has accepted."""
    head = desk.place.mirror.checkpoint()
    assert head is not None
    return head.size


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("bytes", "feed-item-mislabelled"),
        ("bytes and id", "signature-content-changed"),
        ("signed by himself", "foreign-author"),
    ],
)
def test_a_row_edited_before_the_archive_is_made(at_published: Revisit, edit: str, code: str) -> None:
    """A's submission, between its acceptance and the closing that shows it: C's client shows no such act and says why."""
    journey, operator = at_published, Operator(at_published.world.data)
    _bid(journey, "A")
    other = _bid(journey, "C")
    id_ = journey.ids["submission-A"]
    wire = operator.wire(id_)
    changed = but(Submission.from_bytes(wire.statement), bid=other.bid, header=other.header)
    if edit == "signed by himself":
        operator.replace(id_, sign_statement(changed, operator.token))
    else:
        forged = SignedBytes(statement=changed.to_bytes(), signature=wire.signature)
        operator.replace(id_, forged)
        if edit == "bytes":
            operator.relabel(forged.id, id_)
    journey.supplier("C")
    journey.world.move(journey.supplier("C").published.current(TENDER).package.deadline)
    found = journey.supplier("C").place.sync.step().problem
    assert found is not None and found.code == code
    receipt = journey.supplier("A").place.mirror.receipt(id_)
    assert receipt is not None, "and A still holds the platform's signature under what it really sent"
    assert receipt.act == wire


def test_sealed_blobs_of_two_bidders_swapped_before_the_opening(alone: Station) -> None:
    """Named as the platform's fault, never the bidders'; the others open. B's share opens nothing of A's."""
    walk = alone("frozen")
    operator = Operator(walk.world.data)
    bids = [walk.statement(Submission, f"submission-{short}").bid for short in ("a", "b")]
    operator.swap(*map(operator.sealed, bids))
    hall.open_all(walk)
    results = {one.bid: (one.code, one.fault) for one in walk.statement(Opening, "opening").results}
    assert [results[bid] for bid in bids] == [("bid-digest-wrong", "platform")] * 2
    assert sorted(code for code, _ in results.values()).count("opened") == 1


def test_a_ciphertext_given_to_another_bidder(alone: Station) -> None:
    """H10: the operator writes b's upload over to a, who commits it as its own."""
    walk = alone("published")
    bid = sealing.sealed_bid(walk, "b")
    sealing.upload(walk, "b", bid)
    mine = sealing.submission(walk, "a", bid)
    refuses(walk, "a", mine, "bid-body-missing")
    code = walk.by("a").code
    assert Operator(walk.world.data).change("UPDATE uploads SET org = ? WHERE bid = ?", code, bid.announcement.bid) == 1
    refuses(walk, "a", mine, "header-of-another-bid")


def test_a_foreign_header_served_to_be_unwrapped(at_closed: Revisit) -> None:
    """A releases on another computer and is served C's header: refused before the token is even asked (C3)."""
    journey, operator = at_closed, Operator(at_closed.world.data)
    desk = journey.supplier("A")
    operator.swap(operator.sealed(journey.ids["bid-A"]), operator.sealed(journey.ids["bid-C"]))
    with desk.place.connection.write() as database:
        database.execute("DELETE FROM keepsake WHERE kind = ?", (KIND,))
    desk.place._drop_token()
    with pytest.raises(Tampered, match="header-of-another-bid"):
        desk.releasing.release(journey.ids["closing"])
    assert not desk.pending()


def test_a_lot_key_changed_in_its_row(at_published: Revisit) -> None:
    """The operator as every custodian, in the agency's place: a bidder who comes to the tender now never gets to sealing."""
    journey, operator = at_published, Operator(at_published.world.data)
    old = journey.ids["lot-key"]
    wire = operator.wire(old)
    mine = _own_lot_key(LotKey.from_bytes(wire.statement))
    operator.replace(old, SignedBytes(statement=mine.to_bytes(), signature=wire.signature))
    operator.relabel(mine.id, old)
    _comes_late(journey, "feed-item-mislabelled")


@pytest.mark.parametrize("also", ["package by the agency", "package by himself"])
def test_a_lot_key_signed_by_the_operator(at_published: Revisit, also: str) -> None:
    """With the platform's certificate in the agency's name, and the package rewritten to name it."""
    journey, operator = at_published, Operator(at_published.world.data)
    mine = _own_lot_key(LotKey.from_bytes(operator.wire(journey.ids["lot-key"]).statement))
    operator.insert(journey.ids["lot-key"], sign_statement(mine, operator.token))
    wire = operator.wire(journey.ids["package"])
    package = TenderPackage.from_bytes(wire.statement)
    (custody,) = package.custody
    named = but(package, custody=(but(custody, lot_key=mine.id),))
    if also == "package by himself":
        operator.replace(journey.ids["package"], sign_statement(named, operator.token))
        _comes_late(journey, "foreign-author")
    else:
        operator.replace(journey.ids["package"], SignedBytes(statement=named.to_bytes(), signature=wire.signature))
        _comes_late(journey, "signature-content-changed")


def _comes_late(journey: Revisit, code: str) -> None:
    """D registers only now; what it is shown of the tender is not believed, so there is nothing to bid on."""
    late = signed_in(journey.world, *SUPPLIERS["D"])
    journey.suppliers["D"] = late
    found = late.place.sync.step().problem
    assert found is not None and found.code == code
    with pytest.raises(Problem, match=r"act-not-here|tender-not-here"):
        late.tendering.fetch(TENDER)


def _own_lot_key(key: LotKey) -> LotKey:
    """The same custodians by name, every share to a key that the operator holds."""
    private = PrivateCustodyKey.generate()
    custodians = [but(one, enc=EnvelopeKey(key=private.public)) for one in key.custodians]
    dealing = deal(key.k, len(custodians))
    return lot_key_statement(key.tender_id, key.lot, key.k, custodians, list(key.dealers), dealing, key.entrustment)


@pytest.mark.parametrize("code", ["log-rollback", "log-consistency-wrong"])
def test_a_backup_restored_with_the_signers_memory_taken_away(at_published: Revisit, code: str) -> None:
    """C's bid is gone from the platform; C's own client tells at its next receipt that the log was rolled back (shorter than
    what C has seen) or forked (grown past it with other leaves; H14)."""
    journey, operator = at_published, Operator(at_published.world.data)
    _bid(journey, "A")
    journey.world.stop()
    saved = operator.backup()
    journey.restart()
    _bid(journey, "C")
    desk = journey.supplier("C")
    for number in range(SCATTER + 1):  # more leaves than its next act can bring, whatever the dummies
        desk.accounts.register(f"张三 0351-765432{number}")
    seen = _seen(desk)
    journey.world.stop()
    operator.restore(saved, memory=True)
    with pytest.raises(RuntimeError, match="log-rollback"):
        journey.restart()
    operator.restore(saved, memory=False)
    journey.restart()
    other = journey.supplier("E")
    while code == "log-consistency-wrong" and _seen(other) <= seen:
        other.accounts.register(f"李四 0351-{_seen(other):07}")
    desk = journey.supplier("C")
    with pytest.raises(Tampered) as found:
        desk.accounts.register("张三 0351-1111111")
    assert found.value.code == code
    assert desk.place.mirror.receipt(journey.ids["submission-C"]) is not None, (
        "its receipt proves the rest (test_monitor)"
    )
