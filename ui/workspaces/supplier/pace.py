"""限速: how fast the ciphertext leaves this machine; felt at once, also by an upload under way."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.workflows.bidding import Bidding
from ui.i18n import tr
from ui.kit.choice import Choice
from ui.kit.progress import size_text
from ui.kit.text import label, row

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
