"""打印投标文件: the bid as one PDF to read on paper, before it is signed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from client.workflows.printing import Printed
from ui.boards.copies import file_name
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.forms import FieldSpec
from ui.kit.progress import size_text
from ui.kit.viewer import Viewer
from ui.workspaces.supplier.prepare.carry import WorkDialog
from ui.workspaces.supplier.prepare.sheet import Sheet


class PrintDialog(WorkDialog):
    """Asks whether the documents go behind the print, and where to; then prints, and offers to read it here."""

    def __init__(self, parent: QWidget, context: Context, sheet: Sheet) -> None:
        papers = [one for one in sheet.forms.documents if one.path.endswith(".pdf")]
        said = tr(
            "把已填写的内容印成一个 PDF，供签章前在纸上通读：有目录、编号和页码，逐页标明“未签章稿”，附件列出页数和摘要。"
            "它不是投标文件，不能代替签章、加密和递交。文件不加密，请妥善保管。"
        )
        behind = tr("附件正文也印在后面（{count} 份，{size}）", count=len(papers), size=size_text(sum(one.size for one in papers)))  # fmt: skip
        fields = (FieldSpec("attachments", behind, "tick", span=12, required=False),) if papers else ()
        super().__init__(parent, context, tr("打印投标文件"), said, fields)
        self._sheet = sheet
        self.setObjectName("print-bid")

    def beginning(self) -> str:
        return tr("正在排版…")

    def begin(self) -> None:
        title = f"{self._sheet.tender.title} {self._sheet.lot.code} {tr('未签章稿')}"
        dialog = QFileDialog(self, tr("PDF 存到哪里"), file_name(title, ".pdf"), "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(lambda path: self.write(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def write(self, target: Path) -> None:
        """Print to `target`."""
        desk, sheet = self._context.desk, self._sheet
        behind = self.form.values().get("attachments") == "yes"
        job = desk.start(desk.bidding.printing.bid, sheet.tender.id, sheet.lot.code, target, attachments=behind)
        self.work(job, self._written)

    def _step(self, done: int, total: int) -> None:
        if done:
            self._bar.setRange(0, total)
            self._bar.setValue(done)
            self._told.setText(tr("第 {done} 步，共 {count} 步", done=done, count=total))

    def _written(self, found: Printed) -> None:
        self.stopped()
        self.form.hide()
        self.act.hide()
        self.stop.setText(tr("关闭"))
        self._holder.show()
        self._bar.setRange(0, 1)
        self._bar.setValue(1)
        words = [tr("已印出 {name}，{pages} 页", name=found.path.name, pages=found.pages)]
        if found.left_out:
            words.append(tr("不是 PDF、只列入清单的附件：{titles}", titles="、".join(found.left_out)))
        self._told.setText("。".join(words))
        read = button(tr("在这里看"), "primary", partial(self._read, found.path), object_name="read-print")
        self.buttons.addWidget(read)
        read.show()  # at once: the focus goes there
        read.setFocus()

    def _read(self, path: Path) -> None:
        viewer = Viewer(self, path.name)
        self._context.start(viewer, lambda data: viewer.show_pdf(path.name, data), path.read_bytes)
        viewer.open()
