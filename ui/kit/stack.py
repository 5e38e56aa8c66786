"""Pages on top of one another that ask for the room of the one in view, not of the largest: an empty page does not scroll."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.kit.taborder import first_in


class Stack(QWidget):
    """A stack of pages. Hidden ones count for nothing in the layout, unlike those of a QStackedWidget."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._current: QWidget | None = None

    def addWidget(self, page: QWidget) -> None:
        """The first one is in view."""
        page.hide()
        self._box.addWidget(page, 1)
        if self._current is None:
            self.setCurrentWidget(page)

    def removeWidget(self, page: QWidget) -> None:
        page.hide()
        self._box.removeWidget(page)
        if self._current is page:
            self._current = None

    def currentWidget(self) -> QWidget | None:
        return self._current

    def setCurrentWidget(self, page: QWidget) -> None:
        if page is self._current:
            return
        before, self._current = self._current, page
        focus = QApplication.focusWidget()
        page.show()
        if before is not None:
            if focus is not None and before.isAncestorOf(
                focus
            ):  # else it would go to whatever comes first in the window
                target = page.focusWidget() or first_in(page)
                if target is not None:
                    target.setFocus()
            before.hide()
