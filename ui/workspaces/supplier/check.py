"""自检: what must be mended before sealing, and what would be better mended; in the forms, in the PDFs, on this computer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.jobs import Job
from client.views.lots import LotStory
from client.workflows.checking import Checked
from procurement.basics.findings import Finding as LawFinding
from procurement.basics.problems import Problem
from procurement.bidding.draft import BidForms
from procurement.bidding.linking import coverage
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, under_way
from ui.kit.buttons import button
from ui.kit.cards import Card, Checks
from ui.kit.columns import columns
from ui.kit.findings import FindingList
from ui.kit.text import column
from ui.theme.tokens import Tone
from ui.workspaces.supplier.prepare.pane import show_law
from ui.workspaces.supplier.prepare.sections import MACHINE, outline, section_key
from ui.workspaces.supplier.prepare.sheet import Sheet


class CheckPane(QWidget):
    """`asked` carries the key of the section a finding belongs to; `changed` says that the verdict may be another."""

    asked = Signal(str)
    changed = Signal()

    def __init__(self, context: Context, sheet: Sheet) -> None:
        super().__init__()
        self._context, self._sheet = context, sheet
        self._checked: Checked | None = None
        self._of: BidForms | None = None
        """The bid that was looked through last, or is being looked through"""
        self._job: Job[Checked] | None = None
        self._failed = ""
        self._again = button(tr("重新检查"), "link", self._look, icon="sync", small=True, object_name="check-again")
        self._deep = Card(tr("文件与本机"))
        self._deep.head.addWidget(self._again)
        self._deep_rows = QVBoxLayout()
        self._deep.body.addLayout(self._deep_rows)
        self._card = Card(tr("逐节检查"), tr("与封存前的检查是同一套规则"))
        self._checks = QVBoxLayout()
        self._card.body.addLayout(self._checks)
        self._card.body.addStretch(1)
        self._findings = FindingList(tr("要处理的"))
        self._findings.asked.connect(self.asked)
        left = QWidget()
        both = column(self._deep, self._card, spacing=12)
        both.setStretch(1, 1)
        left.setLayout(both)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(None, left, self._findings, right_width=480, first="right"))

    def show_story(self, _story: LotStory) -> None:
        self._show()
        if self._of is None or self._of != self._sheet.forms:
            self._look()

    # -- the PDFs and this computer

    def _look(self) -> None:
        """Look through the PDFs and this computer, on a lane; what is found comes as it is done."""
        if self._job is not None:
            self._job.cancel()
        self._of, self._failed = self._sheet.forms, ""
        desk = self._context.desk
        job = desk.start(desk.bidding.checks.check, self._sheet.tender.id, self._sheet.forms)
        self._job = job
        self._context.progress(job, self, partial(self._step, job))
        self._context.home(job.future, self, partial(self._found, job), partial(self._not_found, job))
        self._show()

    def _step(self, job: Job[Checked], step: int, total: int) -> None:
        if job is self._job:
            words = tr("正在读 {done} / {total} 页", done=step, total=total) if step < total else tr("正在核对签章")
            self._replace(self._deep_rows, [(under_way(tr("附件")), words)])

    def _found(self, job: Job[Checked], checked: Checked) -> None:
        if job is self._job:
            self._job, self._checked = None, checked
            self._show()
            self.changed.emit()

    def _not_found(self, job: Job[Checked], problem: Problem) -> None:
        if job is self._job:
            self._job, self._failed = None, problem.remedy
            self._context.tell_problem(self, problem)
            self._show()

    # -- what is shown

    def _all(self) -> tuple[LawFinding, ...]:
        found = [*self._sheet.findings(), *(self._checked.findings if self._checked is not None else ())]
        return tuple(sorted(found, key=lambda one: not one.blocking))

    def _show(self) -> None:
        found = self._all()
        show_law(self._findings, self._sheet, found)
        by_key: dict[str, list[LawFinding]] = {}
        for one in found:
            by_key.setdefault(section_key(one.where), []).append(one)
        rows = [
            (_state(by_key.get(key, []), title), _counted(by_key.get(key, [])))
            for key, title, _star in outline(self._sheet.tender, self._sheet.lot)
        ]
        self._replace(self._checks, rows)
        self._replace(self._deep_rows, self._deep_lines(found))

    def _deep_lines(self, found: tuple[LawFinding, ...]) -> list[tuple[State, str]]:
        if self._job is not None:
            return [(under_way(tr("附件")), tr("正在检查…"))]
        checked = self._checked
        if checked is None:
            return [(needs(tr("附件")), self._failed or tr("还没有检查"))]
        papers = [one for one in checked.findings if one.where != MACHINE]
        machine = [one for one in checked.findings if one.where == MACHINE]
        linked = coverage(self._sheet.tender, self._sheet.lot, self._sheet.forms)
        read = tr("已读 {papers} 份 PDF，{pages} 页", papers=checked.papers, pages=checked.pages)
        lines = [(_state(papers, tr("附件")), read)]
        if checked.scanned:
            text = tr("{count} 页是图片，没有文字可查", count=checked.scanned)
            lines.append((needs(tr("扫描页")), text))
        count = tr("{linked} / {count} 处有页码", linked=linked.linked, count=len(linked.places))
        make = blocked if linked.missing else done if linked.linked == len(linked.places) else needs
        lines.append((make(tr("标书关联")), count))
        words = tr("{count} 条", count=len(machine)) if machine else tr("时间、空间、证书都正常")
        lines.append((_state(machine, tr("本机与证书")), words))
        return lines

    def _replace(self, box: QVBoxLayout, rows: list[tuple[State, str]]) -> None:
        while (item := box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        box.addWidget(Checks(rows, columns=1, name_width=240))

    def verdict(self) -> tuple[Tone, str, str]:
        """Tone, word and reason for the footer."""
        found = self._all()
        must = sum(one.blocking for one in found)
        if must:
            return "danger", tr("必须处理 {count}", count=must), tr("处理完才能签章加密；建议不影响递交")
        return "ok", tr("没有必须处理的"), tr("建议 {count} 条，不影响递交", count=len(found))


def _counted(found: list[LawFinding]) -> str:
    """How much must be mended in a section, and how much is advice."""
    must = sum(one.blocking for one in found)
    parts = [tr("必须处理 {count}", count=must)] if must else []
    parts += [tr("建议 {count}", count=len(found) - must)] if len(found) > must else []
    return " · ".join(parts) if parts else tr("完成")


def _state(found: list[LawFinding], word: str) -> State:
    if any(one.blocking for one in found):
        return blocked(word)
    return needs(word) if found else done(word)
