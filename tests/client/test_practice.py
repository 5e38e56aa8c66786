"""Practice without windows: a whole rehearsal on the real platform, and the tour as the trial company's acts tell it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psutil
import pytest

from client.bootstrap import open_desk
from client.desk import Desk
from client.practice import tour
from client.practice.cast import PIN, PRICES, RIVALS, TRIAL
from client.practice.crew import Crew
from client.practice.lessons import lessons
from client.practice.place import SAMPLE
from client.practice.tender import LOT, TENDER
from client.practice.tour import Step
from client.practice.world import PracticeWorld
from client.views.contracts import contract_story
from client.views.lots import LotStory
from procurement.basics.problems import Cancelled, Locked, RuleBroken
from procurement.basics.pulse import NoPulse, Pulse, cancelled
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
    """To the opening; then a bid that asks the least must explain its price, wins, and its contract is signed."""
    crew = Crew(world)
    assert _now(None) == _now(desk) == Step.SIGN_IN
    desk.accounts.register("练习人")
    desk.accounts.sign_in()
    assert _now(desk) == Step.FIND
    published = desk.tendering.fetch(TENDER)
    desk.tendering.check(published.tv)
    desk.following.looked_at(TENDER, 1)
    assert _now(desk) == Step.PRICE
    _fill_prices(desk, D(350))
    assert _now(desk) == Step.PAPER
    _add_paper(world, desk)
    _answer(desk)
    assert _now(desk) == Step.ANSWERS, "the paper is there, and no page answers the item"
    _save(desk, evidence=(EvidenceLink(slot="q1-licence", item="q1", document="licence", first=1, last=1),))
    assert _now(desk) == Step.CHECK
    tour.note_checked(desk)
    assert _now(desk) == Step.SEAL

    sealed = desk.bidding.seal(TENDER, LOT)
    assert _now(desk) == Step.DELIVER
    assert lessons(desk) is None
    desk.bidding.submit(sealed.bid)
    assert _now(desk) == Step.DAY, "the receipt came with the delivery"

    _open(world, desk)
    story = _story(desk)
    assert story.record is not None
    read_out = {D(row.fields[0].text.replace(",", "")) for row in story.record.value.rows}
    assert read_out == {D(80000), *(D(price) for price in PRICES.values())}
    assert _now(desk) == Step.REVIEW
    tour.note_result(desk)
    _played(desk, crew.review)
    assert _now(desk) == Step.EXPLAIN, "a look at an empty result page does not count"
    desk.clarifying.explain_price(_story(desk).inquiries[0].id, "椅子 70,000 元，运输和安装 10,000 元，自产")
    assert _now(desk) == Step.AWARD
    _played(desk, crew.award)
    assert _now(desk) == Step.RESULT
    tour.note_result(desk)
    assert _now(desk) == Step.CONTRACT
    notice = _story(desk).notice
    assert notice is not None and (notice.value.winner, notice.value.amount) == (TRIAL.code, D(80000))
    contract = contract_story(desk.place.acts, notice).contract
    assert contract is not None
    desk.performing.sign_contract(contract.id)
    assert _now(desk) is None and {one.state for one in tour.points(desk)} == {"done"}
    learnt = lessons(desk)
    assert learnt is not None and learnt.won and learnt.contract == contract.value.contract_number
    assert learnt.explained is not None and learnt.released is not None and learnt.delivered < learnt.released


def test_a_dearer_bid_loses_by_its_price_and_is_told_its_score_and_rank(world: PracticeWorld, desk: Desk) -> None:
    """Nobody is made to win. Work that was stopped at any act is gone on with, not done twice; a loser may challenge."""
    crew = Crew(world)
    _bid(world, desk, D(400))
    _open(world, desk)
    for part in range(3, 40, 9):
        with suppress(Cancelled):
            crew.review(_Stops(part))
    _played(desk, crew.review)
    assert _now(desk) == Step.RESULT, "a bid that is not the lowest is not asked; the result is here"
    assert [one.step for one in tour.points(desk) if one.state == "passed"] == [Step.EXPLAIN, Step.CONTRACT]
    tour.note_result(desk)
    assert _now(desk) is None
    learnt = lessons(desk)
    assert learnt is not None and not learnt.won and not learnt.asked and learnt.winner == RIVALS[0].name
    # 60 × 88,400 / 90,000, 20 for delivery in seven days, and the mean of 16.5 16 17 16 16.5
    assert (learnt.rank, learnt.total) == (2, D("58.93") + D(20) + D("16.4"))
    assert "result" in {one.stage for one in desk.challenging.grounds()}


def test_a_question_that_is_not_answered_costs_the_bid(world: PracticeWorld, desk: Desk) -> None:
    """The committee waits until the time is over; then the bid is out, and its bidder is told why (L-253)."""
    crew = Crew(world)
    _bid(world, desk, D(350))
    _open(world, desk)
    _played(desk, crew.review)
    with pytest.raises(RuleBroken, match="explanation-time-running"):
        crew.award(NoPulse())
    world.move(_story(desk).inquiries[0].value.until + timedelta(seconds=1))
    desk.place.gateway.time()
    assert _now(desk) == Step.AWARD
    _played(desk, crew.award)
    learnt = lessons(desk)
    assert learnt is not None and (learnt.won, learnt.rank) == (False, 0) and learnt.reason


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


class _Stops:
    """A pulse that stops at an act."""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self, done: int, total: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise cancelled()


def _bid(world: PracticeWorld, desk: Desk, price: Decimal) -> None:
    """Everything to the receipt, the first chair at this price."""
    desk.accounts.register("练习人")
    desk.accounts.sign_in()
    desk.tendering.check(desk.tendering.fetch(TENDER).tv)
    _fill_prices(desk, price)
    _add_paper(world, desk)
    _answer(desk)
    _save(desk, evidence=(EvidenceLink(slot="q1-licence", item="q1", document="licence", first=1, last=1),))
    desk.bidding.submit(desk.bidding.seal(TENDER, LOT).bid)


def _open(world: PracticeWorld, desk: Desk) -> None:
    crew = Crew(world)
    _played(desk, crew.to_the_opening)
    assert _now(desk) == Step.RELEASE
    closing = _story(desk).closing
    assert closing is not None
    desk.releasing.release(closing.id)
    assert _now(desk) == Step.OPENED
    _played(desk, crew.open_bids)


def _played(desk: Desk, part: Callable[[Pulse], None]) -> None:
    part(NoPulse())
    desk.place.gateway.session = None
    desk.place.gateway.time()
    desk.accounts.sign_in()
    desk.refresh()


def _story(desk: Desk) -> LotStory:
    view = desk.tenders.tender(TENDER)
    assert view is not None
    return desk.story(view, LOT)


def _add_paper(world: PracticeWorld, desk: Desk) -> None:
    desk.bidding.drafts.attach(TENDER, LOT, world.folder.parent / SAMPLE, "licence", "营业执照")


def _answer(desk: Desk) -> None:
    _save(
        desk,
        answers=(Answer(item="q1", how="document"), Answer(item="q2", how="commitment")),
        responses=(ParameterResponse(parameter="t1", deviation="none", offer="120 kg"),),
    )


def _now(desk: Desk | None) -> Step | None:
    return tour.now(tour.points(desk))


def _save(desk: Desk, **changes: object) -> None:
    forms = desk.bidding.drafts.open(TENDER, LOT).forms
    desk.bidding.drafts.save(TENDER, forms.model_copy(update=changes))


def _fill_prices(desk: Desk, price: Decimal) -> None:
    """200 chairs at this price and 40 at 250 yuan, in seven days."""
    amounts = {"r1": (price, 200 * price), "r2": (D(250), D(10000))}
    filled = tuple(
        FilledRow(row=code, cells=(FilledCell(column="price", number=unit), FilledCell(column="amount", number=amount)))
        for code, (unit, amount) in amounts.items()
    )
    total = sum((amount for _, amount in amounts.values()), D(0))
    table = FilledTable(table="items", rows=filled, total=total)
    quote = (QuotedFigure(figure="total", amount=total),)
    _save(desk, quote=quote, tables=(table,), opening=(FieldValue(field="days", number=D(7)),))
