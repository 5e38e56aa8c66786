"""A failure that nobody caught while the windows run is told in them, once for each place, and the windows go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.faults import KINDS, Faults
from ui.i18n import use_language
from ui.shell.diagnosis import DiagnosisPage
from ui.shell.fault_band import FaultBand
from ui.theme.style import apply

PLAY = """
import json, sys
from pathlib import Path
import ui.guard
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from ui.app import App
from ui.faults import Faults

qt = QApplication([])
faults = Faults()
faults.listen()
root = Path(sys.argv[1])
app = App(qt, root, root / "windows.json", None, faults)
app.window.resize(1280, 900)
app.window.show()

class Broken(QWidget):
    painted = 0
    def paintEvent(self, event):
        Broken.painted += 1
        {}["a price of 480000"]

class Slot(QWidget):
    def go(self):
        int("x")

broken, slot = Broken(app.window), Slot(app.window)
broken.resize(300, 300)
broken.hide()
button = QPushButton("go", slot)
button.clicked.connect(slot.go)
told = []

def state():
    band = app.window.faults
    told.append({"visible": band.isVisible(), "said": band._banner.accessibleName(), "kinds": len(faults.lines()),
                 "painted": Broken.painted, "shown": sum(one.count for one in faults.shown())})

flicker = QTimer()
flicker.timeout.connect(broken.update)

def paint():
    broken.setVisible(True)
    flicker.start(20)

def close():
    app.window.faults.closed.emit()

def click():
    button.click()

steps = [state, paint, state, close, state, state, click, state]
def step():
    if steps:
        steps.pop(0)()
    else:
        print(json.dumps({"told": told, "lines": faults.lines()}))
        timer.stop()
        app.close()
        qt.quit()
timer = QTimer()
timer.timeout.connect(step)
timer.start(1500)
sys.exit(qt.exec())
"""


def test_failures_under_the_running_loop_are_told_and_do_not_flood(tmp_path: Path) -> None:
    """A `paintEvent` that fails every time and a slot, in the application itself, under `exec`."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(tmp_path)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    before, failing, away, again, other = found["told"]
    assert not before["visible"]
    assert failing["visible"] and failing["shown"] > 20 and failing["kinds"] == 1
    assert "没有丢" in failing["said"] and "诊断信息" in failing["said"]
    assert not away["visible"]
    assert again["painted"] > away["painted"] and not again["visible"], "what was put away is not shown again"
    assert other["visible"] and other["shown"] == 1, "another failure is"
    assert all("price" not in line and "480000" not in line for line in found["lines"])
    assert any("KeyError" in line and "paintEvent" in line for line in found["lines"])
    assert done.stderr.count("KeyError") < failing["painted"] + again["painted"], "the console is not flooded either"


def _fail(text: str) -> Exception:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_kinds_are_counted_and_limited(qapp: QCoreApplication, qtbot: QtBot) -> None:
    faults = Faults()
    with qtbot.waitSignal(faults.came):
        assert [faults.note(_fail(str(n))) for n in range(5)] == [1, 2, 3, 4, 5]
    (one,) = faults.shown()
    assert one.count == 5 and "test_faults.py" in one.line and "×5" in one.line
    scope: dict[str, object] = {}
    for n in range(KINDS + 10):
        exec(compile(f"def f{n}():\n    raise KeyError({n})", f"made{n}.py", "exec"), scope)
        try:
            scope[f"f{n}"]()  # type: ignore[operator]
        except KeyError as error:
            faults.note(error)
    assert len(faults.shown()) == KINDS
    faults.dismiss()
    assert faults.shown() == () and len(faults.lines()) == KINDS


@pytest.mark.parametrize(("language", "letters", "look"), [("zh", 1.0, "light"), ("en", 1.5, "dark")])
def test_the_band(language: str, letters: float, look: str, dressed: QApplication, qtbot: QtBot) -> None:
    use_language(dressed, language)
    apply(dressed, look, letters)
    band, faults = FaultBand(), Faults()
    qtbot.addWidget(band)
    band.resize(900, 160)
    for n in range(3):
        faults.note(_fail(str(n)))
    band.show_faults(faults.shown(), signed_in=True)
    band.adjustSize()
    assert band.isVisible() and "3" in band._banner.accessibleName()
    assert clipped(band) == [] and nameless(band) == []
    band.show_faults((), signed_in=True)
    assert not band.isVisible()


def test_the_diagnostics_say_what_failed_and_not_what_it_was_about(
    played: Played, tmp_path: Path, qtbot: QtBot
) -> None:
    faults = Faults()
    faults.note(_fail("太原甲科技有限公司的报价"))
    with desk_at_the_end(played, "supplier-a", tmp_path) as desk:
        bridge = Bridge()
        page = DiagnosisPage(Context(desk, bridge), faults)
        qtbot.addWidget(page)
        qtbot.waitUntil(lambda: bool(page.text.toPlainText()), timeout=60_000)
        text = page.text.toPlainText()
        bridge.close()
    assert "[faults]" in text and "ValueError ×1" in text and "test_faults.py" in text
    assert "报价" not in text
