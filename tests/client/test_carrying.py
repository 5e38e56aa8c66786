"""A draft carried to a colleague's computer and back: merged item by item, nothing lost, each wrong file told by name."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from client.desk import Desk
from client.machine import this_machine
from client.workflows.carrying import Incoming
from client.workflows.drafting import content_mark
from crypto.portable import PortableReader, PortableWriter, make_box
from procurement.basics.problems import Problem
from procurement.basics.pulse import NoPulse, cancelled
from procurement.bidding.bundle import INDEX_LIMIT, DraftIndex
from procurement.bidding.draft import BidForms, Machine
from tests.client.journey import LOT, TENDER, Journey, pdf
from tests.client.parties import another_computer
from tests.world import World

WORDS = "一同编标的口令 2026"


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("carrying"))
    found = Journey(world)
    found.plan()
    found.publish()
    found.draft("A", "900000")
    found.draft("B", "910000")
    yield found
    found.close()
    world.close()


def _colleague(first: datetime, last: datetime) -> Machine:
    return this_machine(first, last).model_copy(
        update={"host": "colleague", "disk": "D-2", "macs": ("02:00:00:00:00:01",)}
    )


@dataclass
class Pair:
    mine: Desk
    theirs: Desk
    folder: Path

    def change(self, desk: Desk, **parts: object) -> BidForms:
        draft = desk.bidding.drafts.open(TENDER, LOT)
        desk.bidding.drafts.save(TENDER, draft.forms.model_copy(update=parts), based_on=draft.version)
        return forms(desk)

    def carry(self, source: Desk, target: Desk) -> Incoming:
        path = source.bidding.carrying.write(TENDER, LOT, self.folder / "draft.jcdraft", WORDS).path
        return target.bidding.carrying.read(TENDER, LOT, path, WORDS)


def forms(desk: Desk) -> BidForms:
    return desk.bidding.drafts.open(TENDER, LOT).forms


@pytest.fixture(scope="module")
def pair(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    mine = journey.suppliers["A"]
    theirs = another_computer(journey.world, mine)
    theirs.place.machine = _colleague
    theirs.tendering.fetch(TENDER)
    yield Pair(mine, theirs, tmp_path_factory.mktemp("bundles"))
    theirs.close()


def test_it_goes_there_and_back_and_nothing_is_lost(pair: Pair) -> None:
    """In one story: an empty computer takes all; apart edits come together; the same item twice is asked; both stay."""
    mine, theirs = pair.mine, pair.theirs
    fresh = pair.carry(mine, theirs)
    assert fresh.version == 0 and not fresh.conflicts and fresh.came
    theirs.bidding.carrying.merge(fresh, {})
    assert content_mark(forms(theirs)) == content_mark(forms(mine))
    document = forms(theirs).documents[0]
    assert theirs.bidding.drafts.read(document.sha256) == mine.bidding.drafts.read(document.sha256)
    assert {one.host for one in forms(theirs).machines} == {forms(mine).machines[0].host, "colleague"}

    pair.change(mine, validity_days=100, low_price_explanation="")
    theirs.bidding.drafts.attach(TENDER, LOT, pdf(pair.folder / "team.pdf", 4), "doc-2", "团队")
    mine.bidding.drafts.attach(TENDER, LOT, pdf(pair.folder / "cases.pdf", 5), "doc-2", "业绩")
    pair.change(theirs, validity_days=120, opening=())
    back = pair.carry(theirs, mine)
    assert back.base is not None
    assert [one.key for one in back.conflicts] == [("validity_days",)]
    asked = back.conflicts[0]
    assert (asked.base, asked.mine, asked.theirs) == (90, 100, 120)
    with pytest.raises(Problem, match="draft-choice-missing"):
        mine.bidding.carrying.merge(back, {})
    before, lost = forms(mine), content_mark(forms(theirs))
    merged = mine.bidding.carrying.merge(back, {("validity_days",): "mine"})
    assert merged.validity_days == 100 and merged.opening == ()
    assert [(one.code, one.title) for one in merged.documents] == [
        ("licence", "营业执照"), ("doc-2", "业绩"), ("doc-1", "团队"),
    ]  # fmt: skip
    assert {one.host for one in merged.machines} >= {"colleague", forms(mine).machines[-1].host}
    newest, other, own = mine.bidding.drafts.versions(TENDER, LOT)[:3]
    assert (newest.origin, other.origin, own.origin) == ("merged", "theirs", "before-merge")
    drafts = mine.bidding.drafts
    assert content_mark(drafts.restore(TENDER, LOT, other.version)) == lost
    assert {one.host for one in forms(mine).machines} >= {"colleague"}
    assert content_mark(drafts.restore(TENDER, LOT, own.version)) == content_mark(before)
    drafts.restore(TENDER, LOT, newest.version)

    again = pair.carry(mine, theirs)
    assert not again.conflicts, "what came from here is known here"
    theirs.bidding.carrying.merge(again, {})
    assert content_mark(forms(theirs)) == content_mark(forms(mine))
    assert pair.carry(theirs, mine).nothing_new


def test_the_machine_stays_on_record_where_the_other_side_is_taken_whole(pair: Pair) -> None:
    pair.change(pair.mine, validity_days=101)
    pair.change(pair.theirs, validity_days=102)
    back = pair.carry(pair.theirs, pair.mine)
    merged = pair.mine.bidding.carrying.merge(back, {one.key: "theirs" for one in back.conflicts})
    here = pair.mine.place.machine(pair.mine.now(), pair.mine.now()).host
    assert merged.validity_days == 102
    assert {here, "colleague"} <= {one.host for one in forms(pair.mine).machines}


def test_sums_are_computed_again_and_not_asked(pair: Pair) -> None:
    pair.mine.bidding.carrying.merge(
        back := pair.carry(pair.theirs, pair.mine), {one.key: "mine" for one in back.conflicts}
    )
    pair.theirs.bidding.carrying.merge(pair.carry(pair.mine, pair.theirs), {})
    filled = forms(pair.mine).tables[0]
    row = filled.rows[0]

    def at(amount: Decimal) -> dict[str, object]:
        cells = tuple(
            one.model_copy(update={"number": amount}) if one.column in ("price", "amount") else one for one in row.cells
        )
        table = filled.model_copy(update={"rows": (row.model_copy(update={"cells": cells}),), "total": amount})
        return {"tables": (table,), "quote": (forms(pair.mine).quote[0].model_copy(update={"amount": amount}),)}

    pair.change(pair.mine, **at(Decimal(880000)))
    pair.change(pair.theirs, **at(Decimal(870000)))
    back = pair.carry(pair.theirs, pair.mine)
    assert [one.key for one in back.conflicts] == [("tables", "items", "r1")]
    merged = pair.mine.bidding.carrying.merge(back, {back.conflicts[0].key: "theirs"})
    assert merged.quote[0].amount == merged.tables[0].total == Decimal(870000)


def _problem(desk: Desk, path: Path, words: str = WORDS, lot: str = LOT) -> str:
    before = desk.bidding.drafts.open(TENDER, lot).version
    with pytest.raises(Problem) as caught:
        desk.bidding.carrying.read(TENDER, lot, path, words)
    assert desk.bidding.drafts.open(TENDER, lot).version == before
    return caught.value.code


def _rewritten(source: Path, target: Path, **parts: object) -> Path:
    """The bundle with another index, as a program of somebody else's could write it."""
    with source.open("rb") as file:
        content = PortableReader(file, WORDS, NoPulse())
        index = DraftIndex.from_bytes(content.exactly(int.from_bytes(content.exactly(4), "big")), INDEX_LIMIT)
        rest = b"".join(iter(lambda: content.read(1 << 20), b""))
    head = index.model_copy(update=parts).to_bytes()
    box, key = make_box(WORDS)
    with target.open("wb") as out:
        writer = PortableWriter(out, box, key, 4 + len(head) + len(rest), NoPulse())
        writer.write(len(head).to_bytes(4, "big") + head + rest)
        writer.finish()
    return target


