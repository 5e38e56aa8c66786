"""The chooser of tokens: several are plugged in, perhaps of several vendors; one is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QRadioButton, QVBoxLayout, QWidget

from client.tokens import TokenView
from ui.i18n import tr
from ui.kit.badge import Badge, State, blocked, done, needs
from ui.kit.buttons import button
from ui.kit.focus import FocusRing
from ui.kit.text import column, label, row


def pin_state(view: TokenView) -> State:
    """What is known of a token's PIN: its own warning, and how often it was wrong here."""
    if view.pin == "locked":
        return blocked(tr("口令已锁定"))
    if view.pin == "final":
        return blocked(tr("口令只剩最后一次"))
    if view.pin == "low" or view.tries:
        return needs(tr("口令输错过 {tries} 次", tries=view.tries or 1))
    return done(tr("可用"))


class TokenChooser(QDialog):
    """Shows every token that may be used; nothing is chosen beforehand."""

    def __init__(self, parent: QWidget, tokens: Sequence[TokenView]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("用哪一个证书？"))
        self.setModal(True)
        self.setMinimumWidth(480)
        self.key = ""
        self._group = QButtonGroup(self)
        box = QVBoxLayout()
        box.setSpacing(10)
        for view in tokens:
            box.addLayout(self._line(view))
        self.keep = button(tr("取消"), pressed=self.reject, object_name="keep")
        self.act = button(tr("用这个证书"), "primary", self.accept, object_name="act")
        self.act.setEnabled(False)
        title = label(tr("用哪一个证书？"), "title")
        hint = label(tr("插着不止一个可用的证书。口令只交给选中的这一个。"), "small", "text2", wrap=True)
        inner = QWidget()
        inner.setLayout(box)
        whole = column(title, hint, inner, row(0, self.keep, self.act), spacing=12)
        whole.setContentsMargins(24, 22, 24, 20)
        self.setLayout(whole)
        self._ring = FocusRing(self)

    def _line(self, view: TokenView) -> QVBoxLayout:
        choice = QRadioButton("　".join(part for part in (view.vendor, view.label) if part))
        choice.setObjectName(f"token-{view.key}")
        state = pin_state(view)
        choice.setAccessibleName(f"{choice.text()}，{view.holder}，{state.word}")
        choice.setEnabled(view.pin != "locked")
        choice.toggled.connect(lambda on: self._choose(view.key) if on else None)
        self._group.addButton(choice)
        until = tr("有效期至 {until}", until=f"{view.until:%Y-%m-%d}") if view.until else ""
        under = "　".join(part for part in (view.holder, until, view.driver) if part)
        return column(row(choice, 0, Badge(state)), label(under, "hint", wrap=True), spacing=2)

    def _choose(self, key: str) -> None:
        self.key = key
        self.act.setEnabled(True)


def choose_token(
    parent: QWidget, tokens: Sequence[TokenView], then: Callable[[str], object], stopped: Callable[[], object]
) -> TokenChooser | None:
    """`then` gets the key: at once when there is nothing to choose ("" leaves it to the staff), else after the dialog."""
    mine = [one for one in tokens if one.mine]
    if len(mine) < 2:
        then(mine[0].key if mine else "")
        return None
    dialog = TokenChooser(parent, mine)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: then(dialog.key))
    dialog.rejected.connect(lambda: stopped())
    dialog.open()
    return dialog
