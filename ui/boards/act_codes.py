"""A signed act on the screen as QR codes, one after another, for another computer's camera or for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QWidget

from client.act_codes import write_pictures
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.qr import QrCode
from ui.kit.text import column, label, row
from ui.theme import wide

PACE_MS = 2_500
EDGE = 396
"""Pixels: four for a module of the largest code"""


class CodesDialog(QDialog):
    """Shows part after part; by hand, or by itself where that is wanted."""

    def __init__(self, parent: QWidget, title: str, texts: Sequence[str]) -> None:
        super().__init__(parent)
        self.texts, self.at = tuple(texts), 0
        self.setObjectName("act-codes")
        self.setWindowTitle(tr("二维码"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        said = tr(
            "共 {count} 张。用有网络的电脑或手机逐张拍照，在那台电脑的“待送达”里选“读二维码图片”。内容已签名，别人改不了，也不含密钥。",
            count=len(self.texts),
        )
        self.code = QrCode(EDGE, tr("二维码"))
        self._place = label("", "strong")
        back = button(tr("上一张"), pressed=lambda: self.turn(-1), object_name="code-back")
        on = button(tr("下一张"), "primary", lambda: self.turn(1), object_name="code-on")
        self._paced = QCheckBox(tr("自动翻"))
        self._paced.setAccessibleName(tr("自动翻"))
        self._paced.setObjectName("code-paced")
        save = button(tr("存成图片"), "link", self._ask_folder, small=True, object_name="code-save")
        close = button(tr("关闭"), pressed=self.accept, object_name="close")
        many = len(self.texts) > 1
        for one in (back, on, self._paced):
            one.setVisible(many)
        words = label(said, "small", "text2", wrap=True)
        words.setMinimumWidth(wide(380))
        self._told = label("", "hint", wrap=True)
        turning = row(self._paced, 0, back, on)
        box = column(
            label(title, "title", wrap=True), words, row(0, self.code, 0), row(0, self._place, 0), turning, self._told,
            row(save, 0, close), spacing=12,
        )  # fmt: skip
        box.setContentsMargins(24, 20, 24, 18)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(partial(self.turn, 1))
        self._paced.toggled.connect(lambda on_: self._timer.start() if on_ else self._timer.stop())
        self.turn(0)

    def turn(self, by: int) -> None:
        """Show the next part, or the one before; after the last comes the first."""
        self.at = (self.at + by) % len(self.texts)
        self.code.show_text(self.texts[self.at])
        words = tr("第 {number} 张，共 {count} 张", number=self.at + 1, count=len(self.texts))
        self._place.setText(words)
        self.code.setAccessibleDescription(words)

    def picture_area(self) -> QRect:
        """Where the code stands in this window."""
        return QRect(self.code.mapTo(self, self.code.rect().topLeft()), self.code.size())

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, tr("图片存到哪个文件夹"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, folder: Path) -> tuple[Path, ...]:
        """Every part as a picture."""
        written = write_pictures(self.texts, folder, self.texts[0].split("/")[3].lower())
        self._told.setText(tr("已存 {count} 张图片：{folder}", count=len(written), folder=folder))
        return written
