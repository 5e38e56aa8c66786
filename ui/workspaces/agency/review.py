"""评审组织 as the agency runs it: panel, presence, qualification, progress, report, notice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from client.acts import Act
from client.lot_day import LotDay
from client.views.lots import LotStory, Phase
from client.workflows.evaluation import qualification_items
from procurement.awarding.award import ResultLetter
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.evaluation.panel import PanelMember, SignIn
from procurement.evaluation.sheets import RankedBid, Verdict
from procurement.evaluation.talk_rounds import held, most_rounds
from ui.boards.consortium import ConsortiumBanner
from ui.boards.doing import Doing
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, blocked, done, needs, not_applicable, not_started, under_way, waits
from ui.kit.buttons import button
from ui.kit.cards import Card, scrolled
from ui.kit.choice import Choice
from ui.kit.columns import columns
from ui.kit.countdown import exact_text
from ui.kit.forms import FieldSpec, Form
from ui.kit.money import money_text
from ui.kit.page import Page
from ui.kit.states import StatePane
from ui.kit.tables import Cell, Column, Table
from ui.kit.text import clear, column, hair, label, row
from ui.theme import wide
from ui.theme.tokens import Tone


class ReviewPane(QWidget):
    """Left: the committee. Right: what is due now."""

    def __init__(self, context: Context, page: Page) -> None:
        super().__init__()
        self._context, self._page = context, page
        self._story: LotStory | None = None
        self._doing = Doing(self, context, page)
        self._experts: Table[Act[Registration]] = Table(
            (
                Column(tr("专家"), lambda act: Cell(act.value.name, act.value.actor), 0),
                Column(tr("抽取"), lambda act: Cell(state=self._picked_state(act.value.actor), bare=True), 110),
            ),
            tr("已登记的专家"),
            row_height=54,
        )
        self._experts.on_activated(self._toggle)
        self._picked: set[str] = set()
        self._members: Table[PanelMember] = Table(
            (
                Column(tr("成员"), lambda one: Cell(one.name, one.member), 0),
                Column(tr("状态"), lambda one: Cell(state=self._member_state(one.member)), 128),
            ),
            tr("评审委员会"),
            row_height=54,
        )
        self._panel_card = Card(tr("评审委员会"), flush=True)
        self._panel_card.body.addWidget(self._experts, 1)
        self._panel_card.body.addWidget(self._members, 1)
        self._ranking: Table[RankedBid] = Table(_ranking_columns(), tr("评审排名"), row_height=44)
        self._rank_card = Card(tr("评审排名"), tr("由已公开的评分表重新计算得出"), flush=True)
        self._rank_card.body.addWidget(self._ranking)
        self._checks = QWidget()
        self._check_list = QVBoxLayout(self._checks)
        self._check_list.setContentsMargins(16, 8, 16, 16)
        self._boxes: dict[tuple[str, str], QComboBox] = {}
        self._check_card = Card(tr("资格审查"), tr("采购人或代理机构逐家逐项审查（87 号令第四十四条）"), flush=True)
        self._check_card.body.addWidget(scrolled(self._checks))
        self._state = StatePane()
        self._form = Form(
            (
                FieldSpec("source", tr("抽取来源"), placeholder=tr("山西省政府采购评审专家库"), span=6),
                FieldSpec("witness", tr("身份核验见证人"), span=6),
            )
        )
        self._form.fill({"source": tr("山西省政府采购评审专家库")})
        form = Card(tr("组织"))
        form.body.addWidget(self._form)
        right = QWidget()
        box = column(form, self._check_card, self._rank_card, self._state, spacing=12)
        box.setStretch(1, 1)
        box.setStretch(2, 1)
        box.setStretch(3, 1)
        right.setLayout(box)
        self._form_card = form
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(columns(self._panel_card, right, left_width=380, first="left"))

    # -- showing

    def show_story(self, story: LotStory) -> None:
        self._story = story
        panel = story.panel
        self._experts.setVisible(panel is None)
        self._members.setVisible(panel is not None)
        if panel is None:
            known = {act.value.actor: act for act in self._registered()}
            self._experts.show_rows(tuple(known.values()))
            self._panel_card.note.setText(tr("双击选取，已选 {count} 名", count=len(self._picked)))
        else:
            self._members.show_rows(panel.value.members)
            self._panel_card.note.setText(tr("{count} 人", count=len(panel.value.members)))
        self._form_card.setVisible(panel is None or self._unchecked() is not None)
        review = panel is not None and story.qualification is None
        self._check_card.setVisible(review)
        if review and not self._boxes:
            self._fetch_items(story)
        self._rank_card.setVisible(story.ranking is not None)
        if story.ranking is not None:
            self._ranking.show_rows(story.ranking.value.bids)
        self._show_state(story, review)

    def _registered(self) -> tuple[Act[Registration], ...]:
        return self._context.desk.place.acts.all(Registration, role=Role.EXPERT)

    def _show_state(self, story: LotStory, review: bool) -> None:
        self._state.setVisible(not review and story.ranking is None)
        if story.panel is None:
            self._state.say("people", "info", tr("先组成评审委员会"), tr("从已登记的专家中选取单数成员，五人以上。"))
        elif story.negotiating:
            self._show_talks(story)
        elif story.clarifying:
            text = tr(
                "报价修正 {corrections} 件、异常低价 {inquiries} 件已送投标人。处理完以后开始打分。",
                corrections=len(story.corrections),
                inquiries=len(story.inquiries),
            )
            self._state.say("clock", "warn", tr("评审委员会正在澄清报价"), text)
        elif story.ranking is None:
            done_count = len(story.conformity) if story.review_closed is None else len(story.commits)
            what = tr("符合性审查") if story.review_closed is None else tr("独立打分")
            text = tr(
                "{done} / {count} 名成员已提交。他人的内容在全部提交前谁也看不到。",
                done=done_count,
                count=len(story.panel.value.members),
            )
            self._state.say("clock", "info", tr("评审委员会正在{what}", what=what), text)

    def _show_talks(self, story: LotStory) -> None:
        assert story.tender.model is not None
        text = tr(
            "已进行 {held} 轮，采购文件规定至多 {most} 轮；退出 {left} 家。",
            held=held(story.talks.talks),
            most=most_rounds(story.tender.model),
            left=len(story.talks.withdrawals),
        )
        what = tr("最后报价") if story.quote_notices else tr("磋商谈判")
        self._state.say("clock", "info", tr("评审委员会正在{what}", what=what), text)

    def _picked_state(self, member: str) -> State:
        return done(tr("已选")) if member in self._picked else not_started(tr("未选"))

    def _toggle(self, act: Act[Registration]) -> None:
        self._picked ^= {act.value.actor}
        self._page.refresh()

    def _sign_in_of(self, member: str) -> Act[SignIn] | None:
        story = self._story
        return next((act for act in story.sign_ins if act.value.member == member), None) if story else None

    def _member_state(self, member: str) -> State:
        story = self._story
        assert story is not None
        if any(act.value.member == member for act in story.signatures):
            return done(tr("已签报告"))
        if any(act.value.member == member for act in story.commits):
            return done(tr("已提交评分"))
        if any(act.value.member == member for act in story.conformity):
            return under_way(tr("已审符合性"))
        if any(act.value.member == member for act in story.checks):
            return under_way(tr("身份已核"))
        return needs(tr("待核身份")) if self._sign_in_of(member) else waits(tr("未签到"))

    def _unchecked(self) -> Act[SignIn] | None:
        story = self._story
        if story is None:
            return None
        checked = {act.value.sign_in for act in story.checks}
        return next((act for act in story.sign_ins if act.id not in checked), None)

    # -- qualification

    def _fetch_items(self, story: LotStory) -> None:
        assert story.panel is not None
        committee = self._context.desk.committee
        self._boxes = {("", ""): Choice()}
        run = self._context.desk.start(_gather, committee.opened, story.panel.value.opening)
        self._context.home(run.future, self, self._show_items)

    def _show_items(self, day: LotDay) -> None:
        story = self._story
        assert story is not None and story.tender.model is not None
        self._boxes = {}
        clear(self._check_list)
        lot = story.tender.model.lot(story.lot)
        titles = {item.code: item.title for item in story.tender.model.qualification_of(lot)}
        name_of = self._context.desk.tenders.name_of
        last = ""
        for supplier, item in qualification_items(day):
            if supplier != last:
                self._check_list.addWidget(label(name_of(supplier), "strong"))
                banner = ConsortiumBanner()
                self._check_list.addWidget(banner)
                banner.show_bid(supplier, day.forms, day.names)
                last = supplier
            box = Choice()
            box.setProperty("tool", True)
            box.setAccessibleName(f"{name_of(supplier)}：{titles[item]}")
            box.setObjectName(f"verdict-{supplier}-{item}")
            box.addItem(tr("符合"), True)
            box.addItem(tr("不符合"), False)
            box.setMinimumWidth(wide(120))
            self._boxes[(supplier, item)] = box
            self._check_list.addLayout(row(label(titles[item], "small"), 0, box))
            self._check_list.addWidget(hair())
        self._check_list.addStretch(1)

    def _verdicts(self) -> tuple[Verdict, ...]:
        reason = tr("未提供符合要求的证明")
        found = []
        for (supplier, item), box in self._boxes.items():
            passed = bool(box.currentData())
            found.append(Verdict(supplier=supplier, item=item, passed=passed, reason="" if passed else reason))
        return tuple(found)

    # -- footer

    def footer(self) -> tuple[Tone, str, str, list[QPushButton]]:
        story = self._story
        words = tr("每一步由本机构签章，立即记入日志")
        if story is not None and story.left_open:
            words = tr("还有 {count} 项没有处理，不能编制评审报告", count=len(story.left_open))
        if story is None or story.record is None:
            return "mute", tr("开标记录发出后才能组织评审"), "", []
        made = [one for one in (self._due(story),) if one is not None]
        self._doing.settle(*made)
        return "mute", words, "", made

    def _due(self, story: LotStory) -> QPushButton | None:
        if story.panel is None:
            return button(tr("组成评审委员会"), "primary", self._ask_panel, object_name="name-panel")
        if self._unchecked() is not None:
            return button(tr("核验身份并签章"), "primary", self._ask_identity, object_name="check-identity")
        if story.qualification is None:
            return button(tr("签章提交资格审查"), "primary", self._ask_qualification, object_name="qualify")
        if story.phase is Phase.RANKED and story.report is None and not story.left_open:
            return button(tr("编制评审报告"), "primary", self._ask_report, object_name="make-report")
        if story.confirmation is not None and story.notice is None:
            return button(tr("发出中标通知书"), "primary", self._ask_notice, object_name="notice")
        if story.notice is not None and self._untold(story):
            return button(tr("告知未中标人"), "primary", self._ask_letters, object_name="tell-losers")
        return None

    # -- acts

    def _ask_panel(self) -> None:
        names = "、".join(act.value.name for act in self._registered() if act.value.actor in self._picked)
        text = tr("成员：{names}。组成后不能更换，除非成员应当回避。", names=names or "—")
        self._doing.ask(tr("由这些成员组成评审委员会？"), text, tr("组成"), tr("再选选"), self._name_panel)

    def _name_panel(self) -> None:
        story = self._story
        assert story is not None and story.opening is not None
        source = self._form.values()["source"] or tr("山西省政府采购评审专家库")
        self._doing.do(self._context.desk.committee.name_panel, story.opening.id, sorted(self._picked), source)

    def _ask_identity(self) -> None:
        sign_in = self._unchecked()
        assert sign_in is not None
        member = sign_in.value.member
        name = self._context.desk.tenders.name_of(member)
        witness = self._form.values()["witness"]
        if not witness:
            self._form.show_errors({"witness": tr("当面核验须有见证人")})
            return
        text = tr(
            "{name}（{member}）于 {time} 签到。请当面核对身份证件。",
            name=name,
            member=member,
            time=exact_text(sign_in.item.t_recv),
        )
        reason = tr("当面核对身份证件与本人一致")
        verb = self._context.desk.committee.check_identity
        self._doing.ask(
            tr("确认是本人？"),
            text,
            tr("是本人，签章"),
            tr("还没核对"),
            lambda: self._doing.do(verb, sign_in.id, witness, reason),
        )

    def _ask_qualification(self) -> None:
        failed = sum(not one.passed for one in self._verdicts())
        text = tr("{count} 项不符合。不符合的投标不进入评审。", count=failed)
        self._doing.ask(tr("提交资格审查结果？"), text, tr("签章提交"), tr("再看看"), self._qualify)

    def _qualify(self) -> None:
        story = self._story
        assert story is not None and story.opening is not None
        self._doing.do(self._context.desk.committee.review_qualification, story.opening.id, self._verdicts())

    def _ask_report(self) -> None:
        text = tr("报告只由已签名的内容生成，各成员会各自重新生成一遍，逐字节一致才签。")
        self._doing.ask(tr("编制评审报告？"), text, tr("编制并签章"), tr("暂不"), self._make_report)

    def _make_report(self) -> None:
        story = self._story
        assert story is not None and story.ranking is not None
        self._doing.do(self._context.desk.committee.make_report, story.ranking.id)

    def _ask_notice(self) -> None:
        text = tr("通知书发出后，三十日内应签订合同。")
        self._doing.ask(tr("发出中标通知书？"), text, tr("签章并发出"), tr("暂不"), self._send_notice)

    def _send_notice(self) -> None:
        story = self._story
        assert story is not None and story.confirmation is not None
        self._doing.do(self._context.desk.awarding.send_notice, story.confirmation.id)

    def _untold(self, story: LotStory) -> int:
        """How many bidders have not been told their own score and rank yet (L-274)."""
        assert story.ranking is not None and story.notice is not None
        told = {act.value.supplier for act in self._context.desk.place.acts.all(ResultLetter, notice=story.notice.id)}
        winner = story.notice.value.winner
        return sum(bid.supplier != winner and bid.supplier not in told for bid in story.ranking.value.bids)

    def _ask_letters(self) -> None:
        story = self._story
        assert story is not None and story.notice is not None
        text = tr("向 {count} 家未中标人各发一份，只写其本人的得分与排序或无效原因。", count=self._untold(story))
        tell, notice = self._context.desk.awarding.tell_losers, story.notice.id
        self._doing.ask(tr("告知未中标人？"), text, tr("签章并发出"), tr("暂不"), lambda: self._doing.do(tell, notice))


def _gather(work: Callable[[str], LotDay], opening: str) -> LotDay:
    """Opened forms may have to be fetched: off the window's thread."""
    return work(opening)


def _ranking_columns() -> tuple[Column[RankedBid], ...]:
    return (
        Column(tr("名次"), lambda bid: Cell(str(bid.rank) if bid.rank else "—", weight=500), 64, "centre"),
        Column(tr("投标人"), lambda bid: Cell(bid.name), 0),
        Column(tr("评审价（元）"), lambda bid: Cell(money_text(bid.evaluation_price)), 150, "right"),
        Column(tr("价格分"), lambda bid: Cell(f"{bid.price_score:.2f}"), 90, "right"),
        Column(tr("总分"), lambda bid: Cell(f"{bid.total:.2f}", weight=500), 90, "right"),
        Column(tr("状态"), lambda bid: Cell(state=bid_state(bid)), 140),
    )


def bid_state(bid: RankedBid) -> State:
    """A ranked bid's state as a badge."""
    return {
        "ranked": done(tr("参与排名")),
        "unqualified": blocked(tr("资格不符")),
        "nonconforming": blocked(tr("未过符合性")),
        "withdrawn": not_applicable(tr("已退出")),
        "invalid": blocked(tr("投标无效")),
        "same-brand": not_applicable(tr("同品牌")),
        "award-limit": not_applicable(tr("中标限额")),
    }[bid.state]
