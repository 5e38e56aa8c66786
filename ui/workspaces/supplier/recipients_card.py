"""加密给哪些证书: which of the supplier's own certificates will open the bid. Additions are chosen by the person, never by default (C5)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QFileDialog, QVBoxLayout

from client.workflows.bidding import RecipientView
from client.workplace import Outcome
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.dialogs import tell
from ui.kit.text import clear, column, label, row

CERTIFICATES = "*.cer *.crt *.pem *.der"


class RecipientsCard(Card):
    """The open token's certificate always; others of the same organisation by a tick."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("加密给哪些证书"), tr("开标时其中任何一本都能授权解密"))
        self._context = context
        self._ticks: dict[str, QCheckBox] = {}
        self._asked = False
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.body.addLayout(self._list)
        add = button(tr("登记另一本证书"), "link", self._choose, small=True, object_name="list-certificate")
        hint = tr("要续期、换证，或另有备用证书的，把新的也选上：旧的到期、交回了，新的也能开标。")
        self.body.addWidget(label(hint, "hint", wrap=True))
        self.body.addLayout(row(add, 0))

    def read(self) -> None:
        """Ask the staff once; again after a certificate was listed. With a closed token there is nothing to ask."""
        if self._asked or not self._context.desk.unlocked:
            return
        self._asked = True
        desk = self._context.desk
        self._context.home(
            desk.start(desk.bidding.recipients).future, self, self.show_recipients, lambda _problem: self.hide()
        )

    def show_recipients(self, found: tuple[RecipientView, ...]) -> None:
        """The first is the open token's; what was ticked before stays so."""
        ticked = set(self.chosen())
        clear(self._list)
        self._ticks = {}
        for place, one in enumerate(found):
            tick = QCheckBox(one.name)
            tick.setObjectName(f"recipient-{place}")
            tick.setChecked(place == 0 or one.digest in ticked)
            tick.setEnabled(place > 0)
            where = tr("正在使用") if place == 0 else tr("插在本机") if one.on_token else tr("在本单位登记的清单里")
            under = tr("序列号 {serial}，{where}", serial=one.serial, where=where)
            tick.setAccessibleName(f"{one.name}，{under}")
            self._list.addLayout(column(tick, label(under, "hint", wrap=True, copy=True), spacing=2))
            if place:
                self._ticks[one.digest] = tick

    def chosen(self) -> list[str]:
        """Digests of the certificates added by a tick."""
        return [digest for digest, tick in self._ticks.items() if tick.isChecked()]

    # -- one's own signed list

    def _choose(self) -> None:
        title = tr("选择另一本加密证书（不含私钥）")
        dialog = QFileDialog(self, title, "", tr("证书 ({suffixes})", suffixes=CERTIFICATES))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.add(Path(path)))
        dialog.open()

    def add(self, path: Path) -> None:
        """Put the certificate of this file into the own signed list."""
        self._context.start(self, self._listed, self._context.desk.accounts.list_certificate, path)

    def _listed(self, outcome: Outcome) -> None:
        self._asked = False
        self.read()
        if outcome.state == "queued":
            tell(self.window(), tr("登记已签名，等待送达"), tr("联网送达平台以后，这本证书才会列在这里。"))
