"""Panel, presence, reviews, scores, ranking, report signed by all (R-089 … R-093). Practice plays these, too, with a bench of its own.

Each part goes on where it was stopped: acts that were made are not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from client.demo.cast import AGENCY, EXPERTS, PURCHASER, SUPPLIERS, Party
from client.demo.chapters.bidding import LOT
from client.demo.chapters.opening import save_paper
from client.demo.marks import conformity_verdicts, price_reviews, qualification_verdicts, score_sheet
from client.demo.story import Story
from client.desk import Desk
from client.workplace import Outcome
from procurement.bidding.draft import BidForms
from procurement.evaluation.clarification import UNCONFIRMED
from procurement.evaluation.panel import IdentityCheck, LeaderVote, Panel, SignIn
from procurement.evaluation.questions import CorrectionNotice, ExplanationNotice, PriceJudgement
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    PriceReview,
    QualificationReview,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
    ScoreSheet,
    Verdict,
)
from procurement.tendering.lot import Lot
from procurement.tendering.tender import Tender

Forms = Mapping[str, BidForms]
Verdicts = Callable[[Tender, Lot, Forms], tuple[Verdict, ...]]


@dataclass(frozen=True, slots=True)
class Bench:
    """Who evaluates, where, and what they find. The first expert is elected leader."""

    experts: tuple[Party, ...]
    register: str
    """Which register of experts the agency says they come from"""
    venue: str
    witness: str
    qualification: Verdicts
    conformity: Verdicts
    doubts: Callable[[Party, Forms], tuple[PriceReview, ...]]
    sheet: Callable[[Party, Tender, Lot, Forms], ScoreSheet]

    @property
    def leader(self) -> Party:
        return self.experts[0]


def _doubts(expert: Party, forms: Forms) -> tuple[PriceReview, ...]:
    return price_reviews(expert)


BENCH = Bench(
    EXPERTS,
    "省级评审专家库",
    "太原市公共资源交易中心 评标三室",
    "见证人 石磊",
    qualification_verdicts,
    conformity_verdicts,
    _doubts,
    score_sheet,
)


def evaluation(story: Story) -> None:
    opening = story.ids["opening"]
    with story.teller.stage("评审 evaluation"):
        story.clock(4, 29, 14)
        seat(story, opening, BENCH)
        review(story, opening, BENCH)
        _clarify(story, opening)
        story.platform("审查结束", ReviewClosed, opening=opening)
    with story.teller.stage("评分 scoring"):
        score(story, opening, BENCH)
    with story.teller.stage("评审报告 report"):
        report(story, BENCH)


def seat(story: Story, opening: str, bench: Bench) -> None:
    """The panel is named, its members sign in, are checked, and elect their leader."""

    def name(agency: Desk) -> Outcome:
        return agency.committee.name_panel(opening, [one.code for one in bench.experts], bench.register)

    what = f"组成评标委员会（{len(bench.experts)} 名专家）"
    panel = story.once(what, AGENCY, Panel, name, key="panel", opening=opening)
    for expert in bench.experts:
        _sign_in(story, panel, expert, bench)
    for expert in bench.experts:
        _vote(story, panel, expert, bench.leader)


def _sign_in(story: Story, panel: str, expert: Party, bench: Bench) -> None:
    def sign(desk: Desk) -> Outcome:
        return desk.scoring.sign_in(panel, bench.venue, no_conflict=True)

    signed = story.once("CA 签到", expert, SignIn, sign, panel=panel, member=expert.code)

    def check(desk: Desk) -> Outcome:
        return desk.committee.check_identity(signed, bench.witness, "现场核验身份证件（本站未接人脸设备）")

    story.once(f"人工核验 {expert.name} 身份", AGENCY, IdentityCheck, check, sign_in=signed)


def _vote(story: Story, panel: str, expert: Party, leader: Party) -> None:
    def vote(desk: Desk) -> Outcome:
        return desk.scoring.vote(panel, leader.code)

    story.once("推举组长", expert, LeaderVote, vote, panel=panel, member=expert.code)


def review(story: Story, opening: str, bench: Bench) -> None:
    """资格审查 by the purchaser, 符合性审查 by each member."""
    tender, lot = _tender(story), _tender(story).lots[LOT]
    forms = story.desk(AGENCY).scoring.fetch_bids(opening).forms

    def qualify(desk: Desk) -> Outcome:
        return desk.committee.review_qualification(opening, bench.qualification(tender, lot, forms))

    story.once("资格审查", PURCHASER, QualificationReview, qualify, opening=opening)
    verdicts = story.desk(PURCHASER).place.acts.only(QualificationReview, opening=opening).value.verdicts
    failed = {verdict.supplier for verdict in verdicts if not verdict.passed}
    left = {supplier: bid for supplier, bid in forms.items() if supplier not in failed}
    for expert in bench.experts:
        _conform(story, opening, expert, bench, left)


def _conform(story: Story, opening: str, expert: Party, bench: Bench, forms: Forms) -> None:
    tender = _tender(story)

    def judge(desk: Desk) -> Outcome:
        verdicts = bench.conformity(tender, tender.lots[LOT], forms)
        return desk.scoring.review_conformity(opening, verdicts, bench.doubts(expert, forms))

    story.once("符合性审查", expert, ConformityReview, judge, opening=opening, member=expert.code)


def score(story: Story, opening: str, bench: Bench) -> None:
    """Marks committed by all, then shown; the platform ranks."""
    for expert in bench.experts:
        _commit(story, opening, expert, bench)
    story.platform("评分全部提交", ScoresClosed, opening=opening)
    for expert in bench.experts:
        _reveal(story, opening, expert)
    story.ids["ranking"] = story.platform("排名", Ranking, opening=opening)


def _commit(story: Story, opening: str, expert: Party, bench: Bench) -> None:
    tender = _tender(story)

    def commit(desk: Desk) -> Outcome:
        scored = desk.place.acts.only(ReviewClosed, opening=opening).value.scored
        opened = desk.scoring.fetch_bids(opening).forms
        forms = {supplier: bid for supplier, bid in opened.items() if supplier in scored}
        desk.scoring.save(opening, bench.sheet(expert, tender, tender.lots[LOT], forms).marks)
        return desk.scoring.commit(opening)

    story.once("提交评分（密封承诺）", expert, ScoreCommit, commit, opening=opening, member=expert.code)


def _reveal(story: Story, opening: str, expert: Party) -> None:
    own = story.desk(expert).place.acts.only(ScoreCommit, opening=opening, member=expert.code).id
    story.once("公开评分表", expert, ScoreReveal, lambda desk: desk.scoring.reveal(opening), commit=own)


def report(story: Story, bench: Bench) -> None:
    """The agency prints the report, every member signs it."""
    ranking = story.ids["ranking"]

    def make(agency: Desk) -> Outcome:
        return agency.committee.make_report(ranking)

    made = story.once("编制评审报告", AGENCY, EvaluationReport, make, key="report", ranking=ranking)
    for expert in bench.experts:
        fields = {"report": made, "member": expert.code}
        story.once("签署评审报告", expert, ReportSignature, lambda desk: desk.scoring.sign_report(made), **fields)
    signed_all = story.desk(AGENCY).place.acts.all(ReportSignature, report=made)
    save_paper(story, signed_all[-1].value.pdf, "evaluation-report.pdf")


def _clarify(story: Story, opening: str) -> None:
    """Before anybody scores: a letter contradicts its opening sheet and the bidder confirms; then most members find a price low, and it
    is explained and judged (L-251 … L-253, in the order of L-513)."""
    while found := story.desk(BENCH.leader).clarifying.in_question(opening):
        first = next((one for one in found if one.code == UNCONFIRMED), found[0])
        supplier = next(one for one in SUPPLIERS if one.code == first.where)
        settle = _confirm if first.code == UNCONFIRMED else _explain
        settle(story, opening, supplier)


def _confirm(story: Story, opening: str, supplier: Party) -> None:
    leader = BENCH.leader
    asked = story.desk(leader).clarifying.ask_confirmation(opening, supplier.code)
    story.act(f"组长送请 {supplier.name} 确认报价修正", leader, asked)
    notice = story.platform("平台向投标人发出修正通知", CorrectionNotice, supplier, supplier=supplier.code)
    answer = story.desk(supplier).clarifying.answer_correction(notice, True)
    story.act("确认修正后的报价", supplier, answer)


def _explain(story: Story, opening: str, supplier: Party) -> None:
    leader = BENCH.leader
    asked = story.desk(leader).clarifying.ask_explanation(opening, supplier.code, "请书面说明人工与安装费用的构成")
    story.act(f"组长要求 {supplier.name} 说明报价", leader, asked)
    notice = story.platform("平台向投标人发出说明通知", ExplanationNotice, supplier, supplier=supplier.code)
    given = story.desk(supplier).clarifying.explain_price(
        notice, "摄像机由本单位自产，安装由驻晋工程师承担，无外包费用"
    )
    story.act("书面说明报价", supplier, given)
    judge(story, notice, BENCH, True, "说明了成本构成，能够诚信履约")


def judge(story: Story, notice: str, bench: Bench, accepted: bool, reason: str) -> None:
    """As many members as decide say what they find of an explanation, or of its absence (L-253, L-261)."""
    what = f"表决：{'接受' if accepted else '不接受'}说明"
    for expert in bench.experts[: len(bench.experts) // 2 + 1]:
        fields = {"notice": notice, "member": expert.code}
        story.once(what, expert, PriceJudgement, lambda desk: desk.clarifying.judge(notice, accepted, reason), **fields)


def _tender(story: Story) -> Tender:
    assert story.tender is not None
    return story.tender
