"""Rows a bidder added to a price table are taken out again; rows of the tender's list stay, and why is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from ui.i18n import tr
from ui.kit.price_model import Row
from ui.kit.prices import PriceGrid

KEY = QKeySequence("Ctrl+Del")


class OwnRows(QObject):
    """Deletes the marked rows of a grid. `own` tells a row of the bidder's from one of the tender's."""

    def __init__(self, grid: PriceGrid, own: Callable[[Row], bool]) -> None:
        super().__init__(grid)
        self._grid, self._own = grid, own
        self.action = QAction(tr("删除所选行"), self)
        self.action.setObjectName("drop-rows")
        self.action.setShortcut(KEY)
        self.action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        grid.offer(self.action)

    @property
    def key(self) -> str:
        """The key in the system's words."""
        return KEY.toString(QKeySequence.SequenceFormat.NativeText)

    def tell(self, allow: Callable[[bool], object]) -> None:
        """`allow` hears from now on whether there is something to delete among the marked rows."""

        def look(*_changed: object) -> None:
            allow(bool(self._marked()[0]))

        self._grid.selectionModel().selectionChanged.connect(look)
        self._grid.price_model.modelReset.connect(look)
        look()

    def _marked(self) -> tuple[list[int], list[int]]:
        """Own rows and the tender's among the marked ones."""
        rows, chosen = self._grid.price_model.rows, self._grid.chosen_rows()
        return [at for at in chosen if self._own(rows[at])], [at for at in chosen if not self._own(rows[at])]

    def drop(self) -> str:
        """Delete what may be deleted and go on in the row that follows; what was done, or why nothing was."""
        grid, model = self._grid, self._grid.price_model
        mine, theirs = self._marked()
        if not mine and not theirs:
            return tr("先选中要删除的行：点一下，或按住 Shift 用方向键选几行")
        across = grid.currentIndex().column()
        model.drop_rows(mine)
        if mine:
            at = min(mine[0], len(model.rows) - 1)
            grid.setCurrentIndex(model.index(at, max(0, across)))
            grid.setFocus()
        said = [tr("已删除 {count} 行，可以撤销。", count=len(mine))] if mine else []
        if theirs:
            why = tr("第 {rows} 行是招标文件列的，要逐行响应，不能删除；能删的是自己加的行。", rows=_spans(theirs))
            said.append(why)
        return " ".join(said)


def _spans(places: Sequence[int]) -> str:
    """Rows as people count them: 1–4、7."""
    spans: list[list[int]] = []
    for at in places:
        if spans and at == spans[-1][1] + 1:
            spans[-1][1] = at
        else:
            spans.append([at, at])
    return "、".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in spans)
