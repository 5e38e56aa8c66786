"""The documents of one bid: opens the page that the bidder pointed to for the item at hand. The same for committee and bidder."""

from __future__ import annotations

from functools import partial

from client.views.talks import TalksStory
from procurement.bidding.draft import BidForms, EvidenceLink
from ui.boards.seals import SealsDialog, show_document
from ui.boards.talks import ResponsesDialog, responses_of
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.choice import Choice
from ui.kit.pdf import PdfPane


class EvidencePane(PdfPane):
    """A PDF pane with the bidder's documents to choose from."""

    def __init__(self, context: Context, *, seals: bool = True) -> None:
        """`seals`: whether what the seals say stands above an open document, with the way to all of them."""
        super().__init__(tr("投标文件"))
        self._with_seals = seals
        self._context = context
        self._forms: BidForms | None = None
        self._shown = ""
        self._page = 0
        self._choice = Choice()
        self._choice.setProperty("tool", True)
        self._choice.setAccessibleName(tr("投标文件"))
        self._choice.setMinimumWidth(120)
        self.title.hide()
        self._choice.currentIndexChanged.connect(self._chosen)
        self.head.insertWidget(1, self._choice, 1)
        self._talks = TalksStory()
        self._responses = button(tr("各轮响应"), "link", self._ask_responses, small=True, object_name="bid-responses")
        self._responses.hide()
        self.head.addWidget(self._responses)
        if seals:
            self.head.addWidget(button(tr("签章"), "link", self._ask_seals, small=True, object_name="bid-seals"))

    def show_talks(self, talks: TalksStory) -> None:
        """The talks of the lot: what a bidder answered in them stands beside its bid."""
        self._talks = talks
        self._offer_responses()

    def _offer_responses(self) -> None:
        given = self._forms is not None and any(responses_of(self._talks, self._forms.supplier))
        self._responses.setVisible(given)

    def _ask_responses(self) -> None:
        if self._forms is not None:
            supplier = self._forms.supplier
            name = self._context.desk.tenders.name_of(supplier)
            ResponsesDialog(self.window(), self._context, self._talks, supplier, name).open()

    def _ask_seals(self) -> None:
        """All seals of the bid at hand."""
        if self._forms is not None:
            bids = {self._forms.supplier: self._forms}
            SealsDialog(self.window(), self._context, self._context.desk.seals.of_bids, bids).open()

    def show_item(self, forms: BidForms, item: str) -> str:
        """Show the bidder's evidence for an item; returns where it is said to be, in words."""
        self.show_forms(forms)
        links = [link for link in forms.evidence if link.item == item]
        if links:
            self._open(links[0].document, links[0].first - 1)
        elif forms.documents:
            self._open(forms.documents[0].code, 0)
        else:
            self._shown = ""
            self.say_empty(tr("这份投标没有附件"), tr("所有内容都在表单里，见右侧。"))
        return self._words(links)

    def show_forms(self, forms: BidForms) -> None:
        """Offer the documents of this bid; the one in view stays."""
        if self._forms is forms:
            return
        self._forms = forms
        here = self.document_code
        self._choice.blockSignals(True)
        self._choice.clear()
        for document in forms.documents:
            self._choice.addItem(document.title, document.code)
        self._choice.setCurrentIndex(max(0, self._choice.findData(here)))
        self._choice.blockSignals(False)
        self._choice.setEnabled(bool(forms.documents))
        self._offer_responses()

    def show_page(self, document: str, page: int) -> None:
        """Open a page, counted from 1, of a document of the bid that is shown."""
        self._open(document, page - 1)

    @property
    def document_code(self) -> str:
        """Code of the document in view; empty when there is none."""
        return str(self._choice.currentData() or "")

    def _words(self, links: list[EvidenceLink]) -> str:
        if not links or self._forms is None:
            return tr("投标人没有指出页码")
        titles = {document.code: document.title for document in self._forms.documents}
        parts = []
        for link in links:
            pages = (
                tr("第 {first} 页", first=link.first)
                if link.first == link.last
                else tr("第 {first}–{last} 页", first=link.first, last=link.last)
            )
            parts.append(f"{titles.get(link.document, '')} {pages}".strip())
        return "；".join(parts)

    def _chosen(self) -> None:
        self._open(str(self._choice.currentData() or ""), 0)

    def _open(self, code: str, page: int) -> None:
        document = self._forms.document(code) if self._forms else None
        if document is None:
            return
        self._choice.blockSignals(True)
        self._choice.setCurrentIndex(self._choice.findData(code))
        self._choice.blockSignals(False)
        self._page = page
        if self._shown == document.sha256:
            self.go(page)
            return
        self._shown = document.sha256
        if not document.path.endswith(".pdf"):
            self.say_empty(tr("这份文件不是 PDF"), document.title)
            return
        self.say_empty(tr("正在打开 {title}", title=document.title))
        desk = self._context.desk
        job = desk.start(desk.tenders.read, document.sha256)
        self._context.home(
            job.future, self, partial(self._arrived, document.title, document.sha256), lambda _problem: self._absent()
        )

    def _arrived(self, title: str, sha256: str, data: bytes) -> None:
        if self._shown == sha256:
            if self._with_seals:
                show_document(self._context, self, title, data)
            else:
                self.show_pdf(title, data)
            self.go(self._page)

    def _absent(self) -> None:
        self._shown = ""
        self.say_empty(tr("这份文件还没有取到"), tr("联网后再打开；其余内容不受影响。"))
