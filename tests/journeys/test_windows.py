"""Journeys by mouse and keyboard against a live platform: from the entrustment to the payment, in one world.

The person at the windows touches only what is in view. The parties beside it are played by the staff; where a journey
needs what an earlier one leaves and that has not run, the staff do it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, EXPERTS, FINANCE, PIN, PURCHASER, SUPERVISOR, SUPPLIERS
from client.demo.story import Story
from procurement.basics.moment import SHANGHAI
from procurement.evaluation.sheets import ReportSignature
from procurement.performing.payment import PaymentExecution
from tests.journeys import staffwork
from tests.journeys.handwork import score_all
from tests.journeys.person import Typist
from tests.journeys.steps import (
    Enter,
    accept_by_hand,
    bid_by_hand,
    entering,
    open_by_hand,
    publish_by_hand,
    publish_key,
    seal_and_deliver,
)

pytestmark = pytest.mark.timeout(900)
A, B, C, D = SUPPLIERS[:4]
CORRECTION = "第 51 页供货期由 9 日改为 10 日。"
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


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[staffwork.Worlds]:
    found = staffwork.Worlds(lambda: tmp_path_factory.mktemp("windows") / "told")
    yield found
    found.end()


@pytest.fixture
def story(worlds: staffwork.Worlds, request: pytest.FixtureRequest) -> Story:
    """The journeys stand in this file in the order of the story."""
    return worlds.story(request.function.__code__.co_firstlineno)


@pytest.fixture
def enter(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Enter]:
    with entering(story, qtbot, qapp, tmp_path) as made:
        yield made


def test_from_the_entrustment_to_a_tender_a_supplier_finds(story: Story, enter: Enter) -> None:
    """Agency, purchaser and supervisor by hand; the platform's custodian is a process of its own."""
    staffwork.not_before(story, 4, 8, 8, 56)
    papers = staffwork.papers(story)
    story.world.start_custodian()
    for party in (AGENCY, PURCHASER, SUPERVISOR):
        publish_key(enter(party))

    agency = enter(AGENCY)
    accept_by_hand(agency)
    publish_by_hand(enter, agency, papers)

    supplier = enter(A)
    supplier.click("找标")
    supplier.open_row("项目", story.number)
    supplier.wait(lambda: supplier.can("开始编制投标"), "the tender")
    assert any("采购公告" in row for row in supplier.rows("招标文件目录"))
    supplier.leave()


def test_a_correction_reaches_the_supplier_who_must_bid_again(story: Story, enter: Enter) -> None:
    staffwork.bid(story, C)
    papers = staffwork.papers(story)
    agency = enter(AGENCY)
    agency.open_row("项目", "标包一")
    agency.click("更正或澄清")
    agency.type("更正或澄清的内容", CORRECTION)
    agency.give_file("选择文件：更正后的文件或书面通知", papers / staffwork.NOTICE)
    assert any(Path(staffwork.NOTICE).stem in row and "加入" in row for row in agency.rows("更正后的文件"))
    agency.type("投标截止与开标时间", "2026-04-15 10:00")
    assert agency.reads("截止时间不能提前") and not agency.can("签章并发布更正")
    agency.type("投标截止与开标时间", "2026-04-30 10:00")
    agency.click("影响投标文件的编制")
    agency.click("签章并发布更正")
    agency.answer("签章并发布")
    agency.wait(lambda: any("4月30日" in row for row in agency.rows("项目")), "the new deadline")
    agency.leave()

    supplier = enter(C)
    supplier.wait(lambda: any("更正后待重新递交" in row for row in supplier.rows("项目")), "the correction")
    supplier.open_row("项目", "标包一")
    supplier.click("1 招标文件")
    supplier.wait(lambda: supplier.reads(f"第 2 版更正：{CORRECTION}"), "what was corrected")
    assert supplier.reads("影响投标文件编制，请按新版投标。")
    assert any(Path(staffwork.NOTICE).stem in row for row in supplier.rows("招标文件目录"))
    supplier.click("4 签章与递交")
    supplier.wait(lambda: supplier.reads("未递交") and supplier.can("签章并加密"), "the bid that counts no more")
    assert supplier.reads("原投标不再有效")
    supplier.click("2 编制")
    supplier.wait(lambda: supplier.reads("招标文件已更正为第 2 版"), "what must be redone")
    supplier.click("已逐项改好，改投新版")
    supplier.wait(lambda: not supplier.reads("招标文件已更正为第 2 版"), "the draft that answers the new version")
    supplier.click("知道了，开始编制")
    supplier.click("撤销")
    supplier.wait(lambda: supplier.reads("招标文件已更正为第 2 版"), "taken back, it must be redone again")
    supplier.click("重做")
    supplier.wait(lambda: not supplier.reads("招标文件已更正为第 2 版"), "the draft that answers the new version")
    supplier.click("4 签章与递交")
    seal_and_deliver(supplier)
    supplier.leave()


