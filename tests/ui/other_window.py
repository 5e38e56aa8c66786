"""A second window on a profile, in a process of its own: opens the page where bids are made and works there.

python -m tests.ui.other_window PROFILE PASSPHRASE PIN TENDER LOT

Says `here` once it sits on the draft, `kept N` when it has kept N days of validity, `forward` when somebody knocks. A number on
its standard input is typed into the bid. It ends when its input ends.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from client.bootstrap import open_desk
from ui.bridge import Bridge
from ui.context import Context
from ui.shell.doorman import Doorman
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.theme.style import apply
from ui.workspaces import open_workspace
from ui.workspaces.supplier.prepare.pane import PreparePane


def say(*words: object) -> None:
    print(*words, flush=True)


def main(profile: str, passphrase: str, pin: str, tender: str, lot: str) -> None:
    app = QApplication([])
    apply(app, "light")
    desk = open_desk(Path(profile), lambda _new: passphrase)
    desk.accounts.unlock(pin)
    desk.bidding.drafts.take_notice()
    bridge = Bridge()
    doorman = Doorman(lambda: say("forward"))
    doorman.serve(desk.place.seat)
    window = Window(desk.now)
    workspace = open_workspace(desk.role, Context(desk, bridge))
    window.open_role(workspace.places, workspace.make_page, workspace.first)
    window.show()
    window.go(Route("projects", tender, lot, "prepare", "opening"))
    pane = window.findChild(PreparePane)
    field = window.findChild(QLineEdit, "field-validity")
    assert pane is not None and field is not None
    pane.saved.connect(lambda _words: say("kept", desk.bidding.drafts.open(tender, lot).forms.validity_days))
    say("here")

    def type_in(number: str) -> None:
        field.selectAll()
        QTest.keyClicks(field, number)

    def listen() -> None:
        for line in sys.stdin:
            bridge.post(partial(type_in, line.strip()))
        bridge.post(app.quit)

    threading.Thread(target=listen, daemon=True).start()
    app.exec()
    window.close()
    bridge.close()
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
