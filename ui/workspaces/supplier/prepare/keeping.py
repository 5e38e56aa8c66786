"""Keeping a bid as one types: soon after a pause, at latest after a while, always based on what this window has read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget

from client.workflows.drafting import Aside, Kept
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.countdown import exact_text
from ui.kit.dialogs import tell
from ui.messages import words_of
from ui.workspaces.supplier.prepare.sheet import Sheet

SAVE_AFTER_MS = 800
SAVE_AT_LATEST_MS = 2400
"""After the first letter that is not kept, also when nobody pauses: a kill takes no more than that"""
AGAIN_AFTER_MS = 5000
"""After a saving that failed"""


READING = ("bid-seals", "preview-bid")
"""Buttons that show and change nothing"""


class Keeper(QWidget):
    """Saves a sheet. `saved` and `failed` carry the words for the footer; what could not be saved is tried again; `overtaken` says that the sheet holds another window's bid now."""

    saved = Signal(str)
    failed = Signal(str)
    overtaken = Signal()

    def __init__(self, owner: QWidget, context: Context, sheet: Sheet) -> None:
        super().__init__(owner)
        self.hide()
        self._context, self._sheet = context, sheet
        self._pause = self._timer(SAVE_AFTER_MS)
        self._latest = self._timer(SAVE_AT_LATEST_MS)
        self._again = self._timer(AGAIN_AFTER_MS)
        self._failing = ""
        """Code of the problem that keeps the draft from being saved; it is told once"""
        sheet.on_changed(self._changed)

    def _timer(self, after: int) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(after)
        made.timeout.connect(self.save)
        return made

    def _changed(self) -> None:
        self._pause.start()
        if not self._latest.isActive():
            self._latest.start()

    @property
    def waiting(self) -> bool:
        """Whether something is typed that is not on its way to the store."""
        return self._pause.isActive() or self._again.isActive()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Keep the bid in the encrypted local store; `then` runs once it is kept. A bid that is only looked at is not kept."""
        self._pause.stop()
        self._latest.stop()
        self._again.stop()
        self._sheet.settle()
        if self._sheet.frozen:
            if then is not None:
                then()
            return
        keep = self._context.desk.bidding.drafts.keep_typed
        job = self._context.desk.start(keep, self._sheet.tender.id, self._sheet.forms, self._sheet.loose)
        self._context.home(job.future, self, partial(self._kept, then), self._not_kept)

    def _kept(self, then: Callable[[], object] | None, kept: Kept) -> None:
        self._failing = ""
        self._sheet.note_machines(kept.machines)
        clock = exact_text(self._context.now())[11:]
        self.saved.emit(tr("已自动保存 {clock}，第 {version} 版，本机加密存放", clock=clock, version=kept.version))
        if then is not None:
            then()

    def _not_kept(self, problem: Problem) -> None:
        if problem.code != "draft-moved-on":
            self._again.start()
            if problem.code != self._failing:
                self._failing = problem.code
                self._context.tell_problem(self, problem)
            self.failed.emit(tr("刚才填写的还没有保存：{why}。稍后自动再存", why=words_of(problem).title))
            return
        drafts = self._context.desk.bidding.drafts
        self._context.start(self, self._put_aside, drafts.set_aside, self._sheet.tender.id, self._sheet.forms)

    def _put_aside(self, aside: Aside) -> None:
        """The other window's bid is shown; what was typed here is one step back, and a version of its own."""
        self._sheet.replace(aside.draft.forms)
        self._sheet.note_machines(aside.draft.forms.machines)
        self._latest.stop()
        if not self._sheet.loose:  # what is half typed here is kept beside the other window's bid
            self._pause.stop()
        self.overtaken.emit()
        text = tr(
            "刚才在这里写的没有丢：存成了第 {version} 版，在“历史版本”里可以看、可以恢复。现在显示的是另一个窗口里的内容。",
            version=aside.version,
        )
        tell(self.window(), tr("这份投标在另一个窗口里改过"), text)


class _Still(QObject):
    """Keeps from a table the keys that would change it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        changing = (QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.Cut, QKeySequence.StandardKey.Undo)
        return event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) or any(map(event.matches, changing))


def hold_still(editor: QWidget) -> None:
    """Let an editor be read and scrolled, its text be copied, and nothing be changed."""
    for child in editor.findChildren(QWidget):
        child.setAcceptDrops(False)
        if isinstance(child, QLineEdit | QPlainTextEdit):
            child.setReadOnly(True)
        elif isinstance(child, QTableView):
            child.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
            child.installEventFilter(_Still(child))
            for action in child.actions():
                action.setEnabled(False)
        elif isinstance(child, QAbstractButton | QComboBox) and child.objectName() not in READING:
            child.setEnabled(False)