def test_what_is_wrong_with_a_bundle_is_told_by_name(pair: Pair, journey: Journey, tmp_path: Path) -> None:
    mine, path = pair.mine, tmp_path / "a.jcdraft"
    mine.bidding.carrying.write(TENDER, LOT, path, WORDS)
    whole = path.read_bytes()
    assert b"PDF" not in whole and mine.actor.encode() not in whole, "nothing stands in clear"
    assert _problem(mine, path, "another passphrase") == "draft-bundle-passphrase-wrong"
    wrong = tmp_path / "wrong"
    for change, code in (
        (whole[:-1], "draft-bundle-truncated"),
        (whole[: len(whole) // 2], "draft-bundle-truncated"),
        (whole[:30], "draft-bundle-truncated"),
        (whole[:10], "draft-bundle-truncated"),
        (whole + b"\0", "draft-bundle-damaged"),
        (whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], "draft-bundle-damaged"),
        (whole[:200] + bytes([whole[200] ^ 1]) + whole[201:], "draft-bundle-damaged"),
        (b"%PDF-1.7" + whole, "draft-bundle-malformed"),
        (b"", "draft-bundle-malformed"),
    ):
        wrong.write_bytes(change)
        found = _problem(mine, wrong)
        assert found == code or (found, code) == ("draft-bundle-malformed", "draft-bundle-damaged")
    assert _problem(mine, tmp_path / "none") == "file-missing"
    assert _problem(journey.suppliers["B"], path) == "draft-bundle-of-another-company"
    standing = forms(mine)
    for parts, code in (
        ({"tender": "JC-2026-009"}, "draft-bundle-of-another-tender"),
        ({"lot": "2"}, "draft-bundle-of-another-lot"),
        ({"forms": standing.model_copy(update={"tender": "ab" * 32})}, "draft-bundle-of-another-version"),
        ({"supplier": journey.suppliers["B"].actor}, "draft-bundle-of-another-company"),
        ({"files": ()}, "draft-bundle-malformed"),
        ({"forms": standing.model_copy(update={"documents": (
            standing.documents[0].model_copy(update={"path": "../../evil.pdf"}), *standing.documents[1:])})},
         "draft-bundle-malformed"),
    ):  # fmt: skip
        assert _problem(mine, _rewritten(path, wrong, **parts)) == code, code


def test_a_dangerous_document_is_refused_at_the_door(pair: Pair, tmp_path: Path) -> None:
    """A bundle brings files from elsewhere: they are judged as when they are added by hand."""
    evil = tmp_path / "evil.pdf"
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(595, 842))
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        made.save(evil)
    desk, path = pair.theirs, tmp_path / "evil.jcdraft"
    held = desk.place.keep(evil)
    document = forms(desk).documents[0].model_copy(update={"sha256": held, "size": evil.stat().st_size})
    before = desk.bidding.drafts.open(TENDER, LOT)
    desk.bidding.drafts.save(TENDER, before.forms.model_copy(update={"documents": (document,)}))
    desk.bidding.carrying.write(TENDER, LOT, path, WORDS)
    desk.bidding.drafts.restore(TENDER, LOT, before.version)
    assert _problem(pair.mine, path) == "pdf-active-content"


