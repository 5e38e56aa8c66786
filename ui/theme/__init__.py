"""Tokens, palette, style sheet, fonts and icons. The theme in use is kept on the application object, which Qt allows once."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui.theme.tokens import LIGHT, THEMES, Tokens


def current() -> Tokens:
    """The tokens in use."""
    app = QApplication.instance()
    name = app.property("jincai-theme") if app is not None else None
    return THEMES.get(str(name), LIGHT)
