"""The page practice begins on: what it is in two sentences, one thing to do, and how far the practice platform has come."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.page import Page
from ui.kit.progress import meter
from ui.kit.snug import Snug
from ui.kit.states import Roundel
from ui.kit.text import clear, column, label, row
from ui.theme import wide

Stage = Literal["none", "kept", "making", "opening"]
"""No practice yet; one that was left; one being made; one being opened"""


class StartPage(Page):
    """`wanted` carries `begin`, `resume`, `stop`, `remove` or `sign-in`. `at_home`: nobody is signed in, so there is no rail."""

    topic = "practice"
    wanted = Signal(str)

    def __init__(self, *, at_home: bool) -> None:
        super().__init__(head=64, foot=False)
        self._at_home = at_home
        self.head.show_title(tr("练习"))
        centre = Qt.AlignmentFlag.AlignHCenter
        self._title = label("", "page", wrap=True)
        self._text = label("", "body", "text2", wrap=True)
        self._wrong = label("", "small", "danger", wrap=True)
        for one in (self._title, self._text, self._wrong):
            one.setAlignment(centre)
        self._meter = meter(tr("准备练习的进度"))
        self._told = label("", "hint", wrap=True)
        self._told.setAlignment(centre)
        self._buttons = QVBoxLayout()
        self._main: QPushButton | None = None
        inner = Snug()
        inner.setFixedWidth(wide(560))
        parts = (self._title, self._text, self._meter, self._told, self._wrong)
        whole = column(*parts, self._buttons, spacing=14)
        inner.setLayout(whole)
        self.body.addStretch(2)
        self.body.addWidget(Roundel("play", "info"), 0, centre)
        self.body.addSpacing(6)
        self.body.addWidget(inner, 0, centre)
        self.body.addStretch(3)
        self.show_stage("none")

    def work(self) -> QWidget | None:
        return self._main

    def leave(self) -> None:
        """Gone elsewhere: practice does not come up later, unasked."""
        self.wanted.emit("stop")
        super().leave()

    def show_stage(self, stage: Stage, wrong: str = "") -> None:
        """Say where practice stands. `wrong`: why it could not be begun."""
        working = stage in ("making", "opening")
        self._title.setText(_TITLES[stage]())
        self._text.setText(
            tr("上次的进度都在，接着练就行。也可以从头再来：重新开始会删掉上次的练习。")
            if stage == "kept"
            else tr(
                "练习在这台电脑上开一个只属于您的平台，用试用证书投一个练习项目，从登录到回执大约五分钟。"
                "每一步都是真的做法，处处标着“练习”，不联系真的平台，也不碰您的证书和草稿。"
            )
        )
        self._meter.setVisible(working)
        self._meter.setValue(0)
        self._told.setVisible(working)
        self._told.setText(tr("正在启动练习平台"))
        self._wrong.setText(wrong)
        self._wrong.setVisible(bool(wrong))
        self._show_buttons(stage)

    def step(self, done: int, total: int) -> None:
        """How far the world is: 0 while the platform starts, then acts."""
        if done:
            self._meter.setValue(round(1000 * done / total))
            self._told.setText(tr("正在发布练习项目，第 {done} 件，共 {total} 件", done=done, total=total))

    def _show_buttons(self, stage: Stage) -> None:
        clear(self._buttons)
        home = self._button(tr("已有证书或账户，去登录"), "sign-in")
        if stage in ("making", "opening"):
            made = [self._button(tr("取消"), "stop")]
        elif stage == "kept":
            made = [
                self._button(tr("删除练习"), "remove"),
                self._button(tr("重新开始"), "begin"),
                self._button(tr("继续练习"), "resume", primary=True),
            ]
        else:
            made = [self._button(tr("开始练习"), "begin", primary=True)]
        self._buttons.addLayout(row(0, *made, 0))
        if self._at_home and stage not in ("making", "opening"):
            self._buttons.addLayout(row(0, home, 0))
        else:
            home.deleteLater()
        self._main = made[-1]
        self._main.setFocus()

    def _button(self, words: str, what: str, *, primary: bool = False) -> QPushButton:
        def press() -> None:
            self.wanted.emit(what)

        kind: Literal["primary", "link", "default"] = (
            "primary" if primary else "link" if what == "sign-in" else "default"
        )
        return button(words, kind, press, object_name=f"practice-{what}")


_TITLES = {
    "none": lambda: tr("先练一次，再投真的标"),
    "kept": lambda: tr("上次的练习还在"),
    "making": lambda: tr("正在准备练习"),
    "opening": lambda: tr("正在打开练习"),
}
