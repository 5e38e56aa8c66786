"""打印 on the page of preparing: from the button to a PDF that is read in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.roles import Role
from tests.client.journey import LOT, TENDER
from tests.ui.walker import clipped, nameless, settle, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.viewer import Viewer
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.prepare.printing import PrintDialog


def test_from_the_button_to_the_paper(bidder: Desk, dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    bidder.bidding.drafts.take_notice()
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(bidder, bridge))
    window = Window(bidder.now)
    qtbot.addWidget(window)
    window.open_role(workspace.places, workspace.make_page, Route("projects", TENDER, LOT, "prepare", ""))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settle(qtbot, bidder)
    press = window.findChild(QPushButton, "print")
    assert isinstance(press, QPushButton) and press.accessibleName() == "打印投标文件"
    press.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(press, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.findChild(PrintDialog) is not None, timeout=20_000)
    dialog = window.findChild(PrintDialog)
    assert isinstance(dialog, PrintDialog)
    settle(qtbot, bidder)
    assert nameless(dialog) == [] and unreachable(dialog) == [] and clipped(dialog) == []
    behind = dialog.findChild(QCheckBox)
    assert isinstance(behind, QCheckBox)
    behind.setChecked(True)
    dialog.act.click()
    chooser = dialog.findChild(QFileDialog)
    assert isinstance(chooser, QFileDialog)
    target = tmp_path / "纸.pdf"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    qtbot.waitUntil(lambda: dialog.findChild(QPushButton, "read-print") is not None, timeout=60_000)
    assert target.read_bytes().startswith(b"%PDF-") and not dialog.act.isVisible()
    read = dialog.findChild(QPushButton, "read-print")
    assert isinstance(read, QPushButton)
    settle(qtbot, bidder)
    assert clipped(dialog) == [] and dialog.focusWidget() is read
    read.click()
    qtbot.waitUntil(lambda: dialog.findChild(Viewer) is not None, timeout=20_000)
    settle(qtbot, bidder)
    window.close()
    bridge.close()
