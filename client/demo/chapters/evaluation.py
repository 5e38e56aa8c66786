"""Panel, presence, reviews, scores, ranking, report signed by all (R-089 … R-093)."""

from __future__ import annotations

from client.demo.cast import AGENCY, EXPERTS, PURCHASER, SUPPLIERS, Party
from client.demo.chapters.bidding import LOT
from client.demo.chapters.opening import save_paper
from client.demo.marks import conformity_verdicts, price_reviews, qualification_verdicts, score_sheet
from client.demo.story import Story
from procurement.evaluation.clarification import UNCONFIRMED
from procurement.evaluation.questions import CorrectionNotice, ExplanationNotice
from procurement.evaluation.sheets import Ranking, ReportSignature, ReviewClosed, ScoresClosed

VENUE = "太原市公共资源交易中心 评标三室"


def evaluation(story: Story) -> None:
    tender = story.tender
    assert tender is not None
    lot = tender.lots[LOT]
    opening = story.ids["opening"]
    with story.teller.stage("评审 evaluation"):
        story.clock(4, 29, 14)
        agency = story.desk(AGENCY)
        outcome = agency.committee.name_panel(opening, [e.code for e in EXPERTS], "省级评审专家库")
        panel = story.act("组成评标委员会（5 名专家）", AGENCY, outcome, "panel")
        for expert in EXPERTS:
            signed = story.act("CA 签到", expert, story.desk(expert).scoring.sign_in(panel, VENUE, no_conflict=True))
            checked = story.desk(AGENCY).committee.check_identity(
                signed, "见证人 石磊", "现场核验身份证件（本站未接人脸设备）"
            )
            story.act(f"人工核验 {expert.name} 身份", AGENCY, checked)
        for expert in EXPERTS:
            story.act("推举组长", expert, story.desk(expert).scoring.vote(panel, EXPERTS[0].code))
        forms = story.desk(AGENCY).scoring.fetch_bids(opening).forms
        verdicts = qualification_verdicts(tender, lot, forms)
        story.act("资格审查", PURCHASER, story.desk(PURCHASER).committee.review_qualification(opening, verdicts))
        for expert in EXPERTS:
            verdicts, doubts = conformity_verdicts(tender, lot, forms), price_reviews(expert)
            given = story.desk(expert).scoring.review_conformity(opening, verdicts, doubts)
            story.act("符合性审查", expert, given)
        _clarify(story, opening)
        story.platform("审查结束", ReviewClosed, opening=opening)
    with story.teller.stage("评分 scoring"):
        for expert in EXPERTS:
            desk = story.desk(expert)
            mine = desk.scoring.fetch_bids(opening).forms
            desk.scoring.save(opening, score_sheet(expert, tender, lot, mine).marks)
            story.act("提交评分（密封承诺）", expert, desk.scoring.commit(opening))
        story.platform("评分全部提交", ScoresClosed, opening=opening)
        for expert in EXPERTS:
            story.act("公开评分表", expert, story.desk(expert).scoring.reveal(opening))
        ranking = story.platform("排名", Ranking, opening=opening)
        story.ids["ranking"] = ranking
    with story.teller.stage("评审报告 report"):
        report = story.act("编制评审报告", AGENCY, story.desk(AGENCY).committee.make_report(ranking), "report")
        for expert in EXPERTS:
            story.act("签署评审报告", expert, story.desk(expert).scoring.sign_report(report))
        signed_all = story.desk(AGENCY).place.acts.all(ReportSignature, report=report)
        save_paper(story, signed_all[-1].value.pdf, "evaluation-report.pdf")


def _clarify(story: Story, opening: str) -> None:
    """Before anybody scores: a letter contradicts its opening sheet and the bidder confirms; then most members find a price low, and it
    is explained and judged (L-251 … L-253, in the order of L-513)."""
    leader = EXPERTS[0]
    while found := story.desk(leader).clarifying.in_question(opening):
        first = next((one for one in found if one.code == UNCONFIRMED), found[0])
        supplier = next(one for one in SUPPLIERS if one.code == first.where)
        settle = _confirm if first.code == UNCONFIRMED else _explain
        settle(story, opening, supplier)


def _confirm(story: Story, opening: str, supplier: Party) -> None:
    leader = EXPERTS[0]
    asked = story.desk(leader).clarifying.ask_confirmation(opening, supplier.code)
    story.act(f"组长送请 {supplier.name} 确认报价修正", leader, asked)
    notice = story.platform("平台向投标人发出修正通知", CorrectionNotice, supplier, supplier=supplier.code)
    answer = story.desk(supplier).clarifying.answer_correction(notice, True)
    story.act("确认修正后的报价", supplier, answer)


def _explain(story: Story, opening: str, supplier: Party) -> None:
    leader = EXPERTS[0]
    asked = story.desk(leader).clarifying.ask_explanation(opening, supplier.code, "请书面说明人工与安装费用的构成")
    story.act(f"组长要求 {supplier.name} 说明报价", leader, asked)
    notice = story.platform("平台向投标人发出说明通知", ExplanationNotice, supplier, supplier=supplier.code)
    given = story.desk(supplier).clarifying.explain_price(
        notice, "摄像机由本单位自产，安装由驻晋工程师承担，无外包费用"
    )
    story.act("书面说明报价", supplier, given)
    for expert in EXPERTS[:3]:
        judged = story.desk(expert).clarifying.judge(notice, True, "说明了成本构成，能够诚信履约")
        story.act("表决：接受说明", expert, judged)
