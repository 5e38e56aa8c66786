"""Countdown in the server's time: label, figure, and the moment with what happens then. Nothing blinks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from procurement.basics.moment import SHANGHAI
from ui import theme
from ui.i18n import language, tr
from ui.kit.text import RIGHT, clear, column, icon_label, label, set_tone
from ui.theme.tokens import Tone

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_ANNOUNCE = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=10), timedelta(minutes=1))


def moment_text(moment: datetime, *, seconds: bool = True) -> str:
    """A moment as people read it in Beijing time: 4月29日 周三 10:00:00."""
    local = moment.astimezone(SHANGHAI)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    if language() == "en":
        return f"{local:%Y-%m-%d} {clock}"
    return f"{local.month}月{local.day}日 {WEEKDAYS[local.weekday()]} {clock}"


def exact_text(moment: datetime) -> str:
    """2026-04-29 10:00:00 in Beijing time."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def left_text(left: timedelta) -> str:
    """1 天 18:38:53, or 06:09 inside the last hour."""
    seconds = max(0, int(left.total_seconds()))
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    if days:
        return tr("{days} 天 {clock}", days=days, clock=f"{hours:02d}:{minutes:02d}:{seconds:02d}")
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


class Countdown(QWidget):
    """Ticks once a second by the clock it is given. `calm` turns the colours off: already submitted."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._until: datetime | None = None
        self._calm = False
        self._urgent = False
        self._tone: Tone | None = None
        self._title = ""
        self._flat = False
        self._head = QHBoxLayout()
        self._head.setSpacing(6)
        self._figure = label("", "figure")
        self._figure.setAlignment(RIGHT)
        self._moment = label("", "hint")
        self._moment.setAlignment(RIGHT)
        self._lines = column(0, self._head, self._figure, self._moment, 0, spacing=0)
        self.setLayout(self._lines)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._passed: tuple[Callable[[], None], ...] = ()

    def count_to(
        self, until: datetime, title: str, *, then: str = "", calm: bool = False, urgent: bool = False
    ) -> None:
        """Count down to `until`. `urgent` starts amber, as phases of the hall do."""
        self._until, self._title, self._calm, self._urgent = until, title, calm, urgent
        self._moment.setText(then or moment_text(until))
        self._tip()
        self._tone = None
        self._tick()
        self._timer.start()

    def freeze(self, title: str, moment: str) -> None:
        """Stand still: paused, or over."""
        self._timer.stop()
        self._until = None
        self._show("mute", title)
        self._figure.setText("—")
        self._moment.setText(moment)
        self._tip()

    def lie_flat(self, flat: bool) -> None:
        """In one line where height is short; the moment itself is then the tip."""
        ways = QBoxLayout.Direction
        self._lines.setDirection(ways.LeftToRight if flat else ways.TopToBottom)
        self._lines.setSpacing(8 if flat else 0)
        self._moment.setVisible(not flat)
        self._flat = flat
        self._tip()

    def _tip(self) -> None:
        self.setToolTip(self._moment.text() if self._flat else "")

    def on_passed(self, call: Callable[[], None]) -> None:
        """Called once when the time is over."""
        self._passed = (*self._passed, call)

    def _tick(self) -> None:
        if self._until is None:
            return
        left = self._until - self._now()
        self._show(self._tone_for(left), self._title)
        self._figure.setText(left_text(left))
        self.setAccessibleName(f"{self._title} {self._figure.text()}")
        if left <= timedelta(0):
            self._timer.stop()
            for call in self._passed:
                call()

    def _tone_for(self, left: timedelta) -> Tone:
        if self._calm:
            return "mute"
        if left < timedelta(hours=1) and not self._urgent:
            return "danger"
        return "warn" if self._urgent or left < timedelta(hours=72) else "mute"

    def _show(self, tone: Tone, title: str) -> None:
        if tone == self._tone and self._head.count():
            return
        self._tone = tone
        clear(self._head)
        tokens = theme.current()
        self._head.addStretch(1)
        if tone != "mute":
            self._head.addWidget(icon_label("blocked" if tone == "danger" else "warn", tokens.tone(tone), 14))
        self._head.addWidget(label(title, "hint", tone if tone != "mute" else "text2"))
        set_tone(self._figure, tone if tone != "mute" else "text")
