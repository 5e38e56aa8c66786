"""资料库: licences, performance, people with their dates, kept encrypted on this computer and put into any bid."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from client.changes import Changes
from client.workflows.drafting import Taken
from procurement.basics.moment import shanghai_date
from procurement.basics.problems import Problem
from procurement.basics.typed import title_of
from procurement.bidding.library import Evidence, fitting
from ui.boards.seals import show_document
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card
from ui.kit.choice import Choice
from ui.kit.files import DropZone
from ui.kit.focus import FocusRing
from ui.kit.page import Page
from ui.kit.tables import Table
from ui.kit.text import Line, column, label, row
from ui.kit.viewer import Viewer
from ui.theme import wide
from ui.workspaces.supplier.library_entry import EntryDialog
from ui.workspaces.supplier.library_words import evidence_columns, kind_words, matches, standing
from ui.workspaces.supplier.prepare.adding import Adding

SUFFIXES = "(*.pdf *.jpg *.jpeg *.png *.tif *.tiff *.bmp *.docx *.xlsx)"


class LibraryPage(Page):
    """A list with filters; adding, new versions, other words, removal that can be undone."""

    topic = "supplier-library"

    def __init__(self, context: Context) -> None:
        super().__init__(head=64, foot=False)
        self._context, self._library = context, context.desk.bidding.library
        self._gone: Evidence | None = None
        self.head.show_title(tr("资料库"))
        self._search = QLineEdit()
        self._search.setProperty("tool", True)
        self._search.setPlaceholderText(tr("按名称、编号、持有人查找"))
        self._search.setAccessibleName(tr("查找资料"))
        self._search.setObjectName("library-search")
        self._search.setFixedWidth(wide(280))
        self._search.textChanged.connect(lambda _text: self.refresh())
        self.head.aside.addWidget(self._search)
        self._kind = _choice("library-kind", tr("类别"), kind_words())
        ends = {"over": tr("已过期"), "soon": tr("30 天内到期"), "holds": tr("未过期")}
        self._ends = _choice("library-ends", tr("有效期"), ends)
        for made in (self._kind, self._ends):
            made.currentIndexChanged.connect(lambda _place: self.refresh())
        zone = DropZone(
            tr("添加资料"), tr("PDF；图片、Word、Excel 转为 PDF。加密存放在本机，不上传"), suffixes=SUFFIXES
        )
        self.adding = Adding()
        self.adding.begin.connect(partial(self._take, ""))
        zone.on_given(self.adding.add)
        day = shanghai_date(context.now())
        self.table: Table[Evidence] = Table(evidence_columns(day), tr("资料"), row_height=48)
        self.table.setObjectName("library")
        self.table.on_activated(self._show)
        self.table.on_selected(lambda _one: self._show_tools())
        self._tools = (
            button(tr("换新版本"), "link", self._ask_version, small=True, object_name="replace"),
            button(tr("修改"), "link", self._ask_words, small=True, object_name="revise"),
            button(tr("移除"), "link", self._remove, small=True, object_name="remove"),
        )
        self._told = Line("", "hint")
        self._undo = button(tr("撤销移除"), "link", self._put_back, small=True, object_name="undo-remove")
        self._undo.hide()
        card = Card(tr("本单位的资料"), flush=True)
        self._count = card.note
        holder = QWidget()
        holder.setLayout(column(zone, self.adding, row(self._kind, self._ends, 0), spacing=10))
        holder.layout().setContentsMargins(16, 12, 16, 10)  # type: ignore[union-attr]
        card.body.addWidget(holder)
        card.body.addWidget(self.table, 1)
        foot = card.foot()
        for tool in self._tools:
            foot.addWidget(tool)
        foot.addWidget(self._undo)
        foot.addWidget(self._told, 1)
        self.body.addWidget(card, 1)
        context.watch(self, self._heard)
        self.refresh()

    def work(self) -> QWidget:
        return self.table

    def _heard(self, changes: Changes) -> None:
        if changes.drafts:
            self.refresh()

    def refresh(self) -> None:
        day = shanghai_date(self._context.now())
        entries = self._library.all().entries
        kind, ends, words = self._kind.currentData(), self._ends.currentData(), self._search.text()
        shown = [
            one
            for one in entries
            if (not kind or one.kind == kind) and matches(one, words) and _ends(ends, standing(one, day))
        ]
        chosen = self.table.row()
        self.table.show_rows(sorted(shown, key=lambda one: (list(kind_words()).index(one.kind), one.title)))
        codes = [one.id for one in self.table.rows_model.rows]
        if codes:
            self.table.selectRow(codes.index(chosen.id) if chosen is not None and chosen.id in codes else 0)
        self._count.setText(tr("共 {count} 份", count=len(entries)) + " · " + tr("双击预览"))
        self._show_tools()

    def _show_tools(self) -> None:
        for tool in self._tools:
            tool.setEnabled(self.table.row() is not None)
        self._undo.setVisible(self._gone is not None)

    def _say(self, words: str) -> None:
        self._told.setText(words)
        self.refresh()

    # -- adding

    def _take(self, replaces: str, path: Path) -> None:
        desk = self._context.desk
        job = desk.start(self._library.take, path)
        self.adding.may_stop(job.cancel)
        self._context.progress(job, self.adding, self.adding.step)
        then = partial(self._taken, replaces, title_of(path.stem))
        self._context.home(job.future, self, then, self._not_taken, self.adding.ended)

    def _taken(self, replaces: str, title: str, taken: Taken) -> None:
        self.adding.ended()
        entry = self._library.all().entry(replaces)
        dialog = EntryDialog(self.window(), self._context, title, entry, taken)
        dialog.kept.connect(lambda: self._say(tr("已存入资料库")))
        dialog.open()

    def _not_taken(self, problem: Problem) -> None:
        self.adding.ended()
        self._context.tell_problem(self, problem)

    def _ask_version(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            dialog = QFileDialog(self, tr("选择新版本的文件"), "", SUFFIXES)
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.fileSelected.connect(lambda path: self.bring_version(chosen.id, Path(path)))
            dialog.open()

    def bring_version(self, code: str, path: Path) -> None:
        """A new issue of an entry from a file."""
        self._take(code, path)

    # -- entries

    def _ask_words(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            dialog = EntryDialog(self.window(), self._context, chosen.title, chosen, None)
            dialog.kept.connect(lambda: self._say(tr("已修改")))
            dialog.open()

    def _remove(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            self._context.start(self, self._removed, self._library.remove, chosen.id)

    def _removed(self, entry: Evidence) -> None:
        self._gone = entry
        self._say(tr("已移除《{title}》；已放进投标文件的不受影响", title=entry.title))

    def _put_back(self) -> None:
        if self._gone is not None:
            gone, self._gone = self._gone, None
            self._context.start(self, lambda _entry: self._say(tr("已放回")), self._library.put_back, gone)

    def _show(self, entry: Evidence) -> None:
        viewer = Viewer(self.window(), entry.title)
        shown = partial(show_document, self._context, viewer.pane, entry.title)
        self._context.start(viewer, shown, self._library.read, entry.file.sha256)
        viewer.open()


class LibraryDialog(QDialog):
    """从资料库选用: `then` gets the entry that goes into the bid; expiry is judged on the day of the opening."""

    def __init__(
        self, parent: QWidget, context: Context, tender: str, wanted: str, then: Callable[[Evidence], object]
    ) -> None:
        super().__init__(parent)
        library = context.desk.bidding.library
        self._then, self._entries = then, library.all()
        day = shanghai_date(library.deadline(tender))
        title = tr("从资料库选用")
        self.setWindowTitle(title)
        self.setObjectName("library-dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(wide(820), max(640, parent.width() - 60)), min(wide(520), max(420, parent.height() - 60)))
        self._search = QLineEdit()
        self._search.setPlaceholderText(tr("按名称、编号、持有人查找"))
        self._search.setAccessibleName(tr("查找资料"))
        self._search.setObjectName("library-search")
        self._search.textChanged.connect(lambda _text: self._list())
        self._first = [one.id for one in fitting(self._entries, wanted)] if wanted else []
        self.table: Table[Evidence] = Table(evidence_columns(day), title, row_height=48)
        self.table.setObjectName("library")
        self.table.on_activated(lambda _one: self._use())
        self.table.on_selected(lambda _one: self._show_tools())
        said = tr("状态按开标日 {day} 判断。", day=day.isoformat())
        if not self._entries.entries:
            said = tr("资料库还是空的：在左侧“资料库”里添加一次，以后每次投标都能用。")
        elif self._first:
            said += tr("与“{slot}”相符的排在前面。", slot=wanted)
        keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act = button(tr("放进投标文件"), "primary", self._use, object_name="act")
        box = column(
            label(title, "title"), label(said, "small", "text2", wrap=True), self._search, self.table,
            row(0, keep, self.act), spacing=12,
        )  # fmt: skip
        box.setContentsMargins(20, 18, 20, 16)
        box.setStretch(3, 1)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self._list()
        self.table.setFocus()

    def _list(self) -> None:
        found = [one for one in self._entries.entries if matches(one, self._search.text())]
        self.table.show_rows(sorted(found, key=lambda one: (one.id not in self._first, one.title)))
        if found:
            self.table.selectRow(0)
        self._show_tools()

    def _show_tools(self) -> None:
        self.act.setEnabled(self.table.row() is not None)

    def _use(self) -> None:
        chosen = self.table.row()
        if chosen is not None:
            self._then(chosen)
            self.accept()


def _choice(code: str, name: str, entries: dict[str, str]) -> Choice:
    made = Choice()
    made.setProperty("tool", True)
    made.setObjectName(code)
    made.setAccessibleName(name)
    made.setMinimumWidth(wide(120))
    made.addItem(tr("{what}：全部", what=name), "")
    for value, words in entries.items():
        made.addItem(words, value)
    return made


def _ends(wanted: str, found: str) -> bool:
    return not wanted or found == wanted or (wanted == "holds" and found in ("forever", "soon"))
