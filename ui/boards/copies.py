"""Copies to keep: a document written to a file that the person chooses, under a name that every system takes."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.dialogs import tell
from ui.kit.text import Line, row
from ui.kit.viewer import Viewer

LONGEST = 120
"""Characters of a title that go into a file's name"""


def file_name(title: str, suffix: str = "") -> str:
    """A title as a file's name: what a system forbids in names becomes a low line."""
    clean = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", title).strip(" .")[:LONGEST].rstrip(" .")
    return f"{clean or '_'}{suffix}"


def ask_copy(context: Context, owner: QWidget, title: str, sha256: str, suffix: str = ".pdf") -> None:
    """Ask where to, and write the file there; where it lies is told."""
    dialog = QFileDialog(owner, tr("另存 {title}", title=title), file_name(title, suffix))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)

    def chosen(path: str) -> None:
        context.start(owner, lambda kept: told(owner, kept), context.desk.tenders.save, sha256, Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.open()


def told(owner: QWidget, path: Path) -> None:
    """Say where the copy lies."""
    tell(owner.window(), tr("已另存"), str(path))


class Paper(QWidget):
    """An official paper in one line: to read here and to keep. Hidden while there is none."""

    def __init__(self, context: Context, title: str, name: str) -> None:
        """`name`: of the buttons, for tests and the walker."""
        super().__init__()
        self._context, self._title, self._sha256 = context, title, ""
        read = button(
            tr("查看"), "link", self._read, small=True, name=tr("查看{title}", title=title), object_name=f"read-{name}"
        )
        keep = button(
            tr("另存"), "link", self._keep, small=True, name=tr("另存 {title}", title=title), object_name=f"keep-{name}"
        )
        line = row(Line(title, "body"), read, keep, spacing=8)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()

    def show_paper(self, sha256: str) -> None:
        """The PDF by its digest; empty: there is none yet."""
        self._sha256 = sha256
        self.setVisible(bool(sha256))

    def _read(self) -> None:
        viewer = Viewer(self.window(), self._title)
        self._context.start(
            viewer, lambda data: viewer.show_pdf(self._title, data), self._context.desk.tenders.read, self._sha256
        )
        viewer.open()

    def _keep(self) -> None:
        ask_copy(self._context, self, self._title, self._sha256)
