"""A failure in what Qt calls in our classes is told; it does not end the process (ui/guard.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest
from PySide6.QtCore import QObject

import ui
from ui.guard import NEEDED, overrides

PLAY = """
import sys
import ui.kit
from PySide6.QtCore import QObject, QEvent
from PySide6.QtWidgets import QApplication, QWidget
import shiboken6

app = QApplication([])
gone = QObject()
shiboken6.delete(gone)
failures = {"value": lambda: int("x"), "key": lambda: {}["k"], "gone": lambda: gone.objectName()}

class Widget(QWidget):
    def event(self, event):
        if sys.argv[1] == "event" and event.type() == QEvent.Type.Show:
            failures[sys.argv[2]]()
        return super().event(event)

class Filter(QObject):
    def eventFilter(self, watched, event):
        if sys.argv[1] == "filter" and event.type() == QEvent.Type.Show:
            failures[sys.argv[2]]()
        return False

filter, widget = Filter(), Widget()
widget.installEventFilter(filter)
try:
    widget.show()
    app.processEvents()
except (ValueError, KeyError, RuntimeError) as error:
    print("told", type(error).__name__)
"""


@pytest.mark.parametrize("place", ["event", "filter"])
@pytest.mark.parametrize("failure", ["value", "key", "gone"])
def test_a_failure_in_an_override_is_told(place: str, failure: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", PLAY, place, failure], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0 and "told" in done.stdout, (done.returncode, done.stderr)


@pytest.mark.skipif(not NEEDED, reason="Python makes the object itself")
def test_every_override_in_the_windows_is_guarded() -> None:
    seen = 0
    for found in walk_packages(ui.__path__, "ui."):
        if found.name == "ui.__main__":
            continue
        for cls in vars(import_module(found.name)).values():
            if isinstance(cls, type) and issubclass(cls, QObject) and cls.__module__ == found.name:
                for name in overrides(cls):
                    assert hasattr(vars(cls)[name], "guarded"), f"{cls.__module__}.{cls.__qualname__}.{name}"
                    seen += 1
    assert seen > 50
