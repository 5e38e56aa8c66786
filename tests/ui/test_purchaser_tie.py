"""Two bids are level, and the tender leaves their order to the purchaser: decided at the window, ranked again by it (L-258)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QTextEdit
from pytestqt.qtbot import QtBot

from procurement.evaluation.sheets import Ranking
from procurement.tendering.scheme import TieKey
from tests.client.journey import SUPPLIERS, Journey
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.ui.walker import nameless
from tests.world import World
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.workspaces.purchaser.results import ResultsPage
from ui.workspaces.purchaser.tie import TieCard

CHAIN = (TieKey(key="raw-price"), TieKey(key="purchaser-draws"))


@pytest.fixture
def level(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """A and C with the same price and the same marks, ranked."""
    journey = Journey(World.create(tmp_path_factory.mktemp("tie")))
    lot = example_lot("1", scheme=simple_scheme(ties=CHAIN), parameters=(), conformity=example_lot("1").conformity[:1])
    journey.terms = {"lots": (lot,)}
    try:
        journey.to_the_reviews({"A": "900000", "C": "900000", "E": "950000"})
        journey.rank({"A": "60", "C": "60", "E": "50"})
        yield journey
    finally:
        journey.close()
        journey.world.close()


def test_the_purchaser_decides_at_the_window(level: Journey, dressed: QApplication, qtbot: QtBot) -> None:
    journey, (a, c) = level, (SUPPLIERS[key][2] for key in "AC")
    before = journey.agency.place.acts.only(Ranking).value
    assert [(bid.supplier, bid.rank) for bid in before.bids][:2] == [(a, 1), (c, 1)]
    bridge = Bridge()
    page = ResultsPage(Context(journey.purchaser, bridge))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    card = page.findChild(TieCard)
    assert isinstance(card, TieCard) and card.isVisible() and nameless(page) == []
    assert not _button(page, "decide-tie").isEnabled(), "not without saying how"
    QTest.mouseClick(_button(page, "tie-up"), Qt.MouseButton.LeftButton)
    note = next(one for one in card.findChildren(QPlainTextEdit) + card.findChildren(QTextEdit))
    QTest.keyClicks(note, "drawn before witnesses")
    qtbot.waitUntil(lambda: _button(page, "decide-tie").isEnabled())
    QTest.mouseClick(_button(page, "decide-tie"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(page.findChildren(Question)))
    QTest.mouseClick(page.findChildren(Question)[-1].act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=60_000)
    after = journey.agency.place.acts.last(Ranking)
    assert after is not None and [(bid.supplier, bid.rank) for bid in after.value.bids][:2] == [(c, 1), (a, 2)]
    journey.refresh()
    assert journey.agency.committee.make_report(after.id).state == "accepted"
    bridge.close()


def _button(page: ResultsPage, name: str) -> QPushButton:
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found
