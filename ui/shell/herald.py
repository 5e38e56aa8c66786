"""Tells what nobody asked: by the system's notifications where there is a tray, and always by the count in the rail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui import theme
from ui.i18n import tr
from ui.theme.icons import pixmap

LOOK_MS = 15_000
"""How often it is asked whether there is something to tell; changes of the store ask at once"""
SHOWN_MS = 20_000


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell, and the route on which something can be done about it."""

    title: str
    text: str
    route: str


class Herald(QObject):
    """`chosen` carries the route of the notification pressed, or an empty one for the tray's own “open”."""

    chosen = Signal(str)
    quit_asked = Signal()
    told = Signal()
    """Something was told; counts are to be shown anew"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ask: Callable[[], Sequence[News]] | None = None
        self._last = ""
        self._menu = QMenu()
        self._tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(QIcon(pixmap("gavel", theme.current().primary, 32)), self)
            self._tray.setContextMenu(self._menu)
            self._tray.messageClicked.connect(lambda: self.chosen.emit(self._last))
            self._tray.activated.connect(self._pressed)
            self._tray.show()
        self.say_again()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    @property
    def resident(self) -> bool:
        """Whether the program can be reached without a window."""
        return self._tray is not None

    def say_again(self) -> None:
        """The tray's own words, in the language chosen."""
        self._menu.clear()
        self._menu.addAction(tr("打开晋采"), lambda: self.chosen.emit(""))
        self._menu.addAction(tr("退出"), self.quit_asked.emit)
        if self._tray is not None:
            self._tray.setToolTip(tr("晋采"))

    def serve(self, ask: Callable[[], Sequence[News]] | None) -> None:
        """Ask from now on; None asks no more."""
        self._ask = ask
        if ask is None:
            self._timer.stop()
        else:
            self._timer.start()
            self.look()

    def look(self) -> None:
        """Tell what is due."""
        news = self._ask() if self._ask is not None else ()
        for one in news:
            self.show_news(one)
        if news:
            self.told.emit()

    def show_news(self, one: News) -> None:
        """One notification of the system, where there is a tray."""
        self._last = one.route
        if self._tray is not None:
            self._tray.showMessage(one.title, one.text, self._tray.icon(), SHOWN_MS)

    def _pressed(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.chosen.emit("")

    def close(self) -> None:
        self.serve(None)
        if self._tray is not None:
            self._tray.hide()
        self._menu.deleteLater()
