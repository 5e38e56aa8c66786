"""What tests of single pages do by hand: open a page, fill its forms, press its buttons, agree to its questions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ui.kit.dialogs import Question
from ui.kit.forms import Form
from ui.kit.page import Page


def opened(qtbot: QtBot, page: Page) -> Page:
    """The page in view, on a small screen."""
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    return page


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into every form of the page that has these fields; there is one at least."""
    forms = [one for one in page.findChildren(Form) if values.keys() <= one.fields.keys()]
    assert forms, f"no form has {sorted(values)}"
    for form in forms:
        form.fill(values)


def click(page: Page, name: str) -> None:
    """Press the one button in view of this name."""
    QApplication.processEvents()
    found = [one for one in page.findChildren(QPushButton, name) if one.isVisible()]
    assert len(found) == 1 and found[0].isEnabled(), name
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def agree(qtbot: QtBot, page: Page) -> None:
    """Yes to the question that comes up."""
    qtbot.waitUntil(lambda: bool(page.findChildren(Question)), timeout=20_000)
    QTest.mouseClick(page.findChildren(Question)[-1].act, Qt.MouseButton.LeftButton)


def press(qtbot: QtBot, page: Page, name: str) -> None:
    """The button, and yes to the question that follows."""
    click(page, name)
    agree(qtbot, page)
