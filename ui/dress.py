"""What every start of the windows wears: fonts, language, theme; and which program this is."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtWidgets import QApplication

from documents.fonts import interface_fonts
from procurement.basics.problems import Locked
from ui.i18n import use_language
from ui.messages import words_of
from ui.settings import Settings
from ui.theme.fonts import load_fonts
from ui.theme.style import apply


def program_version() -> str:
    try:
        return version("jincai")
    except PackageNotFoundError:
        return "0"


def dress(qt: QApplication, settings: Settings) -> None:
    """Fonts, language and theme. Fonts are cut at set-up; where that failed the system's are used."""
    try:
        load_fonts(interface_fonts())
    except Locked as problem:
        print(words_of(problem).title, file=sys.stderr)
    use_language(qt, settings.language)
    apply(qt, settings.theme, settings.scale / 100)
