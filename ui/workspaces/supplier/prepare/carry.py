"""带走草稿 and 合并草稿: the encrypted bundle written and opened, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from client.jobs import Job
from client.workflows.carrying import Carried, Incoming
from procurement.basics.problems import Problem
from procurement.bidding.draft import BidForms
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.forms import FieldSpec, Form
from ui.kit.progress import meter, size_text
from ui.kit.text import Line, column, label, row
from ui.messages import words_of
from ui.theme import wide
from ui.workspaces.supplier.prepare.merge import MergeDialog
from ui.workspaces.supplier.prepare.sheet import Sheet

R = TypeVar("R")
SUFFIX = "jcdraft"
MIN_PASSPHRASE = 12


class WorkDialog(QDialog):
    """A dialog with a passphrase, one long work, its progress, and a button that stops it."""

    def __init__(self, parent: QWidget, context: Context, title: str, said: str, fields: tuple[FieldSpec, ...]) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job[Any] | None = None
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(wide(500))
        self.form = Form(fields)
        self._bar = meter(title)
        self._told = Line("", "hint")
        self._holder = QWidget()
        self._holder.setLayout(column(self._bar, self._told, spacing=6))
        self._holder.hide()
        self.stop = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act = button(title, "primary", self.begin, object_name="act")
        self.buttons = row(0, self.stop, self.act)
        box = column(
            label(title, "title", wrap=True), label(said, "small", "text2", wrap=True), self.form, self._holder,
            self.buttons, spacing=12,
        )  # fmt: skip
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self.resize(wide(500), box.heightForWidth(wide(500)))  # words that wrap need more than their hint says
        self._ring = FocusRing(self)

    def begin(self) -> None:
        """Start the work."""

    def beginning(self) -> str:
        """What is done before anything can be counted."""
        return tr("正在由口令计算密钥…")

    def work(self, job: Job[R], done: Callable[[R], object]) -> None:
        """Show the progress of a job until it ends."""
        self._job = job
        self.form.setEnabled(False)
        self.act.setEnabled(False)
        self._bar.setRange(0, 0)
        self._told.setText(self.beginning())
        self._holder.show()
        self._context.progress(job, self, self._step)
        self._context.home(job.future, self, done, self._failed, self.stopped)

    def _step(self, done: int, total: int) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * done / max(1, total)))
        self._told.setText(f"{size_text(done)} / {size_text(total)}")

    def stopped(self) -> None:
        """The work has ended without a result."""
        self._job = None
        self.form.setEnabled(True)
        self.act.setEnabled(True)
        self._holder.hide()

    def _failed(self, problem: Problem) -> None:
        self.stopped()
        if problem.code in ("draft-bundle-passphrase-wrong", "passphrase-too-short"):
            self.form.show_errors({"passphrase": words_of(problem).title})
            self.form.fields["passphrase"].control.setFocus()
        else:
            self._context.tell_problem(self, problem)

    def reject(self) -> None:
        """Stops the work first; closes when nothing runs."""
        if self._job is not None:
            self._job.cancel()
        else:
            super().reject()


class TakeDialog(WorkDialog):
    """Asks for a passphrase and a place, then writes."""

    def __init__(self, parent: QWidget, context: Context, sheet: Sheet) -> None:
        size = size_text(sum(one.size for one in sheet.forms.documents))
        said = tr(
            "草稿和 {count} 份附件（{size}）写成一个加密文件，可在另一台电脑或由同事继续编，再合并回来。"
            "口令请另行告知，不要和文件放在一起；忘了口令，这个文件就打不开。",
            count=len(sheet.forms.documents), size=size,
        )  # fmt: skip
        fields = (
            FieldSpec("passphrase", tr("草稿包口令"), "secret", note=tr("至少 12 个字符"), span=12),
            FieldSpec("again", tr("再输一次"), "secret", span=12),
        )
        super().__init__(parent, context, tr("带走草稿"), said, fields)
        self._sheet = sheet
        self.setObjectName("take-draft")

    def begin(self) -> None:
        typed = self.form.values()
        if len(typed["passphrase"]) < MIN_PASSPHRASE:
            self.form.show_errors({"passphrase": tr("至少 12 个字符")})
        elif typed["passphrase"] != typed["again"]:
            self.form.show_errors({"again": tr("两次输入不一样")})
        else:
            self.form.show_errors({})
            name = f"{self._sheet.tender.id}-{self._sheet.lot.code}.{SUFFIX}"
            dialog = QFileDialog(self, tr("草稿包存到哪里"), name, _filter())
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix(SUFFIX)
            dialog.fileSelected.connect(lambda path: self.write(Path(path)))
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def write(self, target: Path) -> None:
        """Write the bundle to `target`."""
        desk, sheet = self._context.desk, self._sheet
        words = self.form.values()["passphrase"]
        job = desk.start(desk.bidding.carrying.write, sheet.tender.id, sheet.lot.code, target, words)
        self.work(job, self._written)

    def _written(self, found: Carried) -> None:
        self.stopped()
        self.form.hide()
        self.act.hide()
        self.stop.setText(tr("关闭"))
        self._holder.show()
        self._bar.setRange(0, 1000)
        self._bar.setValue(1000)
        said = tr("已写出第 {version} 版：{name}，{size}", version=found.version, name=found.path.name, size=size_text(found.size))  # fmt: skip
        self._told.setText(said)


class OpenDialog(WorkDialog):
    """Asks for the passphrase of a bundle, opens it, and goes on to the merge."""

    def __init__(
        self, parent: QWidget, context: Context, sheet: Sheet, source: Path, go_on: Callable[[BidForms], object]
    ) -> None:
        said = tr("打开 {name}，与本机的草稿逐项比较。比较完由你决定，现在不改动任何内容。", name=source.name)
        fields = (FieldSpec("passphrase", tr("草稿包口令"), "secret", span=12),)
        super().__init__(parent, context, tr("合并草稿"), said, fields)
        self._under, self._sheet, self._source, self._go_on = parent, sheet, source, go_on
        self.setObjectName("open-draft")

    def begin(self) -> None:
        self.form.show_errors({})
        desk, sheet = self._context.desk, self._sheet
        words = self.form.values()["passphrase"]
        job = desk.start(desk.bidding.carrying.read, sheet.tender.id, sheet.lot.code, self._source, words)
        self.work(job, self._read)

    def _read(self, found: Incoming) -> None:
        self.stopped()
        MergeDialog(self._under, self._context, self._sheet, found, self._go_on).open()
        self.accept()


def ask_bundle(parent: QWidget, then: Callable[[Path], object]) -> QFileDialog:
    """Which bundle to merge."""
    dialog = QFileDialog(parent, tr("选择草稿包"), "", _filter())
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _filter() -> str:
    return tr("草稿包") + f" (*.{SUFFIX})"
