"""备份条: its passphrase, typed twice, or none."""

from __future__ import annotations

from ui.i18n import tr
from ui.kit.cards import Card
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
