"""Evidence: which pages of which document prove an item. One row for each slot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from procurement.bidding.draft import BidDocument, EvidenceLink
from procurement.tendering.conditions import EvidenceSlot
from ui.i18n import tr
from ui.kit.choice import Choice
from ui.kit.flow import Flow
from ui.kit.forms import as_number
from ui.kit.text import Line, label, row
from ui.theme import wide
from ui.workspaces.supplier.prepare.loose import page_place, plain
from ui.workspaces.supplier.prepare.sheet import Sheet

LIBRARY = "#library"
"""Stands in the list for choosing from the company's library; no document's code begins so"""


class EvidenceRow(QWidget):
    """Document and pages for one slot of one item (or of one counted unit of it)."""

    def __init__(self, sheet: Sheet, item: str, slot: EvidenceSlot, unit: int = 0) -> None:
        super().__init__()
        self._sheet, self._item, self._slot, self._unit = sheet, item, slot, unit
        self._quiet = False
        name = slot.label + (f" {unit}" if unit else "")
        title = Line(("★ " if slot.required else "") + name, "label")
        title.setFixedWidth(wide(190))
        self._document = Choice()
        self._document.setProperty("tool", True)
        self._document.setMinimumWidth(wide(190))
        self._document.setAccessibleName(tr("{slot}：文件", slot=name))
        self._document.setObjectName(f"evidence-{item}-{slot.code}-{unit}")
        self._first, self._last = (self._page(name, which) for which in (tr("起始页"), tr("结束页")))
        self._pages = QWidget()
        before, after = tr("第…页").split("…")
        parts: list[QWidget] = [label(before, "label"), self._first, label("–", "label"), self._last]
        self._pages.setLayout(row(*parts, *([label(after, "label")] if after else [])))
        line = Flow(basis=wide(190))
        line.addWidget(title)
        line.addWidget(self._document, 1)
        line.addWidget(self._pages)
        self.setLayout(line)
        self._document.currentIndexChanged.connect(self._chosen)
        self.show_sheet()

    def _page(self, slot: str, which: str) -> QLineEdit:
        made = QLineEdit()
        made.setProperty("tool", True)
        made.setFixedWidth(wide(56))
        made.setAlignment(Qt.AlignmentFlag.AlignRight)
        made.setAccessibleName(f"{slot}：{which}")
        made.textEdited.connect(self._typed)
        made.editingFinished.connect(self._typed)
        return made

    def _chosen(self) -> None:
        if self._quiet:
            return
        if self._document.currentData() == LIBRARY:
            self._ask_library()
            return
        document = self._sheet.forms.document(str(self._document.currentData() or ""))
        if document is not None:
            self._first.setText("1")
            self._last.setText(str(document.pages))
        self._typed()

    def _ask_library(self) -> None:
        """Choose from the library; the slot then names the whole document."""
        self.show_sheet()  # the row goes on saying what stands, also when nothing is chosen
        if self._sheet.ask_library is not None:
            self._sheet.ask_library(self._slot.label, self._use)

    def _use(self, document: BidDocument) -> None:
        self.show_sheet()
        self._document.setCurrentIndex(self._document.findData(document.code))

    def _typed(self) -> None:
        if self._quiet:
            return
        code = str(self._document.currentData() or "")
        link, half = None, {}
        if code:
            first, last = (_page_of(box.text()) for box in (self._first, self._last))
            half = {
                "first": "" if first else plain(self._first.text()),
                "last": "" if last else plain(self._last.text()),
            }
            link = EvidenceLink(
                slot=self._slot.code, item=self._item, unit=self._unit, document=code, first=first, last=last or first
            )
        self._pages.setVisible(link is not None)
        self._sheet.put_link(self._item, self._slot.code, self._unit, link, half)

    def show_sheet(self) -> None:
        """Show the documents there are now, and the link that stands."""
        self._quiet = True
        link = self._sheet.link_of(self._item, self._slot.code, self._unit)
        self._document.clear()
        self._document.addItem(tr("选择文件"), "")
        for document in self._sheet.forms.documents:
            self._document.addItem(document.title, document.code)
        if self._sheet.ask_library is not None:
            self._document.addItem(tr("从资料库选用…"), LIBRARY)
        self._document.setCurrentIndex(max(0, self._document.findData(link.document if link else "")))
        self._pages.setVisible(
            link is not None
        )  # nothing to number, and nothing to tab past, before there is a document
        if not (self._first.hasFocus() or self._last.hasFocus()):
            half = self._sheet.half(page_place("evidence", self._item, self._slot.code, self._unit))
            self._first.setText(half.get("first", str(link.first or "") if link else ""))
            self._last.setText(half.get("last", str(link.last or "") if link else ""))
        self._quiet = False


def _page_of(text: str) -> int:
    """A page's number as typed; 0 where it is none."""
    number = as_number(text)
    return int(number) if number is not None and 0 < number < 10**6 and number == int(number) else 0
