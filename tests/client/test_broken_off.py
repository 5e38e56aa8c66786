"""Imports that were broken off leave nothing: their files go at the next start; what any version names stays."""

from __future__ import annotations

from pathlib import Path

from bench.desk_world import DeskWorld, long_tender
from client.desk import Desk
from client.seat import Seat
from procurement.basics.moment import SystemClock
from tests.client.journey import pdf

TENDER = long_tender(3)
LOT = TENDER.lots[0].code


def files(desk: Desk) -> int:
    """Encrypted files on the disk."""
    folder = desk.place.folder.blobs
    return sum(one.is_file() for one in folder.rglob("*") if "clear" not in one.parts)


def test_files_that_no_version_names_are_swept_at_the_start(tmp_path: Path) -> None:
    world = DeskWorld.create(tmp_path / "world")
    with world.desk() as desk:
        world.publish(desk, TENDER, TENDER.id)
        drafts, library = desk.bidding.drafts, desk.bidding.library
        before = files(desk)
        dropped = drafts.take(TENDER.id, pdf(tmp_path / "dropped.pdf", 2))
        kept = drafts.take(TENDER.id, pdf(tmp_path / "kept.pdf", 3))
        drafts.put_document(TENDER.id, LOT, kept, "doc-1", "样本")
        drafts.detach(TENDER.id, LOT, "doc-1")
        undecided = library.take(pdf(tmp_path / "undecided.pdf", 4))
        licence = library.take(pdf(tmp_path / "licence.pdf", 5))
        library.add(licence, "licence", "营业执照")
        sent = desk.place.keep(pdf(tmp_path / "sent.pdf", 6))
        again = drafts.take(TENDER.id, tmp_path / "sent.pdf")
        assert again.sha256 == sent and files(desk) == before + 5
        assert set(desk.place.blobs.loose()) == {dropped.sha256, undecided.sha256}
    other = Seat(desk.place.folder.folder, SystemClock())
    assert other.take()
    with world.desk() as second:
        assert second.place.blobs.has(dropped.sha256), "another window may be about to use it"
    other.leave()
    with world.desk() as desk:
        has = desk.place.blobs.has
        assert not has(dropped.sha256) and not has(undecided.sha256) and files(desk) == before + 3
        assert has(kept.sha256) and has(licence.sha256) and has(sent)
        first = desk.bidding.drafts.versions(TENDER.id, LOT)[-1].version
        restored = desk.bidding.drafts.restore(TENDER.id, LOT, first)
        assert desk.bidding.drafts.read(restored.documents[0].sha256) == (tmp_path / "kept.pdf").read_bytes()


def test_a_file_that_a_version_names_stays_even_if_nobody_said_so(tmp_path: Path) -> None:
    world = DeskWorld.create(tmp_path / "world")
    with world.desk() as desk:
        world.publish(desk, TENDER, TENDER.id)
        drafts = desk.bidding.drafts
        taken = drafts.take(TENDER.id, pdf(tmp_path / "one.pdf", 2))
        forms = drafts.put_document(TENDER.id, LOT, taken, "doc-1", "样本")
        with desk.place.connection.write() as db:  # as a kill between the two would leave it
            db.execute("UPDATE blob SET loose = 1")
        assert desk.place.sweep() >= 0 and drafts.read(forms.documents[0].sha256)
        assert taken.sha256 not in desk.place.blobs.loose(), "bound now"
