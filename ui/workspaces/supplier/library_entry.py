"""One piece of evidence: its kind, words and dates, when it comes into the library, gets a new version, or is set right."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from client.workflows.drafting import Taken
from procurement.basics.problems import Problem
from procurement.bidding.library import Evidence, EvidenceKind
from ui.context import Context
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.forms import FieldSpec, Form
from ui.kit.text import column, label, row
from ui.messages import words_of
from ui.theme import wide
from ui.workspaces.supplier.library_words import kind_words


class EntryDialog(QDialog):
    """`taken` without `entry`: a new one; both: a new version; `entry` alone: other words. `kept` when it was written."""

    kept = Signal()

    def __init__(
        self, parent: QWidget, context: Context, title: str, entry: Evidence | None, taken: Taken | None
    ) -> None:
        super().__init__(parent)
        self._context, self._entry, self._taken = context, entry, taken
        head = tr("存入资料库") if entry is None else tr("换新版本") if taken is not None else tr("修改资料")
        self.setWindowTitle(head)
        self.setObjectName("evidence-entry")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(wide(560))
        fixed = entry is not None and taken is not None
        self.form = Form(
            (
                FieldSpec("title", tr("名称"), span=8, read_only=fixed),
                FieldSpec("kind", tr("类别"), "choice", choices=tuple(kind_words().items()), span=4, read_only=fixed),
                FieldSpec("number", tr("编号"), required=False, span=6),
                FieldSpec("holder", tr("持有人、客户或发证机关"), required=False, span=6, read_only=fixed),
                FieldSpec("issued", tr("发证日期"), "date", required=False, span=6),
                FieldSpec("expires", tr("有效期止"), "date", required=False, note=tr("空着表示长期"), span=6),
            )
        )
        values = {"title": title, "kind": "licence"}
        if entry is not None:
            values = {"title": entry.title, "kind": entry.kind, "holder": entry.holder, "number": entry.file.number}
            if taken is None:
                values |= {"issued": entry.file.issued, "expires": entry.file.expires}
        self.form.fill(values)
        said = tr("有效期按每个项目的开标日判断，到期的在自检里提醒。")
        if fixed:
            said = tr("旧版本保留，已用旧版本的投标文件会得到提醒。") + said
        keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act = button(tr("保存"), "primary", self.write, object_name="act")
        box = column(
            label(head, "title"),
            label(said, "small", "text2", wrap=True),
            self.form,
            row(0, keep, self.act),
            spacing=12,
        )
        box.setContentsMargins(24, 20, 24, 18)
        self.setLayout(box)
        self.resize(wide(560), box.heightForWidth(wide(560)))  # words that wrap need more than their hint says
        self._ring = FocusRing(self)

    def write(self) -> None:
        """Hand it to the staff; what is wrong is said at its field."""
        self.form.show_errors({})
        library, typed = self._context.desk.bidding.library, self.form.values()
        dated = {name: typed[name] for name in ("number", "issued", "expires")}
        words = {"holder": typed["holder"], **dated}
        kind = cast(EvidenceKind, typed["kind"] or "other")
        start, taken, entry = self._context.desk.start, self._taken, self._entry
        if entry is None:
            assert taken is not None
            job = start(library.add, taken, kind, typed["title"], **words)
        elif taken is not None:
            job = start(library.replace, entry.id, taken, **dated)
        else:
            job = start(library.revise, entry.id, kind, typed["title"], **words)
        self.act.setEnabled(False)
        self._context.home(job.future, self, self._written, self._refused)

    def _written(self, _entry: Evidence) -> None:
        self.kept.emit()
        self.accept()

    def _refused(self, problem: Problem) -> None:
        self.act.setEnabled(True)
        words = words_of(problem).title
        field = {"evidence-title-missing": "title", "evidence-dates-reversed": "expires"}.get(problem.code)
        if problem.code == "evidence-date-malformed":
            field = "issued" if problem.facts.get("given") == self.form.values()["issued"] else "expires"
        if field is None:
            self._context.tell_problem(self, problem)
        else:
            self.form.show_errors({field: words})
