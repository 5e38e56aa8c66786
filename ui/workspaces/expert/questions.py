"""澄清: corrected prices to confirm, low prices to explain and judge, and ties to decide; the leader asks, every member judges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from client.acts import Act
from client.lot_day import LotDay
from client.views.lots import LotStory
from client.views.ties import tie_key, tied
from procurement.basics.findings import Finding
from procurement.evaluation.clarification import UNCONFIRMED, conclusion
from procurement.evaluation.committee import PURCHASER_KEYS
from procurement.evaluation.questions import CorrectionNotice, ExplanationNotice
from procurement.evaluation.quoting import QuoteNotice
from ui.boards.doing import Doing
from ui.boards.extending import ask_extension
from ui.boards.prices import cause_words, step_lines
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, under_way, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, Facts
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import column
from ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to settle: a bidder's price, or the next place of a tie."""

    kind: str
    """`final-quotes` (to be asked for), `final-quote`, `correction`, `low-price` or `tie`"""
    supplier: str
    finding: Finding | None = None
    correction: Act[CorrectionNotice] | None = None
    inquiry: Act[ExplanationNotice] | None = None
    quote: Act[QuoteNotice] | None = None


class QuestionsPane(QWidget):
    """Left what is in question, at the right the answer and the own view."""

    def __init__(self, context: Context, page: Page, day: LotDay) -> None:
        super().__init__()
        self._context, self._page, self._day = context, page, day
        self._story: LotStory | None = None
        self._findings: tuple[Finding, ...] = ()
        self._read_for: tuple[int, ...] = ()
        self._doing = Doing(self, context, page)
        self._table: Table[Matter] = Table(
            (
                Column(tr("投标人"), lambda one: Cell(self._name(one)), 0),
                Column(tr("事项"), lambda one: Cell(_kind(one)), 140),
                Column(tr("状态"), lambda one: Cell(state=self._state(one)), 150),
            ),
            tr("澄清与说明"),
            row_height=54,
        )
        self._table.on_selected(lambda _one: self._show_matter())
        self._table.on_activated(self._first)
        self._card = Card(tr("澄清与说明"), flush=True)
        self._card.body.addWidget(self._table)
        self._facts = Facts(name_width=88)
        detail = Card(tr("内容"))
        detail.body.addWidget(self._facts)
        self._form = Form((FieldSpec("reason", tr("理由"), "long", span=12, tall=True),))
        self._mine = Card(tr("理由"), tr("写入评审报告"))
        self._mine.body.addWidget(self._form)
        right = QWidget()
        right.setLayout(column(detail, self._mine, 0, spacing=12))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(columns(None, self._card, right, right_width=440, first="right"))
        self._order: list[str] = []

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        self._find(story)
        level = tied(story)
        if set(self._order) != set(level):
            self._order = list(level)
        rows = tuple(self._matters(story))
        self._table.show_rows(rows)
        if rows and not self._table.currentIndex().isValid():
            self._table.selectRow(0)
        self._card.note.setText(tr("双击排到最前") if self._order else tr("{count} 项", count=len(rows)))
        self._show_matter()

    def _find(self, story: LotStory) -> None:
        """What is in question is worked out off the window's thread, again whenever an act may have changed it."""
        seen = (
            int(story.final_quotes is not None),
            len(story.conformity),
            len(story.corrections),
            len(story.answers_to_corrections),
            len(story.judgements),
        )
        if not story.clarifying or seen == self._read_for or story.opening is None:
            return
        self._read_for = seen
        job = self._context.desk.start(self._context.desk.clarifying.in_question, story.opening.id)
        self._context.home(job.future, self, self._found)

    def _found(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        self._page.refresh()

    def _matters(self, story: LotStory) -> list[Matter]:
        asked = {act.value.supplier for act in story.corrections}
        wanted = {act.value.supplier for act in story.inquiries}
        found = [Matter("final-quote", act.value.supplier, quote=act) for act in story.quote_notices]
        if story.negotiating and not story.quote_notices:
            found.append(Matter("final-quotes", ""))
        found += [Matter("correction", act.value.supplier, correction=act) for act in story.corrections]
        found += [Matter("low-price", act.value.supplier, inquiry=act) for act in story.inquiries]
        for finding in self._findings if story.clarifying else ():
            correction = finding.code == UNCONFIRMED
            if finding.where not in (asked if correction else wanted):
                found.append(Matter("correction" if correction else "low-price", finding.where, finding=finding))
        return found + [Matter("tie", supplier) for supplier in self._order]

    def _name(self, matter: Matter) -> str:
        return self._day.names.get(matter.supplier, matter.supplier) or tr("各供应商")

    def _state(self, matter: Matter) -> State:
        story = self._story
        assert story is not None
        if matter.quote is not None:
            return _quote_state(story, matter.quote)
        if matter.kind == "tie":
            return needs(tr("第 {place} 位", place=self._order.index(matter.supplier) + 1))
        if matter.correction is not None:
            return self._correction_state(story, matter.correction)
        if matter.inquiry is None:
            return needs(tr("待提出"))
        found = conclusion(
            matter.inquiry.id, matter.inquiry.value, [j.value for j in story.judgements], self._members(story)
        )
        if found is not None:
            return done(tr("已接受")) if found.accepted else blocked(tr("投标无效"))
        return needs(tr("待表决")) if self._may_judge(story, matter.inquiry) else waits(tr("等候说明"))

    def _correction_state(self, story: LotStory, notice: Act[CorrectionNotice]) -> State:
        answer = next((a for a in story.answers_to_corrections if a.value.notice == notice.id), None)
        if answer is not None:
            return done(tr("已确认")) if answer.value.confirmed else blocked(tr("投标无效"))
        if self._context.now() > notice.value.until:
            return blocked(tr("逾期未确认"))
        return under_way(tr("等候确认"))

    def _show_matter(self) -> None:
        matter, story = self._table.row(), self._story
        if matter is None or story is None:
            self._facts.set_pairs(((tr("事项"), tr("没有需要澄清的事项")),))
            self._mine.setVisible(False)
            return
        pairs = [(tr("投标人"), self._name(matter)), (tr("事项"), _kind(matter))]
        if matter.quote is not None:
            pairs += _quote_pairs(story, matter.quote)
        if matter.correction is not None:
            pairs += [(tr("修正"), line) for line in step_lines(matter.correction.value.steps)]
            pairs.append((tr("答复期限"), exact_text(matter.correction.value.until)))
        if matter.inquiry is not None:
            pairs += self._inquiry_pairs(story, matter.inquiry)
        if matter.finding is not None and matter.kind == "low-price":
            pairs.append((tr("原因"), cause_words(matter.finding.facts.get("causes", "").split(","))))
        self._facts.set_pairs(pairs)
        self._mine.setVisible(
            bool(self._due(story, matter)) and matter.kind not in ("correction", "final-quotes", "final-quote")
        )
        self._page.show_foot()  # type: ignore[attr-defined]

    def _inquiry_pairs(self, story: LotStory, inquiry: Act[ExplanationNotice]) -> list[tuple[str, str]]:
        given = next((act for act in story.explanations if act.value.notice == inquiry.id), None)
        pairs = [
            (tr("原因"), cause_words(inquiry.value.causes)),
            (tr("要求说明"), inquiry.value.reason),
            (tr("答复期限"), exact_text(inquiry.value.until)),
            (tr("投标人说明"), given.value.text if given else tr("还没有说明")),
        ]
        pairs += [(tr("证明材料"), file.title) for file in given.value.files] if given else []
        votes = [act.value for act in story.judgements if act.value.notice == inquiry.id]
        yes = sum(vote.accepted for vote in votes)
        return [*pairs, (tr("表决"), tr("接受 {yes} 票，不接受 {no} 票", yes=yes, no=len(votes) - yes))]

    # -- footer

    def progress(self) -> tuple[str, int, int]:
        story = self._story
        if story is None:
            return tr("澄清与说明"), 0, 0
        matters = self._matters(story)
        open_ = sum(self._state(one).word in (tr("待提出"), tr("待表决")) for one in matters)
        return tr("澄清与说明"), len(matters) - open_, len(matters)

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story, matter = self._story, self._table.row()
        if story is None or matter is None:
            return "ok", tr("没有需要澄清的事项"), "", []
        made = self._due(story, matter)
        self._doing.settle(*made)
        why = tr("由组长代表评审委员会提出；投标人只看到平台的通知，看不到成员姓名")
        if matter.kind == "tie":
            why = tr("按采购文件规定的依据排出先后，平台随即重新排名")
        return "info", _kind(matter), why, made

    def _due(self, story: LotStory, matter: Matter) -> list[QPushButton]:
        leads = story.leader == self._context.desk.actor
        if matter.kind == "tie":
            mine = leads and tie_key(story) not in PURCHASER_KEYS
            return [button(tr("签名确定先后"), "primary", self._ask_tie, object_name="decide-tie")] if mine else []
        if matter.kind == "final-quotes":
            due = leads and story.talks.under_way(self._members(story)) is None
            return [button(tr("要求最后报价"), "primary", self._ask_quotes, object_name="ask-quotes")] if due else []
        if matter.quote is not None and leads and story.quotes_closed is None:
            if self._context.now() <= story.talks.until(matter.quote):
                return [button(tr("延长这一轮"), pressed=self._ask_extend, object_name="extend-quotes")]
            return []
        if matter.finding is not None and leads:
            if matter.kind == "correction":
                return [button(tr("请投标人确认"), "primary", self._ask_correction, object_name="ask-correction")]
            return [button(tr("要求书面说明"), "primary", self._ask_explanation, object_name="ask-explanation")]
        if matter.inquiry is not None and self._may_judge(story, matter.inquiry):
            refuse = button(tr("不接受"), pressed=lambda: self._ask_judge(False), object_name="judge-no")
            return [refuse, button(tr("接受"), "primary", lambda: self._ask_judge(True), object_name="judge-yes")]
        return []

    def _may_judge(self, story: LotStory, inquiry: Act[ExplanationNotice]) -> bool:
        me = self._context.desk.actor
        given = any(act.value.notice == inquiry.id for act in story.explanations)
        mine = any(act.value.notice == inquiry.id and act.value.member == me for act in story.judgements)
        return story.clarifying and not mine and (given or self._context.now() > inquiry.value.until)

    def _members(self, story: LotStory) -> int:
        return len(story.panel.value.members) if story.panel else 0

    # -- acts

    def _first(self, matter: Matter) -> None:
        """A double click puts a tied bid first."""
        if matter.kind == "tie":
            self._order.remove(matter.supplier)
            self._order.insert(0, matter.supplier)
            self._page.refresh()

    def _ask_extend(self) -> None:
        story = self._story
        assert story is not None and story.quote_round is not None
        ask_extension(self, self._context, self._doing, story.quote_round.id)

    def _ask_quotes(self) -> None:
        story = self._story
        assert story is not None and story.opening is not None
        opening, verb = story.opening.id, self._context.desk.negotiating.ask_quotes
        text = tr(
            "磋商（谈判）结束以后提出，只提一次。各供应商在规定时间内各提交一次，截止后一并公开；没有提交的，视为退出。"
        )
        self._ask(tr("要求各供应商提交最后报价？"), text, tr("签名送出"), lambda: self._do(verb, opening))

    def _ask_correction(self) -> None:
        matter, story = self._table.row(), self._story
        assert matter is not None and story is not None and story.opening is not None
        opening, verb = story.opening.id, self._context.desk.clarifying.ask_confirmation
        text = tr("修正由程序按采购文件规定的次序算出。投标人到时没有确认的，其投标无效（87 号令第五十九条）。")
        title = tr("把修正后的报价送投标人确认？")
        self._ask(title, text, tr("签名送出"), lambda: self._do(verb, opening, matter.supplier))

    def _ask_explanation(self) -> None:
        matter, story, reason = self._table.row(), self._story, self._reason()
        assert matter is not None and story is not None and story.opening is not None
        if not reason:
            return
        opening, verb = story.opening.id, self._context.desk.clarifying.ask_explanation
        text = tr("投标人至少有三十分钟书面说明并提交证明材料，到时由成员表决。")
        self._ask(
            tr("要求投标人说明报价？"),
            text,
            tr("签名送出"),
            lambda: self._do(verb, opening, matter.supplier, reason),
        )

    def _ask_judge(self, accepted: bool) -> None:
        matter, reason = self._table.row(), self._reason()
        assert matter is not None and matter.inquiry is not None
        if not reason:
            return
        notice, verb = matter.inquiry.id, self._context.desk.clarifying.judge
        title = tr("接受这家投标人的说明？") if accepted else tr("不接受这家投标人的说明？")
        text = tr("超过半数成员不接受的，其投标无效。提交后不能再改。")
        self._ask(title, text, tr("签名表决"), lambda: self._do(verb, notice, accepted, reason))

    def _ask_tie(self) -> None:
        story, reason = self._story, self._reason()
        assert story is not None and story.ranking is not None
        if not reason:
            return
        names = "、".join(self._day.names.get(one, one) for one in self._order)
        ranking, order, verb = story.ranking.id, tuple(self._order), self._context.desk.clarifying.decide_tie
        text = tr("依次为：{names}。", names=names)
        self._ask(
            tr("这样确定先后？"),
            text,
            tr("签名确定"),
            lambda: self._do(verb, ranking, tie_key(story), order, reason),
        )

    def _reason(self) -> str:
        reason = str(self._form.values()["reason"])
        self._form.show_errors({} if reason else {"reason": tr("请填写")})
        return reason

    def _ask(self, title: str, text: str, act: str, then: Callable[[], object]) -> None:
        self._doing.ask(title, text, act, tr("再看看"), then)

    def _do(self, verb: Callable[..., Any], *args: Any) -> None:
        self._doing.do(verb, *args, then=lambda _done: self._form.fill({"reason": ""}))


def _kind(matter: Matter) -> str:
    final = tr("最后报价")
    words = {"correction": tr("报价修正"), "low-price": tr("异常低价"), "tie": tr("并列")}
    return words.get(matter.kind, final)


def _quote_state(story: LotStory, notice: Act[QuoteNotice]) -> State:
    if story.final_quotes is not None:
        gave = any(one.supplier == notice.value.supplier for one in story.final_quotes.value.result.offers)
        return done(tr("已公开")) if gave else blocked(tr("已退出"))
    if story.talks.left(notice.value.supplier):
        return blocked(tr("已退出"))
    given = any(act.value.notice == notice.id for act in story.quote_commits)
    return under_way(tr("已提交，未公开")) if given else waits(tr("等候提交"))


def _quote_pairs(story: LotStory, notice: Act[QuoteNotice]) -> list[tuple[str, str]]:
    pairs = [(tr("时限"), exact_text(story.talks.until(notice)))]
    pairs += [(tr("延长"), reason) for reason in story.talks.extended_for(notice)]
    result = story.final_quotes.value.result if story.final_quotes is not None else None
    offer = next((one for one in result.offers if one.supplier == notice.value.supplier), None) if result else None
    return pairs + [(one.figure, money_text(one.amount)) for one in offer.quote] if offer is not None else pairs
