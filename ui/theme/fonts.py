"""The letter: Noto Sans SC in three static weights. A variable file would be shown as Thin, so instances are cut at set-up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from ui.theme import px

FAMILY = "Noto Sans SC"
FALLBACKS = (FAMILY, "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei")
BODY = 14


def load_fonts(files: Iterable[Path]) -> list[str]:
    """Add font files to this program. Returns the families found; files Qt cannot read are left out."""
    families: list[str] = []
    for file in files:
        number = QFontDatabase.addApplicationFont(str(file))
        if number >= 0:
            families.extend(QFontDatabase.applicationFontFamilies(number))
    return families


def body_font(scale: float = 1.0) -> QFont:
    """The body font: 14 px, hinting off for even spacing of Chinese at 12 to 14."""
    font = QFont()
    font.setFamilies(list(FALLBACKS))
    font.setPixelSize(round(BODY * scale))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=64)
def sized(pixels: int, weight: int = 400) -> QFont:
    """A font of the body's family at another size and weight (400, 500 or 600); grows with the letter size in use. Whoever changes
    the application's font or letter size clears what is kept here."""
    font = QFont(QApplication.font())
    font.setPixelSize(px(pixels))
    font.setWeight(QFont.Weight(weight))
    return font
