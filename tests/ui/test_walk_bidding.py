"""The bidder's own pages before the deadline, every section of a bid: controls have names and are reached, words are whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.roles import Role
from tests.client.journey import LOT, TENDER
from tests.ui.walker import DRESS, Dress, name_of, put_on, settle, wrong
from ui.bridge import Bridge
from ui.context import Context
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace
from ui.workspaces.supplier.prepare.pane import PreparePane

STEPS = ("docs", "prepare", "check", "deliver", "open")


@pytest.mark.parametrize("dress", DRESS, ids=name_of)
def test_the_way_of_a_bid(bidder: Desk, dress: Dress, dressed: QApplication, qtbot: QtBot) -> None:
    put_on(dressed, dress)
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(bidder, bridge))
    window = Window(bidder.now)
    qtbot.addWidget(window)
    window.resize(*dress[2][-1])
    window.open_role(workspace.places, workspace.make_page, Route("projects"))
    window.show()
    found: list[str] = []
    seen: set[str] = set()
    try:
        window.go(Route("projects", TENDER, LOT, "prepare", ""))
        settle(qtbot, bidder)
        found += [f"notice: {one}" for one in wrong(window, dress[2])]
        pressed = window.findChild(QPushButton, "take-notice")
        assert pressed is not None and not bidder.bidding.drafts.noticed()
        pressed.click()
        settle(qtbot, bidder)
        assert bidder.bidding.drafts.noticed() and window.findChild(QPushButton, "take-notice") is None
        for step in STEPS:
            for item in _items(window, step):
                window.go(Route("projects", TENDER, LOT, step, item))
                settle(qtbot, bidder)
                seen.add(f"{step}/{item}")
                found += [f"{step}/{item}: {one}" for one in wrong(window, dress[2])]
    finally:
        window.close()
        bridge.close()
        apply(dressed, "light")
    assert not found, "\n".join(found)
    assert len(seen) > len(STEPS) + 3, "every section of the bid was opened"


def _items(window: Window, step: str) -> Iterator[str]:
    """The step itself, then each of the bid's sections where there are any."""
    yield ""
    if step == "prepare":
        pane = window.findChild(PreparePane)
        assert isinstance(pane, PreparePane)
        yield from pane.section_keys()
