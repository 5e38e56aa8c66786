"""Members differ on an objective item: one sets its marks right at its window, and the report can be made (L-260)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from procurement.basics.problems import Problem
from procurement.evaluation.sheets import Ranking, ScoreCorrection
from tests.client.journey import SUPPLIERS, Journey
from tests.procurement.evaluation.examples import free_item, simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.world import World
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.shell.navigation import Route
from ui.workspaces.expert.room_page import RoomPage
from ui.workspaces.expert.rooms import my_state
from ui.workspaces.expert.scores import ScoresPane

POINTS = {"A": "60", "C": "40", "E": "50"}


@pytest.fixture
def differing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """The fifth member gave C other points than the rest, for an item on which nobody may have an opinion."""
    journey = Journey(World.create(tmp_path_factory.mktemp("differing")))
    scheme = simple_scheme(items=(free_item("tech", "70", nature="objective"),))
    lot = example_lot("1", scheme=scheme, parameters=(), conformity=example_lot("1").conformity[:1])
    journey.terms = {"lots": (lot,)}
    try:
        journey.to_the_reviews({"A": "900000", "C": "910000", "E": "950000"})
        journey.rank(POINTS, last={"C": "45"})
        yield journey
    finally:
        journey.close()
        journey.world.close()


def test_a_member_sets_its_marks_right(differing: Journey, dressed: QApplication, qtbot: QtBot) -> None:
    journey, c = differing, SUPPLIERS["C"][2]
    with pytest.raises(Problem) as early:
        journey.agency.committee.make_report(journey.ids["ranking"])
    assert early.value.code == "open-points-left"
    expert = journey.experts[-1]
    story = expert.story(expert.tenders.tenders()[0], "1")
    assert my_state(story, expert.actor)[2] == "scores"
    bridge = Bridge()
    page = RoomPage(Context(expert, bridge), Route("rooms", story.tender.key, "1", "scores"))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.move_to("scores", "")
    qtbot.waitUntil(lambda: page.findChild(ScoresPane) is not None, timeout=60_000)
    pane = page.findChild(ScoresPane)
    assert isinstance(pane, ScoresPane)
    pane._grid.go("tech", SUPPLIERS["A"][2])
    figure = pane.findChild(QLineEdit, "points")
    assert isinstance(figure, QLineEdit) and not figure.isEnabled(), "only what the ranking points at may change"
    pane._grid.go("tech", c)
    assert figure.isEnabled() and figure.text() == "45"
    assert not _button(page, "correct-sheet").isEnabled()
    figure.setFocus()
    figure.selectAll()
    QTest.keyClicks(figure, "40")
    qtbot.waitUntil(lambda: _button(page, "correct-sheet").isEnabled())
    QTest.mouseClick(_button(page, "correct-sheet"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(page.findChildren(Question)))
    question = page.findChildren(Question)[-1]
    QTest.keyClicks(question.typed, "misread page 3")
    QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: journey.agency.place.acts.last(ScoreCorrection) is not None, timeout=60_000)
    again = journey.agency.place.acts.last(Ranking)
    assert again is not None and not any(point.blocking for point in again.value.open_points)
    assert journey.agency.committee.make_report(again.id).state == "accepted"
    bridge.close()


def _button(page: RoomPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found
