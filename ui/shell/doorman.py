"""One profile, two windows: the second is told at once, and can have the first come forward."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from client.seat import Seat, Sitter
from ui.i18n import tr
from ui.kit.countdown import exact_text
from ui.kit.dialogs import Question, ask

LISTEN_MS = 1_000
"""How often a knock is listened for; no signal of the system's reaches every window system"""


def sitter_words(sitter: Sitter | None) -> str:
    """Who works there and since when."""
    if sitter is None:
        return tr("另一个窗口正在用这个账户。")
    return tr(
        "电脑 {host} 上的另一个窗口（进程 {process}）从 {since} 起在用这个账户。",
        host=sitter.host, process=sitter.process, since=exact_text(sitter.since),
    )  # fmt: skip


class Doorman(QObject):
    """Serves one seat at a time. `forward` brings this window to the front."""

    def __init__(self, forward: Callable[[], object]) -> None:
        super().__init__()
        self._forward = forward
        self._seat: Seat | None = None
        self._listening = QTimer(self)
        self._listening.setInterval(LISTEN_MS)
        self._listening.timeout.connect(self._listen)

    def serve(self, seat: Seat | None, window: QWidget | None = None, away: Callable[[], object] | None = None) -> None:
        """Take the seat, or say who has it: `away` is called when the person rather goes to that window. None: serve nobody."""
        self._seat = seat
        self._listening.stop()
        if seat is None:
            return
        if seat.take() or window is None:
            self._listening.start()
            return
        text = sitter_words(seat.sitter()) + tr(
            "两个窗口同时改一份投标会互相覆盖，所以投标草稿只能在那个窗口里改；在这里可以看，也可以签名、递交。"
        )
        question = Question(
            window, tr("这个账户已在另一个窗口打开"), text,
            act=tr("去那个窗口"), keep=tr("在这里只读打开"), danger=False,
        )  # fmt: skip
        question.setObjectName("seat-taken")

        def go(_typed: str) -> None:
            seat.knock()
            if away is not None:
                away()

        ask(question, go)

    def _listen(self) -> None:
        if self._seat is not None and self._seat.taken and self._seat.heard():
            self._forward()
