"""One window: top bar, rail, and the page of the present route."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui.help_texts import EVERYBODY, KEYS
from ui.i18n import tr
from ui.kit.fitting import Content, Floor
from ui.kit.focus import FocusRing
from ui.kit.page import Page
from ui.kit.taborder import first_in, step
from ui.settings import Settings
from ui.shell.fault_band import FaultBand
from ui.shell.navigation import History, Route
from ui.shell.rail import Place, Rail
from ui.shell.topbar import TopBar
from ui.theme import px

MakePage = Callable[[Route], Page]
LOW = 620
"""Below this height, in pixels at 100 %, head and foot of a page take less"""
ROOM, LEAST = QSize(480, 440), QSize(480, 300)
"""What a page is laid out for at least, and how small the window may be: with less room than a page needs the whole scrolls"""


class Window(QMainWindow):
    """Pages are made by `make_page`, shown one at a time and let go when another is shown."""

    settings_asked = Signal(object)
    moved = Signal(str)
    """The person is at another route"""
    signed_out = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.settings = Settings()
        self.setWindowTitle(tr("晋采"))
        self.setMinimumSize(LEAST)
        self.resize(1440, 900)
        self.top = TopBar(now)
        self.rail = Rail()
        self.places = QStackedWidget()
        self._make_page: MakePage | None = None
        self._page: Page | None = None
        self._topics: tuple[str, ...] = EVERYBODY
        self.route = Route("")
        self._low = False
        self.history = History()
        self.on_close: Callable[[], bool] = lambda: True
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.rail)
        self._right = QVBoxLayout()
        self._right.setSpacing(0)
        self.faults = FaultBand()
        self._right.addWidget(self.faults)
        self._right.addWidget(self.places, 1)
        body.addLayout(self._right, 1)
        inner = Content(ROOM)
        inner.setObjectName("canvas")
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.top)
        box.addLayout(body, 1)
        self.setCentralWidget(Floor(inner))
        self._ring = FocusRing(self)
        self.rail.chosen.connect(lambda key: self.go(Route(key)))
        self._keys()

    def _keys(self) -> None:
        back = QShortcut(QKeySequence(Qt.Modifier.ALT | Qt.Key.Key_Left), self)
        back.activated.connect(self.go_back)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self).activated.connect(self._help)
        QShortcut(QKeySequence(Qt.Key.Key_F6), self).activated.connect(self._next_column)
        for number in range(1, 10):
            key = QShortcut(QKeySequence(f"Alt+{number}"), self)
            key.activated.connect(lambda n=number: self._page.steps.go(n) if self._page else None)

    def open_role(
        self, places: Sequence[Place], make_page: MakePage, first: Route, topics: Sequence[str] = EVERYBODY
    ) -> None:
        """Give the window to a role: its rail, its pages, its first place; `topics`: what it is offered help for."""
        self._topics = tuple(topics)
        self.history.forget()
        self.rail.set_places(
            (*places, Place("help", tr("帮助"), "help", low=True), Place("settings", tr("设置"), "settings", low=True))
        )
        self.rail.setVisible(bool(places))
        self._make_page = make_page
        self.route = Route("")
        self.go(first)

    def show_alone(self, widget: QWidget) -> None:
        """Show a widget without rail: sign-in."""
        self.rail.hide()
        self._let_go()
        self._put(widget)

    def go(self, route: Route) -> None:
        """Go to a route; the page stays when only step or item differ."""
        if self._make_page is None:
            return
        same = self._page is not None and route.page == self.route.page
        other = route.step != self.route.step and not route.item
        self.route = route
        self.history.went(route)
        if same and self._page is not None and self._page.move_to(route.step, route.item):
            if other:
                self._page.to_top()
            self.moved.emit(str(route))
            return
        self._let_go()
        page = self._own_page(route) or self._make_page(route)
        self._page = page
        page.asked.connect(lambda text: self.go(Route.parse(text)) if text else self.go_back())
        self._put(page)
        self.rail.mark(route.place)
        page.move_to(route.step, route.item)
        work = page.work()
        if work is not None:
            work.setFocus()
        self.moved.emit(str(route))

    def put_band(self, band: QWidget | None) -> None:
        """A band over every page; it marks the whole window as what it says."""
        if band is not None:
            self._right.insertWidget(0, band)

    def _own_page(self, route: Route) -> Page | None:
        if route.place == "help":
            from ui.shell.help import Help

            return Help(route.tender or KEYS, self._topics, back=len(self.history) > 1)
        if route.place == "settings":
            from ui.shell.preferences import Preferences

            return Preferences(self.settings, self.settings_asked.emit, self.signed_out.emit)
        return None

    def _help(self) -> None:
        """F1: the help of the page in view; before signing in, beside it."""
        if self._make_page is None or self._page is None:
            from ui.shell.help import HelpDialog

            alone = self.places.currentWidget()
            HelpDialog(self, alone.topic if isinstance(alone, Page) else "start").open()
        elif self.route.place != "help":
            self.go(Route("help", self._page.topic))

    def go_back(self) -> None:
        before = self.history.back()
        if before is not None:
            self.go(before)

    @property
    def page(self) -> Page | None:
        return self._page

    def _put(self, widget: QWidget) -> None:
        if isinstance(widget, Page):
            widget.set_low(self._low)
        self.places.addWidget(widget)
        self.places.setCurrentWidget(widget)

    def _let_go(self) -> None:
        if self._page is not None:
            self._page.leave()
            self._page = None
        while (old := self.places.widget(0)) is not None:
            self.places.removeWidget(old)
            old.hide()
            old.deleteLater()

    def _next_column(self) -> None:
        """F6: on to the next column of the body, by its first control."""
        start = QApplication.focusWidget()
        if self._page is None:
            return
        middle = [part for one in self._page.column_widgets() for part in _columns_of(one)]
        parts = [self.rail, self._page.steps, *middle, self._page.foot]
        parts = [part for part in parts if part.isVisible()]
        at = next((place for place, part in enumerate(parts) if start is not None and part.isAncestorOf(start)), -1)
        for ahead in range(1, len(parts) + 1):
            target = first_in(parts[(at + ahead) % len(parts)])
            if target is not None:
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab go as one reads."""
        start = QApplication.focusWidget()
        return (start is not None and step(self, start, forward=forward)) or super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        low = event.size().height() < px(LOW)
        if low != self._low:
            self._low = low
            self.top.set_low(low)
            for place in range(self.places.count()):
                shown = self.places.widget(place)
                if isinstance(shown, Page):
                    shown.set_low(low)
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.on_close():
            event.ignore()
            return
        self._let_go()
        event.accept()


def _columns_of(part: QWidget) -> list[QWidget]:
    """The columns within a part of a page that are shown; the part itself where it has none."""
    from ui.kit.columns import Columns  # only pages have columns: the first window does without

    found = [held for one in part.findChildren(Columns) if one.isVisible() for held in one.in_view()]
    return found or [part]
