"""The window 版本: when a draft was saved, on which computer, what changed; name a version, go on from an older one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from client.workflows.drafting import DraftVersion
from procurement.basics.typed import sound_text
from procurement.bidding.draft import BidForms
from procurement.bidding.merge import Changes
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.focus import FocusRing
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.workspaces.supplier.prepare.notice import MachinesDialog
from ui.workspaces.supplier.prepare.sheet import Sheet

GoOn = Callable[[BidForms], object]
NAME_LENGTH = 60


def part_word(part: str) -> str:
    """A part of the bid in a person's words."""
    words = {
        "quote": tr("报价"), "elsewhere": tr("报价"), "tables": tr("报价表"), "opening": tr("开标一览表"),
        "forms": tr("招标文件格式"), "answers": tr("资格与符合性"), "responses": tr("偏离表"),
        "claims": tr("评分项响应"), "documents": tr("文件"), "evidence": tr("证明页码"), "unlinked": tr("未关联理由"),
        "brands": tr("品牌"), "consortium": tr("联合体"), "subcontracts": tr("分包"), "people": tr("人员"),
        "validity_days": tr("投标有效期"), "enterprise": tr("企业声明"), "domestic": tr("本国产品声明"),
        "certified": tr("节能环保认证"), "deposit": tr("保证金"), "low_price_explanation": tr("低价说明"),
        "consortium_agreement": tr("联合协议"),
    }  # fmt: skip
    return words.get(part, part)


def change_words(what: Changes) -> tuple[str, str]:
    """How much changed, and where."""
    counts = (
        (what.added, tr("增 {count}", count=what.added)),
        (what.changed, tr("改 {count}", count=what.changed)),
        (what.removed, tr("删 {count}", count=what.removed)),
    )
    parts = " · ".join(f"{part_word(part)} {count}" for part, count in what.parts)
    return " ".join(words for count, words in counts if count) or tr("没有变化"), parts


def origin_words(one: DraftVersion) -> str:
    """How a version came about, when not by typing."""
    kind, _, which = one.origin.partition(":")
    if kind == "restored":
        return tr("恢复自第 {version} 版", version=which)
    return {
        "merged": tr("合并而成"),
        "theirs": tr("对方的草稿"),
        "exported": tr("已带走"),
        "before-merge": tr("合并前"),
        "aside": tr("另一个窗口同时改过，存在一旁"),
    }.get(kind, "")


class VersionsDialog(QDialog):
    """`go_on` gets the bid when a person has chosen to go on from another version."""

    def __init__(self, parent: QWidget, context: Context, sheet: Sheet, go_on: GoOn) -> None:
        super().__init__(parent)
        self._context, self._sheet, self._go_on = context, sheet, go_on
        self.setWindowTitle(tr("草稿的版本"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1000, max(640, parent.width() - 80)), min(600, max(420, parent.height() - 80)))
        self.table: Table[DraftVersion] = Table(
            (
                Column(tr("版本"), lambda one: Cell(str(one.version), weight=500), 64, "right"),
                Column(tr("保存时间"), lambda one: Cell(exact_text(one.saved), one.machine), 210),
                Column(tr("名称"), lambda one: Cell(one.name, origin_words(one), weight=500), 220),
                Column(tr("与前一版相比"), lambda one: Cell(*change_words(one.changes)), 0),
            ),
            tr("草稿的版本"),
            row_height=48,
        )
        self.table.setObjectName("draft-versions")
        self.table.on_selected(lambda _one: self._show_tools())
        said = label(
            tr("每次自动保存都是一个版本，越早的保留得越稀；有名称的一直保留。恢复旧版本会成为新的一版，现在的内容不会丢失。"),
            "small", "text2", wrap=True,
        )  # fmt: skip
        card = Card(tr("草稿的版本"), tr("保存时间、电脑、变化"), flush=True)
        card.body.addWidget(self.table, 1)
        self._name = QLineEdit()
        self._name.setMaxLength(NAME_LENGTH)
        self._name.setAccessibleName(tr("版本名称"))
        self._name.setPlaceholderText(tr("给所选版本起名，例如：送审稿"))
        self._name.setObjectName("version-name")
        self._name.returnPressed.connect(self._give_name)
        self._give = button(tr("保存名称"), pressed=self._give_name, object_name="name-version")
        record = button(tr("编制电脑"), "link", self._show_machines, small=True, object_name="machines")
        self._restore = button(tr("恢复所选版本"), pressed=self._go_back, object_name="restore-version")
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        naming = row(self._name, self._give, spacing=8)
        naming.setStretch(0, 1)
        box = column(said, card, naming, row(record, 0, self._restore, close), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        box.setStretch(1, 1)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.table.setFocus()
        self._show_tools()
        self.read()

    def read(self) -> None:
        """Show the history as it stands now."""
        tender, lot = self._sheet.tender.id, self._sheet.lot.code
        self._context.start(self, self._shown, self._context.desk.bidding.drafts.versions, tender, lot)

    def _shown(self, found: tuple[DraftVersion, ...]) -> None:
        chosen = self.table.row()
        self.table.show_rows(found)
        versions = [one.version for one in found]
        if found:
            self.table.selectRow(versions.index(chosen.version) if chosen and chosen.version in versions else 0)
        self._show_tools()

    def _show_tools(self) -> None:
        chosen = self.table.row()
        self._name.setEnabled(chosen is not None)
        self._give.setEnabled(chosen is not None)
        rows = self.table.rows_model.rows
        newest = rows[0].version if rows else 0
        self._restore.setEnabled(chosen is not None and chosen.version != newest)
        if chosen is not None and not self._name.hasFocus():
            self._name.setText(chosen.name)

    def _give_name(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            naming = self._context.desk.bidding.drafts.name
            tender, lot, name = self._sheet.tender.id, self._sheet.lot.code, sound_text(self._name.text())
            self._context.start(self, lambda _none: self.read(), naming, tender, lot, chosen.version, name)

    def _show_machines(self) -> None:
        MachinesDialog(self, self._sheet.forms.machines).open()

    def _go_back(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            restore = self._context.desk.bidding.drafts.restore
            tender, lot = self._sheet.tender.id, self._sheet.lot.code
            self._context.start(self, self._restored, restore, tender, lot, chosen.version)

    def _restored(self, forms: BidForms) -> None:
        self._go_on(forms)
        self.accept()
