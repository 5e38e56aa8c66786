"""磋商、谈判: the leader opens rounds, members read the responses beside one another and judge those to changed terms (L-322, L-354)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.lot_day import LotDay
from client.views.lots import LotStory
from procurement.evaluation.talk_rounds import Talk, confirmers, held, most_rounds
from procurement.evaluation.talks import ResponseVerdict
from ui.boards.doing import Doing
from ui.boards.extending import ask_extension
from ui.boards.talks import ResponsePapers, notice_pairs, response_pairs, round_word, words_of
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, under_way, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts, scrolled
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column
from ui.theme.tokens import Tone
from ui.workspaces.expert.round_dialog import RoundDialog, RoundDraft


@dataclass(frozen=True, slots=True)
class Answer:
    """One bidder in one round; no bidder: the round itself, before it was put to anybody."""

    talk: Talk
    supplier: str


class TalksPane(QWidget):
    """Left each bidder of each round, at the right what was asked and answered."""

    def __init__(self, context: Context, page: Page, day: LotDay, to_quotes: Callable[[], object]) -> None:
        super().__init__()
        self._context, self._page, self._day, self._to_quotes = context, page, day, to_quotes
        self._story: LotStory | None = None
        self._draft = RoundDraft()
        self._views: dict[tuple[str, str], ResponseVerdict] = {}
        self._doing = Doing(self, context, page)
        self._table: Table[Answer] = Table(
            (
                Column(tr("轮次"), lambda one: Cell(round_word(one.talk.request.round)), 90),
                Column(tr("供应商"), lambda one: Cell(self._name(one.supplier)), 0),
                Column(tr("状态"), lambda one: Cell(state=self._state(one)), 170),
            ),
            tr("磋商、谈判"),
            row_height=48,
        )
        self._table.on_selected(lambda _one: self._show_answer())
        self._card = Card(tr("磋商、谈判"), flush=True)
        self._card.body.addWidget(self._table)
        self._facts = Facts(name_width=88)
        self._papers = ResponsePapers(context)
        detail = Card(tr("内容"))
        detail.body.addWidget(self._facts)
        detail.body.addWidget(self._papers)
        self._form = Form((FieldSpec("reason", tr("不响应的理由"), "long", span=12, required=False),))
        self._mine = Card(tr("我的审查"), tr("多数成员认为不响应的，按无效处理"))
        self._mine.body.addWidget(self._form)
        right = QWidget()
        right.setLayout(column(detail, self._mine, 0, spacing=12))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(None, self._card, scrolled(right), right_width=460, first="right"))

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        rows = [Answer(talk, supplier) for talk in story.talks.talks for supplier in talk.asked or ("",)]
        chosen = self._table.row()
        self._table.show_rows(rows)
        if rows and (chosen is None or not self._table.currentIndex().isValid()):
            self._table.selectRow(len(rows) - 1)
        most = most_rounds(story.tender.model) if story.tender.model is not None else 0
        self._card.note.setText(
            tr("采购文件规定至多 {most} 轮，已进行 {held} 轮", most=most, held=held(story.talks.talks))
        )
        self._show_answer()

    def _name(self, supplier: str) -> str:
        return self._day.names.get(supplier, supplier) or tr("各供应商")

    @property
    def _members(self) -> int:
        return len(self._story.panel.value.members) if self._story is not None and self._story.panel else 0

    def _state(self, one: Answer) -> State:
        story, talk = self._story, one.talk
        assert story is not None
        if talk.refused:
            return blocked(tr("采购人不确认"))
        if not one.supplier:
            return waits(tr("等候采购人确认"))
        notice = story.talks.notice_of(talk.id, one.supplier)
        given = story.talks.response(notice) if notice is not None else None
        if given is None and story.talks.left(one.supplier):
            return blocked(tr("已退出"))
        if talk.closed is None:
            return under_way(tr("等候答复"))
        if given is None:
            return blocked(tr("没有答复")) if talk.request.changes else done(tr("没有答复，原响应不变"))
        if not talk.request.changes:
            return done(tr("已答复"))
        if talk.stage(self._members) == "reviewing":
            return self._view_state(talk, one.supplier)
        against = sum(not v.passed for r in talk.reviews for v in r.verdicts if v.supplier == one.supplier)
        return blocked(tr("不响应，无效")) if 2 * against > self._members else done(tr("响应"))

    def _view_state(self, talk: Talk, supplier: str) -> State:
        if self._judged(talk):
            return waits(tr("等候其他成员"))
        mine = self._views.get((talk.id, supplier))
        if mine is None:
            return needs(tr("待审查"))
        return under_way(tr("我认为响应")) if mine.passed else under_way(tr("我认为不响应"))

    def _judged(self, talk: Talk) -> bool:
        return any(one.member == self._context.desk.actor for one in talk.reviews)

    def _show_answer(self) -> None:
        one, story = self._table.row(), self._story
        if one is None or story is None:
            self._facts.set_pairs(((tr("轮次"), tr("还没有进行")),))
            self._papers.show_papers(())
            self._mine.hide()
        else:
            self._show_round(story, one)
        self._page.show_foot()  # type: ignore[attr-defined]

    def _show_round(self, story: LotStory, one: Answer) -> None:
        notice = story.talks.notice_of(one.talk.id, one.supplier)
        given = story.talks.response(notice) if notice is not None else None
        if notice is None:
            pairs = words_of(one.talk.request)
        else:
            pairs = [*notice_pairs(story.talks, notice), *response_pairs(story.talks, notice)]
        said = one.talk.confirmation
        if said is not None:
            pairs.append(
                (tr("采购人"), tr("已确认变动") if said.confirmed else tr("不确认：{reason}", reason=said.reason))
            )
        pairs += [(tr("退出"), self._left(act.value.reason, exact_text(act.item.t_recv)))
                  for act in story.talks.withdrawals if act.value.supplier == one.supplier]  # fmt: skip
        self._facts.set_pairs(pairs)
        self._papers.show_papers(given.value.papers if given is not None else ())
        self._mine.setVisible(self._to_judge(one))

    def _left(self, reason: str, when: str) -> str:
        return tr("{when}，{reason}", when=when, reason=reason) if reason else when

    def _to_judge(self, one: Answer) -> bool:
        """Whether this row waits for the own view."""
        answered = {r.supplier for r in one.talk.closed.responses} if one.talk.closed is not None else set()
        open_ = one.talk.stage(self._members) == "reviewing" and not self._judged(one.talk)
        return open_ and one.supplier in answered

    # -- footer

    def progress(self) -> tuple[str, int, int]:
        story = self._story
        if story is None or story.tender.model is None:
            return tr("轮次"), 0, 0
        return tr("轮次"), held(story.talks.talks), most_rounds(story.tender.model)

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._story
        if story is None or not story.negotiating:
            return "ok", tr("磋商、谈判已结束"), "", []
        talk = story.talks.under_way(self._members)
        stage = talk.stage(self._members) if talk is not None else ""
        tone, word, why, made = self._step(story, talk, stage)
        self._doing.settle(*made)
        if stage == "reviewing" and talk is not None and made and not self._complete(talk):
            made[-1].setEnabled(False)
        return tone, word, why, made

    def _step(self, story: LotStory, talk: Talk | None, stage: str) -> tuple[Tone, str, str, list[QPushButton]]:
        leads = story.leader == self._context.desk.actor
        if talk is None:
            return self._between(story, leads)
        if stage == "confirming":
            return "info", tr("等候采购人代表确认变动"), tr("确认以后才通知各家"), self._confirming(story, talk)
        if stage == "running":
            return self._running(story, talk, leads)
        if self._judged(talk):
            return "info", tr("已提交审查"), tr("等候其他成员"), []
        return (
            "warn",
            tr("请审查各家对变动条款的响应"),
            tr("逐家选“响应”或“不响应”，全部选定后一并签名提交"),
            self._judging(talk),
        )

    def _between(self, story: LotStory, leads: bool) -> tuple[Tone, str, str, list[QPushButton]]:
        if story.quote_notices:
            return "info", tr("已要求最后报价"), "", []
        assert story.tender.model is not None
        number, most = held(story.talks.talks) + 1, most_rounds(story.tender.model)
        if not leads:
            return "info", tr("由组长提出下一轮或者要求最后报价"), "", []
        quotes = button(tr("去要求最后报价"), pressed=self._to_quotes, object_name="to-quotes")
        if number > most:
            return "info", tr("轮次已满"), tr("采购文件规定至多 {most} 轮", most=most), [quotes]
        words = tr("提出{round}", round=round_word(number))
        new = button(words, "primary", self._open_dialog, object_name="open-round")
        return "info", tr("可以提出下一轮"), tr("各家机会均等；只能变动采购文件写明可以变动的条款"), [quotes, new]

    def _running(self, story: LotStory, talk: Talk, leads: bool) -> tuple[Tone, str, str, list[QPushButton]]:
        notice = story.talks.notice_of(talk.id, talk.asked[0])
        until = exact_text(story.talks.until(notice)) if notice is not None else ""
        made = []
        if leads:
            extend = partial(ask_extension, self, self._context, self._doing, talk.id)
            made = [button(tr("延长这一轮"), pressed=extend, object_name="extend-round")]
        return "info", tr("等候各家答复，{until} 截止", until=until), tr("截止以前成员也看不到答复"), made

    def _confirming(self, story: LotStory, talk: Talk) -> list[QPushButton]:
        assert story.tender.model is not None and story.panel is not None
        if self._context.desk.actor not in confirmers(story.tender.model, story.panel.value):
            return []
        no = button(tr("不确认"), pressed=partial(self._ask_refuse, talk), object_name="refuse-changes")
        return [no, button(tr("确认变动"), "primary", partial(self._ask_confirm, talk), object_name="confirm-changes")]

    def _judging(self, talk: Talk) -> list[QPushButton]:
        no = button(tr("不响应"), pressed=partial(self._judge, False), object_name="response-no")
        yes = button(tr("响应"), pressed=partial(self._judge, True), object_name="response-yes")
        return [
            no,
            yes,
            button(tr("签名提交审查"), "primary", partial(self._ask_send, talk), object_name="send-review"),
        ]

    def _complete(self, talk: Talk) -> bool:
        assert talk.closed is not None
        return all((talk.id, one.supplier) in self._views for one in talk.closed.responses)

    # -- acts

    def _open_dialog(self) -> None:
        """Who is still in follows from the reviews: it is worked out off the window's thread."""
        story = self._story
        assert story is not None and story.opening is not None
        self._doing.do(self._context.desk.clarifying.still_in, story.opening.id, then=self._show_dialog)

    def _show_dialog(self, still_in: tuple[str, ...]) -> None:
        story = self._story
        assert story is not None and story.tender.model is not None
        names = {supplier: self._day.names.get(supplier, supplier) for supplier in still_in}
        number = held(story.talks.talks) + 1
        model, window = story.tender.model, self.window()
        RoundDialog(window, model, number, names, self._draft, self._keep, self._ask_open).open()

    def _keep(self, draft: RoundDraft) -> None:
        self._draft = draft

    def _ask_open(self) -> None:
        """Asked once the window of the round is gone and its words are kept."""
        story = self._story
        assert story is not None and story.opening is not None
        draft, opening = self._draft, story.opening.id
        text = tr("同一时刻通知仍在谈判的各家，送出后不能更改。")
        if draft.changes:
            text = tr("有 {count} 条变动：先送采购人代表确认，确认后同一时刻通知各家。", count=len(draft.changes))
        self._ask(tr("提出这一轮？"), text, tr("签名提出"), lambda: self._open(opening, draft))

    def _open(self, opening: str, draft: RoundDraft) -> None:
        self._doing.do(
            self._context.desk.talking.open_round,
            opening,
            draft.subject,
            changes=draft.changes,
            points=draft.points,
            minutes=int(draft.minutes or 0),
            then=lambda _done: self._keep(RoundDraft()),
        )

    def _ask_confirm(self, talk: Talk) -> None:
        text = tr("确认后，变动成为采购文件的组成部分，同一时刻书面通知仍在谈判的各家（74 号令第三十二条）。")
        self._ask(tr("确认这一轮的变动？"), text, tr("签名确认"), lambda: self._confirm(talk, True, ""))

    def _ask_refuse(self, talk: Talk) -> None:
        text = tr("不确认的，这一轮不通知任何供应商，也不计入轮次。")
        self._doing.ask_reason(
            tr("不确认这一轮的变动？"), text, tr("签名不确认"), tr("再看看"), partial(self._confirm, talk, False)
        )

    def _confirm(self, talk: Talk, confirmed: bool, reason: str) -> None:
        self._doing.do(self._context.desk.talking.confirm_changes, talk.id, confirmed, reason)

    def _judge(self, passed: bool) -> None:
        one, reason = self._table.row(), str(self._form.values()["reason"])
        if one is None or not self._to_judge(one):
            return
        if not passed and not reason:
            self._form.show_errors({"reason": tr("请填写")})
            return
        said = "" if passed else reason
        self._views[one.talk.id, one.supplier] = ResponseVerdict(supplier=one.supplier, passed=passed, reason=said)
        self._form.fill({"reason": ""})
        self._form.show_errors({})
        below = self._table.currentIndex().row() + 1
        self._page.refresh()
        if below < self._table.model().rowCount():
            self._table.selectRow(below)

    def _ask_send(self, talk: Talk) -> None:
        text = tr("提交后不能再改。多数成员认为不响应的，其响应按无效处理。")
        self._ask(tr("提交对响应的审查？"), text, tr("签名提交"), lambda: self._send(talk))

    def _send(self, talk: Talk) -> None:
        assert self._story is not None and talk.closed is not None
        closed = self._story.talks.closed(talk.id)
        assert closed is not None
        views = tuple(self._views[talk.id, one.supplier] for one in talk.closed.responses)
        self._doing.do(self._context.desk.talking.judge_responses, closed.id, views)

    def _ask(self, title: str, text: str, act: str, then: Callable[[], Any]) -> None:
        self._doing.ask(title, text, act, tr("再看看"), then)
