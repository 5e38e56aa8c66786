"""A freeze is disputed with a suppressed release that the supervisor holds, and with nothing less (M21, decision 3)."""

from __future__ import annotations

from datetime import timedelta

from procurement.basics.statement import SignedBytes
from procurement.opening.session import AbsentBid, Freeze, FreezeDisputed, Opening, Release
from tests.procurement.chain import but
from tests.server_stub.acts import hall, sealing
from tests.server_stub.acts.evidence import logged, refuses
from tests.server_stub.acts.hall import MINUTE, SECOND
from tests.server_stub.acts.stations import Station
from tests.server_stub.acts.walk import Walk


def _signed(walk: Walk, short: str, release: Release) -> SignedBytes:
    return walk.by(short).sign(release)


def _dispute(walk: Walk, release: SignedBytes, **changes: object) -> FreezeDisputed:
    """Held a minute after the closing."""
    held = walk.statement(hall.Closing, "closing").t_close + MINUTE
    made = FreezeDisputed(freeze=walk.id("freeze"), release=release, held=held, reason="监管处持有的解密未列入")
    return FreezeDisputed.model_validate({**dict(made), **changes}) if changes else made


def _suppressed(walk: Walk) -> SignedBytes:
    """a and b release; c's signed release reaches the supervisor and never the platform, which freezes without it."""
    release = _signed(walk, "c", hall.release(walk, "c"))
    for short in ("a", "b"):
        hall.let_go(walk, short)
    walk.world.move(timedelta(minutes=31))
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert [one.reason for one in freeze.absent] == ["not-released"]
    return release


def test_a_suppressed_release_is_evidence_and_no_veto(alone: Station) -> None:
    walk = alone("closed")
    release = _suppressed(walk)
    dispute = _dispute(walk, release)
    refuses(walk, "agency", dispute, "wrong-role")
    logged(walk, walk.do("supervisor", "freeze-disputed", dispute), dispute)
    refuses(walk, "supervisor", but(dispute, reason="再次"), "disputed-before")
    assert dispute.id in {item.id for item in walk.by("c").feed().items}
    hall.open_all(walk)
    assert len(walk.statement(Opening, "opening").results) == 2


def test_only_a_good_release_that_the_freeze_lacks_disputes_it(alone: Station) -> None:
    walk = alone("published")
    first = sealing.deliver(walk, "c")
    sealing.deliver(walk, "c", prev=first.id)
    for short in ("a", "b"):
        sealing.deliver(walk, short)
    hall.close(walk)
    release = _suppressed(walk)
    good = hall.release(walk, "c")

    def refused(signed: SignedBytes, code: str, **changes: object) -> None:
        refuses(walk, "supervisor", _dispute(walk, signed, **changes), code)

    refused(_signed(walk, "a", good), "disputed-release-foreign")
    refused(walk.by("c").sign(sealing.withdrawal(walk, "c", first.id)), "disputed-release-malformed")
    refused(release.model_copy(update={"statement": but(good, source="slip").to_bytes()}), "signature-content-changed")
    refused(_signed(walk, "c", but(good, closing="ab" * 32)), "disputed-release-of-another-closing")
    refused(_signed(walk, "c", but(good, lot="2")), "disputed-release-of-another-closing")
    refused(_signed(walk, "c", but(good, bid=first.bid)), "disputed-bid-not-standing")
    refused(_signed(walk, "a", hall.release(walk, "a")), "disputed-release-in-freeze")
    refused(release, "act-unknown", freeze="ab" * 32)
    closing = walk.statement(hall.Closing, "closing")
    for late in (closing.t_close - SECOND, closing.t_close + timedelta(minutes=30) + SECOND):
        refused(release, "disputed-release-not-in-time", held=late)
    walk.do("supervisor", "freeze-disputed", _dispute(walk, release))


def test_a_slip_that_was_not_admitted_was_not_suppressed(alone: Station) -> None:
    walk = alone("closed")
    for short in ("a", "b"):
        hall.let_go(walk, short)
    hall.let_go(walk, "c", "slip")
    walk.world.move(timedelta(minutes=31))
    freeze = hall.by_platform(walk, Freeze, "freeze")
    assert freeze.absent == (AbsentBid(leaf=freeze.absent[0].leaf, reason="slip-not-admitted"),)
    slip = walk.statement(Release, "release-c")
    refuses(walk, "supervisor", _dispute(walk, _signed(walk, "c", slip)), "disputed-slip-not-admitted")
    by_token = but(slip, source="token")
    walk.do("supervisor", "freeze-disputed", _dispute(walk, _signed(walk, "c", by_token)))


def test_no_dispute_before_the_freeze_or_after_the_review(on: Station) -> None:
    closed, frozen, reviewed = on("closed"), on("frozen"), on("reviewed")
    release = _signed(frozen, "c", hall.release(frozen, "c"))
    closed.done["freeze"] = frozen.done["freeze"]
    refuses(closed, "supervisor", _dispute(closed, release), "act-unknown")
    refuses(frozen, "supervisor", _dispute(frozen, release), "disputed-release-in-freeze")
    refuses(reviewed, "supervisor", _dispute(reviewed, release), "wrong-order", "R-046")
