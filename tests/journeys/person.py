"""A person at the windows: mouse and keyboard on what is in view, found by the words people read. Nothing else is touched.

A control is named by its accessible name or its text, a row by words that stand in it. Only what is visible, enabled
and inside the window counts; a control further down is scrolled to, as with the wheel.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from ui.app import App

PATIENCE = 90_000
"""Milliseconds a step may take on a slow machine"""
W = TypeVar("W", bound=QWidget)


class Person:
    """One run of the application by one person."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, profiles: Path, settings: Path) -> None:
        self.bot = qtbot
        self.app = App(qapp, profiles, settings)
        self.app.window.show()
        self._left = False

    # -- seeing

    @property
    def front(self) -> QWidget:
        """The dialog that is open, else the window."""
        dialogs = [one for one in self.app.window.findChildren(QDialog) if one.isVisible()]
        return dialogs[-1] if dialogs else self.app.window

    def seen(self, kind: type[W], words: str = "", *, within: QWidget | None = None) -> list[W]:
        """Controls of a kind in view whose name or text is `words`, or begins with them."""
        found = [one for one in (within or self.front).findChildren(kind) if one.isVisible()]
        exact = [one for one in found if words in names(one)]
        return exact or [one for one in found if any(name.startswith(words) for name in names(one))]

    def reads(self, words: str) -> bool:
        """Whether these words stand somewhere in view."""
        return any(words in name for one in self.app.window.findChildren(QWidget) if one.isVisible() for name in names(one))  # fmt: skip

    def wait(self, ready: Callable[[], object], what: str = "") -> None:
        """Until something is so; a notice that says otherwise ends the wait with its words."""

        def good() -> bool:
            close = [one for one in self.seen(QAbstractButton, "知道了") if "知道了" in names(one)]
            assert not close, [one.text() for one in self.front.findChildren(QLabel)]
            return bool(ready())

        try:
            self.bot.waitUntil(good, timeout=PATIENCE)
        except TimeoutError as error:
            view = {name for one in self.front.findChildren(QWidget) if one.isVisible() for name in names(one) if name}
            raise AssertionError(f"waited in vain for {what}; in view: {sorted(view)}") from error

    def can(self, words: str) -> bool:
        """Whether a button with these words can be pressed."""
        return any(one.isEnabled() for one in self.seen(QAbstractButton, words))

    def find(self, kind: type[W], words: str) -> W:
        """A control in view that can be used, once there is one; brought into the window."""
        self.wait(lambda: any(one.isEnabled() for one in self.seen(kind, words)), words)
        control = next(one for one in self.seen(kind, words) if one.isEnabled())
        self._scroll_to(control)
        return control

    def _scroll_to(self, control: QWidget) -> None:
        parent = control.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(control)
            parent = parent.parentWidget()

    # -- mouse and keyboard

    def click(self, words: str) -> None:
        """Click a button, once it lies open to the mouse."""
        self.wait(lambda: self._open(words) is not None, words)
        found = self._open(words)
        assert found is not None
        button, spot = found
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=spot)

    def _open(self, words: str) -> tuple[QAbstractButton, QPoint] | None:
        """A button that can be pressed, and where: not covered, not scrolled away."""
        for button in self.seen(QAbstractButton, words):
            if not button.isEnabled():
                continue
            self._scroll_to(button)
            mark = isinstance(button, QCheckBox | QRadioButton)
            spot = QPoint(10, button.height() // 2) if mark else button.rect().center()
            if button.window().childAt(button.mapTo(button.window(), spot)) is button:
                return button, spot
        return None

    def type(self, words: str, text: str) -> None:
        """Type into a line or field, over what stands there."""
        kind: type[QWidget] = QLineEdit if self.seen(QLineEdit, words) else QPlainTextEdit
        self.put(self.find(kind, words), text)

    def put(self, line: QWidget, text: str) -> None:
        """Click into a line or field and type over what stands there."""
        self._scroll_to(line)
        QTest.mouseClick(line.viewport() if isinstance(line, QPlainTextEdit) else line, Qt.MouseButton.LeftButton)
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(line, text)

    def choose(self, words: str, entry: str) -> None:
        """Choose an entry of a combo box by the arrow keys."""
        self.choose_in(self.find(QComboBox, words), entry)

    def choose_in(self, combo: QComboBox, entry: str) -> None:
        self._scroll_to(combo)
        combo.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.count()):
            if combo.currentText().startswith(entry):
                return
            QTest.keyClick(combo, Qt.Key.Key_Down)
        raise AssertionError(f"no entry {entry} in {names(combo)}")

    def fill_file(self, words: str, path: Path) -> None:
        """Press a button that asks for a file, pick it from the list, open it."""
        with chdir(path.parent):  # file dialogs open where the program was started
            self.click(words)
            self.wait(lambda: isinstance(self.front, QFileDialog), "the file dialog")
        dialog = self.front
        self.wait(lambda: _entry(dialog, path.name) is not None, f"{path.name} in the list")
        found = _entry(dialog, path.name)
        assert found is not None
        listing, index = found
        listing.scrollTo(index)
        QTest.mouseClick(listing.viewport(), Qt.MouseButton.LeftButton, pos=listing.visualRect(index).center())
        self.click("打开")
        self.wait(lambda: self.front is not dialog, "the file dialog to close")

    def answer(self, act: str, *, secret: str = "") -> None:
        """Answer the open question with its act, after typing the PIN or passphrase it asks for."""
        self.wait(lambda: isinstance(self.front, QDialog), act)
        question = self.front
        if secret:
            self.put(next(one for one in question.findChildren(QLineEdit) if one.isVisible()), secret)
        self.click(act)
        self.wait(lambda: self.front is not question, f"{act} to close")

    # -- tables

    def table(self, name: str) -> QAbstractItemView:
        """A table in view by its name."""
        return self.find(QAbstractItemView, name)

    def rows(self, name: str) -> list[str]:
        """What the rows of a table say; none where the table is not in view."""
        found = self.seen(QAbstractItemView, name)
        return [_row_words(found[0], row) for row in range(found[0].model().rowCount())] if found else []

    def pick(self, name: str, row: str | int = 0) -> QAbstractItemView:
        """Click a row, by its place or by words that stand in it."""
        self.wait(lambda: self._place(name, row) is not None, f"row {row} of {name}")
        table, place = self.table(name), self._place(name, row)
        assert place is not None
        self.click_cell(table, table.model().index(place, 0))
        return table

    def click_cell(self, table: QAbstractItemView, index: QModelIndex) -> None:
        table.scrollTo(index)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
        assert table.currentIndex().row() == index.row()

    def open_row(self, name: str, row: str | int = 0) -> None:
        """Open a row: click it, press Enter."""
        QTest.keyClick(self.pick(name, row), Qt.Key.Key_Return)

    def _place(self, name: str, row: str | int) -> int | None:
        rows = self.rows(name)
        if isinstance(row, int):
            return row if row < len(rows) else None
        return next((place for place, words in enumerate(rows) if row in words), None)

    # -- coming and going

    def sign_in(self, name: str, pin: str, store: str, password: str = "") -> None:
        """Choose the tile with this name, type PIN, passphrase and password as they are asked for, sign in."""
        self.click(name)
        self.type("证书口令", pin)
        for words, text in (("本机存储口令", store), ("登录密码", password)):
            if text and self.seen(QLineEdit, words):
                self.type(words, text)
        self.click("登录")
        self.wait(lambda: self.seen(QAbstractButton, "设置"), "the workspace")

    def leave(self) -> None:
        """Close the window, once."""
        if not self._left:
            self._left = True
            self.app.window.close()


def _entry(dialog: QWidget, name: str) -> tuple[QAbstractItemView, QModelIndex] | None:
    """A file in the list that a file dialog shows."""
    for listing in dialog.findChildren(QAbstractItemView):
        root, model = listing.rootIndex(), listing.model()
        for row in range(model.rowCount(root) if listing.isVisible() and model is not None else 0):
            if model.index(row, 0, root).data() == name:
                return listing, model.index(row, 0, root)
    return None


def names(control: QWidget) -> list[str]:
    """The words by which a person knows a control: its accessible name and its text."""
    text = control.text() if isinstance(control, QAbstractButton | QLabel) else ""
    return [control.accessibleName(), text]


def _row_words(table: QAbstractItemView, row: int) -> str:
    model = table.model()
    return " ".join(str(model.index(row, place).data() or "") for place in range(model.columnCount()))
