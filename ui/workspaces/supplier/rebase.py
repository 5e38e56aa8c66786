"""更正后: what of the draft must be redone for the new version, place by place; nothing is typed again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from procurement.bidding.rebasing import Change, changes, rebase
from procurement.tendering.tender import Tender
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.choice import Choice
from ui.kit.text import column, row
from ui.workspaces.supplier.prepare.sections import place_words, section_key
from ui.workspaces.supplier.prepare.sheet import Sheet


class RebaseBoard(QWidget):
    """Stands over the panes while the draft answers an older version. `go` opens a section, `kept` saves the draft."""

    def __init__(self, go: Callable[[str], object], kept: Callable[[], object]) -> None:
        super().__init__()
        self._go, self._kept = go, kept
        self._sheet: Sheet | None = None
        self._tv = ""
        self._banner = Banner()
        self._places = Choice()
        self._places.setAccessibleName(tr("要重做的地方"))
        self._places.setObjectName("redo-places")
        self._open = button(tr("打开这一处"), pressed=self._open_place, object_name="redo-open")
        self._done = button(tr("已逐项改好，改投新版"), pressed=self._rebase, object_name="redo-done")
        line = row(self._places, self._open, self._done)
        line.setStretch(0, 1)
        self.setLayout(column(self._banner, line, spacing=8))
        self.hide()

    def show_draft(self, sheet: Sheet, old: Tender, tv: str, version: int) -> None:
        """Compare the version that the draft answers with the one in force."""
        self._sheet, self._tv = sheet, tv
        found = changes(old, sheet.tender, sheet.lot.code)
        self._places.clear()
        for one in found:
            self._places.addItem(_words(sheet, old, one), section_key(one.where))
        title = tr("招标文件已更正为第 {version} 版：{count} 处要看", version=version, count=len(found))
        text = tr("已填的都保留；只重做下面列出的。改好后点“已逐项改好”，草稿改为应答新版。")
        self._banner.say("warn", title, text)
        for part in (self._places, self._open):
            part.setVisible(bool(found))
        self.show()

    def _open_place(self) -> None:
        self._go(str(self._places.currentData() or "opening"))

    def _rebase(self) -> None:
        if self._sheet is not None:
            fresh = rebase(self._sheet.forms, self._sheet.tender, self._tv)
            self._sheet.replace(fresh)
            self.hide()
            self._kept()


def _words(sheet: Sheet, old: Tender, change: Change) -> str:
    tender = old if change.kind == "gone" else sheet.tender
    kind = {"changed": tr("已改"), "new": tr("新增"), "gone": tr("不再要求")}[change.kind]
    return f"{kind}：{place_words(tender, tender.lot(sheet.lot.code), change.where)}"
