"""招标文件: the documents of the package at the left, the open one at the right."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from client.views.lots import LotStory
from procurement.tendering.package import PackageFile
from ui.boards.copies import ask_copy, file_name, told
from ui.boards.methods import method_words
from ui.boards.seals import show_document
from ui.boards.suites import suite_words
from ui.context import Context
from ui.i18n import tr
from ui.kit.banner import Banner
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.countdown import moment_text
from ui.kit.money import money_text
from ui.kit.pdf import PdfPane
from ui.kit.progress import size_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, row


class DocumentsPane(QWidget):
    """Reads documents; nothing here needs a session (R-083). `question`: the person wants to ask about them."""

    question = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._table: Table[PackageFile] = Table(
            (Column(tr("文件"), lambda one: Cell(one.title, size_text(one.size)), 0),),
            tr("招标文件目录"),
            row_height=56,
        )
        self._table.on_selected(self._open)
        self._facts = Facts(name_width=88)
        listing = Card(tr("招标文件目录"), flush=True)
        listing.body.addWidget(self._table, 1)
        foot = listing.foot()
        self._one = button(tr("另存这份文件"), "link", self._ask_copy, small=True, object_name="save-file")
        self._all = button(tr("下载整套文件"), "link", self._ask_folder, small=True, object_name="save-package")
        for made in (self._one, self._all):
            foot.addWidget(made)
        foot.addStretch(1)
        self._story: LotStory | None = None
        facts = Card(tr("项目"))
        facts.body.addWidget(self._facts)
        ask = button(tr("提出询问"), "link", self.question.emit, small=True, object_name="ask-question")
        facts.body.addLayout(row(ask, 0))
        left = QWidget()
        left.setLayout(column(facts, listing, spacing=12))
        self._pane = PdfPane(tr("文件"))
        self._pane.say_empty(tr("选择左边的文件"))
        self._asked = ""
        self._corrected = Banner()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._corrected)
        box.addWidget(columns(left, self._pane, left_width=372))

    def show_story(self, story: LotStory) -> None:
        tender = story.tender.model
        assert tender is not None
        self._story = story
        lot = tender.lot(story.lot)
        deposit = money_text(lot.deposit.amount) if lot.deposit else tr("不收取")
        self._facts.set_pairs(
            (
                (tr("采购人"), tender.purchaser.name),
                (tr("代理机构"), tender.agency.name),
                (tr("采购方式"), method_words(tender.profile.title)),
                (tr("预算（元）"), money_text(lot.budget)),
                (tr("最高限价（元）"), money_text(lot.money_ceiling)),
                (tr("提交截止"), moment_text(tender.deadline)),
                (tr("投标保证金"), deposit),
                (tr("算法"), suite_words(tender.suite)),
                (tr("版本"), tr("第 {version} 版", version=story.tender.package.version)),
            )
        )
        self._show_correction(story)
        files = story.tender.package.files
        self._table.show_rows(files)
        self._one.setEnabled(bool(files))
        if files and not self._table.currentIndex().isValid():
            first = next((place for place, one in enumerate(files) if one.media == "application/pdf"), 0)
            self._table.selectRow(first)

    def _show_correction(self, story: LotStory) -> None:
        package = story.tender.package
        if package.correction is None:
            self._corrected.hide()
            return
        moved = tr("提交截止 {moment}。", moment=moment_text(package.deadline))
        affects = (
            tr("影响投标文件编制，请按新版投标。") if package.correction.affects_bids else tr("不影响投标文件编制。")
        )
        title = tr("第 {version} 版更正：{reason}", version=package.version, reason=package.correction.reason)
        self._corrected.say("warn", title, affects + moved)

    def _open(self, file: PackageFile) -> None:
        if file.media != "application/pdf":
            self._pane.say_empty(tr("这份文件不是 PDF"), tr("可另存后用它自己的软件打开。"))
            return
        self._asked = file.sha256
        self._pane.say_empty(tr("正在打开 {title}", title=file.title))
        self._context.start(self, partial(self._show, file), self._context.desk.tenders.read_file, file)

    def _show(self, file: PackageFile, data: bytes) -> None:
        if self._asked == file.sha256:
            show_document(self._context, self._pane, file.title, data, expected=False)

    # -- copies to keep: free, and nobody is told who took them

    def _ask_copy(self) -> None:
        file = self._table.row()
        if file is not None:
            ask_copy(self._context, self, file.title, file.sha256, Path(file.path).suffix)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, tr("选择文件夹，整套文件存到里面的新文件夹"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.save_all(Path(path)))
        dialog.open()

    def save_all(self, folder: Path) -> None:
        """Write the signed package into a new folder inside this one."""
        assert self._story is not None
        tender = self._story.tender
        name = tr("{title} 第 {version} 版", title=tender.title, version=tender.package.version)
        target = folder / file_name(name)
        self._context.start(self, partial(told, self), self._context.desk.tendering.save_package, tender.id, target)
