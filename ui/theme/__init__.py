"""Tokens, palette, style sheet, fonts and icons. The theme in use is kept on the application object, which Qt allows once."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ui.theme.tokens import LIGHT, THEMES, Tokens


def current() -> Tokens:
    """The tokens in use."""
    app = QApplication.instance()
    name = app.property("jincai-theme") if app is not None else None
    return THEMES.get(str(name), LIGHT)


def scale() -> float:
    """Letter size in use, 1.0 for 14 px."""
    app = QApplication.instance()
    return float((app.property("jincai-scale") if app is not None else None) or 1.0)


def px(pixels: float) -> int:
    """A length that grows with the letters: heights of lines, rows and bars, widths that hold words."""
    return round(pixels * scale())


def wide(pixels: float) -> int:
    """A column's width: it grows half as fast as the letters, so that three still fit beside one another."""
    return round(pixels * (1 + (scale() - 1) / 2))
