"""`--self-check`: the program tells, line by line, whether all its parts are there and work; Qt last, without a screen."""

from __future__ import annotations

import ctypes
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from client.self_check import MACHINE, Line, Probe, inner_probes, run_probes, sound
from ui.libraries import WAYLAND, X11, library_advice

SCREENS = {"X11": ("libqxcb.so", X11), "Wayland": ("libqwayland.so", WAYLAND)}


def self_check(tell: Callable[[str], None] = print) -> int:
    """Run everything, tell each line as it comes. Exit code 0 when nothing needed is missing."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="jincai-self-check-") as name:
        folder = Path(name)
        for line in run_probes((*MACHINE, *inner_probes(folder), *window_probes(folder))):
            lines.append(line)
            tell(str(line))
    missing = [line.name for line in lines if line.state == "missing"]
    tell(f"self-check: {'missing: ' + ', '.join(missing) if missing else 'all parts work'}")
    return 0 if sound(lines) else 1


def window_probes(folder: Path) -> tuple[Probe, ...]:
    """Qt itself, our window in it, a PDF page drawn; and whether a screen could be opened here."""
    screens = tuple(
        Probe(f"screen ({name})", partial(_screen, *what), needed=False)
        for name, what in SCREENS.items()
        if sys.platform.startswith("linux")
    )
    return Probe("Qt", _qt), Probe("window", _window), Probe("PDF page", lambda: _page(folder / "sealed.pdf")), *screens


def _qt() -> str:
    try:
        core = import_module("PySide6.QtCore")
        widgets = import_module("PySide6.QtWidgets")
    except ImportError as error:
        raise ImportError(_english(library_advice(error)) or str(error)) from error
    qt = widgets.QApplication.instance() or widgets.QApplication(["jincai"])
    return f"{core.qVersion()}, platform {qt.platformName()}"


def _window() -> str:
    """The sign-in window drawn with our fonts, icons and words, in both languages."""
    from PySide6.QtWidgets import QApplication

    from procurement.basics.moment import SystemClock
    from ui.app import dress, program_version
    from ui.i18n import english, tr
    from ui.messages import catalogue
    from ui.settings import Settings
    from ui.shell.signin import SignIn
    from ui.shell.window import Window
    from ui.theme.fonts import FAMILY

    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    colours = 0
    for language in ("zh", "en"):
        dress(qt, Settings(language=language))
        window = Window(SystemClock().now)
        window.on_close = lambda: True
        window.show_alone(SignIn(f"{tr('晋采')} {program_version()}"))
        window.show()
        picture = window.grab().toImage()
        colours = max(colours, len({picture.pixel(x, 24) for x in range(picture.width())}))
        window.close()
    if FAMILY not in _families() or colours < 8:
        raise ValueError("the window shows no text")
    return f"drawn, {len(english())} strings, {len(catalogue())} problems in words"


def _families() -> list[str]:
    from PySide6.QtGui import QFontDatabase

    return list(QFontDatabase.families())


def _page(path: Path) -> str:
    from PySide6.QtCore import QSize
    from PySide6.QtPdf import QPdfDocument

    document = QPdfDocument()
    if document.load(str(path)) != QPdfDocument.Error.None_:
        raise ValueError("the sealed paper does not open")
    picture = document.render(0, QSize(420, 594))
    dark = sum(picture.pixelColor(x, y).lightness() < 128 for x in range(0, 420, 2) for y in range(0, 594, 2))
    document.close()
    if not dark:
        raise ValueError("the page is blank")
    return f"drawn, {picture.width()}×{picture.height()}"


def _screen(plugin: str, libraries: dict[str, str]) -> str:
    """Whether the plugin's libraries are there; no screen is opened."""
    from PySide6.QtCore import QLibraryInfo

    path = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / plugin
    if not path.is_file():
        raise ValueError(f"{plugin} is not here")
    try:
        ctypes.CDLL(str(path))
    except OSError as error:
        raise OSError(_english(library_advice(error, libraries)) or str(error.__cause__ or error)) from error
    return "libraries found"


def _english(advice: str) -> str:
    """The line of the advice that fits the check, whose lines are English."""
    return advice.rpartition("\n")[2]
