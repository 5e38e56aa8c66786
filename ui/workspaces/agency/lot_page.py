"""One lot as its host sees it: the opening hall and the organisation of the evaluation."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from client.changes import Changes
from client.views.lots import LotStory, Phase
from procurement.basics.problems import Problem
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import done, locked, plain, under_way, waits
from ui.kit.countdown import Countdown, moment_text
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.stack import Stack
from ui.kit.states import StatePane
from ui.kit.steps import Step
from ui.shell.navigation import Route
from ui.workspaces.agency.desk_page import lot_state
from ui.workspaces.agency.hall import HallPane
from ui.workspaces.agency.review import ReviewPane


class LotPage(Page):
    """Steps 开标厅 and 评审组织."""

    def __init__(self, context: Context, route: Route) -> None:
        super().__init__()
        self._context, self._route = context, route
        self._step = "hall"
        self._stack = Stack()
        self._empty = StatePane()
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 1)
        self._countdown = Countdown(context.now)
        self.head.aside.addWidget(self._countdown)
        self._panes: dict[str, HallPane | ReviewPane] = {}
        self.steps.chosen.connect(lambda step: self.asked.emit(str(route.at(step))))
        self._story: LotStory | None = None
        context.watch(self, self._heard)
        self._read()

    def _read(self) -> None:
        desk = self._context.desk
        tender = desk.tenders.tender(self._route.tender)
        if tender is None:
            self._empty.say("search", "mute", tr("这个项目还没有到达本机"), tr("联网同步后再打开。"))
        elif tender.model is None:
            self._empty.say("download", "info", tr("正在取招标文件"))
            job = desk.start(desk.tenders.fetch, self._route.tender)
            self._context.home(job.future, self, lambda _view: self._arrived(), self._missing)
        else:
            self._story = desk.story(tender, self._route.lot)

    def _arrived(self) -> None:
        self._read()
        self.move_to(self._step, "")

    def _missing(self, problem: Problem) -> None:
        self._empty.say_problem(problem, self._read)

    def _heard(self, changes: Changes) -> None:
        if changes.acts or changes.outbox:
            self.refresh()

    def refresh(self) -> None:
        self._read()
        if self._story is not None:
            self.move_to(self._step, "")

    @property
    def topic(self) -> str:  # type: ignore[override]
        return f"agency-{self._step}"

    def move_to(self, step: str, item: str) -> bool:
        self._step = step or self._step
        story = self._story
        if story is None:
            return True
        if self._step not in self._panes:
            pane = HallPane(self._context, self) if self._step == "hall" else ReviewPane(self._context, self)
            self._panes[self._step] = pane
            self._stack.addWidget(pane)
        current = self._panes[self._step]
        self._stack.setCurrentWidget(current)
        current.show_story(story)
        self._show_head(story)
        tone, word, reason, buttons = current.footer()
        self.foot.say(tone, word, reason, shape="shield" if tone == "mute" else "")
        self.foot.set_buttons(*buttons)
        return True

    def _show_head(self, story: LotStory) -> None:
        tender = story.tender.model
        assert tender is not None
        lot = tender.lot(story.lot)
        place = tr("开标厅") if self._step == "hall" else tr("评审组织")
        states = [plain(story.tender.lot_word(story.lot)[:12]), lot_state(story)[0]]
        ceiling = tr("最高限价 {amount} 元", amount=money_text(lot.money_ceiling))
        under = "·".join((tender.number, tender.purchaser.name, ceiling, tr("全程留痕")))
        self.head.show_title(tender.title, states, under, place=place)
        self._show_countdown(story)
        opened = (
            done(tr("已开标")) if story.record else under_way(tr("进行中")) if story.closing else waits(tr("等截止"))
        )
        review = locked(tr("开标后")) if story.record is None else under_way(tr("进行中"))
        review = done(tr("已完成")) if story.notice is not None else review
        self.steps.set_steps((Step("hall", tr("开标厅"), opened), Step("review", tr("评审组织"), review)), self._step)

    def _show_countdown(self, story: LotStory) -> None:
        deadline = story.tender.package.deadline
        if story.phase is Phase.BIDDING:
            self._countdown.count_to(deadline, tr("距提交截止"), calm=True)
        elif story.phase is Phase.CLOSED and story.window_until is not None:
            then = tr("{moment} 截止，未授权视为未按时解密", moment=moment_text(story.window_until))
            self._countdown.count_to(story.window_until, tr("解密剩余"), then=then, urgent=True)
        elif story.phase is Phase.CLOSED:
            self._countdown.freeze(tr("已暂停"), tr("恢复后继续计时"))
        elif (
            story.record is not None and story.panel is None and story.record.value.confirm_until > self._context.now()
        ):
            until = story.record.value.confirm_until
            then = tr("{moment} 截止，未表态视为确认", moment=moment_text(until))
            self._countdown.count_to(until, tr("异议与确认剩余"), then=then, urgent=True)
        else:
            self._countdown.freeze(tr("提交已截止"), moment_text(deadline))

    def work(self) -> QWidget | None:
        return self._panes.get(self._step)
