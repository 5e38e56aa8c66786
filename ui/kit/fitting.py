"""Small screens: a window that is larger than its screen scrolls, and so does a dialog; what has the focus comes into view."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

_FITTED = (QEvent.Type.Show, QEvent.Type.LayoutRequest)
FRAME = 40
"""A title bar's height, kept free of a screen"""


class Content(QWidget):
    """What a `Floor` holds: needs what its layout needs, and at least `least`."""

    def __init__(self, least: QSize) -> None:
        super().__init__()
        self._least = least

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(self._least)

    def heightForWidth(self, width: int) -> int:
        """What wrapped words need at least: asked for what it would like, the content scrolled where there was room enough."""
        layout = self.layout()
        needed = layout.totalMinimumHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        return max(needed, self._least.height())


class Floor(QScrollArea):
    """Where the content needs more room than there is, the whole of it scrolls, both ways, and follows the focus."""

    def __init__(self, inner: Content) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def sizeHint(self) -> QSize:
        inner = self.widget()
        return inner.sizeHint() if inner is not None else super().sizeHint()

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        inner = self.widget()
        if new is None or inner is None or not shiboken6.isValid(new) or not inner.isAncestorOf(new):
            return
        if inner.width() > self.viewport().width() or inner.height() > self.viewport().height():
            above = new.parentWidget()
            while above is not None and above is not self:
                if isinstance(above, QScrollArea):
                    above.ensureWidgetVisible(new, 24, 24)
                above = above.parentWidget()
            self.ensureWidgetVisible(new, 24, 24)


class Fitting(QObject):
    """Watches for dialogs that are larger than where they can be seen, and lets them scroll. One for the program."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _FITTED and isinstance(watched, QDialog) and not isinstance(watched, QFileDialog):
            fit_dialog(watched, room_of(watched))  # as it comes up, and when more words come into it
        return False


def room_of(dialog: QWidget) -> QSize:
    """How much of a screen a dialog may take."""
    room = dialog.screen().availableSize()
    return QSize(room.width(), room.height() - FRAME)


def fit_dialog(dialog: QDialog, room: QSize) -> None:
    """Make a dialog no larger than `room`; what then has no place scrolls."""
    layout = dialog.layout()
    if layout is None or isinstance(dialog.findChild(Floor, "fitted"), Floor):
        return
    least = layout.totalMinimumSize()
    if layout.hasHeightForWidth():
        least.setHeight(layout.totalMinimumHeightForWidth(max(least.width(), min(dialog.width(), room.width()))))
    least = least.expandedTo(QSize(min(dialog.minimumWidth(), room.width()), 0))
    if least.width() > room.width() or least.height() > room.height():
        inner = Content(least)
        inner.setLayout(layout)  # takes the controls with it
        floor = Floor(inner)
        floor.setObjectName("fitted")
        box = QVBoxLayout(dialog)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(floor)
    dialog.setMinimumSize(dialog.minimumSize().boundedTo(room))
    dialog.resize(dialog.size().expandedTo(least).boundedTo(room))


def fit_window(window: QWidget) -> None:
    """Open a window no larger than its screen."""
    window.resize(window.size().boundedTo(room_of(window)))
