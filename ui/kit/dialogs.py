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
        danger: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(wide(420))
        self.setMaximumWidth(wide(560))
        self._tick = QCheckBox(tick)
        self._tick.setVisible(bool(tick))
        self._tick.setAccessibleName(tick)
        self.pin = QLineEdit()
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName(pin)
        self.pin.setObjectName("pin")
        self._error = label("", "hint", "danger", wrap=True)
        self._error.hide()
        pin_label = label(pin, "label")
        self.keep = button(keep, pressed=self.reject, object_name="keep")
        kind: Kind = "danger" if danger else "primary"
        self.act = button(act, kind, self.accept, object_name="act")
        self._needs_tick, self._needs_pin = bool(tick), bool(pin)
        parts: list[QWidget] = [label(title, "title", wrap=True), label(text, "small", "text2", wrap=True), self._tick]
        parts += [pin_label, self.pin, self._error] if pin else []
        box = column(*parts, row(0, self.keep, self.act), spacing=12)
        box.setContentsMargins(24, 22, 24, 20)
        self.setLayout(box)
        self._ring = FocusRing(self)
        self._tick.toggled.connect(self._judge)
        self.pin.textChanged.connect(self._judge)
        self.pin.returnPressed.connect(self.act.click)
        self._judge()
        (self.pin if pin else self.keep).setFocus()

    def _judge(self) -> None:
        ready = (not self._needs_tick or self._tick.isChecked()) and (not self._needs_pin or bool(self.pin.text()))
        self.act.setEnabled(ready)

    def say_wrong(self, text: str) -> None:
        """Show under the PIN why it was not accepted."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.pin.selectAll()
        self.pin.setFocus()


def ask(question: Question, then: Callable[[str], object]) -> Question:
    """Open a question without stopping the loop; `then` gets the PIN, "" where none was asked."""
    question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    question.accepted.connect(lambda: then(question.pin.text()))
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
