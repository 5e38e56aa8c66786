"""待送达: acts that are signed and wait for the platform. Where the line is down they leave as a file, which any computer delivers."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from client.workflows.relaying import SUFFIX, Carried, Waiting
from procurement.basics.problems import Problem
from procurement.bidding.receipt import Receipt
from ui.boards.act_codes import CodesDialog
from ui.boards.act_page import ActPage
from ui.boards.ledger import act_word
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, needs, waits
from ui.kit.buttons import button
from ui.kit.countdown import exact_text
from ui.kit.dialogs import tell
from ui.kit.listing import Listing
from ui.kit.tables import Cell, Column, Table


class OutboxPage(ActPage):
    """What waits goes by itself as soon as there is a line; the buttons are for when there is none."""

    topic = "outbox"

    def __init__(self, context: Context) -> None:
        super().__init__(context, head=84)
        self.head.show_title(tr("待送达"), under=tr("已签名、还没有得到平台答复的事项；一有网络就自动送达"))
        self._table: Table[Waiting] = Table(
            (
                Column(tr("事项"), lambda one: Cell(act_word(one.act), one.subject, weight=500), 0),
                Column(tr("签名时间"), lambda one: Cell(exact_text(one.signed)), 190),
                Column(tr("状态"), lambda one: Cell(state=self._state(one)), 170),
            ),
            tr("待送达"),
            row_height=56,
        )
        self._table.on_selected(lambda _one: self.settle_foot())
        text = tr("没有网络时，签名的事项会在这里等候，也可以存成文件带到有网络的电脑上送达。")
        self._list = Listing(self._table, "sync", "mute", tr("没有待送达的事项"), text)
        self.body.addWidget(self._list, 1)
        self.listen()

    def work(self) -> QWidget:
        return self._table

    def refresh(self) -> None:
        self._list.show_rows(self.context.desk.relaying.waiting(), 0)
        self.settle_foot()

    def _state(self, one: Waiting) -> State:
        return waits(tr("等候网络")) if one.may_leave else needs(tr("只能联网送达"))

    def show_foot(self) -> None:
        chosen = self._table.row()
        bring = button(tr("投递带来的文件"), pressed=self._choose, icon="upload", object_name="deliver-carried")
        read = button(tr("读二维码图片"), pressed=self._choose_pictures, object_name="read-codes")
        if chosen is None:
            self.foot.say("mute", tr("没有待送达的事项"), tr("也可以替别人投递带来的签名文件"))
            self.foot.set_buttons(read, bring)
            return
        show = button(tr("显示成二维码"), pressed=self.show_codes, object_name="show-codes")
        show.setEnabled(chosen.may_leave)
        write = button(tr("存成文件带走"), "primary", self._ask_target, icon="download", object_name="write-carried")
        write.setEnabled(chosen.may_leave)
        self.foot.say("warn", tr("还没有送达"), tr("以平台收到的时间为准；拿到回执才算数"))
        self.foot.set_buttons(read, bring, show, write)

    # -- writing

    def show_codes(self) -> None:
        """The chosen act as QR codes; one that is too large for them leaves as a file."""
        chosen = self._table.row()
        if chosen is not None:
            shown = partial(self._show_codes, act_word(chosen.act))
            self.context.start(self, shown, self.context.desk.relaying.codes, chosen.id)

    def _show_codes(self, title: str, texts: tuple[str, ...]) -> None:
        CodesDialog(self.window(), title, texts).open()

    def _ask_target(self) -> None:
        row = self._table.row()
        assert row is not None
        name = f"{act_word(row.act)}-{row.id[:8]}{SUFFIX}"
        dialog = QFileDialog(self, tr("存成文件带走"), name, f"Jincai (*{SUFFIX})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda path: self.write_to(row.id, Path(path)))
        dialog.open()

    def write_to(self, statement_id: str, path: Path) -> None:
        self.do(tr("正在写文件"), self.context.desk.relaying.write, statement_id, path, then=self._written)

    def _written(self, path: Path) -> None:
        text = tr("请在时限内用有网络的电脑打开本程序，在“待送达”里投递这个文件。文件已签名，别人改不了。")
        tell(self.window(), tr("已存成文件"), text, str(path))

    # -- delivering

    def _choose_pictures(self) -> None:
        dialog = QFileDialog(self, tr("选择二维码图片，可以多选"), "", tr("图片") + " (*.png *.jpg *.jpeg *.bmp)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.read_pictures([Path(path) for path in paths]))
        dialog.open()

    def read_pictures(self, pictures: list[Path]) -> None:
        """Put the act together from its pictures, beside the first of them, and offer to deliver it."""
        if pictures:
            target = pictures[0].with_suffix(SUFFIX)
            gather = self.context.desk.relaying.gather
            self.do(tr("正在读图片"), gather, pictures, target, then=self.offer)

    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("选择带来的签名文件"), "", f"Jincai (*{SUFFIX})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.offer(Path(path)))
        dialog.open()

    def offer(self, path: Path) -> None:
        """Show whose act it is, and deliver it when the person says so."""
        try:
            carried = self.context.desk.relaying.read(path)
        except Problem as problem:
            self.context.tell_problem(self, problem)
            return
        word = act_word(carried.content.act)
        text = tr(
            "{word}，由{name}签名。平台以收到的时间为准，回执会存在文件旁边。", word=word, name=carried.signer.name
        )
        self.confirm(tr("投递这个文件？"), text, tr("投递"), tr("不投递"), lambda: self._deliver(path, carried))

    def _deliver(self, path: Path, carried: Carried) -> None:
        receipt = path.with_name(f"receipt-{carried.id[:8]}.json")
        deliver = self.context.desk.relaying.deliver
        self.do(tr("正在投递"), deliver, path, receipt, then=lambda given: self._delivered(given, receipt))

    def _delivered(self, given: Receipt, receipt: Path) -> None:
        text = tr("平台于 {time} 收到。请把回执带回去。", time=exact_text(given.entry().t_recv))
        tell(self.window(), tr("已送达"), text, str(receipt))
