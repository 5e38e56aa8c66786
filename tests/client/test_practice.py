"""Practice without windows: a whole rehearsal on the real platform, and the tour as the trial company's acts tell it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from client.bootstrap import open_desk
from client.desk import Desk
from client.practice import tour
from client.practice.cast import PIN, PRICES
from client.practice.crew import Crew
from client.practice.place import SAMPLE
from client.practice.tender import LOT, TENDER
from client.practice.tour import Step
from client.practice.world import PracticeWorld
from procurement.basics.problems import Cancelled, Locked
from procurement.basics.pulse import NoPulse, cancelled
from procurement.bidding.draft import (
    Answer,
    EvidenceLink,
    FieldValue,
    FilledCell,
    FilledRow,
    FilledTable,
    ParameterResponse,
    QuotedFigure,
)
from tests.processes import spawn, wait_for_port

D = Decimal


@pytest.fixture
def world(practice: Path, tmp_path: Path) -> Iterator[PracticeWorld]:
    """A practice world of this test's own, its platform running."""
    shutil.copytree(practice, tmp_path / "practice")
    made = PracticeWorld(tmp_path / "practice" / "world").open(NoPulse())
    yield made
    made.stop()


@pytest.fixture
def desk(world: PracticeWorld) -> Iterator[Desk]:
    made = open_desk(world.trial, lambda _new: PIN)
    made.accounts.unlock(PIN)
    yield made
    made.close()


def test_the_tour_follows_what_is_done(world: PracticeWorld, desk: Desk) -> None:
    crew = Crew(world)
    assert _now(None) == _now(desk) == Step.SIGN_IN
    desk.accounts.register("练习人")
    desk.accounts.sign_in()
    assert _now(desk) == Step.FIND
    published = desk.tendering.fetch(TENDER)
    desk.tendering.check(published.tv)
    desk.following.looked_at(TENDER, 1)
    assert _now(desk) == Step.PRICE

    quote = (QuotedFigure(figure="total", amount=D(90000)),)
    _save(desk, quote=quote, tables=(_table(),), opening=(FieldValue(field="days", number=D(7)),))
    assert _now(desk) == Step.PAPER
    desk.bidding.drafts.attach(TENDER, LOT, world.folder.parent / SAMPLE, "licence", "营业执照")
    _save(
        desk,
        answers=(Answer(item="q1", how="document"), Answer(item="q2", how="commitment")),
        responses=(ParameterResponse(parameter="t1", deviation="none", offer="120 kg"),),
    )
    assert _now(desk) == Step.ANSWERS, "the paper is there, and no page answers the item"
    _save(desk, evidence=(EvidenceLink(slot="q1-licence", item="q1", document="licence", first=1, last=1),))
    assert _now(desk) == Step.CHECK
    tour.note_checked(desk)
    assert _now(desk) == Step.SEAL

    sealed = desk.bidding.seal(TENDER, LOT)
    assert _now(desk) == Step.DELIVER
    desk.bidding.submit(sealed.bid)
    assert _now(desk) == Step.DAY, "the receipt came with the delivery"

    crew.to_the_opening(NoPulse())
    desk.place.gateway.time()
    desk.refresh()
    assert _now(desk) == Step.RELEASE
    closing = desk.story(desk.tenders.tender(TENDER), LOT).closing  # type: ignore[arg-type]
    assert closing is not None
    desk.releasing.release(closing.id)
    assert _now(desk) == Step.OPENED
    crew.open_bids(NoPulse())
    desk.refresh()
    assert _now(desk) is None
    story = desk.story(desk.tenders.tender(TENDER), LOT)  # type: ignore[arg-type]
    assert story.record is not None
    read_out = {D(row.fields[0].text.replace(",", "")) for row in story.record.value.rows}
    assert read_out == {D(90000), *(D(price) for price in PRICES.values())}


def test_a_world_that_is_not_finished_is_not_opened(tmp_path: Path) -> None:
    class Impatient:
        def step(self, done: int, total: int) -> None:
            raise cancelled()

    world = PracticeWorld(tmp_path / "world")
    try:
        with pytest.raises(Cancelled):
            world.prepare(Impatient())
    finally:
        world.stop()
    assert not world.ready
    with pytest.raises(Locked, match="practice-missing"):
        world.open(NoPulse())


def test_the_platform_ends_with_a_program_that_is_killed(practice: Path, tmp_path: Path) -> None:
    """kill -9 leaves nothing to tidy up: the servers see their standard input close, and end in order."""
    shutil.copytree(practice, tmp_path / "practice")
    folder = tmp_path / "practice" / "world"
    program = spawn(["tests.client.practising", str(folder)], tmp_path / "practising.log", os.environ)
    port = wait_for_port(tmp_path / "up", program, tmp_path / "practising.log")
    servers = psutil.Process(program.pid).children()
    assert len(servers) == 2, "the platform and its time-stamping authority"
    program.kill()
    program.wait()
    gone, alive = psutil.wait_procs(servers, timeout=60)
    assert len(gone) == 2 and not alive
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    world = PracticeWorld(folder).open(NoPulse())
    world.stop()


def _now(desk: Desk | None) -> Step | None:
    return tour.now(tour.points(desk))


def _save(desk: Desk, **changes: object) -> None:
    forms = desk.bidding.drafts.open(TENDER, LOT).forms
    desk.bidding.drafts.save(TENDER, forms.model_copy(update=changes))


def _table() -> FilledTable:
    rows = (("r1", D(400), D(80000)), ("r2", D(250), D(10000)))
    filled = tuple(
        FilledRow(
            row=code, cells=(FilledCell(column="price", number=price), FilledCell(column="amount", number=amount))
        )
        for code, price, amount in rows
    )
    return FilledTable(table="items", rows=filled, total=D(90000))
