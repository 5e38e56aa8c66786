"""A person at the windows: mouse and keyboard on what is in view, found by the words people read. Nothing else is touched.

A control is named by its words: accessible name, text, or object name. Only what is visible and enabled counts. The mouse
turns the wheel until a control is in view and then presses the middle of it; where anything else lies there, that is an
error. Keys go to the window that has the keyboard, and Qt brings them to its focus: a field must have been clicked or
tabbed to first. What can be read is what is drawn: words of labels, buttons, badges, tabs and cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from tests.journeys.sight import drawn, names, table_rows
from ui.app import App

PATIENCE = 90_000
"""Milliseconds a step may take on a slow machine"""
TURNS, TABS = 400, 600
"""Turns of the wheel, strokes of Tab, after which what is looked for will not come"""
ROOM = 12
"""Pixels that must be free above and below a place to be pressed"""
W = TypeVar("W", bound=QWidget)


class Person:
    """One run of the application by one person."""

    def __init__(
        self, qtbot: QtBot, qapp: QApplication, profiles: Path, settings: Path, practice: Path | None = None
    ) -> None:
        self.bot = qtbot
        self.app = App(qapp, profiles, settings, practice)
        self.app.window.show()
        self.app.window.activateWindow()
        qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is not None, timeout=PATIENCE)
        self._left = False

    # -- seeing

    @property
    def front(self) -> QWidget:
        """What takes mouse and keys: the dialog that is open, else the window."""
        return QApplication.activeModalWidget() or self.app.window

    def seen(self, kind: type[W], words: str = "") -> list[W]:
        """Controls of a kind in view that are named `words`, or failing that, whose name begins so."""
        found = [one for one in self.front.findChildren(kind) if one.isVisible()]
        if not words:
            return found
        exact = [one for one in found if words in names(one)]
        return exact or [one for one in found if any(name.startswith(words) for name in names(one))]

    def can(self, words: str) -> bool:
        """Whether a button with these words can be pressed."""
        return any(one.isEnabled() for one in self.seen(QAbstractButton, words))

    def reads(self, words: str) -> bool:
        """Whether these words are drawn somewhere in view."""
        return any(words in text for text in self.words())

    def words(self) -> Iterator[str]:
        """All words drawn in what is in front: labels, buttons, badges, tabs, what stands in fields, cells of tables."""
        for one in self.front.findChildren(QWidget):
            if not one.isVisible() or one.visibleRegion().isEmpty():
                continue
            yield drawn(one)
            if isinstance(one, QAbstractItemView):
                yield from table_rows(one)

    def wait(self, ready: Callable[[], object], what: str) -> None:
        """Until something is so; a notice that says otherwise ends the wait with its words."""

        def good() -> bool:
            assert not self._notice(), f"waited for {what}, was told: {self._notice()}"
            return bool(ready())

        try:
            self.bot.waitUntil(good, timeout=PATIENCE)
        except TimeoutError as error:
            view = " | ".join(dict.fromkeys(word for word in self.words() if word))
            raise AssertionError(f"waited in vain for {what}; in view: {view}") from error

    def _notice(self) -> str:
        """The words of a notice that has come up: it has one way out, “知道了”."""
        front = self.front
        close = [one for one in front.findChildren(QAbstractButton, "close") if one.isVisible()]
        if not isinstance(front, QDialog) or not close or close[0].text() != "知道了":
            return ""
        return " ".join(one.text() for one in front.findChildren(QLabel))

    def one(self, kind: type[W], words: str) -> W:
        """The one control in view by this name, once it can be used."""
        self.wait(lambda: any(made.isEnabled() for made in self.seen(kind, words)), words)
        found = [made for made in self.seen(kind, words) if made.isEnabled()]
        assert len(found) == 1, f"{len(found)} controls are called {words}"
        return found[0]

    # -- the mouse

    def click(self, words: str) -> None:
        """Press a button, a tab, a tick. One that is replaced while the hand moves there is looked for again."""
        for _ in range(TURNS):
            if self.press(self.one(QAbstractButton, words)):
                return
        raise AssertionError(f"{words} never stays")

    def press(self, control: QWidget) -> bool:
        """Press a control where a person would: in its middle, a tick at its box."""
        mark = isinstance(control, QCheckBox | QRadioButton)
        return self._mouse(control, QPoint(10, control.height() // 2) if mark else control.rect().center())

    def reach(self, control: QWidget) -> None:
        """Give a field the focus."""
        if QApplication.focusWidget() is not control:
            self.press(control)
            self._manage_windows()
        now = QApplication.focusWidget()
        assert now is control, f"{names(control)} does not take the focus, {now} has it"

    def _mouse(self, control: QWidget, spot: QPoint, *, twice: bool = False) -> bool:
        """Press there; False when the control has gone meanwhile."""
        self._manage_windows()
        if shiboken6.isValid(control):
            self._wheel_to(control, spot)
        if not shiboken6.isValid(control) or not control.isVisible():
            return False
        window = control.window()
        assert window is self.front, f"a dialog lies over {names(control)}"
        self._rest(control, spot)
        if not shiboken6.isValid(control) or not control.isVisible():
            return False
        place = control.mapTo(window, spot)
        there = window.childAt(place)
        inner = control.viewport() if isinstance(control, QAbstractScrollArea) else control
        assert there in (control, inner), f"{names(control)} is covered by {names(there) if there else 'nothing'}"
        (QTest.mouseDClick if twice else QTest.mouseClick)(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)
        QApplication.processEvents()
        return True

    def _rest(self, control: QWidget, spot: QPoint) -> None:
        """A page that is being laid out anew comes to rest before one presses; what lies under the hand then is for good."""

        def rests() -> bool:
            if not shiboken6.isValid(control) or not control.isVisible():
                return True
            there = control.window().childAt(control.mapTo(control.window(), spot))
            return there is control or (there is not None and control.isAncestorOf(there))

        with suppress(TimeoutError):
            self.bot.waitUntil(rests, timeout=10_000)

    def _wheel_to(self, control: QWidget, spot: QPoint) -> None:
        """Turn the wheel over every scrolling column around a control until the spot is in view."""
        child, around = control, control.parentWidget()
        while around is not None:
            if isinstance(around, QAbstractScrollArea) and child is around.viewport():
                self._wheel(around, lambda view=child: control.mapTo(view, spot))  # type: ignore[misc]
            child, around = around, around.parentWidget()

    def _wheel(self, area: QAbstractScrollArea, where: Callable[[], QPoint]) -> None:
        """Until `where` lies inside, with a little room to spare, or nothing moves any more: down and up, then across."""
        view = area.viewport()
        for bar, across in ((area.verticalScrollBar(), False), (area.horizontalScrollBar(), True)):
            for _ in range(TURNS):
                at, length = (where().x(), view.width()) if across else (where().y(), view.height())
                if ROOM <= at < length - ROOM:
                    break
                angle, before = 120 if at < ROOM else -120, bar.value()
                edge = view.mapTo(view.window(), QPoint(view.width() - 3, view.height() // 2))
                turn = QPoint(angle, 0) if across else QPoint(0, angle)
                QTest.wheelEvent(view.window().windowHandle(), QPointF(edge), turn)
                if bar.value() == before:
                    break

    # -- the keyboard

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key in the window that has the keyboard."""
        QTest.keyClick(self._keyboard(), key, modifier)

    def keys(self, text: str) -> None:
        """Type; what is not on the keys goes through the input method, as Chinese does."""
        for letter in text:
            if letter.isascii():
                QTest.keyClick(self._keyboard(), ord(letter))
            else:
                event = QInputMethodEvent()
                event.setCommitString(letter)
                QApplication.sendEvent(QApplication.focusWidget(), event)

    def _manage_windows(self) -> None:
        """Offscreen nobody gives the keyboard to what is in front when a list or dialog has come or gone; desktops do."""

        def active() -> bool:
            if QApplication.activeWindow() is not self.front:
                self.front.activateWindow()
            return QApplication.activeWindow() is self.front

        if not active():
            self.bot.waitUntil(active, timeout=PATIENCE)

    def _keyboard(self) -> QWindow:
        """The window that keys go to; while a list is open, Qt brings them there."""
        if QApplication.activePopupWidget() is None:
            self._manage_windows()
        return self.front.windowHandle()

    def type(self, words: str, text: str) -> None:
        """Type into the field of this name, over what stands there."""
        self.wait(lambda: self.seen(QLineEdit, words) or self.seen(QPlainTextEdit, words), words)
        kind: type[QWidget] = QLineEdit if self.seen(QLineEdit, words) else QPlainTextEdit
        self.put(self.one(kind, words), text)

    def put(self, field: QWidget, text: str) -> None:
        """Type into a field, over what stands there."""
        self.reach(field)
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.keys(text)

    def choose(self, words: str, entry: str) -> None:
        self.choose_in(self.one(QComboBox, words), entry)

    def choose_in(self, combo: QComboBox, entry: str) -> None:
        """Open a list of choices, go down to the entry that begins so, take it."""
        self.press(combo)
        self.wait(lambda: QApplication.activePopupWidget() is not None, f"the list of {names(combo)}")
        entries = [combo.itemText(place) for place in range(combo.count())]
        self.key(Qt.Key.Key_Home)
        for _ in range(next(place for place, words in enumerate(entries) if words.startswith(entry))):
            self.key(Qt.Key.Key_Down)
        self.key(Qt.Key.Key_Return)
        assert combo.currentText().startswith(entry), f"no entry {entry} in {names(combo)}"

    # -- dialogs

    def answer(self, act: str, *, secret: str = "") -> None:
        """Answer the open question with its act, after typing the PIN or passphrase it asks for."""
        self.wait(lambda: isinstance(self.front, QDialog) and self.seen(QAbstractButton, act), act)
        question = self.front
        if secret:
            self.put(self.seen(QLineEdit)[0], secret)
        self.click(act)
        self.wait(lambda: self.front is not question, f"{act} to close")

    def give_file(self, words: str, path: Path) -> None:
        """Press a button that asks for a file, and type which."""
        self.click(words)
        self.wait(lambda: isinstance(self.front, QFileDialog), "the file dialog")
        dialog = self.front
        self.keys(str(path))
        for _ in range(2):  # the first Enter may only close the list of suggestions
            if self.front is dialog:
                self.key(Qt.Key.Key_Return)
        self.wait(lambda: self.front is not dialog, "the file dialog to close")

    # -- tables

    def rows(self, name: str) -> list[str]:
        """What the rows of a table say; none where the table is not in view."""
        found = self.seen(QAbstractItemView, name)
        return table_rows(found[0]) if found else []

    def pick(self, name: str, row: str | int = 0, *, open_: bool = False) -> None:
        """Click a row, by its place or by words that stand in it; `open_`: twice."""
        self.wait(lambda: self._place(name, row) is not None, f"row {row} of {name}")
        table, place = self.one(QAbstractItemView, name), self._place(name, row)
        assert place is not None
        self.pick_cell(table, table.model().index(place, 0), open_=open_)

    def open_row(self, name: str, row: str | int = 0) -> None:
        """Open a row with a double click."""
        self.pick(name, row, open_=True)

    def pick_cell(self, table: QAbstractItemView, index: QModelIndex, *, open_: bool = False) -> None:
        self._wheel(table, lambda: table.visualRect(index).center())
        self._mouse(table.viewport(), table.visualRect(index).center(), twice=open_)

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
        self.wait(lambda: self.seen(QAbstractButton, "设置") and not self.reads("选择证书登录"), "the workspace")

    def leave(self) -> None:
        """Close the window, once."""
        if not self._left:
            self._left = True
            self.app.window.close()


