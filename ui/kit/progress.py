"""Progress of long work: percentage, amounts, speed, time left, with pause and cancel beside it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QWidget

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.text import RIGHT, Line, column, label, row


def size_text(size: int) -> str:
    """Bytes as people read them: 412.6 MB (10^6)."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.1f} KB"
    return f"{size / 1_000_000:,.1f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:,.2f} GB"


def span_text(seconds: float) -> str:
    """Seconds as words."""
    whole = round(seconds)
    if whole < 60:
        return tr("{seconds} 秒", seconds=max(1, whole))
    return tr("{minutes} 分 {seconds} 秒", minutes=whole // 60, seconds=whole % 60)


def meter(name: str, share: float = 0.0) -> QProgressBar:
    """A bar without words of its own."""
    made = QProgressBar()
    made.setRange(0, 1000)
    made.setTextVisible(False)
    made.setAccessibleName(name)
    made.setValue(round(share * 1000))
    return made


class Progress(QWidget):
    """What a lane's pulse tells, in words. Pause and cancel are shown only where they are given."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._percent = label("0", "percent")
        self._amount = label("", "body")
        self._parts = label("", "label")
        self._speed = label("", "body")
        self._left = label("", "label")
        for right in (self._speed, self._left):
            right.setAlignment(RIGHT)
        self.bar = meter(name)
        self._told = Line("", "hint")
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.pause = button(tr("暂停"), icon="pause", small=True, object_name="pause")
        self.cancel = button(tr("取消"), small=True, object_name="cancel")
        self.pause.hide()
        self.cancel.hide()
        figure = row(self._percent, column(0, label("%", "label"), 6), spacing=4)
        head = row(
            figure,
            column(0, self._amount, self._parts, 0, spacing=2),
            0,
            column(0, self._speed, self._left, 0, spacing=2),
            spacing=28,
        )
        self._told.setMinimumWidth(40)
        foot = row(self._told, self.pause, self.cancel)
        foot.setStretch(0, 1)
        self.setLayout(column(head, self.bar, foot, spacing=12))
        self._began = (0.0, 0)

    def allow(self, *, pause: Callable[[], object] | None = None, cancel: Callable[[], object] | None = None) -> None:
        for made, call in ((self.pause, pause), (self.cancel, cancel)):
            made.setVisible(call is not None)
            if call is not None:
                made.clicked.connect(lambda _on=False, act=call: act())

    def step(self, done: int, total: int, *, unit: str = "bytes", parts: str = "") -> None:
        """Show how far the work is. `unit` "bytes" gives sizes and speed, anything else plain counts."""
        now = time.monotonic()
        if done < self._began[1] or self._began[0] == 0.0:
            self._began = (now, done)
        share = done / total if total else 0.0
        self._percent.setText(f"{share * 100:.0f}")
        self.bar.setValue(round(share * 1000))
        self._parts.setText(parts)
        if unit != "bytes":
            self._amount.setText(f"{done} / {total}")
            return
        self._amount.setText(f"{size_text(done)} / {size_text(total)}")
        spent, made = now - self._began[0], done - self._began[1]
        if spent > 0.5 and made > 0:
            self._speed.setText(f"{size_text(round(made / spent))}/s")
            self._left.setText(tr("剩 {time}", time=span_text((total - done) * spent / made)) if done < total else "")

    def tell(self, text: str) -> None:
        """One line about what happened last: an interruption, what is safe."""
        self._told.setText(text)
