"""最后报价的分项表: where the tender limits single rows, the final quote is filled in row by row, from the first offer (L-254)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from procurement.bidding.draft import BidForms, FilledTable
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.text import label, row
from ui.theme import wide
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.tables import TableEditor

Filled = Callable[[tuple[FilledTable, ...], dict[str, Decimal]], object]
"""Takes the tables, and of each figure that one of them carries its sum"""


class FinalTables(QDialog):
    """The tables that carry the quote, with what was offered first. Nothing is given before the person signs on the page."""

    def __init__(self, parent: QWidget, tender: Tender, lot: Lot, first: BidForms, taken: Filled) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("逐行报价"))
        self.setModal(True)
        self.resize(wide(900), wide(520))
        self._sheet, self._taken = Sheet(tender, lot, first), taken
        self._tables = tuple(one for one in lot.quote.tables if one.sums_to)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 22, 24, 20)
        box.setSpacing(12)
        box.addWidget(label(tr("逐行报价"), "title"))
        words = tr("表里是开标时的报价，改成最后报价。合计就是报价；各行不能超过采购文件的单项限价。")
        box.addWidget(label(words, "small", "text2", wrap=True))
        for table in self._tables:
            box.addWidget(TableEditor(self._sheet, table), 1)
        keep = button(tr("暂不"), pressed=self.reject, object_name="keep")
        self.act = button(tr("填好了"), "primary", self._take, object_name="take-tables")
        box.addLayout(row(0, keep, self.act))
        self._ring = FocusRing(self)

    def _take(self) -> None:
        filled = [self._sheet.forms.table(one.code) for one in self._tables]
        found = tuple(one for one in filled if one is not None)
        sums: dict[str, Decimal] = {}
        for table, one in zip(self._tables, filled, strict=True):
            if one is not None and one.total is not None:
                sums[table.sums_to] = sums.get(table.sums_to, Decimal(0)) + one.total
        self._taken(found, sums)
        self.accept()
