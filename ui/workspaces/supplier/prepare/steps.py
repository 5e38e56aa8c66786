"""Steps back and forth in the bid as a whole, by button and by key, and the ways to its versions and its bundles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.taborder import bring_into_view
from ui.kit.text import column, row

Act = Callable[[], object]
_BACK, _FORTH = QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Shift+Z")
_AGAIN = QKeySequence("Ctrl+Y")


class StepBar(QWidget):
    """Undo, redo, versions, bundles. The keys belong to the draft, not to the field: fields would take back but their own letters."""

    def __init__(self, pane: QWidget, back: Act, forth: Act, versions: Act, take: Act, merge: Act, paper: Act) -> None:
        super().__init__()
        self._pane = pane
        self._back = button(tr("撤销"), "link", back, small=True, object_name="undo")
        self._forth = button(tr("重做"), "link", forth, small=True, object_name="redo")
        ask = button(tr("历史版本"), "link", versions, small=True, object_name="versions")
        for made, key in ((self._back, _BACK), (self._forth, _FORTH)):
            made.setToolTip(key.toString(QKeySequence.SequenceFormat.NativeText))
        away = button(tr("带走草稿"), "link", take, small=True, object_name="take")
        home = button(tr("合并草稿"), "link", merge, small=True, object_name="merge")
        sheet = button(tr("打印"), "link", paper, small=True, name=tr("打印投标文件"), object_name="print")
        lines = (row(self._back, self._forth, 0, sheet, ask, spacing=8), row(away, 0, home, spacing=4))
        self.setLayout(column(*lines, spacing=4))
        for keys, act in ((_BACK, back), (_FORTH, forth), (_AGAIN, forth)):
            shortcut = QShortcut(keys, pane)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self._watched: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._moved)
        self.allow(False, False)

    def allow(self, back: bool, forth: bool) -> None:
        self._back.setEnabled(back)
        self._forth.setEnabled(forth)

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = new if new is not None and self._pane.isAncestorOf(new) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fields claim the keys of undo for themselves; here they do not get them."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if QKeySequence(event.keyCombination()) not in (_BACK, _FORTH, _AGAIN):
            return False
        event.ignore()
        return True


@contextmanager
def kept_focus(pane: QWidget) -> Iterator[None]:
    """Leave the field in focus, so that what is half typed is taken over, and come back to its successor."""
    focus = QApplication.focusWidget()
    inside = focus is not None and pane.isAncestorOf(focus)
    name, spoken = (focus.objectName(), focus.accessibleName()) if inside and focus is not None else ("", "")
    if inside and focus is not None:
        focus.clearFocus()
    yield
    if not name and not spoken:
        return
    fields = (one for one in pane.findChildren(QWidget) if one.isVisible())
    again = next((one for one in fields if (one.objectName(), one.accessibleName()) == (name, spoken)), None)
    if again is not None:
        again.setFocus()
        QTimer.singleShot(0, again, partial(bring_into_view, again))
