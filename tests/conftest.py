"""Set before any import of Qt: tests draw offscreen, and no keyring of the machine is touched."""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ["TZ"] = "UTC"

from hypothesis import settings
from PySide6.QtWidgets import QApplication

from crypto import vault
from tests.played import Played
from ui.collector import Collector

vault.DEFAULT = vault.Argon2Parameters(m=8 * 1024, t=1)
"""The least that the format allows, for the hundreds of stores that tests make themselves; programs they start write the usual ones"""
settings.register_profile("jincai", deadline=None)
settings.load_profile("jincai")
"""How long an example takes says how busy the machine is, nothing else"""

pytest_plugins = ["tests.server_stub.acts.stations", "tests.journeys.stages"]
"""Worlds played once in a session, whichever room's tests ask for them"""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo's procurement, played once for all processes of a run and read by journeys, forgeries and receipts."""
    return Played.once(tmp_path_factory.getbasetemp())


_collectors: list[Collector] = []
"""The one that holds from the first window on: tests play servers and lanes in threads, as the app does"""


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> Iterator[QApplication]:
    """The application, and widgets are collected as `ui.__main__` has it: in the window's thread only."""
    _collectors.append(Collector(qapp))
    yield qapp
    _collectors.pop().stop()


def pytest_runtest_logfinish() -> None:
    """Between tests no event loop asks whether there is enough to collect."""
    for collector in _collectors:
        collector.look()
