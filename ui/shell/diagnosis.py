"""Diagnostics: the whole text in view before anything is saved; the program sends nothing by itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QWidget

from procurement.basics.problems import Problem
from ui.context import Context
from ui.faults import Faults
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.page import Page

NAME = "jincai-diagnostics.txt"


class DiagnosisPage(Page):
    """Read, then save or leave."""

    topic = "diagnosis"

    def __init__(self, context: Context, faults: Faults | None = None) -> None:
        """`faults`: failures of this program so far; of each the type and the places go in, not what it said."""
        super().__init__(head=64)
        self._context = context
        self.head.show_title(tr("诊断信息"))
        self._banner = Banner()
        card = Card(tr("全文"), tr("只读；保存的就是这些"), flush=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("诊断信息全文"))
        self.text.setObjectName("diagnostics")
        card.body.addWidget(self.text)
        self.body.addWidget(self._banner)
        self.body.addWidget(card, 1)
        self._save = button(tr("保存"), "primary", self._choose, object_name="save-diagnostics")
        self._save.setEnabled(False)
        self.foot.set_buttons(button(tr("取消"), pressed=lambda: self.asked.emit(""), object_name="cancel"), self._save)
        self._banner.say(
            "info",
            tr("程序不会自己发送"),
            tr("先看全文，再决定存不存、发给谁。口令、密钥、报价、名称、网址都没有放进去。"),
        )
        self.foot.say("mute", tr("正在收集"))
        job = context.desk.start(context.desk.accounts.diagnostics, faults.lines() if faults is not None else ())
        context.home(job.future, self, self.show_text, self._failed)

    def work(self) -> QWidget | None:
        return self.text

    def show_text(self, text: str) -> None:
        """Put the collected text into view."""
        self.text.setPlainText(text)
        self._save.setEnabled(True)
        place = self._context.desk.place
        signed = place.uses_certificate and place.unlocked
        self.foot.say("mute", tr("保存时用打开的证书签名") if signed else tr("没有打开的证书，保存时不签名"))

    def _choose(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("保存诊断信息"), NAME, "*.txt")
        if name:
            self.save_to(Path(name))

    def save_to(self, target: Path) -> None:
        """Save what is in view."""
        desk = self._context.desk
        job = desk.start(desk.accounts.save_diagnostics, self.text.toPlainText(), target)
        self._context.home(job.future, self, self._saved, self._failed)

    def _saved(self, written: tuple[Path, ...]) -> None:
        names = "、".join(one.name for one in written)
        self._banner.say("ok", tr("已保存"), tr("{names}，在 {folder}", names=names, folder=written[0].parent.name))
        self.foot.say("ok", tr("已保存"), names)

    def _failed(self, problem: Problem) -> None:
        self._context.tell_problem(self, problem)
