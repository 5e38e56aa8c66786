"""A place for files: drop them or choose them. What a file is, is judged by the staff, not here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog

from ui import theme
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.snug import Snug
from ui.kit.text import column, icon_label, label, row


class DropZone(Snug):
    """Takes files by drop or by the button. `given` carries one path at a time."""

    given = Signal(Path)

    def __init__(self, title: str, hint: str = "", *, suffixes: str = "PDF (*.pdf)", many: bool = False) -> None:
        """`many`: the button's dialog takes several files at once, as a drop does."""
        super().__init__()
        self._many = many
        self._suffixes = suffixes
        self._over = False
        self.setAcceptDrops(True)
        self.setAccessibleName(title)
        tokens = theme.current()
        self.choose = button(
            tr("选择文件"),
            pressed=self._choose,
            small=True,
            name=f"{tr('选择文件')}：{title}",
            object_name="choose-file",
        )
        words = column(label(title, "body", wrap=True), label(hint, "hint", wrap=True), spacing=2)
        line = row(icon_label("upload", tokens.text2, 20), words, self.choose, spacing=14)
        line.setStretch(1, 1)
        line.setContentsMargins(16, 12, 12, 12)
        self.setLayout(line)

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择文件"), "", self._suffixes)
        many = QFileDialog.FileMode.ExistingFiles if self._many else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(many)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, paths: list[str]) -> None:
        for path in paths:
            self.given.emit(Path(path))

    def on_given(self, call: Callable[[Path], object]) -> None:
        self.given.connect(call)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self._over = True
            event.acceptProposedAction()
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.given.emit(Path(url.toLocalFile()))
        event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.sel if self._over else tokens.sunken))
        painter.setPen(QPen(QColor(tokens.focus if self._over else tokens.control), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
