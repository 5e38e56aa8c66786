"""磋商、谈判的一轮, in words: what was asked, what was changed, who answered; the papers of a response, to read and to keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.acts import Act
from client.views.talks import TalksStory
from procurement.evaluation.talks import ResponsePaper, TalksNotice, TalksResponse, TalksRound, TermChange
from ui.boards.copies import Paper
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Facts, scrolled
from ui.kit.countdown import exact_text
from ui.kit.focus import FocusRing
from ui.kit.text import clear, column, label, row
from ui.theme import wide

Pairs = list[tuple[str, str]]


def kind_word(kind: str) -> str:
    """What of the tender may change, as people call it."""
    words = {"technical": tr("技术要求"), "service": tr("服务要求"), "contract": tr("合同草案条款")}
    return words.get(kind, kind)


def round_word(number: int) -> str:
    return tr("第 {number} 轮", number=number)


def change_text(change: TermChange) -> str:
    """One change of terms: what, where, from what to what."""
    where = f"{kind_word(change.kind)} {change.place}"
    if not change.before:
        return tr("{where}：增加“{after}”", where=where, after=change.after)
    return tr("{where}：“{before}”改为“{after}”", where=where, before=change.before, after=change.after)


def words_of(said: TalksRound | TalksNotice) -> Pairs:
    """What a round asks of all, and changes."""
    pairs = [(tr("轮次"), round_word(said.round)), (tr("要求"), said.subject)]
    return pairs + [(tr("变动"), change_text(change)) for change in said.changes]


def notice_pairs(talks: TalksStory, notice: Act[TalksNotice]) -> Pairs:
    """A round as one bidder was told it."""
    pairs = words_of(notice.value) + [(tr("单独提出"), text) for text in notice.value.points]
    pairs.append((tr("时限"), exact_text(talks.until(notice))))
    return pairs + [(tr("延长"), reason) for reason in talks.extended_for(notice)]


def response_pairs(talks: TalksStory, notice: Act[TalksNotice]) -> Pairs:
    """What a bidder answered, and when; nothing while it has not."""
    given = talks.response(notice)
    if given is None:
        return []
    return [(tr("答复"), given.value.text), (tr("收到"), exact_text(given.item.t_recv))]


class ResponsePapers(QWidget):
    """The PDFs of a response, a line each."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._shown = context, tuple[ResponsePaper, ...]()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)

    def show_papers(self, papers: Sequence[ResponsePaper]) -> None:
        if tuple(papers) == self._shown:
            return
        self._shown = tuple(papers)
        clear(self._box)
        for number, one in enumerate(papers, 1):
            paper = Paper(self._context, one.title, f"response-{number}")
            paper.show_paper(one.sha256)
            self._box.addWidget(paper)


class ResponsesDialog(QDialog):
    """Every response of one bidder, round by round: what binds it beside its bid."""

    def __init__(self, parent: QWidget, context: Context, talks: TalksStory, supplier: str, name: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("各轮响应"))
        self.resize(wide(640), wide(520))
        inner = QWidget()
        parts: list[QWidget | int] = []
        for notice, given in responses_of(talks, supplier):
            parts.append(Facts((*notice_pairs(talks, notice), *response_pairs(talks, notice)), name_width=72))
            papers = ResponsePapers(context)
            papers.show_papers(given.value.papers)
            parts.append(papers)
        inner.setLayout(column(*parts, 0, spacing=14))
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        words = tr("{name}：响应与投标文件不同的，以最后一轮响应为准。", name=name)
        box = column(label(words, "small", "text2", wrap=True), scrolled(inner), row(0, close), spacing=12)
        box.setContentsMargins(20, 18, 20, 18)
        self.setLayout(box)
        self._ring = FocusRing(self)


def responses_of(talks: TalksStory, supplier: str) -> Iterable[tuple[Act[TalksNotice], Act[TalksResponse]]]:
    """Rounds that a bidder answered, with its answers, in order."""
    for notice in talks.own_notices(supplier):
        given = talks.response(notice)
        if given is not None:
            yield notice, given
