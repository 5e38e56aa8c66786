"""Realistic facts for the printed papers; people, bidders and prices are invented."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from documents.data import AwardNoticePrint, OpeningRecordPrint, Party, Project, TimelineEntry
from procurement.opening.session import ReadOutField, ReadOutRow

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
