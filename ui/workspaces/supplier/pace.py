"""The upload's line: how fast the ciphertext leaves this machine (限速), felt at once, and whether the line is there at all."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from client.workflows.bidding import Bidding
from ui.i18n import tr
from ui.kit.choice import Choice
from ui.kit.progress import Progress, size_text
from ui.kit.text import label, row

LOOK_MS = 500
"""How often the line is looked at while a progress is in view"""
LIMITS = (100_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000)
"""Bytes per second that may be chosen"""


class PaceChoice(QWidget):
    """`bidding` keeps what is chosen."""

    def __init__(self, bidding: Bidding) -> None:
        super().__init__()
        self._bidding = bidding
        self.choice = Choice()
        self.choice.setAccessibleName(tr("上传限速"))
        self.choice.setObjectName("upload-limit")
        self.choice.addItem(tr("不限速"), 0)
        for limit in sorted({*LIMITS, bidding.upload_limit} - {0}):
            self.choice.addItem(tr("最快 {speed}/s", speed=size_text(limit)), limit)
        self.choice.setCurrentIndex(max(0, self.choice.findData(bidding.upload_limit)))
        self.choice.currentIndexChanged.connect(self._chosen)
        line = row(label(tr("上传限速"), "label"), self.choice)
        line.addStretch(1)
        self.setLayout(line)

    def _chosen(self) -> None:
        self._bidding.limit_upload(int(self.choice.currentData()))


class LineWatch(QTimer):
    """Says beside the progress that the line is broken, for as long as the upload waits for it."""

    def __init__(self, bidding: Bidding, progress: Progress) -> None:
        super().__init__(progress)
        self._bidding, self._progress = bidding, progress
        self.setInterval(LOOK_MS)
        self.timeout.connect(self._look)
        self.start()

    def _look(self) -> None:
        if self._progress.isVisible():
            broken = tr("线路断了，正在自己重试。平台已签收的不会丢，通了从断点接着传。")
            self._progress.tell(broken if self._bidding.line_broken else "")
