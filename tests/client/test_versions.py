"""A client of another age than its platform: it is told before it sends, what waits keeps waiting, drafts stay, and an update mends all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.changes import Changes
from client.desk import Desk
from procurement.basics import statement
from procurement.basics.parties import Registration
from procurement.basics.problems import Locked
from procurement.basics.roles import Role
from procurement.wire.messages import UploadAnnouncement
from procurement.wire.versions import FIRST, SPOKEN, Range
from tests.client.parties import PIN, desk_of, write_profile
from tests.world import World
from tests.world import registration as world_registration

SECOND = Range(oldest=2, newest=2)


@pytest.fixture
def modern(agency: Desk) -> Iterator[Desk]:
    """The agency's desk; whatever a test made it speak, afterwards it speaks as before."""
    yield agency
    agency.place.gateway.speaks = SPOKEN


def test_signing_in_learns_what_the_platform_speaks(agency: Desk) -> None:
    assert agency.place.gateway.platform_speaks == dict(SPOKEN)


def test_a_program_too_new_or_too_old_is_told_before_it_signs(world: World) -> None:
    desk = desk_of(write_profile(world, Role.SUPPLIER, "太原乙科技有限公司", "91140000MA0SUPPL02"))
    desk.accounts.unlock(PIN)
    for speaks, code in ((SECOND, "platform-too-old"), (Range(oldest=0, newest=0), "client-too-old")):
        desk.place.gateway.speaks = {**SPOKEN, "api": speaks}
        with pytest.raises(Locked) as caught:
            desk.accounts.sign_in()
        assert (caught.value.code, caught.value.facts["part"], desk.signed_in) == (code, "api", False)
    version = desk.place.drafts.save("note", "1", "草稿".encode(), desk.now())
    assert version == 1
    desk.close()


def registration(desk: Desk, contact: str) -> Registration:
    return Registration(actor=desk.actor, role=Role.AGENCY, name=desk.name, region="140000", contact=contact)


def test_an_act_that_the_platform_cannot_hear_waits_and_goes_after_the_update(modern: Desk) -> None:
    place = modern.place
    place.gateway.speaks = {**SPOKEN, "statements": SECOND}
    outcome = place.act(registration(modern, "章倩"))
    assert outcome.state == "queued" and outcome.waiting_for is not None
    assert outcome.waiting_for.code == "platform-too-old"
    assert [one.id for one in modern.pending()] == [outcome.id]
    assert place.outbox.all()[-1].state != "refused"
    place.gateway.speaks = SPOKEN
    modern.refresh()
    assert modern.pending() == () and place.mirror.receipt(outcome.id) is not None


def test_what_only_a_newer_program_can_read_stops_the_feed_in_words_and_goes_on_after_the_update(
    world: World, modern: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = modern.place
    raw = world.organisation("other", "山西丙代理有限公司", "91140000MA0AGENCY3", Role.AGENCY)
    with monkeypatch.context() as older:
        older.delitem(statement._registry, "registration")
        raw.act(world_registration(raw, Role.AGENCY))
        heard: list[Changes] = []
        stop = place.bulletin.listen(heard.append)
        for _ in range(3):
            found = place.sync.step().problem
            assert found is not None and (found.code, found.facts["platform"]) == ("client-too-old", "registration")
        stop()
        assert [one.behind.code for one in heard if one.behind is not None] == ["client-too-old"]
        place.drafts.save("note", "1", "草稿".encode(), modern.now())
    assert place.sync.step().problem is None
    assert place.sync.behind is None
    assert [act.value.actor for act in place.acts.all(Registration, actor=raw.code)] == [raw.code]


def test_a_bid_is_not_uploaded_where_it_would_be_refused(modern: Desk, tmp_path: Path) -> None:
    place = modern.place
    place.gateway.speaks = {**SPOKEN, "sealed-bid": SECOND}
    file = tmp_path / "a.sealed"
    file.write_bytes(b"x" * 100)
    announcement = UploadAnnouncement(
        tender="01" * 32, lot="lot-1", header="02" * 32, bid="03" * 32, size=100, prefix=68, chunk=32, hashes=b"h" * 32
    )
    steps: list[tuple[int, int]] = []

    class Watch:
        def step(self, done: int, total: int) -> None:
            steps.append((done, total))

    with pytest.raises(Locked) as caught:
        place.uploader.upload(announcement, file, Watch())
    assert (caught.value.code, caught.value.facts["part"], steps) == ("platform-too-old", "sealed-bid", [])
    assert file.read_bytes() == b"x" * 100
    assert place.gateway.platform_speaks["sealed-bid"] == FIRST
