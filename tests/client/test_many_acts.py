"""Acts are found by what they say, whatever else is there and in whichever order it came; lists read outlines, not models."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.desk_world import AT, PUBLIC, SUPPLIER, DeskWorld, long_tender
from client.desk import Desk
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.tendering.package import TenderPackage
from procurement.wire.messages import FeedItem


def taken(desk: Desk, *items: FeedItem) -> None:
    desk.place.mirror.take(PUBLIC, items, items[-1].seq)


def package(world: DeskWorld, key: str, seq: int, leaf: int) -> FeedItem:
    return world.package(long_tender(1), key, seq).model_copy(update={"leaf_index": leaf})


def test_what_comes_late_stands_in_its_place(tmp_path: Path) -> None:
    """An index that was asked before goes on with what arrives; the log's order counts, not that of arrival."""
    world = DeskWorld.create(tmp_path)
    with world.desk() as desk:
        acts = desk.place.acts
        taken(desk, package(world, "a", 1, 1), package(world, "b", 2, 5))
        assert [act.item.seq for act in acts.all(TenderPackage, tender_id="a")] == [1]
        assert acts.all(TenderPackage, tender_id="a", version=2) == ()
        taken(desk, package(world, "a", 4, 9))
        taken(desk, package(world, "a", 6, 7))
        assert [act.item.seq for act in acts.all(TenderPackage, tender_id="a")] == [1, 6, 4]
        assert [act.item.seq for act in acts.all(TenderPackage)] == [1, 2, 6, 4]
        assert [act.item.seq for act in acts.among(TenderPackage, "tender_id", ("b", "a", "none"))] == [1, 2, 6, 4]
        taken(desk, package(world, "c", 3, 3))  # to another reader of this store an earlier place became readable
        assert [act.item.seq for act in acts.all(TenderPackage, tender_id="c")] == [3]
        assert acts.all(Registration, actor=SUPPLIER, role=Role.SUPPLIER) == ()


def test_while_held_nothing_moves(tmp_path: Path) -> None:
    world = DeskWorld.create(tmp_path)
    with world.desk() as desk:
        acts = desk.place.acts
        with acts.held():
            taken(desk, package(world, "a", 1, 1))
            assert acts.all(TenderPackage) == ()
        assert len(acts.all(TenderPackage)) == 1


def test_another_program_wrote_into_the_store(tmp_path: Path) -> None:
    """Two windows on one profile: what the one took, the other finds."""
    world = DeskWorld.create(tmp_path)
    with world.desk() as desk, world.desk() as other:
        taken(desk, package(world, "a", 1, 1))
        assert len(desk.place.acts.all(TenderPackage)) == len(other.place.acts.all(TenderPackage)) == 1
        taken(other, package(world, "b", 2, 2))
        assert [act.value.tender_id for act in desk.place.acts.all(TenderPackage)] == ["a", "b"]


def test_a_list_reads_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outline is kept: at the next start the list tells the same without opening one model."""
    world, tender = DeskWorld.create(tmp_path), long_tender(1)
    with world.desk() as desk:
        taken(desk, package(world, "unfetched", 2, 2))
        world.publish(desk, tender, tender.id)
        (unfetched,) = (one for one in desk.tenders.tenders() if one.key == "unfetched")
        assert unfetched.outline is not None, "two tenders with one model share it"
        (view,) = (one for one in desk.tenders.tenders() if one.key == tender.id)
        assert view.model == tender and view.outline is not None
        assert (view.title, view.outline.purchaser) == (tender.title, tender.purchaser.name)
        assert [lot.ceiling for lot in view.outline.lots] == [lot.money_ceiling for lot in tender.lots]
    with world.desk() as desk:
        monkeypatch.setattr(desk.place.blobs, "read", None)
        assert {one.title for one in desk.tenders.tenders()} == {tender.title}
        assert desk.now() >= AT
