"""标书关联: what wants pages at the left, the bid's own documents at the right; a click on a page links it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from client.jobs import Job
from client.page_search import Hit
from client.workflows.linking import Reading, Suggestions
from procurement.bidding.draft import BidForms, EvidenceLink
from procurement.bidding.linking import LinkPlace, coverage
from ui.boards.bid_papers import EvidencePane
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.choice import Choice
from ui.kit.columns import columns
from ui.kit.dialogs import Question, ask
from ui.kit.progress import meter
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import Line, column, hair, label, row
from ui.theme import px
from ui.workspaces.supplier.prepare.link_words import (
    Offer,
    coverage_words,
    kind_word,
    pages_words,
    place_state,
    widened,
)
from ui.workspaces.supplier.prepare.loose import page_place, plain
from ui.workspaces.supplier.prepare.preview import PreviewDialog
from ui.workspaces.supplier.prepare.sheet import Sheet


class LinkEditor(QWidget):
    """Everything by keyboard too: arrows choose, Enter in the lower list takes the pages, Ctrl+Enter links the page in view."""

    def __init__(self, context: Context, sheet: Sheet) -> None:
        super().__init__()
        self._context, self._sheet = context, sheet
        self._of = coverage(sheet.tender, sheet.lot, sheet.forms)
        self._shown: BidForms | None = None
        self._suggested: Suggestions = {}
        self._read_for: tuple[str, ...] | None = None
        self._job: Job[tuple[Reading, Suggestions]] | None = None
        self._chosen: tuple[str, str, int] | None = None
        self._offers: tuple[Offer, ...] = ()
        self._card = Card(tr("标书关联"), flush=True)
        self._meter = meter(tr("已关联的评审项"))
        self._which = Choice()
        self._table: Table[LinkPlace] = Table(
            (
                Column(tr("评审与评分项"), self._title_cell, 0),
                Column(tr("状态"), lambda one: Cell(state=place_state(one)), 96),
            ),
            tr("评审与评分项"),
            row_height=46,
        )
        self._make_left()
        self.papers = EvidencePane(context, seals=False)
        self.papers.let_pick()
        self.papers.picked.connect(lambda page: self._link_page(page + 1))
        self.papers.view.pageNavigator().currentPageChanged.connect(self._turned)
        self.papers.opened.connect(self._show_foot)
        self._foot = Line("", "hint")
        self._act = button(tr("关联本页"), pressed=self._link_current, object_name="link-page")
        self._act.setToolTip("Ctrl+Enter")
        foot = self.papers.foot()
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._act)
        box = column()
        box.addWidget(columns(self._card, self.papers, left_width=430))
        self.setLayout(box)
        self._key(Qt.Modifier.CTRL | Qt.Key.Key_Return, self._link_current)
        self._key(Qt.Modifier.CTRL | Qt.Key.Key_Enter, self._link_current)
        self.show_sheet()

    def _make_left(self) -> None:
        for words, which in ((tr("全部"), "all"), (tr("未关联"), "open"), (tr("必须的还缺"), "missing")):
            self._which.addItem(words, which)
        self._which.setProperty("tool", True)
        self._which.setAccessibleName(tr("显示哪些"))
        self._which.currentIndexChanged.connect(lambda _place: self._show_places())
        self._preview = button(tr("预览评委所见"), "link", self._open_preview, small=True, object_name="preview-bid")
        self._words = label("", "strong", wrap=True)
        self._card.head.addWidget(self._which)
        said = row(self._words, self._preview)
        said.setStretch(0, 1)
        top = column(said, self._meter, spacing=4)
        top.setContentsMargins(16, 6, 12, 8)
        self._find = QLineEdit()
        self._find.setProperty("tool", True)
        self._find.setPlaceholderText(tr("在本投标全部 PDF 中查找，回车"))
        self._find.setAccessibleName(tr("在本投标全部 PDF 中查找"))
        self._find.setObjectName("find-in-bid")
        self._find.returnPressed.connect(self._search)
        self._offer_words = Line("", "hint")
        self._stop = button(tr("停止"), "link", self._stop_reading, small=True, object_name="stop-reading")
        self._stop.hide()
        self._list: Table[Offer] = Table(
            (Column(tr("可能的页面"), self._offer_cell, 0),), tr("可能的页面"), row_height=42, header=0
        )
        self._list.setObjectName("offers")
        self._list.on_selected(self._show_offer)
        self._list.on_activated(self._take)
        self._list.horizontalHeader().hide()
        self._list.setMinimumHeight(px(42))
        self._list.setMaximumHeight(px(2 * 42 + 2))
        self._use = button(tr("采用"), pressed=self._take_selected, object_name="take-offer")
        self._drop = button(tr("取消关联"), pressed=self._unlink, object_name="unlink")
        self._excuse = button(tr("写明原因"), pressed=self._ask_reason, object_name="excuse")
        lower = column(row(self._find), row(self._offer_words, self._stop), spacing=4)
        lower.setContentsMargins(16, 8, 12, 4)
        acts = row(self._use, self._drop, self._excuse, 0)
        acts.setContentsMargins(16, 6, 12, 6)
        self._table.on_selected(self._select)
        body = self._card.body
        body.addLayout(top)
        body.addWidget(self._table, 3)
        body.addWidget(hair())
        body.addLayout(lower)
        body.addWidget(self._list, 1)
        body.addLayout(acts)

    def _key(self, key: object, call: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)  # type: ignore[call-overload]
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(call)

    # -- what is shown

    def show_sheet(self) -> None:
        """Show what stands in the bid; documents that are new are read."""
        if self._shown is self._sheet.forms:  # only what is half typed beside the bid is another
            if self.isVisible():
                self._read()
            return
        self._shown = self._sheet.forms
        self._of = coverage(self._sheet.tender, self._sheet.lot, self._sheet.forms)
        self.papers.show_forms(self._sheet.forms)
        self._words.setText(coverage_words(self._of))
        self._meter.setValue(round(1000 * self._of.linked / max(1, len(self._of.places))))
        self._show_places()
        if self.isVisible():
            self._read()

    def show_errors(self, errors: dict[str, str]) -> None:
        """Gaps stand in the list itself."""

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._read()
        if self._table.row() is None and self._table.rows_model.rows:
            self._table.selectRow(0)

    def _show_places(self) -> None:
        which = self._which.currentData()
        # the chosen one stays in the list until another is chosen: it must not vanish under the hand that linked it
        shown = [one for one in self._of.places if self._wanted(str(which), one) or one.key == self._chosen]
        self._table.show_rows(shown)
        place = next((at for at, one in enumerate(shown) if one.key == self._chosen), -1)
        if place >= 0 and self._table.currentIndex().row() != place:
            self._table.selectRow(place)
        self._show_acts()

    @staticmethod
    def _wanted(which: str, place: LinkPlace) -> bool:
        if which == "missing":
            return place.missing
        return which != "open" or (place.link is None and not place.reason)

    @property
    def place(self) -> LinkPlace | None:
        """The item in work."""
        return next((one for one in self._of.places if one.key == self._chosen), None)

    def _select(self, place: LinkPlace) -> None:
        if place.key == self._chosen:
            return
        self._chosen = place.key
        if place.link is not None:
            self.papers.show_page(place.link.document, place.link.first)
        elif not self.papers.document.pageCount() and self._sheet.forms.documents:
            self.papers.show_page(self._sheet.forms.documents[0].code, 1)
        self._show_suggested()
        self._show_acts()

    def _show_acts(self) -> None:
        place = self.place
        self._use.setEnabled(place is not None and self._list.row() is not None)
        self._drop.setEnabled(place is not None and (place.link is not None or bool(place.reason)))
        self._excuse.setEnabled(place is not None and place.link is None and place.mandatory)
        self._show_foot()

    def _turned(self, _page: int) -> None:
        if shiboken6.isValid(self.papers):  # a pane that goes turns to no page first
            self._show_foot()

    def _show_foot(self) -> None:
        code, page = self.papers.document_code, self.papers.page + 1
        here = [
            one.title
            for one in self._of.places
            if one.link is not None and one.link.document == code and one.link.first <= page <= one.link.last
        ]
        names = "；".join(dict.fromkeys(here))
        self._foot.setText(tr("本页已关联：{items}", items=names) if here else tr("点页面即关联；再点取消"))
        self._act.setEnabled(self.place is not None and self.papers.document.pageCount() > 0)

    def _title_cell(self, place: LinkPlace) -> Cell:
        head = ("★ " if place.star and not place.title.startswith("★") else "") + place.title
        parts = [place.label + (f" {place.unit}" if place.unit else "")]
        if place.link is not None:
            parts.append(self._pages(place.link.document, place.link.first, place.link.last))
        elif place.reason:
            parts.append(place.reason)
        under = "·".join(part for part in parts if part)
        return Cell(head, under or kind_word(place))

    def _offer_cell(self, offer: Offer) -> Cell:
        return Cell(self._pages(offer.document, offer.first, offer.last), offer.why or " ")

    def _pages(self, code: str, first: int, last: int) -> str:
        document = self._sheet.forms.document(code)
        return pages_words(document.title if document else code, first, last)

    # -- reading, suggesting, searching

    def _read(self) -> None:
        """Read what is new and suggest; an older reading is given up."""
        wanted = tuple(one.sha256 for one in self._sheet.forms.documents)
        if wanted == self._read_for:
            return
        self._read_for = wanted
        if self._job is not None:
            self._job.cancel()
        links = self._context.desk.bidding.links
        self._job = self._context.desk.start(links.suggest, self._sheet.forms.documents, self._of.places)
        self._context.progress(self._job, self, self._step)
        self._context.home(self._job.future, self, self._suggestions, stopped=self._stopped)
        self._stop.show()
        self._offer_words.setText(tr("正在读投标文件的文字"))

    def _step(self, at: int, total: int) -> None:
        if self._stop.isVisibleTo(self):
            self._offer_words.setText(tr("正在读投标文件的文字 {done} / {count}", done=at, count=total))

    def _stop_reading(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _stopped(self) -> None:
        if self._job is not None and not self._job.running:
            self._stop.hide()
            self._read_for = None
            self._offer_words.setText(tr("已停止；可以点页面，或查找文字"))

    def _suggestions(self, found: tuple[Reading, Suggestions]) -> None:
        reading, self._suggested = found
        self._stop.hide()
        self._scanned = reading.scanned
        self._show_suggested()

    _scanned = 0

    def _show_suggested(self) -> None:
        place = self.place
        found = self._suggested.get(place.key, ()) if place is not None else ()
        why = tr("本页有：{words}")
        self._show_offers(
            [Offer(one.document, one.first, one.last, why.format(words="、".join(one.words))) for one in found]
        )
        if self._stop.isVisibleTo(self):
            return
        words = tr("建议 {count} 处，按本项的用词", count=len(found)) if found else tr("没有建议；点页面，或查找文字")
        if self._scanned:
            words += "；" + tr("{count} 页是图片，读不出文字", count=self._scanned)
        self._offer_words.setText(words)

    def _search(self) -> None:
        wanted = self._find.text().strip()
        if not wanted:
            self._show_suggested()
            return
        links = self._context.desk.bidding.links
        self._context.start(self, partial(self._found, wanted), links.find, self._sheet.forms.documents, wanted)

    def _found(self, wanted: str, hits: tuple[Hit, ...]) -> None:
        if self._find.text().strip() != wanted:
            return
        self._show_offers([Offer(one.document, one.number, one.number, f"…{one.around}…") for one in hits])
        self._offer_words.setText(tr("“{words}”在 {count} 页上", words=wanted, count=len(hits)))
        if hits:
            self._list.setFocus()
            self._list.selectRow(0)

    def _show_offers(self, offers: Sequence[Offer]) -> None:
        self._list.clearSelection()
        self._list.setCurrentIndex(self._list.rootIndex())
        self._list.show_rows(offers)
        self._show_acts()

    def _show_offer(self, offer: Offer) -> None:
        self.papers.show_page(offer.document, offer.first)
        self._show_acts()

    # -- linking

    def _take_selected(self) -> None:
        offer = self._list.row()
        if offer is not None:
            self._take(offer)

    def _take(self, offer: Offer) -> None:
        self._put(offer.document, (offer.first, offer.last))

    def _link_current(self) -> None:
        if self.papers.document.pageCount():
            self._link_page(self.papers.page + 1)

    def _link_page(self, page: int) -> None:
        place, code = self.place, self.papers.document_code
        if place is not None and code:
            self._put(code, widened(place.link, code, page))

    def _put(self, document: str, pages: tuple[int, int] | None) -> None:
        place = self.place
        if place is None:
            return
        link = None
        if pages is not None:
            link = EvidenceLink(
                slot=place.slot, item=place.item, unit=place.unit, document=document, first=pages[0], last=pages[1]
            )
        # a link made for the whole item stands for its slot: it gives way to what is said now
        unit = place.link.unit if place.link is not None else place.unit
        if unit != place.unit:
            self._sheet.put_link(place.item, place.slot, unit, None)
        self._sheet.put_link(place.item, place.slot, place.unit, link)

    def _unlink(self) -> None:
        place = self.place
        if place is not None and place.link is not None:
            self._put("", None)
        elif place is not None:
            self._sheet.put_unlinked(*place.key, "")

    def _ask_reason(self) -> None:
        place = self.place
        if place is None:
            return
        text = tr("“{item}”要求指出页码。写明原因后可以封存；原因写进投标文件，由评审委员会认定。", item=place.title)
        question = Question(
            self.window(),
            tr("不指出页码，写明原因？"),
            text,
            act=tr("写进投标文件"),
            keep=tr("回去关联"),
            reason=tr("原因"),
            danger=False,
        )
        at, key = page_place("unlinked", *place.key), place.key
        question.typed.setText(self._sheet.half(at).get("reason", ""))
        question.typed.textEdited.connect(lambda text: self._sheet.put({at: {"reason": plain(text)}}))
        question.rejected.connect(lambda: self._sheet.put({at: {}}))
        ask(question, lambda reason: self._sheet.put_unlinked(*key, plain(reason)))
        question.typed.end(False)  # one goes on behind what stands there

    def _open_preview(self) -> None:
        PreviewDialog(self.window(), self._context, self._sheet).open()
