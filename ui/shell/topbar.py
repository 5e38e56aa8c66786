"""Top bar: who, role, server time, clock skew, sync. The only dark area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui import theme
from ui.i18n import tr
from ui.kit.countdown import exact_text
from ui.kit.flow import Flow
from ui.kit.text import Line, icon_label, label, row, set_tone, upright
from ui.theme import px
from ui.theme.fonts import sized
from ui.theme.icons import pixmap

SyncState = Literal["online", "synced", "offline", "unknown"]


@dataclass(frozen=True, slots=True)
class Sync:
    """Where the mirror stands. `waiting` counts acts in the outbox."""

    state: SyncState
    at: datetime | None = None
    waiting: int = 0


class Mark(QWidget):
    """The sign 晋 on its tile."""

    def __init__(self, size: int, ground: str, ink: str) -> None:
        super().__init__()
        self._size, self._ground, self._ink = size, ground, ink
        self.setFixedSize(size, size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._ground))
        painter.drawRoundedRect(QRectF(0, 0, self._size, self._size), 4, 4)
        painter.setPen(QColor(self._ink))
        painter.setFont(sized(round(self._size * 0.62), 500))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "晋")


def skew_text(skew: timedelta) -> str:
    """How far this machine's clock lies from the server's. Positive: this machine is ahead."""
    if abs(skew) >= timedelta(minutes=10):
        return tr("本机时钟与服务器不一致")
    seconds = f"{abs(skew.total_seconds()):.1f}"
    if abs(skew) < timedelta(seconds=0.05):
        return tr("本机时钟一致")
    return (
        tr("本机快 {seconds} 秒", seconds=seconds)
        if skew > timedelta(0)
        else tr("本机慢 {seconds} 秒", seconds=seconds)
    )


class TopBar(QFrame):
    """`now` gives the server's time as the staff know it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setMinimumHeight(px(48))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._now = now
        tokens = theme.current()
        box = Flow(spacing=10, between=0)
        box.setContentsMargins(16, 4, 16, 4)
        self.setLayout(box)
        box.addWidget(Mark(24, tokens.bar_text, tokens.bar))
        box.addWidget(label(tr("晋采"), "title"))
        line = upright()
        line.setStyleSheet(f"background: {tokens.bar_text2};")
        box.addWidget(line)
        self._role = label("", "body")
        box.addWidget(self._role)
        box.addStretch(1)
        self._clock = label("", "body")
        self._who = Line("", "body")
        self._skew = label("", "hint")
        self._sync_icon, self._sync = QLabel(), label("", "label")
        clock, token = (icon_label(name, tokens.bar_text2, 15) for name in ("clock", "token"))
        for part in (row(clock, self._clock, self._skew), row(self._sync_icon, self._sync), row(token, self._who)):
            part.setContentsMargins(0, 0, 18, 0)
            holder = QWidget()
            holder.setLayout(part)
            box.addWidget(holder)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tick()
        self.show_sync(Sync("unknown"))

    def _tick(self) -> None:
        self._clock.setText(f"{tr('服务器时间')} {exact_text(self._now())}")

    def set_low(self, low: bool) -> None:
        self.setMinimumHeight(px(36 if low else 48))

    def show_who(self, role: str, who: str) -> None:
        self._role.setText(role)
        self._who.setText(who)

    def show_skew(self, skew: timedelta | None) -> None:
        self._skew.setText("" if skew is None else skew_text(skew))
        self._tick()

    def show_sync(self, sync: Sync) -> None:
        tokens = theme.current()
        offline = sync.state == "offline"
        words = {"online": tr("在线"), "unknown": tr("正在连接"), "offline": tr("离线"), "synced": tr("已同步")}[
            sync.state
        ]
        if sync.state == "synced" and sync.at is not None:
            words = f"{words} {exact_text(sync.at)[11:16]}"
        if sync.waiting:
            words = tr("{state}，{count} 件待送达", state=words, count=sync.waiting)
        self._sync.setText(words)
        set_tone(self._sync, "warn" if offline or sync.waiting else "")
        ink = tokens.bar_warn if offline else tokens.bar_text2
        self._sync_icon.setPixmap(pixmap("offline" if offline else "sync", ink, 15))
        self._sync.setAccessibleName(words)
