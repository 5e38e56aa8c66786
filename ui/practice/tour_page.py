"""All steps of the tour, what is practised with, and how practice is left, repeated and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal

from client.practice.cast import PIN, TRIAL
from client.practice.tour import VOLUNTARY, Point, Step, now
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.milestones import Milestone, Milestones
from ui.kit.page import Page
from ui.kit.text import column, label
from ui.practice.words import line_of, title_of

_SHAPES = {"done": "done", "now": "half", "later": "ring"}


class TourPage(Page):
    """`wanted` carries `go`, `day`, `again`, `remove` or `leave`."""

    topic = "practice"
    wanted = Signal(str)

    def __init__(self, points: Callable[[], Sequence[Point]], busy: Callable[[], str]) -> None:
        super().__init__(head=64)
        self._points, self._busy = points, busy
        self.head.show_title(tr("练习"))
        self._steps = Milestones()
        steps = Card(tr("步骤"), tr("做到了就会自己打勾"), flush=True)
        steps.body.addWidget(self._steps)
        self.body.addWidget(columns(None, steps, self._aside(), right_width=320))
        self.refresh()

    def _aside(self) -> Card:
        card = Card(tr("用什么练"))
        facts = (
            (tr("公司"), TRIAL.name),
            (tr("口令"), PIN),
            (tr("证书"), tr("试用证书，只有练习平台认")),
            (tr("时间"), tr("练习时钟停在 2026 年，和真的日期无关")),
            (tr("存放"), tr("都在本机的练习文件夹里，随练习一起删除")),
        )
        card.body.addWidget(Facts(facts, name_width=56))
        card.body.addSpacing(6)
        card.body.addWidget(label(tr("随时可以离开，下次接着练。"), "small", "text2", wrap=True))
        buttons = (
            button(tr("离开练习"), pressed=lambda: self.wanted.emit("leave"), object_name="practice-leave"),
            button(tr("再练一次"), pressed=lambda: self.wanted.emit("again"), object_name="practice-again"),
            button(tr("删除练习"), "danger", lambda: self.wanted.emit("remove"), object_name="practice-remove"),
        )
        card.body.addLayout(column(*buttons, spacing=8))
        card.body.addStretch(1)
        return card

    def refresh(self) -> None:
        points, busy = tuple(self._points()), self._busy()
        self._steps.show_steps(
            [Milestone(title_of(one.step), line_of(one.step), _SHAPES[one.state], _when(one)) for one in points]
        )
        step = now(points)
        if step is None:
            self.foot.say("ok", tr("全部练完了"))
            self.foot.set_buttons()
            return
        self.foot.say("info", busy or title_of(step), "" if busy else line_of(step))
        words, what = (tr("到开标日"), "day") if step is Step.DAY else (tr("带我去"), "go")
        made = button(words, "primary", lambda: self.wanted.emit(what), object_name=f"practice-page-{what}")
        made.setEnabled(not busy)
        self.foot.set_buttons(made)


def _when(point: Point) -> str:
    if point.state == "done":
        return tr("已完成")
    return tr("选做") if point.step in VOLUNTARY else ""
