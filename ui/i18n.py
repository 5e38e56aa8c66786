"""Words in two languages. Chinese is the source and stands in the code; `locale/en.json` holds the English.

`tr("…{name}…", name=value)` looks the source up and fills it in. A string missing in English shows in Chinese, and the
tests forbid that any is missing. Qt's own strings come from its own catalogue through `QTranslator`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

CATALOGUE = Path(__file__).parent / "locale" / "en.json"
LANGUAGES = ("zh", "en")


@cache
def english() -> dict[str, str]:
    """The English catalogue: Chinese source to English text."""
    loaded: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return loaded


def language() -> str:
    """The language in use, "zh" or "en"."""
    app = QApplication.instance()
    return str(app.property("jincai-language") or "zh") if app is not None else "zh"


def tr(source: str, **facts: object) -> str:
    """`source` in the language in use, with `{name}` places filled from `facts`."""
    text = english().get(source, source) if language() == "en" else source
    return text.format(**facts) if facts else text


def pick(chinese: str, english_text: str) -> str:
    """One of two given texts by the language in use; Chinese where there is no English."""
    return english_text if language() == "en" and english_text else chinese


def use_language(app: QApplication, name: str) -> None:
    """Set the language of this program; windows made before must be made again."""
    app.setProperty("jincai-language", name)
    old = app.property("jincai-translator")
    if isinstance(old, QTranslator):
        app.removeTranslator(old)
    locale = (
        QLocale(QLocale.Language.Chinese, QLocale.Country.China) if name == "zh" else QLocale(QLocale.Language.English)
    )
    QLocale.setDefault(locale)
    translator = QTranslator(app)
    if translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    app.setProperty("jincai-translator", translator)
