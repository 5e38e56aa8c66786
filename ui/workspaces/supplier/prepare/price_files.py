"""A price table to an Excel file and back: what an import would change is shown before anything is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton, QWidget

from procurement.bidding.price_import import GridRow, Proposal, RefusedRow
from procurement.tendering.quote import PriceTable
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.money import money_text
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column, label, row
from ui.messages import words_of
from ui.theme import wide

FILTER = "Excel (*.xlsx)"


@dataclass(frozen=True, slots=True)
class PriceFiles:
    """The work behind the buttons, done elsewhere; the last argument is told the result."""

    write: Callable[[Path, PriceTable, Sequence[GridRow], Callable[[Path], object]], object]
    read: Callable[[Path, PriceTable, Sequence[GridRow], Callable[[Proposal], object]], object]


@dataclass(frozen=True, slots=True)
class _Line:
    where: str
    what: str
    before: str
    after: str
    state: State
    note: str = ""


def lines_of(found: Proposal) -> tuple[_Line, ...]:
    """Refused lines first, then amounts that were computed anew, then the cells that change."""
    lines = [_refused(one) for one in found.refused]
    lines += [
        _Line(
            _where(one.line) if one.line else tr("合计"),
            tr("金额"),
            f"{one.sheet:,f}",
            f"{one.computed:,f}",
            needs(tr("重新计算")),
        )
        for one in found.differences
    ]
    lines += [
        _Line(_where(one.line), one.column, one.before or "—", one.after or tr("清空"), done(tr("改动")))
        for one in found.changes
    ]
    return tuple(lines)


def _refused(one: RefusedRow) -> _Line:
    words = words_of(one.problem)
    return _Line(_where(one.line), one.column, "", words.title, blocked(tr("不导入")), words.remedy)


def _where(line: int) -> str:
    return tr("第 {row} 行", row=line)


def summary(found: Proposal) -> str:
    """One line about the whole import."""
    words = tr(
        "改动 {cells} 格，新增 {added} 行，{refused} 行有误不导入。导入后合计 {total} 元，由本机逐行计算",
        cells=len(found.changes),
        added=found.added,
        refused=len(found.refused),
        total=money_text(found.total),
    )
    if found.formulas:
        words += "。" + tr("{count} 个公式格按其数值读取", count=found.formulas)
    return words


class ImportPreview(QDialog):
    """What the file would do to the table. Accepted only by the button."""

    def __init__(self, parent: QWidget, name: str, found: Proposal) -> None:
        super().__init__(parent)
        title = tr("从 Excel 导入：{name}", name=name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(wide(860), 520)
        lines = lines_of(found)
        self.table: Table[_Line] = Table(
            (
                Column(tr("Excel 中的行"), lambda one: Cell(one.where), 120),
                Column(tr("列"), lambda one: Cell(one.what), 120),
                Column(tr("现在"), lambda one: Cell(one.before, tone="text2"), 130, "right"),
                Column(tr("导入后"), lambda one: Cell(one.after, one.note), 0),
                Column(tr("处理"), lambda one: Cell(state=one.state), 130),
            ),
            tr("导入预览"),
            row_height=44,
        )
        self.table.show_rows(lines)
        useful = bool(found.changes or found.added)
        words = summary(found) if useful or lines else tr("文件与现有内容相同，没有要改的。")
        note = tr("现在还没有改动任何内容；导入后可按 Ctrl+Z 或“撤销”退回")
        self.keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act: QPushButton = button(tr("导入"), "primary", self.accept, object_name="act")
        self.act.setEnabled(useful)
        parts = (label(title, "title", wrap=True), label(words, "small", "text2", wrap=True), self.table)
        box = column(*parts, label(note, "hint", wrap=True), row(0, self.keep, self.act), spacing=12)
        box.setStretch(2, 1)
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self._ring = FocusRing(self)
        (self.act if useful else self.keep).setFocus()


def ask_target(parent: QWidget, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Where to write; an existing file is asked about by the dialog itself."""
    dialog = QFileDialog(parent, tr("导出到 Excel"), f"{name}.xlsx", FILTER)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    return _opened(dialog, then)


def ask_source(parent: QWidget, then: Callable[[Path], object]) -> QFileDialog:
    dialog = QFileDialog(parent, tr("从 Excel 导入"), "", FILTER)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _opened(dialog, then)


def _opened(dialog: QFileDialog, then: Callable[[Path], object]) -> QFileDialog:
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
