"""Three journeys by mouse and keyboard against a live platform: sign-in to receipt, opening to signed report, award to payment.

The acting person touches only what is in view; the parties beside it are played by the staff.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, EXPERTS, FINANCE, PIN, PURCHASER, SUPPLIERS, Party
from client.demo.chapters import bidding, planning, tendering
from client.demo.marks import conformity_verdicts, score_sheet
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, PASSWORD, World
from procurement.awarding.award import AwardNotice
from procurement.basics.moment import SHANGHAI
from procurement.evaluation.panel import Panel
from procurement.evaluation.sheets import EvaluationReport
from procurement.opening.session import Closing, Freeze
from tests.journeys.handwork import fill_bid, score_all
from tests.journeys.person import Person

Enter = Callable[[Party], Person]
SIGN_IN = "签名签到"
CLAUSES = {
    "质量要求": "符合采购文件技术要求，原厂质保三年。",
    "履行期限": "合同签订后 10 日内完工。",
    "履行地点和方式": "采购人指定考点，送货上门、安装调试。",
    "验收标准和程序": "逐台通电，系统联调 48 小时无故障。",
    "付款条件": "验收合格并收到发票后 30 日内一次付清。",
    "违约责任": "逾期每日按合同价 0.5‰ 计付违约金。",
    "争议解决": "提交太原仲裁委员会仲裁。",
}
"""What the purchaser writes into the contract"""
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A world in which a tender has just been published; its platform runs."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "out").mkdir()
    world = World.create(folder / "world")
    told = Story(world, Teller(quiet=True), folder / "out")
    with world.running():
        planning.accounts(told)
        planning.planning(told)
        tendering.tendering(told)
        told.clock(4, 20, 9)
        world.close_desks()
        yield told
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def enter(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Enter]:
    """Opens the application and signs a party in, by hand."""
    people: list[Person] = []

    def make(party: Party) -> Person:
        people.append(Person(qtbot, qapp, story.world.folder / "profiles", tmp_path / "windows.json"))
        by_key = party.algorithm == "none"
        people[-1].sign_in(party.name, PASSPHRASE if by_key else PIN, PASSPHRASE, PASSWORD if by_key else "")
        return people[-1]

    yield make
    for one in people:
        one.leave()


def test_a_supplier_goes_from_sign_in_to_receipt(story: Story, enter: Enter) -> None:
    me = enter(SUPPLIERS[0])
    me.click("找标")
    me.open_row("项目", "标包一")
    me.click("开始编制投标")
    fill_bid(me)
    me.click("签章与递交")
    me.wait(lambda: me.reads("未递交"))
    me.type("备份条口令", "a backup slip passphrase")
    me.type("再输一次", "a backup slip passphrase")
    me.click("签章并加密")
    me.answer("签章并加密")
    me.click("上传密文")
    me.click("确认递交")
    me.answer("确认递交")
    me.wait(lambda: me.can("保存回执"), "the receipt")
    assert me.reads("已递交")
    assert not me.reads("未递交")


def _others_bid(story: Story) -> None:
    """Two more suppliers bid through the staff, so that the lot can be opened."""
    tender = story.tender
    assert tender is not None
    for party in SUPPLIERS[1:3]:
        desk = story.desk(party)
        published = desk.tendering.fetch(tender.id)
        desk.tendering.check(published.tv)
        bidding._prepare(story, party, desk, tender.lots[0].code, first=False)
        bidding._deliver(story, party, desk, tender.lots[0].code, "投标")


def test_from_the_opening_to_the_signed_report(story: Story, enter: Enter) -> None:
    """Runs after the journey above: one bid was submitted by hand."""
    tender = story.tender
    assert tender is not None
    lot = tender.lots[0].code
    _others_bid(story)
    story.move(tender.deadline)
    story.later(minutes=1)
    for party in SUPPLIERS[1:3]:
        desk = story.desk(party)
        desk.releasing.release(desk.place.acts.only(Closing, lot=lot).id)
    story.world.close_desks()

    bidder = enter(SUPPLIERS[0])
    bidder.open_row("项目")
    bidder.click("5 开标")
    bidder.click("用证书授权解密")
    bidder.answer("授权解密", secret=PIN)
    # when the last bidder has released, the platform may freeze at once
    bidder.wait(lambda: bidder.reads("已授权解密，等待时限结束") or bidder.reads("名单已冻结"), "the release")
    bidder.leave()

    story.later(minutes=45)
    desk = story.desk(PURCHASER)
    desk.custody.open_key(PASSPHRASE)
    for act in desk.place.acts.all(Freeze):
        if desk.place.acts.get(Closing, act.value.closing).value.lot == lot:
            desk.custody_release.release(act.id)
    story.world.close_desks()

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("释放本机构的密钥份额")
    host.answer("释放份额", secret=PASSPHRASE)
    host.type("记录人", "孙记录")
    host.click("制作并签章开标记录")
    host.answer("签章")
    host.wait(lambda: host.reads("进入异议与确认"), "the record")
    host.click("2 评审组织")
    for expert in EXPERTS:
        host.open_row("已登记的专家", expert.code)
    host.click("组成评审委员会")
    host.answer("组成")
    host.wait(lambda: host.can("签章提交资格审查"), "the panel")
    host.leave()

    for expert in EXPERTS[1:]:
        desk = story.desk(expert)
        desk.scoring.sign_in(desk.place.acts.only(Panel).id, "room 3", no_conflict=True)
    story.world.close_desks()
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.type("评审场所", "3 号评审室")
    member.click("本人与各投标人没有应当回避的利害关系")
    member.click("签到并声明")
    member.answer(SIGN_IN)
    member.wait(lambda: member.reads("代理机构当面核验身份后"), "the sign-in")
    member.leave()

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("2 评审组织")
    for place, _expert in enumerate(EXPERTS, 1):
        host.type("身份核验见证人", "任主任")
        host.click("核验身份并签章")
        host.answer("是本人，签章")
        host.wait(lambda n=place: _checked(host) == n, f"check {place}")
    host.wait(lambda: bool(host.seen(QComboBox)), "the conditions to check")
    host.click("签章提交资格审查")
    host.answer("签章提交")
    host.wait(lambda: host.reads("评审委员会正在"), "the review")
    host.leave()

    _others_review(story, lot)
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.click("2 符合性")
    member.click("符合")
    member.click("其余未审的都符合")
    member.click("提交我的审查")
    member.answer("签名提交")
    member.click("3 打分")
    score_all(member)
    member.click("提交我的评分")
    member.answer("签名提交")
    member.wait(lambda: member.reads("评分已提交"), "the commitment")
    member.leave()

    _others_score(story, lot)
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.click("公开我的评分")
    member.wait(lambda: member.reads("评分已公开"), "the marks")
    member.leave()

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("2 评审组织")
    host.click("编制评审报告")
    host.answer("编制并签章")
    host.wait(lambda: host.reads("报告签署中"), "the report")
    host.leave()

    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.click("4 报告")
    member.click("签名，绑定到本报告")
    member.answer("签名", secret=PIN)
    member.wait(lambda: member.reads("已签报告"), "the signature")
    member.leave()
    for expert in EXPERTS[1:]:
        desk = story.desk(expert)
        assert desk.scoring.sign_report(desk.place.acts.only(EvaluationReport).id).state == "accepted"
    story.world.close_desks()


def test_from_the_award_to_the_payment(story: Story, enter: Enter) -> None:
    """Runs after the journey above: the report is signed by all."""
    purchaser = enter(PURCHASER)
    purchaser.click("结果")
    purchaser.click("确认第一候选人中标")
    purchaser.answer("签章确认")
    purchaser.wait(lambda: any("已确认" in row for row in purchaser.rows("确认中标结果")), "the award")
    purchaser.leave()

    agency = enter(AGENCY)
    agency.open_row("项目", "标包一")
    agency.click("2 评审组织")
    agency.click("发出中标通知书")
    agency.answer("签章并发出")
    agency.click("告知未中标人")
    agency.answer("签章并发出")
    agency.wait(lambda: agency.reads("已发中标通知") and not agency.can("告知未中标人"), "the letters")
    agency.leave()
    desk = story.desk(AGENCY)
    notice = desk.place.acts.only(AwardNotice).value
    story.world.close_desks()
    winner = next(party for party in SUPPLIERS if party.code == notice.winner)

    purchaser = enter(PURCHASER)
    purchaser.click("合同")
    for title, words in CLAUSES.items():
        purchaser.type(title, words)
    purchaser.click("签章并送供应商签订")
    purchaser.answer("签章送出")
    purchaser.wait(lambda: purchaser.reads("等供应商签订"), "the contract")
    purchaser.leave()

    supplier = enter(winner)
    supplier.open_row("项目", "标包一")
    supplier.click("6 评审与结果")
    supplier.click("核对并签订合同")
    supplier.answer("核对并签章")
    supplier.wait(lambda: supplier.reads("合同已签订"), "the signature")
    supplier.leave()

    purchaser = enter(PURCHASER)
    purchaser.click("合同")
    purchaser.wait(lambda: purchaser.seen(QLineEdit, "验收情况："), "the items")
    for line in purchaser.seen(QLineEdit, "验收情况："):
        purchaser.type(line.accessibleName(), "型号、数量一致，通电正常")
    purchaser.type("验收人员", "严工、白雪、侯老师")
    purchaser.type("验收意见", "验收合格")
    purchaser.click("签章提交验收")
    purchaser.answer("签章提交")
    purchaser.type("发票号码", "FP-2026-0001")
    purchaser.type("收到发票的日期", f"{story.now():%Y-%m-%d}")
    purchaser.type("经办人", "出纳贺敏")
    purchaser.click("签章申请支付")
    purchaser.answer("签章申请")
    purchaser.wait(lambda: purchaser.reads("等财政部门支付"), "the request")
    purchaser.leave()

    story.later(hours=2)
    finance = enter(FINANCE)
    finance.click("支付")
    finance.type("国库支付凭证号", "GK-2026-0088")
    finance.type("支付时间", f"{(story.now() - timedelta(minutes=30)).astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    finance.click("签署并登记支付结果")
    finance.answer("签署登记")
    finance.wait(lambda: any("已支付" in row for row in finance.rows("支付申请")), "the payment")
    finance.leave()


def _checked(host: Person) -> int:
    """Members whose identity has been checked, as the table shows it."""
    return sum("身份已核" in row for row in host.rows("评审委员会"))


def _others_review(story: Story, lot: str) -> None:
    tender = story.tender
    assert tender is not None
    for expert in EXPERTS[1:]:
        desk = story.desk(expert)
        opening = desk.place.acts.only(Panel).value.opening
        forms = desk.scoring.fetch_bids(opening).forms
        desk.scoring.review_conformity(opening, conformity_verdicts(tender, tender.lot(lot), forms))
    story.world.close_desks()


def _others_score(story: Story, lot: str) -> None:
    tender = story.tender
    assert tender is not None
    desks = [story.desk(expert) for expert in EXPERTS[1:]]
    opening = desks[0].place.acts.only(Panel).value.opening
    for expert, desk in zip(EXPERTS[1:], desks, strict=True):
        forms = desk.scoring.fetch_bids(opening).forms
        desk.scoring.save(opening, score_sheet(expert, tender, tender.lot(lot), forms).marks)
        desk.scoring.commit(opening)
    for desk in desks:
        desk.refresh()
        desk.scoring.reveal(opening)
    story.world.close_desks()
