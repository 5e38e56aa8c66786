"""A member's laptop dies between commit and reveal: the same token on another computer reveals the sheet (M13)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from client.workflows.scoring import COMMITTED
from procurement.basics.problems import Problem
from procurement.evaluation.sheets import Mark, Ranking, ScoreCommit, ScoresClosed
from tests.client.journey import SUPPLIERS, Journey
from tests.client.parties import another_computer
from tests.world import World


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    world = World.create(tmp_path)
    found = Journey(world)
    yield found
    found.close()
    world.close()


def test_another_computer_with_the_same_token_reveals(journey: Journey) -> None:
    journey.plan()
    journey.publish()
    for key, price in (("A", "900000"), ("B", "880000"), ("C", "910000")):
        journey.submit(key, price)
    journey.shut()
    for desk in journey.suppliers.values():
        desk.releasing.release(journey.ids["closing"])
    journey.freeze()
    journey.open()
    journey.convene(("A", "B", "C"))
    opening = journey.ids["opening"]
    for desk in journey.experts:
        marks = [Mark(supplier=SUPPLIERS[key][2], item="tech", points=Decimal(60)) for key in "ABC"]
        desk.scoring.save(opening, marks)
        assert desk.scoring.commit(opening).state == "accepted"
    journey.refresh()
    assert journey.agency.place.acts.last(ScoresClosed) is not None
    dead, stranger = journey.experts[0], journey.experts[1]
    spare = another_computer(journey.world, dead)
    try:
        assert spare.place.keepsakes.find(COMMITTED, opening) is None
        committed = spare.place.acts.only(ScoreCommit, member=dead.actor)
        assert committed.value.sealed_sheet is not None
        assert spare.scoring.recover(opening) == dead.scoring.sheet(opening)[0]
        with pytest.raises(Problem) as refused:
            stranger.scoring._recovered(committed)
        assert refused.value.code == "unwrap-failed"
        assert spare.scoring.reveal(opening).state == "accepted"
        for desk in journey.experts[1:]:
            assert desk.scoring.reveal(opening).state == "accepted"
        assert journey.agency.place.acts.last(Ranking) is not None
    finally:
        spare.close()
