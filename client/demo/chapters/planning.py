"""Accounts, budget, intention, requirement, plan, entrustment (R-046 … R-050)."""

from __future__ import annotations

from collections.abc import Sequence

from client.demo.cast import AGENCY, FINANCE, PIN, PURCHASER, YEAR, Party
from client.demo.story import Story
from client.demo.world import PASSPHRASE, PASSWORD
from crypto.files import write_whole
from procurement.basics.moment import at_shanghai
from procurement.basics.roles import Role
from procurement.planning.budget import BudgetLine
from procurement.planning.plan import PlanLine, PlanNumbering
from procurement.planning.requirement import Review


def accounts(story: Story, parties: Sequence[Party] = ()) -> None:
    """Everybody (or those named) presents itself; finance and supervisor enrol keys, which the agency countersigns."""
    everybody = parties or story.world.parties
    with story.teller.stage("账号 accounts"):
        for party in everybody:
            if party.algorithm != "none":
                register(story, party)
        agency = story.desk(AGENCY)
        for office in (party for party in everybody if party.algorithm == "none"):
            outcome = story.world.desk(office).accounts.enrol_key(PASSPHRASE, PASSWORD)
            enrolment = outcome.id
            agency.refresh()
            counter = agency.accounts.countersign(enrolment, "当面核对单位与经办人身份，密钥摘要一致")
            story.act(f"登记密钥：{office.name}，代理机构会签", AGENCY, counter)
            story.desk(office)


def register(story: Story, party: Party) -> None:
    """A party with a certificate presents itself; a supplier publishes its encryption certificates, too."""
    desk = story.world.desk(party)
    desk.accounts.unlock(PIN)
    outcome = desk.accounts.register(party.person)
    story.desk(party)
    story.act("登记备案", party, outcome)
    if party.role is Role.SUPPLIER:
        story.act("公布加密证书清单", party, desk.accounts.publish_encryption_certificates())


def planning(story: Story, *, accept: bool = True) -> None:
    """Budget to entrustment; `accept`: the agency takes the entrustment on at once."""
    finance, matter = story.desk(FINANCE), story.matter
    with story.teller.stage("预算 R-046"):
        source = story.output / "budget-140100-2026-09.csv"
        row = f"{matter.line},{PURCHASER.code},{matter.category},{matter.title},{matter.budget}\n"
        write_whole(source, row.encode())
        line = BudgetLine(
            code=matter.line,
            purchaser=PURCHASER.code,
            purchaser_name=PURCHASER.name,
            category=matter.category,
            title=matter.title,
            amount=matter.budget,
        )
        outcome = finance.planning.import_budget(YEAR, "2026-09", FINANCE.person, source, [line])
        story.act(f"导入采购预算 {matter.budget:,.2f} 元", FINANCE, outcome, "budget")
    with story.teller.stage("意向 R-047"):
        story.clock(2, 26, 10)
        purchaser = story.desk(PURCHASER)
        outcome = purchaser.planning.publish_intention(
            story.ids["budget"],
            [matter.line],
            matter.title,
            matter.intention,
            matter.needed,
            "2026-04",
        )
        story.act(f"公开采购意向 {matter.needed:,.2f} 元", PURCHASER, outcome, "intention")
    with story.teller.stage("需求 R-048"):
        story.clock(3, 10, 15)
        purchaser = story.desk(PURCHASER)
        outcome = purchaser.planning.sign_requirement(
            story.ids["intention"],
            "goods",
            matter.needed,
            matter.items,
            ["刘洋", "高峰"],
            PURCHASER.person,
            Review(
                kind="general",
                reviewers=("马会计", "田法务"),
                opinion="需求完整，指标可量化，未见指向特定供应商的内容。",
            ),
        )
        story.act("签署采购需求", PURCHASER, outcome, "requirement")
    with story.teller.stage("计划 R-049"):
        _plan(story)
    with story.teller.stage("委托 R-050"):
        _entrust(story)
        if accept:
            accepted = story.desk(AGENCY).planning.accept_entrustment(story.ids["entrustment"], AGENCY.person)
            story.act("接受委托", AGENCY, accepted)


def _plan(story: Story) -> None:
    story.clock(3, 16, 9)
    purchaser, matter = story.desk(PURCHASER), story.matter
    lines = [PlanLine(code=matter.line, amount=matter.needed)]
    outcome = purchaser.planning.submit_plan(story.ids["requirement"], matter.category, "decentralised", "open", lines)
    story.act("报送采购计划", PURCHASER, outcome, "plan")
    story.clock(3, 18, 11)
    decided = story.desk(FINANCE).planning.decide_plan(story.ids["plan"], True, "预算、品目与组织形式相符，同意。")
    story.act("批准采购计划", FINANCE, decided, "approval")
    story.platform("生成备案号", PlanNumbering, PURCHASER, plan=story.ids["plan"])
    story.number = story.desk(PURCHASER).planning.number_of(story.ids["plan"])
    story.teller.say(f"          备案号 {story.number}")


def _entrust(story: Story) -> None:
    story.clock(3, 23, 9)
    agency = story.desk(AGENCY)
    story.act("维护固定电话", AGENCY, agency.planning.configure_agency(AGENCY.person, "0351-7654321"))
    until = at_shanghai(story.now().date().replace(year=2027), 18)
    outcome = story.desk(PURCHASER).planning.entrust(
        story.number,
        AGENCY.code,
        "编制采购文件、组织开标评标、发送中标通知书、归档",
        "以采购人名义组织采购活动，不包括确定中标人",
        until,
        "任主任",
    )
    story.act("签署委托协议", PURCHASER, outcome, "entrustment")
