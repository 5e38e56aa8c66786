"""A final quote by hand: the leader asks in the evaluation room, the bidder types, gives and shows it in the hall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.evaluation.quoting import FinalQuotes, QuoteCommit, QuoteReveal, QuoteRound
from tests.client.journey import LOT, SUPPLIERS, TENDER, Journey
from tests.client.negotiation import FINAL, consulting, figure, notice_of, to_the_round
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.kit.prices import PriceGrid
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.final_tables import FinalTables

PATIENCE = 90_000


@pytest.fixture
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with consulting(tmp_path_factory.mktemp("quotes")) as found:
        yield found


class Sitting:
    """One person's window on one desk; widgets only."""

    def __init__(self, bot: QtBot, window: Window) -> None:
        self.bot, self.window = bot, window

    def _ready(self, name: str) -> QPushButton | None:
        shown = [one for one in self.window.findChildren(QPushButton, name) if one.isVisible() and one.isEnabled()]
        return shown[-1] if shown else None

    def click(self, name: str) -> None:
        """Press a button of the page, and the verb of the question that it opens."""
        self.press(name)
        self.confirm()

    def confirm(self) -> None:
        """Press the verb of the question that is open."""
        QTest.mouseClick(self.question().act, Qt.MouseButton.LeftButton)

    def question(self) -> Question:
        """The question that is open, or opens now."""
        self.bot.waitUntil(lambda: bool(self._questions()), timeout=PATIENCE)
        return self._questions()[-1]

    def press(self, name: str) -> None:
        self.bot.waitUntil(lambda: self._ready(name) is not None, timeout=PATIENCE)
        made = self._ready(name)
        assert made is not None
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    def dialog(self) -> FinalTables | None:
        return next((one for one in self.window.findChildren(FinalTables) if one.isVisible()), None)

    def _questions(self) -> list[Question]:
        return [one for one in self.window.findChildren(Question) if one.isVisible()]

    def type(self, name: str, text: str) -> None:
        (line,) = [one for one in self.window.findChildren(QLineEdit, name) if one.isVisible()]
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        QTest.keyClicks(line, text)


@contextmanager
def at_the_window(bot: QtBot, desk: Desk, step: str, *, place: str = "") -> Iterator[Sitting]:
    """The window of one person at a step of the lot, or at a `place` of its own."""
    bridge = Bridge()
    desk.refresh()
    workspace = open_workspace(desk.role, Context(desk, bridge))
    window = Window(desk.now)
    window.resize(1366, 768)
    window.open_role(workspace.places, workspace.make_page, workspace.first)
    window.show()
    window.go(Route.parse(place or f"{workspace.first.place}/{TENDER}/{LOT}/{step}"))
    try:
        yield Sitting(bot, window)
    finally:
        window.on_close = lambda: True
        window.close()
        bridge.close()


def test_a_final_quote_by_hand(journey: Journey, qtbot: QtBot) -> None:
    to_the_round(journey)
    opening, bidder = journey.ids["opening"], journey.suppliers["A"]
    acts = journey.agency.place.acts
    with at_the_window(qtbot, journey.experts[0], "questions") as leader:
        leader.click("ask-quotes")
        qtbot.waitUntil(lambda: bool(journey.experts[0].place.acts.all(QuoteRound)), timeout=PATIENCE)
    for key in ("C", "D", "E"):
        desk = journey.suppliers[key]
        given = desk.negotiating.give_quote(notice_of(desk), figure(FINAL.get(key, "920000")))
        assert given.state == "accepted"
    bidder.refresh()
    with at_the_window(qtbot, bidder, "open") as person:
        person.type("field-final-total", FINAL["A"])
        person.click("give-quote")
        qtbot.waitUntil(lambda: bool(bidder.place.acts.all(QuoteCommit)), timeout=PATIENCE)
        person.click("show-quote")
        qtbot.waitUntil(lambda: bool(bidder.place.acts.all(QuoteReveal)), timeout=PATIENCE)
    for key in ("C", "D", "E"):
        journey.suppliers[key].refresh()
        assert journey.suppliers[key].negotiating.show_quote(opening).state == "accepted"
    journey.refresh()
    offers = {o.supplier: o.quote[0].amount for o in acts.only(FinalQuotes, opening=opening).value.result.offers}
    assert offers[SUPPLIERS["A"][2]] == Decimal(FINAL["A"]) and len(offers) == 4


def test_a_final_quote_row_by_row(tmp_path_factory: pytest.TempPathFactory, qtbot: QtBot) -> None:
    """The tender limits a row: the quote is typed in the table, and its sum is the figure."""
    with consulting(tmp_path_factory.mktemp("rows"), row_ceiling="960000") as journey:
        to_the_round(journey)
        bidder = journey.suppliers["A"]
        journey.experts[0].negotiating.ask_quotes(journey.ids["opening"])
        bidder.refresh()
        with at_the_window(qtbot, bidder, "open") as person:
            person.press("fill-tables")
            qtbot.waitUntil(lambda: person.dialog() is not None, timeout=PATIENCE)
            dialog = person.dialog()
            assert dialog is not None
            (grid,) = dialog.findChildren(PriceGrid)
            model = grid.price_model
            grid.setCurrentIndex(model.index(0, [one.name for one in model.columns].index("price")))
            grid.setFocus()
            QTest.keyClicks(grid, FINAL["A"][0])
            qtbot.waitUntil(lambda: bool(grid.findChildren(QLineEdit)))
            editor = grid.findChildren(QLineEdit)[-1]
            QTest.keyClicks(editor, FINAL["A"][1:])
            QTest.keyClick(editor, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: model.rows[0]["price"] == FINAL["A"])
            QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
            (line,) = [one for one in person.window.findChildren(QLineEdit, "field-final-total") if one.isVisible()]
            assert Decimal(line.text().replace(",", "")) == Decimal(FINAL["A"])
            person.click("give-quote")
            qtbot.waitUntil(lambda: bool(bidder.place.acts.all(QuoteCommit)), timeout=PATIENCE)
        kept = bidder.negotiating.committed(bidder.negotiating.own_commit(journey.ids["opening"])).quote
        assert kept.tables[0].total == kept.quote[0].amount == Decimal(FINAL["A"])
