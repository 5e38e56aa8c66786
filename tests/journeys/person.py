"""A person at the windows: signs in, types, clicks, answers dialogs. Touches widgets only, never the staff behind them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QFrame, QLineEdit, QPushButton, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from ui.app import App
from ui.kit.dialogs import Notice, Question
from ui.kit.tables import Table
from ui.shell.rail import PlaceButton
from ui.shell.signin import TokenTile

PATIENCE = 90_000
"""Milliseconds a step may take on a slow machine"""


class Person:
    """One run of the application by one person."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, profiles: Path, settings: Path) -> None:
        self.bot = qtbot
        self.app = App(qapp, profiles, settings)
        self.app.window.show()
        self._left = False

    @property
    def window(self) -> QWidget:
        return self.app.window

    # -- the simplest acts

    def wait(self, ready: Callable[[], object]) -> None:
        """Until something is so; a notice that says otherwise ends the wait with its words."""

        def good() -> bool:
            notice = next((one for one in self.window.findChildren(Notice) if one.isVisible()), None)
            assert notice is None, notice.windowTitle() if notice else ""
            return bool(ready())

        try:
            self.bot.waitUntil(good, timeout=PATIENCE)
        except TimeoutError as error:
            seen = [one.accessibleName() for one in self.window.findChildren(QFrame) if one.isVisible()]
            desk = self.app.desk
            link = (
                "" if desk is None else f"online {desk.online}, session {desk.signed_in}, waiting {len(desk.pending())}"
            )
            raise AssertionError(f"waited in vain; in view: {[one for one in seen if one]}; {link}") from error

    def button(self, name: str) -> QPushButton | None:
        """A visible button by its object name."""
        found = [one for one in self.window.findChildren(QPushButton, name) if one.isVisible()]
        return found[-1] if found else None

    def click(self, name: str) -> None:
        """Click a button, once it can be clicked."""
        self.wait(lambda: (made := self.button(name)) is not None and made.isEnabled())
        made = self.button(name)
        assert made is not None
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    def answer(self, *, pin: str = "", tick: bool = False) -> None:
        """Answer the open question with its act."""
        self.wait(lambda: self._question() is not None)
        question = self._question()
        assert question is not None
        if tick:
            question._tick.click()
        if pin:
            QTest.keyClicks(question.typed, pin)
        QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)

    def _question(self) -> Question | None:
        found = [one for one in self.window.findChildren(QDialog) if one.isVisible() and isinstance(one, Question)]
        return found[-1] if found else None

    def type(self, name: str, text: str) -> None:
        """Type into a line by its object name, over what stands there."""
        line = next(one for one in self.window.findChildren(QLineEdit, name) if one.isVisible())
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)

    def choose(self, name: str, place: int = 1) -> None:
        """Choose an entry of a combo box by keyboard."""
        combo = next(one for one in self.window.findChildren(QComboBox, name) if one.isVisible())
        combo.setFocus()
        for _ in range(place):
            QTest.keyClick(combo, Qt.Key.Key_Down)

    # -- places

    def sign_in(self, profile: str, pin: str, store: str) -> None:
        """Choose the profile's tile, type PIN and passphrase, sign in."""
        tile = next(one for one in self.window.findChildren(TokenTile) if one.choice.key.endswith(f"/{profile}"))
        tile.click()
        self.type("pin", pin)
        if any(one.isVisible() for one in self.window.findChildren(QLineEdit, "store-passphrase")):
            self.type("store-passphrase", store)
        self.click("sign-in")
        self.wait(lambda: any(one.isVisible() for one in self.window.findChildren(PlaceButton)))

    def place(self, key: str) -> None:
        """Go to a place of the rail."""
        self._press(PlaceButton, f"place-{key}")

    def step(self, key: str) -> None:
        """Go to a step, once it is open."""
        from ui.kit.steps import StepTab

        self.wait(
            lambda: any(one.isEnabled() and one.isVisible() for one in self.window.findChildren(StepTab, f"step-{key}"))
        )
        self._press(StepTab, f"step-{key}")

    def _press(self, kind: type[QAbstractButton], name: str) -> None:
        made = next(one for one in self.window.findChildren(kind, name) if one.isVisible())
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    def open_row(self, name: str, row: int = 0) -> None:
        """Open a row of the table with this accessible name by Enter."""
        table = next(one for one in self.window.findChildren(Table) if one.accessibleName() == name and one.isVisible())
        self.wait(lambda: table.model().rowCount() > row)
        table.setFocus()
        table.selectRow(row)
        QTest.keyClick(table, Qt.Key.Key_Return)

    def reads(self, words: str) -> bool:
        """Whether these words stand in the footer, a banner or a badge in view."""
        names = [one.accessibleName() for one in self.window.findChildren(QWidget) if one.isVisible()]
        return any(words in name for name in names)

    def leave(self) -> None:
        """Close the window, once."""
        if not self._left:
            self._left = True
            self.app.window.close()
