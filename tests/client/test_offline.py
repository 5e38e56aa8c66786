"""With the server gone: a supplier prepares and seals, acts wait; on return all is delivered and the server's answer wins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from procurement.basics.moment import at_shanghai
from procurement.basics.problems import Locked, Refused, RuleBroken, Unreachable
from procurement.bidding.sealed import Submission, Withdrawal
from tests.client.journey import LOT, TENDER, Journey
from tests.client.parties import PASSPHRASE, PIN, desk_of, move_to
from tests.world import World


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("offline"))
    found = Journey(world)
    found.plan()
    found.publish()
    yield found
    found.close()
    world.close()


def test_sealed_without_the_server_and_delivered_on_return(journey: Journey, tmp_path: Path) -> None:
    desk = journey.draft("A", "900000")
    folder = desk.place.folder.folder
    journey.world.stop()
    desk.refresh()
    assert not desk.online
    draft = desk.bidding.drafts.open(TENDER, LOT)
    desk.bidding.drafts.save(TENDER, draft.forms.model_copy(update={"validity_days": 100}), based_on=draft.version)
    sealed = desk.bidding.seal(TENDER, LOT, slip=tmp_path / "slip", passphrase=PASSPHRASE)
    desk.bidding.rehearse(sealed.bid)
    with pytest.raises(Unreachable):
        desk.place.uploader._wait = lambda seconds: None
        desk.bidding.deliver(sealed.bid)
    with pytest.raises(Refused) as caught:
        desk.bidding.commit(sealed.bid)
    assert caught.value.code == "bid-not-delivered"
    desk.close()
    journey.world.start()
    for one in journey.desks:
        move_to(journey.world, one.place.folder.folder)
    again = desk_of(folder)
    journey.suppliers["A"] = again
    with pytest.raises(Locked):
        again.bidding.rehearse(sealed.bid)
    again.accounts.unlock(PIN)
    again.accounts.sign_in()
    outcome = again.bidding.submit(sealed.bid)
    assert outcome.state == "accepted"
    assert again.place.acts.only(Submission, supplier=again.actor).value.bid == sealed.bid
    assert again.bidding.delivered(sealed.bid) == (sealed.file_size, sealed.file_size)


def test_a_withdrawal_that_comes_too_late_is_refused_with_its_rule(tmp_path: Path) -> None:
    world = World.create(tmp_path)
    journey = Journey(world)
    try:
        journey.plan()
        journey.publish()
        journey.submit("A", "900000")
        desk = journey.suppliers["A"]
        session = desk.place.gateway.session
        desk.place.gateway.session = None
        waiting = desk.bidding.withdraw(TENDER, LOT)
        assert waiting.state == "queued"
        assert desk.bidding.head(desk.published.current(TENDER).tv, LOT) == waiting.id
        desk.place.gateway.session = session
        world.move(at_shanghai(date(2026, 4, 29), 11))
        desk.refresh()
        row = desk.place.outbox.get(waiting.id)
        assert row is not None and row.state == "refused" and row.problem is not None
        assert (row.problem.code, row.problem.rule) == ("late-commit", "L-232") and row.problem.citation
        with pytest.raises(RuleBroken):
            desk.place.outcome(waiting.id)
        assert desk.place.acts.last(Withdrawal) is None
    finally:
        journey.close()
        world.close()
