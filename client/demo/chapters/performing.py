"""Award, contract, acceptance, payment, credit, performance, archive, statistics (R-052 … R-058, R-087, R-088, R-095 … R-099)."""

from __future__ import annotations

from decimal import Decimal

from client.demo.cast import AGENCY, FINANCE, PURCHASER, SUPPLIERS, Party
from client.demo.chapters.bidding import LOT
from client.demo.chapters.opening import save_paper
from client.demo.story import Story
from client.desk import Desk
from client.workflows.performing import ContractTexts
from client.workplace import Outcome
from procurement.awarding.award import AwardConfirmation, AwardNotice
from procurement.performing.acceptance import AcceptedItem
from procurement.performing.contract import Contract, ContractPublication, ContractSignature

TEXTS = ContractTexts(
    quality="符合采购文件技术要求及国家现行标准，原厂质保三年。",
    term="合同签订后10日内完工。",
    place_and_way="采购人指定考点，送货上门、安装调试。",
    acceptance="逐台通电，系统联调48小时无故障，三方验收组签署。",
    payment_terms="验收合格并收到发票后30日内一次付清。",
    breach="逾期每日按合同价0.5‰计付违约金，累计不超过5%。",
    disputes="协商不成的，提交太原仲裁委员会仲裁。",
)


def awarding(story: Story) -> None:
    with story.teller.stage("确认与中标通知 R-088"):
        story.clock(5, 6, 10)
        decide(story)
        story.clock(5, 7, 9)
        announce(story)
        save_paper(story, _notice(story).pdf, "award-notice.pdf")


def decide(story: Story) -> None:
    """The purchaser confirms the first candidate. Not done twice."""
    report = story.ids["report"]

    def confirm(desk: Desk) -> Outcome:
        return desk.awarding.confirm(report, PURCHASER.person)

    what = "确认中标人（按排名第一）"
    story.once(what, PURCHASER, AwardConfirmation, confirm, key="confirmation", report=report)


def announce(story: Story) -> None:
    """The agency sends the notice, and tells each of the others its own score and rank. Goes on where it was stopped."""
    confirmation = story.ids["confirmation"]

    def send(desk: Desk) -> Outcome:
        return desk.awarding.send_notice(confirmation)

    story.once("签章并发送中标通知书", AGENCY, AwardNotice, send, key="notice", confirmation=confirmation)
    for letter in story.desk(AGENCY).awarding.tell_losers(story.ids["notice"]):
        story.act("告知未中标人本人得分与排序", AGENCY, letter)


def _notice(story: Story) -> AwardNotice:
    return story.desk(AGENCY).place.acts.get(AwardNotice, story.ids["notice"]).value


def winner_of(story: Story) -> Party:
    return next(p for p in SUPPLIERS if p.code == _notice(story).winner)


def performing(story: Story) -> None:
    winner = winner_of(story)
    with story.teller.stage("合同 R-052"):
        story.clock(5, 15, 15)
        offered = offer_contract(story, TEXTS)
        contract = story.act("签署合同（采购人）", PURCHASER, offered, "contract")
        story.clock(5, 18, 10)
        story.act("签署合同（供应商）", winner, story.desk(winner).performing.sign_contract(contract))
        story.platform("合同自动公示", ContractPublication, PURCHASER, contract=contract)
        signed = story.desk(PURCHASER).place.acts.only(ContractSignature, contract=contract).value
        (story.output / "contract.pdf").write_bytes(story.desk(PURCHASER).place.read(signed.pdf))
    value = story.desk(PURCHASER).place.acts.get(Contract, contract).value
    with story.teller.stage("验收 R-053"):
        story.clock(6, 10, 16)
        items = [
            AcceptedItem(name=i.name, delivered=i.quantity, accepted=True, finding="数量、型号与合同一致，联调通过")
            for i in value.items
        ]
        outcome = story.desk(PURCHASER).performing.accept(contract, items, ["严工", "白雪", "侯老师"], "验收合格")
        story.act("履约验收合格", PURCHASER, outcome, "acceptance")
    with story.teller.stage("支付 R-054"):
        story.clock(6, 18, 9)
        now = story.now()
        outcome = story.desk(PURCHASER).performing.ask_payment(
            story.ids["acceptance"], value.amount, "FP-2026-0618-001", now, "出纳贺敏"
        )
        story.act(f"申请支付 {value.amount:,.2f} 元，编码已核对", PURCHASER, outcome, "payment")
        story.clock(6, 24, 14)
        outcome = story.desk(FINANCE).performing.execute_payment(
            story.ids["payment"], "GK-2026-06-24-0088", story.now(), value.amount
        )
        story.act("国库支付", FINANCE, outcome, "execution")


def offer_contract(story: Story, texts: ContractTexts) -> Outcome:
    """The purchaser signs the contract that the notice fixes, priced as in the winner's bid."""
    notice, tender = _notice(story), story.tender
    assert tender is not None
    desk = story.desk(PURCHASER)
    items = desk.performing.awarded_items(story.ids["notice"])
    lot = tender.lots[LOT].title
    subject = (tender.title if lot == tender.title else f"{tender.title}（{lot}）")[:190]
    return desk.performing.offer_contract(story.ids["notice"], f"HT-{notice.number}-01", subject, items, texts)


def closing(story: Story) -> None:
    contract, winner = story.ids["contract"], winner_of(story)
    with story.teller.stage("信用与绩效 R-055 R-056"):
        story.clock(7, 3, 10)
        outcome = story.desk(PURCHASER).closing.record_credit(
            contract, winner.code, "supplier", "good", "按期交付，响应及时"
        )
        story.act("信用评价", PURCHASER, outcome)
        outcome = story.desk(PURCHASER).closing.evaluate_performance(
            contract, story.ids["payment"], True, Decimal("93.5"), "目标全部实现，节约资金用于后续考点。"
        )
        story.act("绩效评价 93.5 分", PURCHASER, outcome, "performance")
    with story.teller.stage("档案与统计 R-057 R-058"):
        story.clock(7, 10, 10)
        story.act("归档，保存至少 15 年", AGENCY, story.desk(AGENCY).closing.archive(contract), "archive")
        outcome = story.desk(FINANCE).closing.publish_statistics(story.ids["archive"], "标准化考点设备更新项目闭环")
        story.act("发布统计", FINANCE, outcome, "statistics")
