"""Submission, replacement and withdrawal over HTTP, past the client; and what nobody sees of them before the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest

from procurement.basics.value import ZERO_ID
from procurement.opening.session import Closing, NoOpening, Opening
from procurement.tendering.package import Correction, TenderPackage
from tests.procurement.chain import but
from tests.procurement.tendering.examples import replace
from tests.server_stub.acts import hall, publishing, sealing
from tests.server_stub.acts.evidence import acts, logged, refuses
from tests.server_stub.acts.publishing import DEADLINE
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import SUPPLIERS, Walk


def test_submission_replacement_and_withdrawal_stand_in_the_log(alone: Station) -> None:
    walk = alone("published")
    bid = sealing.sealed_bid(walk, "a")
    sealing.upload(walk, "a", bid)
    first = sealing.submission(walk, "a", bid)
    receipt = walk.do("a", "first", first)
    logged(walk, receipt, first)
    assert walk.by("a").act(first).receipt == receipt.receipt
    second = sealing.deliver(walk, "a", prev=first.id)
    gone = sealing.withdrawal(walk, "a", second.id)
    logged(walk, walk.do("a", "withdrawal", gone), gone)
    refuses(walk, "a", sealing.withdrawal(walk, "a", gone.id), "nothing-to-withdraw")
    assert len(acts(walk, "submission")) == 2


def test_only_suppliers_bid_and_each_for_itself(on: Station) -> None:
    walk = on("delivered")
    mine = walk.done["submission-a"]
    refuses(walk, "agency", but(mine, prev="ab" * 32), "wrong-role")
    refuses(walk, "expert-1", but(mine, prev="ab" * 32), "wrong-role")
    refuses(walk, "b", but(mine, prev="ab" * 32), "not-the-author", "L-901")
    refuses(walk, "b", sealing.withdrawal(walk, "a", mine.id), "not-the-author", "L-901")
    refuses(walk, "agency", sealing.withdrawal(walk, "a", mine.id), "wrong-role")


def test_bids_follow_their_tender_and_one_another(on: Station) -> None:
    early, walk = on("custody"), on("delivered")
    mine = walk.done["submission-a"]
    refuses(early, "a", mine, "tender-unknown")
    refuses(early, "a", sealing.withdrawal(walk, "a", mine.id), "tender-unknown")
    refuses(walk, "a", but(mine, skew_ms=1), "prev-not-head")
    refuses(walk, "a", sealing.withdrawal(walk, "a", ZERO_ID), "prev-not-head")


def test_what_is_committed_must_be_here_and_be_what_was_said(alone: Station) -> None:
    walk = alone("published")
    bid = sealing.sealed_bid(walk, "a")
    act = sealing.submission(walk, "a", bid)
    refuses(walk, "a", act, "bid-body-missing")
    sealing.upload(walk, "a", bid)
    refuses(walk, "b", but(act, supplier=SUPPLIERS["b"]), "bid-body-missing")
    refuses(walk, "a", but(act, header="ab" * 32), "bid-differs-from-commit")
    refuses(walk, "a", but(act, size=act.size + 1), "header-sizes-differ")
    refuses(walk, "a", but(act, lot="2"), "wrong-lot", "L-208")
    other = sealing.sealed_bid(walk, "a", lot="2")
    sealing.upload(walk, "a", other)
    refuses(walk, "a", but(sealing.submission(walk, "a", other), lot="1"), "header-of-another-bid")


def test_nothing_is_taken_after_the_deadline(alone: Station) -> None:
    walk = alone("delivered")
    bid = sealing.sealed_bid(walk, "a")
    walk.world.move(DEADLINE + timedelta(seconds=1))
    refuses(walk, "a", sealing.withdrawal(walk, "a", walk.id("submission-a")), "late-commit", "L-232")
    sealing.upload(walk, "a", bid)
    refuses(walk, "a", sealing.submission(walk, "a", bid, prev=walk.id("submission-a")), "late-commit", "L-232")


def corrected(walk: Walk, *, affects_bids: bool, version: int = 2) -> None:
    """A further version with a later deadline, while bids stand."""
    walk.world.move(timedelta(days=2))
    model = replace(publishing.tender(), deadline=DEADLINE + timedelta(days=5))
    package = publishing.package(
        walk,
        model,
        version=version,
        previous=sealing.tv_of(walk),
        correction=Correction(reason="更正", affects_bids=affects_bids),
        issued=walk.now(),
    )
    walk.done.setdefault("first-version", walk.done["tender-package"])
    walk.do("agency", "tender-package", package)


def test_a_superseded_tender_takes_no_bid(alone: Station) -> None:
    walk = alone("delivered")
    bid = sealing.sealed_bid(walk, "a")
    sealing.upload(walk, "a", bid)
    corrected(walk, affects_bids=True)
    stale = sealing.submission(walk, "a", bid, prev=walk.id("submission-a"))
    refuses(walk, "a", stale, "tender-superseded", "L-204")
    sealing.deliver(walk, "a", prev=walk.id("submission-a"))


def test_a_clarification_undoes_no_bid(alone: Station) -> None:
    """affects_bids=False: bids stand, may be replaced or withdrawn, are closed, released and opened under the later version."""
    walk = alone("delivered")
    sealed = sealing.sealed_bid(walk, "b")
    sealing.upload(walk, "b", sealed)
    first_tv = sealing.tv_of(walk)
    corrected(walk, affects_bids=False)
    assert sealing.tv_of(walk) != first_tv
    for_the_first = sealing.submission(walk, "b", sealed, prev=walk.id("submission-b"))
    walk.secrets["s-b"] = sealed.s
    logged(walk, walk.do("b", "submission-b", for_the_first), for_the_first)
    sealing.deliver(walk, "c", prev=walk.id("submission-c"))
    walk.world.move(DEADLINE + timedelta(days=5, seconds=1))
    closing = hall.by_platform(walk, Closing, "closing")
    assert (closing.tender, closing.count) == (sealing.tv_of(walk), 3)
    stale = but(hall.release(walk, "a"), tender=first_tv)
    refuses(walk, "a", stale, "release-of-another-closing", secret=walk.secrets["s-a"])
    hall.freeze(walk)
    hall.open_all(walk)
    assert [r.code for r in walk.statement(Opening, "opening").results] == ["opened"] * 3


def test_a_clarification_after_a_correction_does_not_bring_old_bids_back(alone: Station) -> None:
    walk = alone("delivered")
    corrected(walk, affects_bids=True)
    sealing.deliver(walk, "a", prev=walk.id("submission-a"))
    corrected(walk, affects_bids=False, version=3)
    bid = sealing.sealed_bid(walk, "b", tv=sealing.tv_of(walk, "first-version"))
    sealing.upload(walk, "b", bid)
    refuses(walk, "b", sealing.submission(walk, "b", bid, prev=walk.id("submission-b")), "tender-superseded", "L-204")
    walk.world.move(DEADLINE + timedelta(days=5, seconds=1))
    assert hall.by_platform(walk, Closing, "closing").count == 1


def test_a_clarification_changes_nothing_that_bids_are_made_of(alone: Station) -> None:
    walk = alone("delivered")
    walk.world.move(timedelta(days=2))
    lot = publishing.tender().lot("1")
    said = {"version": 2, "previous": sealing.tv_of(walk), "issued": walk.now()}

    def package(affects_bids: bool) -> TenderPackage:
        model = replace(
            publishing.tender(), lots=(replace(lot, validity_days=120),), deadline=DEADLINE + timedelta(days=5)
        )
        correction = Correction(reason="投标有效期", affects_bids=affects_bids)
        return publishing.package(walk, model, correction=correction, **said)

    refuses(walk, "agency", package(affects_bids=False), "correction-affects-bids", "L-204")
    walk.do("agency", "tender-package", package(affects_bids=True))


def test_before_the_deadline_nobody_sees_bids_names_or_counts(on: Station) -> None:
    walk = on("delivered")
    for short in ("b", "agency", "purchaser", "supervisor", "platform", "finance", "expert-1", ""):
        reader = walk.by(short) if short else walk.world.anybody()
        seen = [
            i
            for i in reader.feed().items
            if i.act in ("submission", "withdrawal") and i.id != walk.done["submission-b"].id
        ]
        assert seen == []
        assert SUPPLIERS["a"].encode() not in b"".join(i.signed.statement for i in reader.feed().items if i.lot == "1")
    assert [i.id for i in walk.by("a").feed().items if i.act == "submission"] == [walk.id("submission-a")]


@pytest.mark.parametrize("short", ["b", "agency"])
def test_sealed_bodies_and_heads_of_others_are_not_given_out(on: Station, short: str) -> None:
    walk = on("delivered")
    bid = walk.statement(type(walk.done["submission-a"]), "submission-a").bid  # type: ignore[attr-defined]
    for path in (f"/v1/bids/{bid}/header", f"/v1/bids/{bid}/sealed", f"/v1/files/{bid}", f"/v1/uploads/{bid}"):
        assert walk.by(short).request("GET", path).status_code in (403, 404, 409)


def test_from_the_closing_on_names_show(on: Station) -> None:
    walk = on("closed")
    closing = walk.statement(Closing, "closing")
    assert closing.count == 3
    seen = {i.id for i in walk.by("b").feed().items if i.act == "submission"}
    assert seen == {walk.id(f"submission-{s}") for s in SUPPLIERS}
    assert not [i for i in walk.world.anybody().feed().items if i.act == "submission"]


def test_a_lot_without_bids_and_one_with_too_few_are_not_opened(alone: Station) -> None:
    walk = alone("published")
    walk.world.move(DEADLINE + timedelta(seconds=1))
    closing, none = hall.by_platform(walk, Closing, "closing"), hall.by_platform(walk, NoOpening, "no-opening")
    assert (closing.count, closing.active, none.closing, none.minimum) == (0, (), closing.id, 3)
    walk.world.move(timedelta(days=1))
    assert acts(walk, "freeze") == []


def test_a_withdrawal_is_not_among_the_active(alone: Station) -> None:
    walk = alone("delivered")
    walk.do("b", "withdrawal", sealing.withdrawal(walk, "b", walk.id("submission-b")))
    hall.close(walk)
    closing = walk.statement(Closing, "closing")
    assert (closing.count, len(closing.chain)) == (2, 5)
    assert acts(walk, "no-opening")
    refuses(walk, "a", hall.release(walk, "a"), "wrong-order", "R-046", secret=walk.secrets["s-a"])


def test_a_closed_set_never_mixes_versions(alone: Station) -> None:
    walk = alone("delivered")
    corrected(walk, affects_bids=True)
    for short in ("a", "b"):
        sealing.deliver(walk, short, prev=walk.id(f"submission-{short}"))
    walk.world.move(DEADLINE + timedelta(days=5, seconds=1))
    closing = hall.by_platform(walk, Closing, "closing")
    assert (closing.tender, closing.count) == (sealing.tv_of(walk), 2)
    assert acts(walk, "no-opening")