class Typist(Person):
    """A person without a mouse: everything is reached by Tab and pressed by the space bar."""

    def press(self, control: QWidget) -> bool:
        self.reach(control)
        if QApplication.focusWidget() is control:
            self.key(Qt.Key.Key_Space)
            return True
        return False

    def reach(self, control: QWidget) -> None:
        """Tab until the control has the focus; inside a group of choices the arrow keys go on."""
        first = QApplication.focusWidget()
        passed: list[str] = []
        for step in range(TABS):
            now = QApplication.focusWidget()
            if now is control or not shiboken6.isValid(control):
                return
            passed.append("nothing" if now is None else max(names(now), key=len, default="") or type(now).__name__)
            state = f"enabled {control.isEnabled()}, visible {control.isVisible()}"
            # Nothing has the focus for a moment while a list closes or is made anew: that is no round.
            around = step >= 2 and now is not None and now is first
            assert not around, f"Tab never comes to {names(control)} ({state}), it passed {passed}"
            self.key(Qt.Key.Key_Down if _choices(now, control) else Qt.Key.Key_Tab)
        raise AssertionError(f"{names(control)} is not reached; Tab stays at {QApplication.focusWidget()}")

    def pick_cell(self, table: QAbstractItemView, index: QModelIndex, *, open_: bool = False) -> None:
        """Arrow keys to the cell, Enter to open it."""
        self.reach(table)
        self.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for key, steps in ((Qt.Key.Key_Down, index.row()), (Qt.Key.Key_Right, index.column())):
            for _ in range(steps):
                self.key(key)
        assert table.currentIndex() == index, f"arrow keys come to {table.currentIndex()}, not {index}"
        if open_:
            self.key(Qt.Key.Key_Return)

    def _mouse(self, control: QWidget, spot: QPoint, *, twice: bool = False) -> bool:
        raise AssertionError("there is no mouse")


def _choices(one: QWidget | None, other: QWidget) -> bool:
    """Whether both are choices of one group, of which Tab reaches only one."""
    if not isinstance(one, QAbstractButton) or not isinstance(other, QAbstractButton):
        return False
    group = one.group()
    if group is not None:
        return group.exclusive() and group is other.group()
    return one.autoExclusive() and other.autoExclusive() and one.parentWidget() is other.parentWidget()
