"""What is recorded of the computers on which a bid is edited (R-105): told before the first edit, and shown at any time after."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from procurement.bidding.draft import Machine
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.countdown import exact_text
from ui.kit.focus import FocusRing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.theme import wide


def machine_pairs(one: Machine) -> tuple[tuple[str, str], ...]:
    """What a record says of a computer, in words; what the computer did not tell is said, too."""
    nothing = tr("（读不到）")
    return (
        (tr("电脑名称"), one.host or nothing),
        (tr("网卡地址"), "  ".join(one.macs) or nothing),
        (tr("IP 地址"), "  ".join(one.addresses) or nothing),
        (tr("处理器"), one.cpu or nothing),
        (tr("硬盘序列号"), one.disk or nothing),
    )


class NoticePane(QWidget):
    """The notice with this computer's own values. The button that takes note of it stands in the page's foot."""

    def __init__(self, here: Machine) -> None:
        super().__init__()
        facts = Facts(machine_pairs(here), name_width=96)
        said = (
            tr("晋财购〔2023〕44号要求：编制、上传投标文件所用电脑的网卡地址和 IP 地址随投标文件记录，用于比对串通投标情形。"),
            tr("从您改第一个字起，本机的下列信息和首次、最近使用时间写进投标文件，与投标内容一起签章、加密。"),
            tr("开标前没有人看得到。开标后评标委员会、代理机构和监管部门看得到，归档的完整版里也有；公开版里没有。"),
            tr("这些信息由本机自报，可能不准，也可能被伪造，只作线索，由人判断。同事用别的电脑编过再合并，两台都记录。"),
            tr("不愿让某台电脑留下记录，请不要用它编制。"),
        )  # fmt: skip
        words = [label(one, "body", wrap=True) for one in said]
        inner = QWidget()
        box = column(*words[:3], label(tr("本机现在的信息"), "strong"), facts, *words[3:], 0, spacing=12)
        box.setContentsMargins(20, 16, 20, 16)
        inner.setLayout(box)
        card = Card(tr("编制前请知悉：本机信息将随投标文件记录"), flush=True)
        card.body.addWidget(scrolled(inner))
        self.setLayout(column(card))


class MachinesDialog(QDialog):
    """Every computer that is on record in this bid."""

    def __init__(self, parent: QWidget, machines: Sequence[Machine]) -> None:
        super().__init__(parent)
        title = tr("编制电脑")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(wide(820), wide(360))
        self.table: Table[Machine] = Table(
            (
                Column(tr("电脑名称"), lambda one: Cell(one.host or "—", one.cpu), 0),
                Column(tr("网卡地址"), lambda one: Cell(" ".join(one.macs) or "—", " ".join(one.addresses)), 230),
                Column(
                    tr("首次与最近使用"), lambda one: Cell(exact_text(one.first_used), exact_text(one.last_used)), 180
                ),
            ),
            title,
            row_height=48,
        )
        self.table.show_rows(tuple(machines))
        said = tr("这些记录随投标内容签章、加密，开标后可见；撤销、恢复旧版本和合并都不会删去任何一台。")
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        box = column(
            label(title, "title"), label(said, "small", "text2", wrap=True), self.table, row(0, close), spacing=12
        )
        box.setContentsMargins(20, 18, 20, 16)
        box.setStretch(2, 1)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.table.setFocus()
