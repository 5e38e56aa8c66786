"""A receipt in words: what the platform answered, what this client checked, what it does not prove."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.views.lots import LotStory
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import Submission
from procurement.tendering.lot import Lot
from ui.boards.suites import HASHES
from ui.i18n import tr
from ui.kit.badge import Badge, done, needs
from ui.kit.cards import Card, Checks, Facts
from ui.kit.countdown import exact_text, left_text
from ui.kit.progress import size_text
from ui.kit.qr import QrCode
from ui.kit.text import column, label, row


def short(digest: str) -> str:
    """A digest cut in its middle."""
    return f"{digest[:8]} {digest[8:16]} … {digest[-8:]}"


class ReceiptBoard(QWidget):
    """Only shown for a receipt that the staff have verified."""

    def __init__(self) -> None:
        super().__init__()
        self._facts = Facts(name_width=84)
        self._qr = QrCode(132, tr("回执二维码"))
        card = Card(tr("回执"), tr("可离线核验"))
        under = label(tr("扫码核验"), "hint")
        side = column(self._qr, row(0, under, 0), 0, spacing=4)
        line = row(spacing=24)
        line.addWidget(self._facts, 1)
        line.addLayout(side)
        card.body.addLayout(line)
        self._check_card = Card(tr("核验结果"))
        self._check_card.head.addWidget(Badge(done(tr("全部通过"))))
        self._checks = row()
        self._check_card.body.addLayout(self._checks)
        limits = Card(tr("回执不证明什么"))
        for text in (
            tr("不证明投标文件内容完整、正确或合格。"),
            tr("不证明开标时一定能解密；请在解密时限内授权，备份条请一并带好。"),
        ):
            limits.body.addWidget(label(text, "small", "text2", wrap=True))
        self.setLayout(column(card, self._check_card, limits, 0, spacing=12))

    def show_receipt(self, story: LotStory, lot: Lot, receipt: Receipt, name: str) -> None:
        assert story.standing is not None
        act: Submission = story.standing.value
        entry = receipt.entry()
        before = left_text(story.tender.package.deadline - entry.t_recv)
        self._facts.set_pairs(
            (
                (tr("签收时间"), tr("{time}，距截止 {left}", time=_exact(receipt), left=before)),
                (tr("项目与标包"), f"{story.tender.package.number}·{story.tender.lot_word(lot.code)}"),
                (tr("投标人"), f"{name}·{act.supplier}"),
                (tr("密文摘要"), f"{HASHES[act.suite]} {short(act.bid)}"),
                (tr("时间戳"), tr("已附，RFC 3161") if receipt.timestamp else tr("授时机构当时不可用，回执仍有效")),
                (tr("日志"), tr("序号 {index}", index=f"{receipt.leaf_index:,}")),
            )
        )
        self._qr.show_text(f"jincai receipt {story.standing.id} {receipt.leaf_index}")
        while (item := self._checks.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        stamped = done(tr("时间戳")) if receipt.timestamp else needs(tr("时间戳"))
        self._checks.addWidget(
            Checks(
                (
                    (done(tr("平台签名")), tr("证书链有效，未吊销")),
                    (stamped, tr("早于截止") if receipt.timestamp else tr("暂缺")),
                    (done(tr("日志包含证明")), tr("序号 {index} 在树根之内", index=receipt.leaf_index)),
                    (done(tr("密文与本机")), tr("逐字节一致，{size}", size=size_text(act.size))),
                )
            )
        )


def _exact(receipt: Receipt) -> str:
    moment = receipt.entry().t_recv
    return f"{exact_text(moment)}.{moment.microsecond // 1000:03d}"
