"""The program on the screen that its environment describes: says whether window and dialog fit, as JSON.

python -m tests.ui.tiny FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from ui.app import App
from ui.kit.dialogs import Question
from ui.kit.fitting import Fitting, Floor, fit_window


def main(folder: str) -> None:
    qt = QApplication([])
    screen = qt.primaryScreen().availableSize()
    app = App(qt, Path(folder), Path(folder) / "settings.json")
    Fitting(qt)
    fit_window(app.window)
    app.window.show()
    question = Question(app.window, "？", "字" * 2000, act="是", keep="否")
    question.open()
    qt.processEvents()
    floor = app.window.centralWidget()
    assert isinstance(floor, Floor)
    found = {
        "screen": [screen.width(), screen.height()],
        "fits": app.window.width() <= screen.width() and app.window.height() <= screen.height(),
        "scrolls": [floor.horizontalScrollBar().maximum() > 0, floor.verticalScrollBar().maximum() > 0],
        "dialog": question.height() <= screen.height() and question.width() <= screen.width(),
    }
    app.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
