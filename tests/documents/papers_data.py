"""Realistic facts for the printed papers; people, bidders and prices are invented."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from documents.data import (
    AnsweredMatter,
    AwardNoticePrint,
    ChallengeReplyPrint,
    ContractPrint,
    Fact,
    OpeningRecordPrint,
    OwnScore,
    Party,
    Project,
    ReceiptPrint,
    Redaction,
    ResultLetterPrint,
    Section,
    SupplierAttachmentPrint,
    Table,
    TimelineEntry,
)
from procurement.opening.session import ReadOutField, ReadOutRow
from procurement.performing.contract import ContractItem

OPENED = datetime(2026, 4, 29, 2, 0, tzinfo=UTC)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


PURCHASER = Party(
    name="上海市教育考试院",
    code="12310000425006133D",
    address="上海市徐汇区钦州南路500号",
    contact="周老师",
    phone="021-35367070",
    representative="郑新元",
)
AGENCY = Party(
    name="上海国际招标有限公司",
    code="91310000132207927C",
    address="上海市延安西路358号美丽园大厦14楼",
    contact="李喆",
    phone="021-32173682",
    representative="黄建平",
)
PROJECT = Project(
    number="310105000260312192001-05332599",
    tender_id="0705-2640JC080012",
    name="2026年国家教育考试标准化考点视频监控及身份核验设备更新项目",
    lot="1",
    lot_name="标包一：身份核验设备及配套服务",
    method="公开招标",
    purchaser=PURCHASER,
    agency=AGENCY,
)
SUPPLIERS = [
    Party(
        name="上海申测智能科技股份有限公司",
        code="913101157824651938",
        address="上海市浦东新区张衡路198弄10号楼",
        contact="王镕",
        phone="13800001111",
        representative="陆建国",
        bank="中国建设银行上海张江支行",
        account="31001520313050012345",
    ),
    Party(name="江苏明鉴教育装备有限公司", code="913201006749115327", representative="顾海涛"),
    Party(name="北京衡准信息技术有限公司", code="91110108MA01C2XK4P", representative="韩冬"),
    Party(name="杭州启明识人科技有限公司", code="91330106MA2AX7LQ0R", representative="沈昱"),
]


def row(number: int, state: str, source: str, price: str = "", days: str = "", warranty: str = "") -> ReadOutRow:
    supplier = SUPPLIERS[number - 1]
    fields = (
        (
            ReadOutField(name="price", label="投标总价（元）", text=price),
            ReadOutField(name="days", label="交付期", text=days),
            ReadOutField(name="warranty", label="质保期", text=warranty),
        )
        if price
        else ()
    )
    return ReadOutRow.from_plain(
        {
            "number": number,
            "supplier": supplier.code,
            "name": supplier.name,
            "state": state,
            "source": source,
            "fields": [field.to_plain() for field in fields],
        }
    )


ROWS = (
    row(1, "opened", "token", "5,168,000.00", "合同签订后45日内", "36个月"),
    row(2, "opened", "token", "4,986,500.00", "合同签订后60日内", "36个月"),
    row(3, "opened", "slip", "5,214,300.00", "合同签订后40日内", "60个月"),
    row(4, "not-released", "none"),
)

_DAY = (
    (-60, "投标截止，接收关闭", "晋采平台"),
    (0, "截止集合固定（四份有效投标）", "晋采平台"),
    (95, "授权解密：上海申测智能科技股份有限公司", "上海申测智能科技股份有限公司"),
    (140, "授权解密：江苏明鉴教育装备有限公司", "江苏明鉴教育装备有限公司"),
    (910, "以备份凭条授权解密：北京衡准信息技术有限公司", "北京衡准信息技术有限公司"),
    (1020, "备份补入", "上海国际招标有限公司"),
    (1800, "解密时限届满，冻结", "晋采平台"),
    (1835, "保管人授权（1/3）", "上海国际招标有限公司"),
    (1851, "保管人授权（2/3）", "上海市政府采购监督管理处"),
    (1853, "同时开启三份投标", "晋采平台"),
)

OPENING_RECORD = OpeningRecordPrint(
    project=PROJECT,
    deadline=OPENED - timedelta(minutes=1),
    opened=OPENED,
    place="晋采平台网上开标大厅",
    host="李喆",
    recorder="陈晓雯",
    budget=Decimal("5400000.00"),
    ceiling="5,300,735.00 元",
    rows=ROWS,
    timeline=tuple(
        TimelineEntry(
            time=OPENED + timedelta(seconds=s, milliseconds=137), event=event, actor=actor, digest=digest(event)
        )
        for s, event, actor in _DAY
    ),
    confirm_until=OPENED + timedelta(minutes=60),
    closing=digest("closing"),
    freeze=digest("freeze"),
    opening=digest("opening"),
    remarks=("杭州启明识人科技有限公司于 10:12 来电称令牌故障，已告知可使用备份凭条；至时限届满未收到其授权。",),
    printed=OPENED + timedelta(minutes=32),
)

AWARD_NOTICE = AwardNoticePrint(
    project=PROJECT,
    number="SHITC-2026-0412",
    winner=SUPPLIERS[0],
    amount=Decimal("5168000.00"),
    quote="5,168,000.00 元",
    term="合同签订后45日内完成全部设备的供货、安装、调试并通过验收",
    opened=OPENED,
    evaluated=OPENED + timedelta(hours=7),
    confirmation=digest("confirmation"),
    contract_until=datetime(2026, 6, 6, 15, 59, 59, tzinfo=UTC),
    sent=datetime(2026, 5, 7, 6, 30, tzinfo=UTC),
)

CONTRACT = ContractPrint(
    edition="full",
    project=PROJECT,
    contract_number="SHEEA-2026-HT-031",
    notice_number="SHITC-2026-0412",
    notice=digest("notice"),
    supplier=SUPPLIERS[0],
    subject="标准化考点身份核验设备、视频监控设备及配套安装、调试、培训和三年质保服务",
    amount=Decimal("5168000.00"),
    items=(
        ContractItem(
            name="手持式身份核验终端（含读卡、人脸、指静脉三合一模块）",
            unit="台",
            quantity=Decimal("1280"),
            unit_price=Decimal("3150.00"),
            amount=Decimal("4032000.00"),
        ),
        ContractItem(
            name="考点边缘计算主机",
            unit="套",
            quantity=Decimal("32"),
            unit_price=Decimal("28500.00"),
            amount=Decimal("912000.00"),
        ),
        ContractItem(
            name="安装、调试、培训及三年质保",
            unit="项",
            quantity=Decimal("1"),
            unit_price=Decimal("224000.00"),
            amount=Decimal("224000.00"),
        ),
    ),
    quality="乙方提供的设备应为全新原厂正品，符合招标文件第三章及乙方投标文件承诺的技术指标，以较高者为准。\n设备核验通过率不低于 99.5 %，单次核验时间不超过 1.5 秒。",
    term="合同签订后45日内完成全部设备的供货、安装、调试并通过验收；质保期36个月，自验收合格之日起计算。",
    place_and_way="上海市十六个区共三十二个标准化考点（明细见招标文件附表），乙方负责运输、装卸、安装至可用状态。",
    acceptance="甲方在收到乙方验收申请之日起七个工作日内组织验收，按招标文件规定的每一项技术、服务、安全标准逐项确认，并出具验收书。",
    payment_terms="合同签订后十个工作日内支付合同价款的30%；验收合格后收到发票之日起十个工作日内支付65%；质保期满后支付剩余5%。",
    breach="乙方逾期交付的，每逾期一日按未交付部分价款的千分之一支付违约金，累计不超过合同价款的百分之十；甲方逾期付款的，按同期贷款市场报价利率支付利息。",
    disputes="因本合同发生的争议，双方协商解决；协商不成的，向甲方所在地人民法院提起诉讼。",
    special=(
        Section(
            title="保密与数据安全",
            paragraphs=("乙方对履行合同中接触的考生个人信息负有保密义务，不得留存、复制或者用于合同以外的目的。",),
        ),
    ),
    drafted=datetime(2026, 5, 12, 1, 30, tzinfo=UTC),
)
CONTRACT_PUBLIC = CONTRACT.model_copy(
    update={
        "edition": "public",
        "supplier": CONTRACT.supplier.model_copy(update={"account": "（不公开）", "phone": "（不公开）"}),
        "redactions": (
            Redaction(place="乙方账号、联系电话", ground="个人信息，《个人信息保护法》第十条"),
            Redaction(place="考点明细附表", ground="涉及考试安全，《政府采购法实施条例》第五十条"),
        ),
    }
)

RESULT_LETTER = ResultLetterPrint(
    project=PROJECT,
    notice_number="SHITC-2026-0412",
    supplier=SUPPLIERS[1],
    winner_name=SUPPLIERS[0].name,
    winner_amount=Decimal("5168000.00"),
    rank=2,
    total=Decimal("84.60"),
    items=(
        OwnScore(name="价格", maximum=Decimal("30"), points=Decimal("30.00")),
        OwnScore(name="技术参数响应", maximum=Decimal("35"), points=Decimal("26.80")),
        OwnScore(name="实施方案", maximum=Decimal("20"), points=Decimal("15.80")),
        OwnScore(name="同类业绩", maximum=Decimal("15"), points=Decimal("12.00")),
    ),
    challenge_until=datetime(2026, 5, 19, 15, 59, 59, tzinfo=UTC),
    sent=datetime(2026, 5, 7, 6, 31, tzinfo=UTC),
)

CHALLENGE_REPLY = ChallengeReplyPrint(
    project=PROJECT,
    challenger=SUPPLIERS[1].name,
    code=SUPPLIERS[1].code,
    received=datetime(2026, 5, 8, 2, tzinfo=UTC),
    stage="采购结果",
    matters=(
        AnsweredMatter(
            matter="业绩得分有误",
            request="复核业绩得分",
            finding="部分成立",
            answer="第三项业绩应当计分，总分不影响排序。",
            facts="投标文件第 62 页合同复印件完整。",
            law="87号令 第五十五条",
        ),
        AnsweredMatter(
            matter="中标人资格",
            request="重新审查",
            finding="不成立",
            answer="中标人具备资格。",
            facts="资格审查记录第 3 页。",
        ),
    ),
    affects=False,
    measure="更正该项得分并公告。",
    complain_to="太原市财政局",
    complaint_until=datetime(2026, 6, 5, 15, 59, 59, tzinfo=UTC),
    responder="章倩",
    by=PROJECT.agency.name,
    challenge_id=digest("challenge"),
    reply_id=digest("reply"),
    answered=datetime(2026, 5, 13, 6, 31, tzinfo=UTC),
)

RECEIPT = ReceiptPrint(
    project=PROJECT,
    act="递交投标文件（替换）",
    actor=SUPPLIERS[0],
    act_id=digest("submission"),
    bid=digest("bid"),
    size=134_217_963,
    received=datetime(2026, 4, 28, 8, 12, 58, 411_000, tzinfo=UTC),
    stamped=datetime(2026, 4, 28, 8, 12, 58, 902_000, tzinfo=UTC),
    leaf_index=318,
    checkpoint=(
        "jincai.example/log/2026\n319\nvN3p0cK3oU2lTg7sYp2f5yq1uJ8jB1o9Xl0w3iZr6dE=\n\n"
        "— jincai.example/log/2026 8bNf1qk3Q2m7oXx5Vd0b6nYt9cRr1zLw4uHs2eKp7aGj3iMvT0yB5fD8xCzE6nWqA1sUo9lPkJhGtRdFbVcXyZaQwEr=\n"
    ),
    platform="晋采平台",
    proves=(
        "平台在上述时间收到该事项，事项编号由递交人签名的内容算出。",
        "该事项已写入日志，位置与内容由日志检查点固定，事后不能删改而不被发现。",
        "密文的摘要与大小如上；平台签收时逐块核对过密文。",
    ),
    does_not_prove=(
        "投标文件内容是否完整、有效，能否通过资格审查和符合性审查。",
        "投标人将按时授权解密；未按时授权的投标不会被打开。",
        "平台曾阅读投标文件：平台没有打开它的钥匙。",
    ),
)

SUPPLIER_ATTACHMENT = SupplierAttachmentPrint(
    supplier=SUPPLIERS[0],
    title="技术响应文件",
    project_name=PROJECT.name,
    project_number=PROJECT.number,
    sections=(
        Section(
            title="营业执照信息",
            facts=(
                Fact(label="企业名称", text=SUPPLIERS[0].name),
                Fact(label="注册资本", text="人民币 8,000 万元"),
                Fact(label="成立日期", text="2008年6月16日"),
                Fact(
                    label="经营范围",
                    text="智能核验设备、视频监控系统的研发、生产、销售、安装和技术服务；计算机系统集成。",
                ),
            ),
        ),
        Section(
            title="技术参数响应",
            paragraphs=(
                "★设备核验通过率：投标产品实测 99.8 %，满足不低于 99.5 % 的要求。",
                "其余参数逐条响应如下表，均无负偏离。",
            ),
            tables=(
                Table(
                    caption="技术参数响应表",
                    head=("序号", "招标要求", "投标响应", "偏离"),
                    widths=(1, 5, 5, 1),
                    rows=tuple(
                        (
                            str(n),
                            f"第{n}项：核验终端在零下十度至五十度环境下连续工作不少于 {n + 8} 小时",
                            f"实测 {n + 10} 小时，见检测报告第 {n} 页",
                            "正",
                        )
                        for n in range(1, 41)
                    ),
                ),
            ),
        ),
        Section(
            title="实施方案",
            paragraphs=("项目分为勘察、供货、安装、联调、培训五个阶段，每阶段设专人负责并提交书面记录。" * 6,) * 4,
        ),
    ),
    made=datetime(2026, 4, 25, 3, 0, tzinfo=UTC),
)
