"""A band over every page that tells a fault of the program: what happened, that nothing saved is lost, what to do now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.faults import Fault
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.text import label, row


class FaultBand(QFrame):
    """Hidden while there is nothing to tell. It takes no focus: what one is typing goes on."""

    report = Signal()
    """The person wants to see the diagnostics"""
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("faults")
        self._banner = Banner()
        self._details = label("", "hint", wrap=True, copy=True)
        self._details.hide()
        self._report = button(tr("查看诊断信息"), pressed=self.report.emit, small=True, object_name="fault-report")
        more = button(tr("详细信息"), "link", self._turn, small=True, object_name="fault-details")
        away = button(tr("知道了"), pressed=self.closed.emit, small=True, object_name="fault-close")
        line = QWidget()
        line.setLayout(row(more, 0, self._report, away))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 8, 16, 8)
        box.setSpacing(6)
        for part in (self._banner, self._details, line):
            box.addWidget(part)
        self.hide()

    def show_faults(self, faults: Sequence[Fault], *, signed_in: bool) -> None:
        """The latest of them in words, with how often; none: nothing is shown. `signed_in`: whether diagnostics can be had here."""
        if not faults:
            self.hide()
            return
        new = self.isHidden()
        count = sum(one.count for one in faults)
        often = tr("（{count} 次）", count=count) if count > 1 else ""
        todo = (
            tr("要报告的，点“查看诊断信息”，看过全文再保存发给维护人员。")
            if signed_in
            else tr("登录后在“帮助”里可以查看和保存诊断信息，发给维护人员。")
        )
        text = tr("刚才的一步可能没有完成，页面可能没有画全；已保存的内容没有丢，可以接着做，或重新打开这一页。")
        self._banner.say("danger", tr("程序出错了") + often, text + todo)
        self._report.setVisible(signed_in)
        self._details.setText(
            "\n".join(f"{one.type}: {one.text}\n{' < '.join(reversed(one.places))}" for one in faults)
        )
        self.show()
        if new:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _turn(self) -> None:
        self._details.setVisible(self._details.isHidden())
