"""One lot of one tender, step by step: documents, preparation, check, delivery, opening, result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtWidgets import QPushButton, QWidget

from client.changes import Changes
from client.views.lots import LotStory, Phase
from client.views.tenders import TenderView
from procurement.basics.problems import Problem
from ui.boards.methods import method_words
from ui.boards.suites import suite_name
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, locked, needs, not_started, plain, under_way, waits
from ui.kit.buttons import button
from ui.kit.countdown import Countdown, moment_text
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.stack import Stack
from ui.kit.states import StatePane
from ui.kit.steps import Step
from ui.shell.navigation import Route
from ui.theme.tokens import Tone
from ui.workspaces.supplier.attend import AttendPane
from ui.workspaces.supplier.check import CheckPane
from ui.workspaces.supplier.deliver import DeliverPane
from ui.workspaces.supplier.documents import DocumentsPane
from ui.workspaces.supplier.prepare.notice import NoticePane
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.ways import ON, key_words
from ui.workspaces.supplier.rebase import RebaseBoard
from ui.workspaces.supplier.renewal import RenewalBanner
from ui.workspaces.supplier.result import ResultPane
from ui.workspaces.supplier.seat import SeatBanner
from ui.workspaces.supplier.standing import standing
from ui.workspaces.supplier.suite_banner import SuiteBanner

Pane: TypeAlias = DocumentsPane | PreparePane | CheckPane | DeliverPane | AttendPane | ResultPane


class TenderPage(Page):
    """Holds the panes of the steps; each pane says its own footer."""

    def __init__(self, context: Context, route: Route) -> None:
        super().__init__()
        self._context, self._route = context, route
        self._stack = Stack()
        self._panes: dict[str, Pane] = {}
        self._empty = StatePane()
        self._notice: NoticePane | None = None
        self._stack.addWidget(self._empty)
        self._renewal = RenewalBanner(context)
        self.body.addWidget(self._renewal)
        self._suite = SuiteBanner(context)
        self.body.addWidget(self._suite)
        self._seat = SeatBanner(context)
        self.body.addWidget(self._seat)
        self._rebase = RebaseBoard(self._open_section, self._rebased)
        self.body.addWidget(self._rebase)
        self.body.addWidget(self._stack, 1)
        self._countdown = Countdown(context.now)
        self.head.aside.addWidget(self._countdown)
        self.steps.chosen.connect(lambda step: self.asked.emit(str(route.at(step))))
        self._step = "docs"
        self._sheet: Sheet | None = None
        self._tender: TenderView | None = None
        self._story: LotStory | None = None
        self._saved = ""
        self._saved_tone: Tone = "ok"
        context.watch(self, self._heard)
        self._read()

    # -- reading

    def _read(self) -> None:
        self._tender = self._context.desk.tenders.tender(self._route.tender)
        if self._tender is None:
            self._empty.say("search", "mute", tr("这个项目还没有到达本机"), tr("联网同步后再打开。"))
            return
        if self._tender.model is None:
            self.head.show_title(self._tender.title)
            self._empty.say("download", "info", tr("正在取招标文件"), tr("取到并核验后就可以编制。"))
            job = self._context.desk.start(self._context.desk.tenders.fetch, self._route.tender)
            self._context.home(job.future, self, lambda _view: self._arrived(), self._missing)
            return
        self._story = self._context.desk.story(self._tender, self._route.lot)
        self._renewal.show_story(self._story)
        self._suite.show_story(self._story)
        self._show_head()

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
        pane = self._panes.get(self._step)
        if pane is not None and self._story is not None and not isinstance(pane, PreparePane):
            pane.show_story(self._story)
        self._show_foot()

    # -- head and steps

    def _show_head(self) -> None:
        tender, story = self._tender, self._story
        assert tender is not None and tender.model is not None and story is not None
        lot = tender.model.lot(self._route.lot)
        stand = standing(self._context, tender, lot.code, story, self._sheet is not None)
        states = [plain(tender.lot_word(lot.code)[:12])] if len(tender.model.lots) > 1 else []
        states += [plain(method_words(tender.model.profile.title)), plain(suite_name(tender.model.suite)), stand.state]
        ceiling = tr("最高限价 {amount} 元", amount=money_text(lot.money_ceiling))
        self.head.show_title(
            tender.title, states, "·".join((tender.package.number, tender.model.purchaser.name, ceiling))
        )
        self._show_countdown(story)
        self.steps.set_steps(self._steps(story), self._step)
        self.window().setWindowTitle(f"{stand.state.word}·{tender.title}·{tr('晋采')}")

    def _show_countdown(self, story: LotStory) -> None:
        deadline = story.tender.package.deadline
        if story.phase is Phase.BIDDING:
            title = tr("距开标解密") if story.standing else tr("距提交截止")
            self._countdown.count_to(deadline, title, calm=story.standing is not None)
        elif story.phase is Phase.CLOSED and story.window_until is not None and story.standing is not None:
            then = tr("{moment} 截止，未授权视为未按时解密", moment=moment_text(story.window_until))
            self._countdown.count_to(story.window_until, tr("解密剩余"), then=then, urgent=True)
        elif story.record is not None and story.panel is None and self._may_answer_record(story):
            until = story.record.value.confirm_until
            then = tr("{moment} 截止，未表态视为确认", moment=moment_text(until))
            self._countdown.count_to(until, tr("异议与确认剩余"), then=then, urgent=True)
        else:
            self._countdown.freeze(tr("提交已截止"), moment_text(deadline))

    def _may_answer_record(self, story: LotStory) -> bool:
        return story.may_answer_record(self._context.desk.actor, self._context.now())

    def _steps(self, story: LotStory) -> tuple[Step, ...]:
        date = moment_text(story.tender.package.deadline, seconds=False).split(" ")[0]
        closed = story.phase is not Phase.BIDDING
        delivered: State = (
            done(tr("已递交")) if story.standing else needs(tr("未递交")) if story.mine else not_started(tr("未开始"))
        )
        after = locked(tr("截止后"))
        opening = after if not closed else under_way(tr("进行中")) if story.record is None else done(tr("已开标"))
        result = waits(tr("等待结果")) if story.notice is None else done(tr("已公布"))
        if story.record is None and story.notice is None:
            result = after
        prepared = done(tr("已递交")) if story.standing else under_way(tr("编制中"))
        return (
            Step("docs", tr("招标文件"), done(tr("已取得"))),
            Step("prepare", tr("编制"), locked(tr("已截止")) if closed else prepared, self._progress()),
            Step("check", tr("自检"), locked(tr("已截止")) if closed else self._checked(story)),
            Step("deliver", tr("签章与递交"), delivered),
            Step("open", tr("开标"), opening, date if not closed else ""),
            Step("result", tr("评审与结果"), result),
        )

    def _checked(self, story: LotStory) -> State:
        """What the check said, once it was opened; a bid nobody has checked is never shown as checked."""
        pane = self._panes.get("check")
        if isinstance(pane, CheckPane):
            tone, word, _reason = pane.verdict()
            return done(word) if tone == "ok" else needs(word)
        return done(tr("已递交")) if story.standing else not_started(tr("随时可查"))

    def _progress(self) -> str:
        pane = self._panes.get("prepare")
        return "{}/{}".format(*pane.done_and_all()) if isinstance(pane, PreparePane) else ""

    # -- panes

    @property
    def topic(self) -> str:  # type: ignore[override]
        return f"supplier-{self._step}"

    def move_to(self, step: str, item: str) -> bool:
        self._step = step or self._step
        if self._story is None:
            return True
        if self._step == "prepare" and self._story.phase is not Phase.BIDDING:
            self._step = "deliver"
        pane = self._panes.get(self._step)
        if pane is None:
            pane = self._make_pane(self._step)
            self._panes[self._step] = pane
            self._stack.addWidget(pane)
        self._stack.setCurrentWidget(pane)
        if isinstance(pane, PreparePane):
            self._seat.show_for(self._sheet)
            self._give_notice()
            pane.show_section(item)
        else:
            pane.show_story(self._story)
        if not isinstance(pane, PreparePane):
            self._seat.hide()
        if isinstance(pane, DeliverPane) and self._story.phase is Phase.BIDDING:
            self._flush(self.refresh)
        self._show_head()
        self._show_foot()
        return True

    def _make_pane(self, step: str) -> Pane:
        assert self._story is not None
        context, story = self._context, self._story
        if step == "docs":
            documents = DocumentsPane(context)
            documents.question.connect(lambda: self.asked.emit(f"questions/{self._route.tender}"))
            return documents
        if step == "open":
            return AttendPane(context, self)
        if step == "result":
            return ResultPane(context, self)
        if step == "deliver":
            pane = DeliverPane(context, self._route, self._flush)
            pane.changed.connect(self._show_foot)
            pane.asked.connect(self._open_section)
            return pane
        sheet = self._open_sheet(story)
        if step == "check":
            check = CheckPane(context, sheet)
            check.changed.connect(self._told_check)
            check.asked.connect(lambda key: self.asked.emit(str(self._route.at("prepare", key))))
            return check
        prepare = PreparePane(context, sheet)
        prepare.saved.connect(self._told_saved)
        prepare.unsaved.connect(partial(self._told_saved, tone="warn"))
        prepare.moved.connect(lambda _key: self._show_foot())
        return prepare

    def _told_check(self) -> None:
        self._show_head()
        self._show_foot()

    def _give_notice(self) -> None:
        """Before the first edit on this computer a person is told what is recorded of it (R-105)."""
        drafts = self._context.desk.bidding.drafts
        if not drafts.noticed():
            if self._notice is None:
                self._notice = NoticePane(drafts.this_computer())
                self._stack.addWidget(self._notice)
            self._stack.setCurrentWidget(self._notice)

    def _took_notice(self) -> None:
        drafts = self._context.desk.bidding.drafts
        self._context.start(self, lambda _none: self.move_to(self._step, ""), drafts.take_notice)

    def _flush(self, then: Callable[[], object]) -> None:
        """Keep what is being typed, then go on."""
        pane = self._panes.get("prepare")
        if isinstance(pane, PreparePane):
            pane.save(then)
        else:
            then()

    def _open_sheet(self, story: LotStory) -> Sheet:
        if self._sheet is None:
            assert story.tender.model is not None
            desk = self._context.desk
            # behind what an earlier page still has on its way to the store, so that it is read and not overtaken
            draft = desk.start(desk.bidding.drafts.begin, self._route.tender, self._route.lot).result()
            model = story.tender.model
            self._sheet = Sheet(model, model.lot(self._route.lot), draft.forms, draft.loose)
            self._sheet.frozen = not desk.place.seat.take()
            self._sheet.advice = partial(self._context.desk.bidding.library.findings, self._route.tender)
            self._sheet.on_changed(partial(self._ask_rebase, story))
            self._ask_rebase(story)
        return self._sheet

    def _ask_rebase(self, story: LotStory) -> None:
        """Whether the draft answers an older version: when it was read, was taken back to it, or was restored from then."""
        sheet = self._sheet
        if sheet is None or sheet.frozen or sheet.forms.tender == story.tender.id:
            self._rebase.hide()
        elif self._rebase.isHidden():
            old = self._context.desk.tenders.version(sheet.forms.tender)
            if old is not None and old.model is not None:
                self._rebase.show_draft(sheet, old.model, story.tender.id, story.tender.package.version)

    def _open_section(self, key: str) -> None:
        self._go("prepare")
        pane = self._panes.get("prepare")
        if isinstance(pane, PreparePane):
            pane.show_section(key)

    def _rebased(self) -> None:
        """The draft answers the version in force now; kept at once."""
        if self._sheet is not None:
            desk = self._context.desk
            pane = self._panes.get("prepare")
            if isinstance(pane, PreparePane):
                pane.show_anew()
            told = tr("草稿已改为应答新版")
            keep = desk.bidding.drafts.keep_typed
            self._context.start(self, lambda _kept: self._told_saved(told), keep, self._route.tender, self._sheet.forms)

    def _sit_down(self) -> None:
        """The other window may be gone by now: then the draft is read again, and worked on here."""
        if not self._context.desk.place.seat.take():
            self._seat.say_taken()
            return
        for step in ("prepare", "check"):
            pane = self._panes.pop(step, None)
            if pane is not None:
                self._stack.removeWidget(pane)
                pane.deleteLater()
        self._sheet = None
        self._seat.hide()
        self.move_to(self._step, "")

    def _told_saved(self, words: str, tone: Tone = "ok") -> None:
        self._saved, self._saved_tone = words, tone
        if self._step == "prepare":
            self._show_head()
            self._show_foot()

    # -- footer

    def _show_foot(self) -> None:
        pane = self._panes.get(self._step)
        if self._notice is not None and self._stack.currentWidget() is self._notice:
            self.foot.say("info", tr("看过才开始编制"), tr("本机只需看一次"))
            self.foot.set_buttons(
                button(tr("知道了，开始编制"), "primary", self._took_notice, object_name="take-notice")
            )
        elif isinstance(pane, PreparePane) and self._sheet is not None and self._sheet.frozen:
            self.foot.say("info", tr("只能看"), tr("另一个窗口正在编制"))
            again = button(tr("接着在这里编制"), pressed=self._sit_down, object_name="sit-down")
            self.foot.set_buttons(again, button(tr("去那个窗口"), "primary", self._seat.knock, object_name="knock"))
        elif isinstance(pane, PreparePane):
            following = pane.next_section()
            if following is not None:
                go = partial(pane.step_section, 1)
                primary = button(tr("下一节：{title}", title=following.title), "primary", go, object_name="next")
                primary.setToolTip(key_words(ON))
            else:
                primary = button(tr("去自检"), "primary", partial(self._go, "check"), object_name="next")
            self.foot.say(self._saved_tone, self._saved or tr("填写后自动保存在本机"))
            self.foot.set_buttons(
                button(tr("签章与递交"), pressed=partial(self._go, "deliver"), object_name="go-deliver"), primary
            )
        elif isinstance(pane, CheckPane):
            tone, word, reason = pane.verdict()
            self.foot.say(tone, word, reason)
            self.foot.set_buttons(
                button(tr("签章与递交"), "primary", partial(self._go, "deliver"), object_name="go-deliver")
            )
        elif isinstance(pane, DocumentsPane):
            self.foot.say("info", tr("招标文件免费，取得不记名"))
            made: list[QPushButton] = []
            if self._story is not None and self._story.phase is Phase.BIDDING:
                made.append(
                    button(tr("开始编制投标"), "primary", partial(self._go, "prepare"), object_name="go-prepare")
                )
            self.foot.set_buttons(*made)
        elif pane is not None:
            tone, word, reason, buttons = pane.footer()
            self.foot.say(tone, word, reason)
            self.foot.set_buttons(*buttons)

    def _go(self, step: str) -> None:
        self.asked.emit(str(self._route.at(step)))

    def work(self) -> QWidget | None:
        return self._panes.get(self._step)

    def leave(self) -> None:
        pane = self._panes.get("prepare")
        if isinstance(pane, PreparePane):
            pane.leave()
        super().leave()
