"""A document over the page: a large PDF pane in a dialog, closed by Esc."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.pdf import PdfPane
from ui.kit.taborder import step
from ui.kit.text import column, row


class Viewer(QDialog):
    """Shows one document until it is closed."""

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1000, parent.width() - 80), parent.height() - 80)
        self.pane = PdfPane(title)
        self.pane.say_empty(tr("正在打开"))
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        box = column(self.pane, row(0, close), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)
        self._ring = FocusRing(self)

    def show_pdf(self, title: str, data: bytes) -> None:
        self.pane.show_pdf(title, data)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes as one reads here, too: tools, pages beside the document, the document, the way out."""
        start = QApplication.focusWidget()
        return (start is not None and step(self, start, forward=forward)) or super().focusNextPrevChild(forward)
