"""Dialogs: only for what cannot be undone or needs a PIN. The title is the question; the safe choice has the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton, QWidget

from ui.i18n import tr
from ui.kit.buttons import Kind, button
from ui.kit.focus import FocusRing
from ui.kit.text import column, label, row
from ui.theme import wide


class Question(QDialog):
    """A question with its object. Accepted only by the button that repeats the verb."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        text: str,
        *,
        act: str,
        keep: str,
        tick: str = "",
        pin: str = "",
        reason: str = "",
        danger: bool = True,
        inner: QWidget | None = None,
    ) -> None:
        """`inner`: what else is to be filled in, above the buttons."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(wide(420))
        self.setMaximumWidth(wide(560))
        self._tick = QCheckBox(tick)
        self._tick.setAccessibleName(tick)
        asked = pin or reason
        self.typed = QLineEdit()
        self.typed.setEchoMode(QLineEdit.EchoMode.Password if pin else QLineEdit.EchoMode.Normal)
        self.typed.setAccessibleName(asked)
        self.typed.setObjectName("pin" if pin else "reason")
        self._error = label("", "hint", "danger", wrap=True)
        self._error.hide()
        self.keep = button(keep, pressed=self.reject, object_name="keep")
        kind: Kind = "danger" if danger else "primary"
        self.act = button(act, kind, self.accept, object_name="act")
        self._needs_tick, self._needs_typed = bool(tick), bool(asked)
        parts: list[QWidget] = [label(title, "title", wrap=True), label(text, "small", "text2", wrap=True)]
        parts += [self._tick] if tick else []
        parts += [label(asked, "label"), self.typed, self._error] if asked else []
        parts += [inner] if inner is not None else []
        box = column(*parts, row(0, self.keep, self.act), spacing=12)
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self._tick.toggled.connect(self._judge)
        self.typed.textChanged.connect(self._judge)
        self.typed.returnPressed.connect(self.act.click)
        self._judge()
        (self.typed if asked else self.keep).setFocus()

    def _judge(self) -> None:
        ready = (not self._needs_tick or self._tick.isChecked()) and (
            not self._needs_typed or bool(self.typed.text().strip())
        )
        self.act.setEnabled(ready)

    def say_wrong(self, text: str) -> None:
        """Show under what was typed why it was not accepted."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.typed.selectAll()
        self.typed.setFocus()


def ask(question: Question, then: Callable[[str], object]) -> Question:
    """Open a question without stopping the loop; `then` gets what was typed, "" where nothing was asked."""
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.accepted.connect(lambda: then(question.typed.text()))
    question.open()
    return question


class Notice(QDialog):
    """A fact with its reason and remedy, and the code in the details for those who help."""

    def __init__(self, parent: QWidget, title: str, text: str, details: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(wide(420))
        self.setMaximumWidth(wide(560))
        self.close_button: QPushButton = button(tr("知道了"), "primary", self.accept, object_name="close")
        shown = label(details, "hint", wrap=True, copy=True)
        shown.hide()
        more = button(tr("详细信息"), "link", lambda: shown.setVisible(not shown.isVisible()), small=True)
        more.setVisible(bool(details))
        box = column(
            label(title, "title", wrap=True),
            label(text, "small", "text2", wrap=True),
            shown,
            row(more, 0, self.close_button),
            spacing=12,
        )
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self.close_button.setFocus()


def tell(parent: QWidget, title: str, text: str, details: str = "") -> Notice:
    """Show a notice without stopping the loop."""
    notice = Notice(parent, title, text, details)
    notice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    notice.open()
    return notice
