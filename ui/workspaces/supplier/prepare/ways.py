"""Ways through a bid by key: on and back by section, to the contents, on and back by item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from ui.kit.taborder import bring_into_view, first_in

ON, BACK, CONTENTS = QKeySequence("Ctrl+PgDown"), QKeySequence("Ctrl+PgUp"), QKeySequence("Alt+0")
ITEM_ON, ITEM_BACK = QKeySequence("Ctrl+Down"), QKeySequence("Ctrl+Up")


def key_words(keys: QKeySequence) -> str:
    """The key as this system writes it, for tool tips."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def section_keys(pane: QWidget, step: Callable[[int], object], contents: QWidget) -> None:
    """From wherever the focus is in the window, as long as the pane is in view; Alt+0 stands before the steps' Alt+1 …"""
    acts = ((ON, lambda: step(1)), (BACK, lambda: step(-1)), (CONTENTS, contents.setFocus))
    for keys, act in acts:
        shortcut = QShortcut(keys, pane)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(act)


def item_keys(editor: QWidget, items: Callable[[], Sequence[QWidget]]) -> None:
    """From anywhere in an item to the first control of the next one, or of the one before."""

    def step(by: int) -> None:
        reached = [one for one in items() if first_in(one) is not None]
        focus = QApplication.focusWidget()
        at = next((place for place, one in enumerate(reached) if focus is not None and one.isAncestorOf(focus)), None)
        if at is not None and 0 <= at + by < len(reached):
            begin(reached[at + by])

    for keys, by in ((ITEM_ON, 1), (ITEM_BACK, -1)):
        shortcut = QShortcut(keys, editor)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda by=by: step(by))


def begin(part: QWidget) -> None:
    """Give the focus to the first control of a part, in view."""
    first = first_in(part)
    if first is not None:
        first.setFocus(Qt.FocusReason.TabFocusReason)
        QTimer.singleShot(0, first, lambda: bring_into_view(first))
