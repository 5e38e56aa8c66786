"""A supplier at the prepare page who will be killed: types without a pause, and says what was typed and what was kept.

python -m tests.ui.typist PROFILE PASSPHRASE PIN PDF

`typed N` after each number, `kept N` when the page says that it has saved, N being what the store then holds; every tenth number a
document is added. Behind each number stands what makes it none. It never ends by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from client.bootstrap import open_desk
from ui.bridge import Bridge
from ui.context import Context
from ui.theme.style import apply
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet

FIRST = 1000
HALF = "x"
"""Typed behind each number: what then stands in the field is no number, and the draft says the number before it"""


def say(*words: object) -> None:
    print(*words, flush=True)


def main(profile: str, passphrase: str, pin: str, pdf: str) -> None:
    app = QApplication([])
    apply(app, "light")
    desk = open_desk(Path(profile), lambda _new: passphrase)
    desk.accounts.unlock(pin)
    drafts = desk.bidding.drafts
    key, lot = drafts.all()[0]
    tender = desk.published.current(key).tender
    draft = drafts.begin(key, lot)
    sheet = Sheet(tender, tender.lot(lot), draft.forms, draft.loose)
    window = QWidget()
    pane = PreparePane(Context(desk, Bridge()), sheet)
    pane.setParent(window)
    pane.show_section("documents")
    pane.show_section("opening")
    window.show()
    field = pane.findChild(QLineEdit, "field-validity")
    assert field is not None
    pane.saved.connect(lambda _words: say("kept", drafts.open(key, lot).forms.validity_days))
    count = FIRST

    def type_on() -> None:
        nonlocal count
        count += 1
        field.selectAll()
        QTest.keyClicks(field, f"{count}{HALF}")
        say("typed", sheet.forms.validity_days)
        if count % 10 == 0:
            path = Path(pdf)
            path.write_bytes(path.read_bytes() + b"\n%%%d\n" % count)
            pane._add_file(path)

    timer = QTimer()
    timer.timeout.connect(type_on)
    timer.start(30)
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
