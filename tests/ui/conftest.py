"""Windows are drawn offscreen with the project's own fonts and theme."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from client.bootstrap import open_desk
from client.demo.cast import PIN
from client.demo.world import PASSPHRASE
from client.desk import Desk
from documents.fonts import interface_fonts
from tests.played import Played
from ui.bridge import Bridge
from ui.i18n import use_language
from ui.theme.fonts import load_fonts
from ui.theme.style import apply


@pytest.fixture(scope="session")
def own_fonts(qapp: QApplication) -> None:
    """The fonts that the program brings, whichever test comes first: other ones are wider or narrower."""
    load_fonts(interface_fonts())


@pytest.fixture
def dressed(qapp: QApplication, own_fonts: None) -> Iterator[QApplication]:
    """The application in the light theme and in Chinese, and so again afterwards."""
    use_language(qapp, "zh")
    apply(qapp, "light")
    yield qapp
    use_language(qapp, "zh")
    apply(qapp, "light")


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    """The hop to the windows' thread, closed at the end."""
    made = Bridge()
    yield made
    made.close()


@contextmanager
def desk_at_the_end(played: Played, who: str, folder: Path, pin: str = PIN) -> Iterator[Desk]:
    """A party's desk as the demo left it, in a copy of its own, without a server; its token is open."""
    shutil.copytree(played.world / "profiles" / who, folder / who)
    desk = open_desk(folder / who, lambda _new: PASSPHRASE)
    try:
        desk.accounts.unlock(pin)
        yield desk
    finally:
        desk.close()
