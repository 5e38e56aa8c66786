"""After the opening: the practice committee evaluates, the purchaser confirms, the winner gets its notice and a contract to sign.

The chapters are the demo's, the committee is practice's own (`client/practice/bench.py`). Each part goes on where it was stopped.
"""

from __future__ import annotations

from datetime import date

from client.demo.cast import AGENCY, PURCHASER
from client.demo.chapters import evaluation, performing, planning
from client.demo.story import Story
from client.desk import Desk
from client.practice.bench import BENCH, REASON
from client.practice.cast import MEMBERS, TRIAL
from client.practice.tender import DEADLINE
from client.workflows.performing import ContractTexts
from client.workplace import Outcome
from procurement.awarding.award import AwardNotice
from procurement.basics.findings import Finding
from procurement.basics.moment import at_shanghai
from procurement.basics.parties import Registration
from procurement.evaluation.questions import ExplanationNotice, ExplanationRequest, PriceExplanation
from procurement.evaluation.sheets import ReviewClosed
from procurement.performing.contract import Contract

REVIEWING, AWARDING = 28, 30
"""Acts of each part, for the progress that is shown"""
AFTERNOON, DECIDED = at_shanghai(DEADLINE.date(), 14), at_shanghai(date(2026, 5, 6), 10)
"""When the committee meets; when the purchaser has decided"""
TEXTS = ContractTexts(
    quality="符合采购文件技术要求及国家现行标准。",
    term="合同签订后10日内交货。",
    place_and_way="送货上门，采购人指定地点。",
    acceptance="抽检十把，座面承重不小于110千克。",
    payment_terms="验收合格后30日内一次付清。",
    breach="逾期每日按合同价0.5‰计付违约金，累计不超过5%。",
    disputes="协商不成的，提交太原仲裁委员会仲裁。",
)
"""The contract of the rehearsal tender"""


def review(story: Story, opening: str) -> bool:
    """The committee sits and reviews. Returns whether the trial company is asked to explain its price."""
    if story.now() < AFTERNOON:
        story.move(AFTERNOON)
    for expert in MEMBERS:
        if story.desk(AGENCY).place.acts.last(Registration, actor=expert.code) is None:
            planning.register(story, expert)
    evaluation.seat(story, opening, BENCH)
    evaluation.review(story, opening, BENCH)
    leader = story.desk(BENCH.leader)
    if not any(one.where == TRIAL.code for one in _questions(leader, opening)):
        return False

    def ask(desk: Desk) -> Outcome:
        return desk.clarifying.ask_explanation(opening, TRIAL.code, REASON)

    story.once("要求说明报价", BENCH.leader, ExplanationRequest, ask, opening=opening, supplier=TRIAL.code)
    return True


def _questions(leader: Desk, opening: str) -> tuple[Finding, ...]:
    closed = leader.place.acts.last(ReviewClosed, opening=opening)
    return () if closed is not None else leader.clarifying.in_question(opening)


def award(story: Story, opening: str) -> None:
    """From what was explained to the notice, and to the contract that the purchaser offers the trial company if it has won."""
    _judge(story, opening)
    evaluation.score(story, opening, BENCH)
    evaluation.report(story, BENCH)
    if story.now() < DECIDED:
        story.move(DECIDED)
    performing.decide(story)
    performing.announce(story)
    notice = story.ids["notice"]
    if story.desk(AGENCY).place.acts.get(AwardNotice, notice).value.winner == TRIAL.code:
        story.once("签署合同", PURCHASER, Contract, lambda desk: performing.offer_contract(story, TEXTS), notice=notice)


def _judge(story: Story, opening: str) -> None:
    """An explanation is accepted; silence past its time is not, and the bid is out (L-253)."""
    acts = story.desk(BENCH.leader).place.acts
    asked = acts.last(ExplanationNotice, opening=opening, supplier=TRIAL.code)
    if asked is None or acts.last(ReviewClosed, opening=opening) is not None:
        return
    given = acts.last(PriceExplanation, notice=asked.id) is not None
    reason = "说明了报价的构成，能够诚信履约" if given else "规定时间内没有说明"
    evaluation.judge(story, asked.id, BENCH, given, reason)