class _Stopping:
    """Stops the work after some steps."""

    def __init__(self, after: int) -> None:
        self.left = after

    def step(self, done: int, total: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise cancelled()


def test_a_stop_leaves_no_file_and_the_old_one_whole(pair: Pair, tmp_path: Path) -> None:
    path = tmp_path / "a.jcdraft"
    path.write_bytes(b"the old one")
    with pytest.raises(Problem, match="work-cancelled"):
        pair.mine.bidding.carrying.write(TENDER, LOT, path, WORDS, _Stopping(0))
    assert path.read_bytes() == b"the old one" and [one.name for one in tmp_path.iterdir()] == ["a.jcdraft"]
    with pytest.raises(Problem, match="passphrase-too-short"):
        pair.mine.bidding.carrying.write(TENDER, LOT, path, "short")
    pair.mine.bidding.carrying.write(TENDER, LOT, path, WORDS)
    with pytest.raises(Problem, match="work-cancelled"):
        pair.mine.bidding.carrying.read(TENDER, LOT, path, WORDS, _Stopping(0))


def test_memory_does_not_grow_with_the_size(tmp_path: Path) -> None:
    """96 MiB through writer and reader: the process' peak grows by less than a sixth of that."""
    size, block = 96 * 1024 * 1024, os.urandom(1024 * 1024)
    box, key = make_box(WORDS)
    with (tmp_path / "warm").open("wb") as out:
        warm = PortableWriter(out, box, key, len(block), NoPulse())
        warm.write(block)
        warm.finish()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    box, key = make_box(WORDS)
    with (tmp_path / "big").open("wb") as out:
        writer = PortableWriter(out, box, key, size, NoPulse())
        for _ in range(size // len(block)):
            writer.write(block)
        writer.finish()
    with (tmp_path / "big").open("rb") as file:
        reader = PortableReader(file, WORDS, NoPulse())
        while piece := reader.read(1 << 20):
            assert piece == block
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_a_bundle_waits_until_the_own_draft_follows_the_correction(pair: Pair, tmp_path: Path) -> None:
    desk, path = pair.mine, tmp_path / "a.jcdraft"
    desk.bidding.carrying.write(TENDER, LOT, path, WORDS)
    before = desk.bidding.drafts.open(TENDER, LOT)
    older = before.forms.model_copy(update={"tender": "cd" * 32})
    desk.bidding.drafts.save(TENDER, older, based_on=before.version)
    assert _problem(desk, path) == "draft-follows-older-version"
    desk.bidding.drafts.restore(TENDER, LOT, before.version)
