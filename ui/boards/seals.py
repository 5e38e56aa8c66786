"""Seals of documents in words: above an open document, and as a list of all seals of the bids."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from client.seals import Seal
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.countdown import exact_text
from ui.kit.pdf import PdfPane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.theme.tokens import Tone


def state_of(seal: Seal) -> State:
    """A seal's state as a badge: the word says it, not only the colour."""
    if seal.state == "sound":
        return needs(tr("其他投标人的印章")) if seal.other_bidder else done(tr("有效，未改动"))
    return {
        "changed": blocked(tr("签后被改动")),
        "broken": blocked(tr("签章无效")),
        "not-believed": needs(tr("签章人不可信")),
        "unreadable": needs(tr("无法读取")),
    }[seal.state]


def words_of_seals(seals: Sequence[Seal]) -> tuple[Tone, str, str]:
    """Tone, fact and detail for the line above an open document."""
    if not seals:
        return "mute", tr("这份文件没有电子签章"), tr("无法据签章判断是谁出具、有没有改动。")
    owners = "；".join(_owner(seal) for seal in seals)
    wrong = [seal for seal in seals if seal.state in ("changed", "broken", "unreadable")]
    if any(seal.state == "broken" for seal in wrong):
        return "danger", tr("签章无效：内容与签署时不符"), owners
    if any(seal.state == "changed" for seal in wrong):
        return "danger", tr("签后被改动：签署以后有人改过这份文件"), owners
    if wrong:
        return "warn", tr("签章无法读取"), tr("这份文件的结构不完整，不能核验签章。")
    if any(seal.state == "not-believed" for seal in seals):
        return "warn", tr("签署后未改动，但签章人的证书或时间戳不可信"), owners
    return "ok", tr("签章 {count} 枚，全部有效，签署后未改动", count=len(seals)), owners


def _owner(seal: Seal) -> str:
    when = exact_text(seal.time) if seal.time else tr("时间不详")
    source = tr("可信时间") if seal.trusted_time else tr("签章人自述时间")
    return f"{seal.owner} {seal.code}，{when}（{source}）"


def show_document(context: Context, pane: PdfPane, title: str, data: bytes, *, expected: bool = True) -> None:
    """Open a document in a pane, and say above it what its seals say as soon as they are checked.

    Where no seal is `expected` (a tender's documents are signed as a package), none is not worth a word.
    """
    pane.show_pdf(title, data)
    shown = pane.shown
    job = context.desk.start(context.desk.seals.of_bytes, title, data)

    def told(seals: Sequence[Seal]) -> None:
        if pane.shown == shown and (seals or expected):
            pane.say_seals(*words_of_seals(seals))

    context.home(job.future, pane, told, lambda _problem: None)


class SealsDialog(QDialog):
    """All seals of some bids, a line each: bid, document, owner, code, time, revision, state."""

    def __init__(self, parent: QWidget, context: Context, ask: Callable[..., Sequence[Seal]], *of: object) -> None:
        """`ask` is the desk's verb that finds the seals, `of` what it is asked about."""
        super().__init__(parent)
        self.setWindowTitle(tr("标书内的电子签章"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(1120, max(640, parent.width() - 80)), 520)
        self._said = label(tr("正在核验"), "small", "text2", wrap=True)
        self.table: Table[Seal] = Table(_columns(context.desk.tenders.name_of), tr("标书内的电子签章"), row_height=44)
        card = Card(tr("标书内的电子签章"), tr("文件、签章人、信用代码、时间、版本、效力"), flush=True)
        card.body.addWidget(self.table, 1)
        close = button(tr("关闭"), "primary", self.accept, object_name="close")
        box = column(self._said, card, row(0, close), spacing=12)
        box.setContentsMargins(16, 16, 16, 16)
        self.setLayout(box)
        context.start(self, self._show, ask, *of)

    def _show(self, seals: Sequence[Seal]) -> None:
        self.table.show_rows(seals)
        bad = sum(seal.state != "sound" or seal.other_bidder for seal in seals)
        self._said.setText(tr("共 {count} 枚签章，{bad} 枚须留意。", count=len(seals), bad=bad))


def _columns(name_of: Callable[[str], str]) -> tuple[Column[Seal], ...]:
    return (
        Column(tr("投标人"), lambda one: Cell(name_of(one.bidder)), 170),
        Column(tr("文件"), lambda one: Cell(one.document), 0),
        Column(tr("签章人"), lambda one: Cell(one.owner, one.code), 220),
        Column(tr("时间"), _time, 190),
        Column(tr("版本"), lambda one: Cell(tr("{one} / {all}", one=one.revision, all=one.revisions), one.level), 80),
        Column(tr("效力"), lambda one: Cell(state=state_of(one)), 160),
    )


def _time(seal: Seal) -> Cell:
    source = tr("可信时间") if seal.trusted_time else tr("签章人自述时间")
    return Cell(exact_text(seal.time), source) if seal.time else Cell("—")
