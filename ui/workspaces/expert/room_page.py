"""One lot in the evaluation room: presence, conformity, scores, report."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.lot_day import LotDay
from client.views.lots import LotStory
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, locked, plain, under_way
from ui.kit.page import Page
from ui.kit.progress import meter
from ui.kit.stack import Stack
from ui.kit.states import StatePane
from ui.kit.steps import Step
from ui.kit.text import RIGHT, column, label, row
from ui.shell.navigation import Route
from ui.workspaces.expert.conformity import ConformityPane
from ui.workspaces.expert.presence import PresencePane
from ui.workspaces.expert.questions import QuestionsPane
from ui.workspaces.expert.report import ReportPane
from ui.workspaces.expert.rooms import my_state
from ui.workspaces.expert.scores import ScoresPane
from ui.workspaces.expert.talks import TalksPane

Pane: TypeAlias = PresencePane | ConformityPane | TalksPane | QuestionsPane | ScoresPane | ReportPane


class RoomPage(Page):
    """The opened bids are fetched once, on the store's lane; from then on scoring goes without the network."""

    def __init__(self, context: Context, route: Route) -> None:
        super().__init__()
        self._context, self._route = context, route
        self._step = "sign-in"
        self._stack = Stack()
        self._empty = StatePane()
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self._panes: dict[str, Pane] = {}
        self._story: LotStory | None = None
        self._day: LotDay | None = None
        self._fetching = False
        self._make_aside()
        self.steps.chosen.connect(lambda step: self.asked.emit(str(route.at(step))))
        context.watch(self, self._heard)
        self._read()

    def _make_aside(self) -> None:
        self._what = label(tr("我的进度"), "hint", "text2")
        self._figure = label("—", "figure")
        self._of = label("", "label")
        for one in (self._what, self._figure):
            one.setAlignment(RIGHT)
        self._meter = meter(tr("我的进度"))
        self._meter.setFixedWidth(160)
        self.head.aside.addLayout(
            column(0, self._what, row(0, self._figure, self._of, spacing=6), self._meter, 0, spacing=3)
        )

    # -- reading

    def _read(self) -> None:
        desk = self._context.desk
        tender = desk.tenders.tender(self._route.tender)
        if tender is None:
            self._empty.say("search", "mute", tr("这个项目还没有到达本机"), tr("联网同步后再打开。"))
            return
        if tender.model is None:
            self._empty.say("download", "info", tr("正在取招标文件"))
            job = desk.start(desk.tenders.fetch, self._route.tender)
            self._context.home(job.future, self, lambda _view: self.refresh(), self._missing)
            return
        self._story = desk.story(tender, self._route.lot)

    def _fetch_bids(self, story: LotStory) -> None:
        """Only after the panel stands are the opened bids this member's business."""
        if self._day is not None or self._fetching or story.opening is None or story.panel is None:
            return
        self._fetching = True
        desk = self._context.desk
        job = desk.start(desk.scoring.fetch_bids, story.opening.id)
        self._context.home(job.future, self, self._got_bids, self._missing)

    def _got_bids(self, day: LotDay) -> None:
        self._fetching = False
        self._day = day
        self.refresh()

    def _missing(self, problem: Problem) -> None:
        self._fetching = False
        self._empty.say_problem(problem, self.refresh)

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    def refresh(self) -> None:
        self._read()
        if self._story is not None:
            self.move_to(self._step, "")

    # -- steps

    @property
    def topic(self) -> str:  # type: ignore[override]
        return f"expert-{self._step}"

    def move_to(self, step: str, item: str) -> bool:
        self._step = step or self._step
        story = self._story
        if story is None or story.tender.model is None:
            return True
        self._fetch_bids(story)
        self._show_head(story)
        if not self._ready(story):
            self._stack.setCurrentWidget(self._empty)
            self.foot.say("info", tr("正在准备"))
            self.foot.set_buttons()
            return True
        pane = self._panes.get(self._step)
        if pane is None:
            pane = self._make_pane(self._step, story)
            self._panes[self._step] = pane
            self._stack.addWidget(pane)
        self._stack.setCurrentWidget(pane)
        pane.show_story(story)
        self.show_foot()
        return True

    def _ready(self, story: LotStory) -> bool:
        """Whether the step in view can be worked on; if not, the empty pane says why."""
        checked = any(act.value.member == self._context.desk.actor for act in story.checks)
        if self._step == "conformity" and not checked:
            self._empty.say("lock", "mute", tr("还不能审查"), tr("签到并核验身份以后，才能审查投标。"))
            return False
        if self._step == "scores" and story.review_closed is None:
            self._empty.say("lock", "mute", tr("还不能打分"), tr("全部成员提交符合性审查以后，才开始打分。"))
            return False
        if self._step in ("conformity", "talks", "questions", "scores") and self._day is None:
            if self._fetching:
                self._empty.say("download", "info", tr("正在取已开启的投标文件"), tr("取到以后，断网也能评审。"))
            return False
        return True

    def _make_pane(self, step: str, story: LotStory) -> Pane:
        if step == "conformity":
            assert self._day is not None
            return ConformityPane(self._context, self, self._day)
        if step == "talks":
            assert self._day is not None
            to_quotes = partial(self.asked.emit, str(self._route.at("questions")))
            return TalksPane(self._context, self, self._day, to_quotes)
        if step == "questions":
            assert self._day is not None
            return QuestionsPane(self._context, self, self._day)
        if step == "scores":
            assert self._day is not None and story.opening is not None
            return ScoresPane(self._context, self, self._day, story)
        return ReportPane(self._context, self) if step == "report" else PresencePane(self._context, self)

    def show_foot(self) -> None:
        """Show the footer and the progress of the pane in view."""
        pane = self._panes.get(self._step)
        if pane is None:
            return
        tone, word, reason, buttons = pane.footer()
        self.foot.say(tone, word, reason)
        self.foot.set_buttons(*buttons)
        what, made, all_ = pane.progress()
        self._what.setText(what)
        self._figure.setText(str(made))
        self._of.setText(f"/ {all_}")
        self._meter.setValue(round(1000 * made / all_) if all_ else 0)

    def _show_head(self, story: LotStory) -> None:
        tender = story.tender.model
        assert tender is not None
        state, _next, _step = my_state(story, self._context.desk.actor)
        members = len(story.panel.value.members) if story.panel else 0
        under = tr("{number}·评审委员会 {count} 人", number=tender.number, count=members)
        self.head.show_title(
            tender.title, [plain(story.tender.lot_word(story.lot)[:12]), state], under, place=tr("评审室")
        )
        me = self._context.desk.actor
        checked = any(act.value.member == me for act in story.checks)
        reviewed = any(act.value.member == me for act in story.conformity)
        committed = any(act.value.member == me for act in story.commits)
        signed = any(act.value.member == me for act in story.signatures)
        talked = (Step("talks", tr("磋商谈判"), _talks_state(story)),) if _talks(story) else ()
        asked = (Step("questions", tr("澄清"), _questions_state(story)),) if _in_question(story) else ()
        self.steps.set_steps(
            (
                Step("sign-in", tr("签到与声明"), done(tr("已签到")) if checked else under_way(tr("进行中"))),
                Step("conformity", tr("符合性"), _stage(reviewed, checked, tr("签到后"))),
                *talked,
                *asked,
                Step("scores", tr("打分"), _stage(committed, story.review_closed is not None, tr("符合性审查后"))),
                Step("report", tr("报告"), _stage(signed, story.report is not None, tr("汇总后"))),
            ),
            self._step,
        )

    def work(self) -> QWidget | None:
        return self._panes.get(self._step)


def _in_question(story: LotStory) -> bool:
    """Whether final quotes are awaited, prices are, or were, in question, or a tie waits for people; else the step is not shown."""
    tied = any(point.code == "tie-undecided" for point in story.left_open)
    quoted = story.negotiating or bool(story.quote_notices)
    return story.clarifying or quoted or tied or bool(story.corrections or story.inquiries)


def _talks(story: LotStory) -> bool:
    """Whether rounds may be held now, or were."""
    return story.negotiating or bool(story.talks.requests)


def _talks_state(story: LotStory) -> State:
    return under_way(tr("进行中")) if story.negotiating and not story.quote_notices else done(tr("已结束"))


def _questions_state(story: LotStory) -> State:
    return under_way(tr("进行中")) if story.negotiating or story.clarifying or story.left_open else done(tr("已处理"))


def _stage(finished: bool, open_: bool, when: str) -> State:
    if finished:
        return done(tr("已提交"))
    return under_way(tr("进行中")) if open_ else locked(when)
