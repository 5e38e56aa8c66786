"""Widgets that nobody holds are freed in the window's thread, whoever allocates meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.collector import Collector

MANY = 200_000
"""Allocations, far more than Python's thresholds"""


class Knot(QObject):
    """Holds itself, so that only the collector frees it."""

    def __init__(self, freed_in: list[int]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: freed_in.append(threading.get_ident()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    was_on = gc.isenabled()
    gc.enable()
    owner = QObject()
    found = Collector(owner)
    yield found
    found.stop()
    assert gc.isenabled()
    if not was_on:
        gc.disable()


def test_a_busy_lane_frees_nothing_and_the_windows_thread_does(collector: Collector, qtbot: QtBot) -> None:
    freed: list[int] = []
    Knot(freed)
    lane = threading.Thread(target=lambda: [[n] for n in range(MANY)])
    lane.start()
    lane.join()
    assert freed == []
    held = [[n] for n in range(MANY)]
    qtbot.waitUntil(lambda: bool(freed), timeout=30_000)
    assert freed == [threading.get_ident()] and held
