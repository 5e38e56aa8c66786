"""All steps of the tour, what is practised with, and how practice is left, repeated and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from client.practice.cast import PIN, TRIAL
from client.practice.lessons import Lessons
from client.practice.tour import VOLUNTARY, Point, now
from ui.i18n import tr
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.milestones import Milestone, Milestones
from ui.kit.page import Page
from ui.kit.text import column, label
from ui.practice.words import lesson_lines, line_of, title_of, wish_of

_SHAPES = {"done": "done", "now": "half", "later": "ring", "passed": "bar"}


class TourPage(Page):
    """`wanted` carries what the band's `asked` does, or `remove`, or `challenge`."""

    topic = "practice"
    wanted = Signal(str)

    def __init__(
        self,
        points: Callable[[], Sequence[Point]],
        busy: Callable[[], str],
        lessons: Callable[[], Lessons | None] = lambda: None,
    ) -> None:
        super().__init__(head=64)
        self._points, self._busy, self._lessons = points, busy, lessons
        self._told: Lessons | None = None
        self.head.show_title(tr("练习"))
        self._needed, self._voluntary = Milestones(), Milestones()
        steps = Card(tr("到回执为止，约五分钟"), tr("做到了就会自己打勾"), flush=True)
        steps.body.addWidget(self._needed)
        more = Card(tr("选做：开标、评审、结果"), tr("想练多少练多少"), flush=True)
        more.body.addWidget(self._voluntary)
        middle = QWidget()
        middle.setLayout(column(steps, more, 0, spacing=12))
        side = QWidget()
        side.setLayout(column(self._learnt_card(), self._aside(), 0, spacing=12))
        self.body.addWidget(columns(None, middle, side, right_width=320))
        self.refresh()

    def _learnt_card(self) -> Card:
        """What was practised so far, and what it teaches."""
        self._learnt = Card(tr("学到了什么"))
        self._facts = Facts(name_width=80)
        self._learnt.body.addWidget(self._facts)
        self._challenge = button(
            tr("试写一份质疑"), "link", lambda: self.wanted.emit("challenge"), object_name="practice-challenge"
        )
        self._learnt.body.addWidget(self._challenge)
        self._learnt.hide()
        return self._learnt

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
        for board, wanted in ((self._needed, False), (self._voluntary, True)):
            board.show_steps([_milestone(one) for one in points if (one.step in VOLUNTARY) is wanted])
        self._show_learnt()
        step = now(points)
        if step is None:
            self.foot.say("ok", tr("全部练完了"))
            self.foot.set_buttons()
            return
        self.foot.say("info", busy or title_of(step), "" if busy else line_of(step))
        words, what = (tr("停下"), "stop") if busy else wish_of(step)
        kind: Literal["default", "primary"] = "default" if busy else "primary"
        made = button(words, kind, lambda: self.wanted.emit(what), object_name=f"practice-page-{what}")
        self.foot.set_buttons(made)

    def _show_learnt(self) -> None:
        learnt = self._lessons()
        self._learnt.setVisible(learnt is not None)
        if learnt is None or learnt == self._told:
            return
        self._told = learnt
        self._facts.set_pairs(lesson_lines(learnt))
        self._challenge.setVisible(bool(learnt.winner) and not learnt.won and not learnt.challenged)


def _milestone(point: Point) -> Milestone:
    words = {"done": tr("已完成"), "passed": tr("已跳过")}
    return Milestone(title_of(point.step), line_of(point.step), _SHAPES[point.state], words.get(point.state, ""))
