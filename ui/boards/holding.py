"""A bidder's signed release that came as a file, because the platform would not take it: kept, and later held against the freeze (M21)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPushButton

from ui.boards.act_page import ActPage
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.dialogs import tell

SUFFIX = ".jincai-release"


def hold_button(page: ActPage) -> QPushButton:
    """For a custodian's footer."""
    return button(tr("收存投标人的授权"), pressed=partial(_choose, page), icon="download", object_name="hold-release")


def _choose(page: ActPage) -> None:
    dialog = QFileDialog(page, tr("选择投标人签章的授权文件"), "", f"Jincai (*{SUFFIX})")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: hold(page, Path(path)))
    dialog.open()


def hold(page: ActPage, path: Path) -> None:
    """Take the file in; what it is and what it is for is told."""
    hold_release = page.context.desk.custody_release.hold_release
    page.do(tr("正在核对签名"), hold_release, path, then=lambda _id: _held(page, path))


def _held(page: ActPage, path: Path) -> None:
    text = tr("签名有效，已记下收到的时间。冻结名单若不含这份授权，本机不会释放份额；监管部门可以据此提出异议。")
    tell(page.window(), tr("已收存"), text, str(path))
