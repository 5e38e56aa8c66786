"""A click on a finding leads to the field, the row or the page it speaks of, not only to its section."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bench.desk_world import DeskWorld
from client.demo.tender_data import load_tender
from client.desk import Desk
from procurement.basics.findings import warn
from tests.client.journey import pdf
from tests.ui.walker import settle
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.prices import PriceGrid
from ui.kit.viewer import Viewer
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.pointing import parts_of, target_of
from ui.workspaces.supplier.prepare.sheet import Sheet

TENDER = load_tender("tanghe")
LOT = TENDER.lots[0]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    world = DeskWorld.create(tmp_path)
    with world.desk() as found:
        world.publish(found, TENDER, TENDER.id)
        yield found


@pytest.fixture
def pane(desk: Desk, dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[PreparePane]:
    desk.bidding.drafts.attach(TENDER.id, LOT.code, pdf(tmp_path / "licence.pdf", 3), "licence", "营业执照")
    sheet = Sheet(TENDER, LOT, desk.bidding.drafts.begin(TENDER.id, LOT.code).forms)
    window, bridge = QWidget(), Bridge()
    window.resize(1366, 700)
    qtbot.addWidget(window)
    made = PreparePane(Context(desk, bridge), sheet)
    made.setParent(window)
    made.resize(1366, 700)
    made.show_section("opening")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield made
    settle(qtbot, desk)
    bridge.close()


def test_every_finding_of_an_empty_bid_has_its_place(pane: PreparePane, qtbot: QtBot) -> None:
    sheet = pane._sheet
    found = sheet.findings()
    assert len(found) > 10
    lost = []
    for one in found:
        target = target_of(LOT, one)
        section, where, _page = parts_of(target)
        pane.setFocus()
        pane.show_section(target)
        QApplication.processEvents()
        focus = QApplication.focusWidget()
        editor = pane._editors[section]
        assert pane._key == section and where == one.where
        if focus is None or not editor.isAncestorOf(focus) or focus.visibleRegion().isEmpty():
            lost.append(one.where)
    whole = {one for one in lost if not one.startswith("forms.") and one not in ("documents", "tables")}
    assert whole == set(), "only a form as a whole, or all documents, has no field of its own"


def test_a_row_of_a_table_and_a_page_of_a_document(pane: PreparePane, desk: Desk, qtbot: QtBot) -> None:
    table = LOT.quote.tables[0]
    row = table.rows[-1].code
    pane.show_section(target_of(LOT, warn("row-over-ceiling", f"tables.{table.code}.{row}", "L-254", "x")))
    grid = pane.findChild(PriceGrid, f"table-{table.code}")
    assert grid is not None and grid.currentIndex().row() == len(table.rows) - 1 and grid.hasFocus()
    pane.show_section(target_of(LOT, warn("paper-other-bidder", "documents.licence", "L-903", "x", page=2)))
    qtbot.waitUntil(lambda: bool(pane.window().findChildren(Viewer)), timeout=20_000)
    viewer = pane.window().findChildren(Viewer)[-1]
    qtbot.waitUntil(lambda: viewer.pane.view.pageNavigator().currentPage() == 1, timeout=20_000)
    viewer.accept()
