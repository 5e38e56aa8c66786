"""Two lots of one tender at one desk: what is typed, checked and saved in one says nothing in the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from bench.desk_world import DeskWorld
from client.demo.tender_data import load_tender
from client.desk import Desk
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.prices import PriceGrid
from ui.kit.steps import StepTab
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.check import CheckPane

TENDER = load_tender("tanghe")
FIRST, SECOND = TENDER.lots[0].code, TENDER.lots[1].code


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = DeskWorld.create(tmp_path)
    with world.desk() as found:
        world.publish(found, TENDER, TENDER.id)
        yield found


@pytest.fixture
def window(desk: Desk, dressed: QApplication, qtbot: QtBot) -> Iterator[Window]:
    bridge = Bridge()
    made = Window(desk.now)
    qtbot.addWidget(made)
    space = open_workspace(desk.role, Context(desk, bridge))
    made.open_role(space.places, space.make_page, space.first)
    made.show()
    yield made
    made.close()
    bridge.close()


def _grid(window: Window, qtbot: QtBot) -> PriceGrid:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(PriceGrid)))
    return next(one for one in window.findChildren(PriceGrid) if one.isVisible())


def _type_price(window: Window, qtbot: QtBot, text: str) -> None:
    """As a person does, into the first row; then wait until it is in the bid."""
    grid = _grid(window, qtbot)
    at = next(place for place, one in enumerate(grid.price_model.columns) if one.name == "price")
    grid.setFocus()
    grid.setCurrentIndex(grid.price_model.index(0, at))
    QTest.keyClicks(grid, text[0])
    line = grid.viewport().findChild(QLineEdit)
    assert line is not None
    QTest.keyClicks(line, text[1:])
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: grid.price_model.rows[0].get("price") == text)


def _told(window: Window, qtbot: QtBot, first: str) -> set[str]:
    """What the check pane of the lot in view lists, once it lists `first`."""

    def words() -> set[str]:
        panes = [one for one in window.findChildren(CheckPane) if one.isVisible()]
        return {one.text() for pane in panes for one in pane.findChildren(QLabel) if one.isVisible()}

    qtbot.waitUntil(lambda: first in words())
    return words()


def test_each_lot_has_its_own_draft_check_and_delivery(desk: Desk, window: Window, qtbot: QtBot) -> None:
    home = window.route.place
    prepare = f"table:{TENDER.lots[0].quote.tables[0].code}"
    window.go(Route(home, TENDER.id, FIRST, "prepare", prepare))
    _type_price(window, qtbot, "12.5")
    window.go(Route(home, TENDER.id, SECOND, "prepare", prepare))  # leaving saves what was typed
    grid = _grid(window, qtbot)
    assert len(grid.price_model.rows) == len(TENDER.lots[1].quote.tables[0].rows)
    assert not any(row.get("price") for row in grid.price_model.rows), "the other lot is empty still"
    _type_price(window, qtbot, "99")
    window.go(Route(home, TENDER.id, SECOND, "check"))
    assert "没有填报价" not in _told(window, qtbot, "有必填项没有填")
    window.go(Route(home, TENDER.id, TENDER.lots[2].code, "check"))
    _told(window, qtbot, "没有填报价")
    window.go(Route(home, TENDER.id, FIRST, "deliver"))
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=30_000)
    drafts = {lot: desk.bidding.drafts.open(TENDER.id, lot).forms for lot in (FIRST, SECOND)}
    rows = {lot: [row for row in forms.tables[0].rows if row.row] for lot, forms in drafts.items()}
    quantity = {lot.code: _quantity(lot.code) for lot in TENDER.lots[:2]}
    assert {lot: forms.lot for lot, forms in drafts.items()} == {FIRST: FIRST, SECOND: SECOND}
    assert drafts[FIRST].quote[0].amount == quantity[FIRST] * Decimal("12.5") and len(rows[FIRST]) >= 1
    assert drafts[SECOND].quote[0].amount == quantity[SECOND] * 99
    assert set(desk.bidding.drafts.all()) >= {(TENDER.id, FIRST), (TENDER.id, SECOND)}
    assert desk.bidding.findings(TENDER.id, FIRST) != desk.bidding.findings(TENDER.id, SECOND)


def _quantity(lot: str) -> Decimal:
    first = TENDER.lot(lot).quote.tables[0].rows[0]
    return Decimal(next(cell.text for cell in first.cells if cell.column == "quantity"))


def test_the_check_is_done_only_once_it_was(desk: Desk, window: Window, qtbot: QtBot) -> None:
    """A bid nobody has checked is not shown as checked, nor one in which something must be mended."""

    def word() -> str:
        tabs = [one for one in window.findChildren(StepTab, "step-check") if one.isVisible()]
        return tabs[0].step.state.word

    window.go(Route.parse(f"projects/{TENDER.id}/{FIRST}/docs"))
    assert word() == "随时可查"
    window.go(Route.parse(f"projects/{TENDER.id}/{FIRST}/check"))
    qtbot.waitUntil(lambda: word().startswith("必须处理"))
    window.go(Route.parse(f"projects/{TENDER.id}/{FIRST}/docs"))
    assert word().startswith("必须处理")
