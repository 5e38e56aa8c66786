"""Set before any import of Qt: tests draw offscreen, and no keyring of the machine is touched."""

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
os.environ["TZ"] = "UTC"

from tests.played import Played

pytest_plugins = ["tests.server_stub.acts.stations", "tests.journeys.stages"]
"""Worlds played once in a session, whichever room's tests ask for them"""


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The demo's procurement, played once in a session and read by journeys, forgeries and receipts."""
    return Played.play(tmp_path_factory.mktemp("played"))