def test_a_supplier_goes_from_sign_in_to_receipt(story: Story, enter: Enter) -> None:
    staffwork.published(story)
    staffwork.not_before(story, 4, 20, 9)
    bid_by_hand(enter(A), "as asked")


def test_a_supplier_without_a_mouse_goes_from_sign_in_to_receipt(story: Story, enter: Enter) -> None:
    staffwork.published(story)
    bid_by_hand(enter(B, Typist), "as wanted")


def test_from_the_opening_to_the_signed_report(story: Story, enter: Enter) -> None:
    """The first supplier, the agency and the first expert by hand, the others through the staff."""
    lot = staffwork.closed(story, A, C, D)  # B, where it has bid, never hands over its key
    _open(story, enter, lot)
    _convene(story, enter)
    points = _review_and_score(story, enter)
    _report(story, enter, points)
    signed = story.desk(AGENCY).place.acts.all(ReportSignature)
    assert len(signed) == len(EXPERTS), "what the platform has kept"
    story.world.close_desks()


def _open(story: Story, enter: Enter, lot: str) -> None:
    """The bidder hands over its key, the agency its share; the record, and a committee named."""
    host = open_by_hand(story, enter, A, lot)
    host.click("2 评审组织")
    for expert in EXPERTS:
        host.open_row("已登记的专家", expert.code)
    host.click("组成评审委员会")
    host.answer("组成")
    host.wait(lambda: host.can("签章提交资格审查"), "the panel")
    host.leave()


def _convene(story: Story, enter: Enter) -> None:
    """Members sign in; the agency checks who they are, and the bidders' qualification."""
    staffwork.sign_in(story, *EXPERTS[1:])
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.type("评审场所", "3 号评审室")
    member.click("本人与各投标人没有应当回避的利害关系")
    member.click("签到并声明")
    member.answer("签名签到")
    member.wait(lambda: member.reads("代理机构当面核验身份后"), "the sign-in")
    member.leave()

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("2 评审组织")
    host.type("身份核验见证人", "任主任")
    for place, _expert in enumerate(EXPERTS, 1):
        host.click("核验身份并签章")
        host.answer("是本人，签章")
        host.wait(lambda n=place: sum("身份已核" in row for row in host.rows("评审委员会")) == n, f"check {place}")
    host.wait(lambda: host.seen(QComboBox), "the conditions to check")
    host.click("签章提交资格审查")
    host.answer("签章提交")
    host.wait(lambda: host.reads("评审委员会正在"), "the review")
    host.leave()


def _review_and_score(story: Story, enter: Enter) -> list[list[str]]:
    """What the member's table of marks says in the end."""
    staffwork.review(story, *EXPERTS[1:])
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.wait(lambda: member.can("其余未审的都符合"), "the conditions")
    member.click("符合")
    member.click("其余未审的都符合")
    member.click("提交我的审查")
    member.answer("签名提交")
    member.wait(lambda: member.can("3 打分"), "everybody's review")
    member.click("3 打分")
    points = score_all(member)
    member.click("提交我的评分")
    member.answer("签名提交")
    member.wait(lambda: member.reads("评分已提交"), "the commitment")
    member.leave()
    return points


def _report(story: Story, enter: Enter, points: list[list[str]]) -> None:
    staffwork.score(story, points, *EXPERTS[1:])
    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.click("公开我的评分")
    member.wait(lambda: member.reads("评分已公开"), "the marks")
    member.leave()

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("2 评审组织")
    host.wait(lambda: len(host.rows("评审排名")) == 3, "the ranking")
    host.click("编制评审报告")
    host.answer("编制并签章")
    host.wait(lambda: host.reads("报告签署中"), "the report")
    host.leave()

    member = enter(EXPERTS[0])
    member.open_row("评审室")
    member.click("签名，绑定到本报告")
    member.answer("签名", secret=PIN)
    member.wait(lambda: member.reads("已签报告"), "the signature")
    member.leave()
    staffwork.sign_report(story, *EXPERTS[1:])


def test_from_the_award_to_the_payment(story: Story, enter: Enter) -> None:
    """Purchaser, agency, winner and finance office, all by hand."""
    staffwork.reported(story, A, C, D)
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

    purchaser = enter(PURCHASER)
    purchaser.click("合同")
    winner = next(party for party in (A, C, D) if any(party.name in row for row in purchaser.rows("合同")))
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
        purchaser.put(line, "型号、数量一致，通电正常")
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
    # what the platform has kept, as the agency reads it
    paid = story.desk(AGENCY).place.acts.only(PaymentExecution).value
    assert paid.treasury_reference == "GK-2026-0088"
    story.world.close_desks()
