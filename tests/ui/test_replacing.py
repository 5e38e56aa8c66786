"""A bid that takes the place of one handed in has a backup slip of its own, if its maker wants one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crypto.slip import open_slip
from procurement.basics.roles import Role
from tests.client.journey import LOT, TENDER
from tests.journeys.snapshots import Revisit
from tests.ui.walker import clipped, nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.slip_card import ReplaceQuestion

WORDS = "four words of my own"


def _type(dialog: QWidget, name: str, text: str) -> None:
    field = dialog.findChild(QLineEdit, name)
    assert field is not None
    field.setText(text)


def test_the_new_bid_has_its_own_slip(at_published: Revisit, dressed: QApplication, qtbot: QtBot) -> None:
    desk = at_published.supplier("A")
    first = desk.bidding.seal(TENDER, LOT)
    assert desk.bidding.submit(first.bid).state == "accepted"
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(desk, bridge))
    window = Window(desk.now)
    qtbot.addWidget(window)
    window.open_role(workspace.places, workspace.make_page, Route("projects", TENDER, LOT, "deliver", ""))
    window.show()
    again = window.findChild(QPushButton, "replace")
    assert again is not None
    QApplication.processEvents()
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ReplaceQuestion)
    assert isinstance(dialog, ReplaceQuestion)
    _type(dialog, "field-passphrase", WORDS)
    _type(dialog, "field-again", WORDS[:-1])
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and not nameless(dialog) and not clipped(dialog)
    _type(dialog, "field-again", WORDS)
    QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
    folder = desk.place.folder.folder
    qtbot.waitUntil(lambda: window.findChild(QPushButton, "upload") is not None, timeout=60_000)
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    (slip,) = folder.glob("slip-*.json")
    assert open_slip(slip.read_bytes(), WORDS).bid != first.bid
    window.close()
    bridge.close()
