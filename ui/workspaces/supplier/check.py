"""自检: what must be mended before sealing, and what would be better mended."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.views.lots import LotStory
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.cards import Card, Checks
from ui.kit.findings import FindingList
from ui.kit.page import columns
from ui.theme.tokens import Tone
from ui.workspaces.supplier.prepare.pane import show_law
from ui.workspaces.supplier.prepare.sections import sections
from ui.workspaces.supplier.prepare.sheet import Sheet


class CheckPane(QWidget):
    """`asked` carries the key of the section a finding belongs to."""

    asked = Signal(str)

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._card = Card(tr("逐节检查"), tr("与封存前的检查是同一套规则"))
        self._checks = QVBoxLayout()
        self._card.body.addLayout(self._checks)
        self._card.body.addStretch(1)
        self._findings = FindingList(tr("要处理的"))
        self._findings.asked.connect(self.asked)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(columns(None, self._card, self._findings, right_width=480))

    def show_story(self, _story: LotStory) -> None:
        found = self._sheet.findings()
        show_law(self._findings, self._sheet, found)
        rows: list[tuple[State, str]] = []
        for section in sections(self._sheet.tender, self._sheet.lot, self._sheet.forms, found):
            make = {"done": done, "blocked": blocked}.get(section.state.shape, needs)
            rows.append((make(section.title), section.note or section.state.word))
        while (item := self._checks.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._checks.addWidget(Checks(rows, columns=1, name_width=240))

    def verdict(self) -> tuple[Tone, str, str]:
        """Tone, word and reason for the footer."""
        found = self._sheet.findings()
        must = sum(one.blocking for one in found)
        if must:
            return "danger", tr("必须处理 {count}", count=must), tr("处理完才能签章加密；建议不影响递交")
        return "ok", tr("没有必须处理的"), tr("建议 {count} 条，不影响递交", count=len(found))
