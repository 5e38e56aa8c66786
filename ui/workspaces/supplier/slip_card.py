"""备份条: its passphrase, typed twice, or none; a bid that replaces one has a slip of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.kit.cards import Card
from ui.kit.dialogs import Question
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import label

MIN_PASSPHRASE = 12


class SlipCard(Card):
    """Asks for the passphrase under which a slip is written when the bid is sealed."""

    def __init__(self) -> None:
        super().__init__(tr("备份条"), tr("证书坏了、丢了时，凭备份条在时限内补入"))
        self._form = Form(
            (
                FieldSpec("passphrase", tr("备份条口令"), "secret", required=False, note=tr("至少 12 个字符"), span=6),
                FieldSpec("again", tr("再输一次"), "secret", required=False, span=6),
            )
        )
        self.body.addWidget(self._form)
        self.body.addWidget(
            label(tr("口令空着就不写备份条。备份条存放在本机的投标文件夹，请拷到 U 盘另行保管。"), "hint", wrap=True)
        )

    def passphrase(self) -> str | None:
        """What was typed, empty for no slip; None after showing what is wrong with it."""
        typed = self._form.values()
        passphrase = typed["passphrase"]
        if not passphrase:
            return ""
        if len(passphrase) < MIN_PASSPHRASE:
            self._form.show_errors({"passphrase": tr("至少 12 个字符")})
            return None
        if passphrase != typed["again"]:
            self._form.show_errors({"again": tr("两次输入不一样")})
            return None
        return passphrase

    def forget(self) -> None:
        self._form.fill({"passphrase": "", "again": ""})


class ReplaceQuestion(Question):
    """Whether a new bid takes the place of the one handed in, and under which passphrase its slip is written."""

    def __init__(self, parent: QWidget, before: str) -> None:
        """`before` is what else is to be known of the bid to be sealed."""
        self._slip = SlipCard()
        self.passphrase = ""
        """What was chosen; empty for no slip"""
        text = tr("现在的投标继续有效，直到新的一份拿到回执。先改好投标内容，再重新签章加密、上传、确认递交。")
        text += tr("旧的备份条打不开新的一份。") + before
        act = tr("重新签章并加密")
        super().__init__(
            parent, tr("用新的一份替换？"), text, act=act, keep=tr("不替换"), danger=False, inner=self._slip
        )

    def accept(self) -> None:
        """Not before the two passphrases agree."""
        chosen = self._slip.passphrase()
        if chosen is not None:
            self.passphrase = chosen
            super().accept()
