"""A full evaluation report and tender document, for print tests; all invented."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from documents.data import Fact, Section, Table
from documents.report_data import (
    CodeName,
    CollusionCheck,
    CollusionLead,
    CollusionSection,
    Dissent,
    EvaluationReportPrint,
    PanelLine,
    ReviewedItem,
    ReviewMark,
)
from documents.tender_data import FormSheet, ReviewLine, ScoringLine, TenderDocumentPrint
from procurement.bidding.price import PriceStep
from procurement.evaluation.sheets import ItemScore, Mark, RankedBid, ScoreSheet
from tests.documents.papers_data import OPENED, PROJECT, ROWS, SUPPLIERS, digest

MEMBERS = ("E31001", "E31002", "E31003", "E31004", "P001")
_NAMES = ("欧阳震华", "孙悦", "马骁", "李文静", "周卫国")

_D = Decimal
ITEMS = (
    (
        "T1",
        "技术",
        "技术参数响应程度",
        "35",
        "objective",
        ("全部满足得35分；▲参数每有一项负偏离扣2分；一般参数每有一项负偏离扣0.5分，扣完为止",),
    ),
    (
        "T2",
        "技术",
        "项目实施方案",
        "12",
        "subjective",
        (
            "优：方案完整、针对性强、可操作，10–12分",
            "良：方案较完整，7–9分",
            "一般：方案有明显缺漏，3–6分",
            "未提供：0分",
        ),
    ),
    ("T3", "技术", "售后服务与培训方案", "8", "subjective", ("优：7–8分", "良：4–6分", "一般：1–3分", "未提供：0分")),
    ("B1", "商务", "同类项目业绩", "10", "objective", ("2023年1月1日以来每有一项同类合同得2分，最多10分",)),
    ("B2", "商务", "质保期", "5", "objective", ("36个月得2分，每增加12个月加1.5分，最多5分",)),
)
SCORING = tuple(
    ScoringLine(
        code=c,
        group=g,
        name=n,
        maximum=_D(m),
        objective=o,
        standard=s,
        evidence="合同首页、金额页、签章页" if c == "B1" else "",
    )  # type: ignore[arg-type]
    for c, g, n, m, o, s in ITEMS
)
_GIVEN = {0: ("35", "11", "7", "10", "2"), 1: ("32.5", "8.5", "5", "8", "2"), 2: ("34.5", "9", "6.5", "4", "5")}


def _sheet(index: int, member: str) -> ScoreSheet:
    marks = []
    for bidder, points in _GIVEN.items():
        for (code, *_), given in zip(ITEMS, points, strict=True):
            value = _D(given) - (_D(index) / 2 if code in ("T2", "T3") else 0)
            reason = "培训安排未写明课时和讲师" if (index, bidder, code) == (3, 1, "T3") else ""
            marks.append(Mark(supplier=SUPPLIERS[bidder].code, item=code, points=value, reason=reason))
    return ScoreSheet(lot="1", member=member, marks=tuple(marks))


SHEETS = tuple(_sheet(i, m) for i, m in enumerate(MEMBERS))


def _bid(index: int, rank: int, quote: str, evaluation: str, price: str, total: str) -> RankedBid:
    means = []
    for code, *_ in ITEMS:
        points = [m.points for s in SHEETS for m in s.marks if (m.supplier, m.item) == (SUPPLIERS[index].code, code)]
        means.append(ItemScore(item=code, points=(sum(points, _D(0)) / len(points)).quantize(_D("0.01"))))
    steps = (
        PriceStep(kind="deduction", of="small-micro", before=_D(quote), after=_D(evaluation), rule="L-504"),
        PriceStep(kind="base", of="price", before=_D(evaluation), after=_D("4487850.00"), rule="L-257"),
        PriceStep(kind="price-score", of="price", before=_D(evaluation), after=_D(price), rule="L-257"),
    )
    return RankedBid(
        supplier=SUPPLIERS[index].code, name=SUPPLIERS[index].name, rank=rank, state="ranked", quote=_D(quote),
        evaluation_price=_D(evaluation), price_score=_D(price), item_scores=tuple(means), total=_D(total), steps=steps,
    )  # fmt: skip


_OUT = RankedBid(
    supplier=SUPPLIERS[2].code, name=SUPPLIERS[2].name, rank=0, state="nonconforming",
    reason="投标有效期承诺为60日，少于招标文件★要求的90日", quote=_D("5214300.00"), evaluation_price=_D(0),
    price_score=_D(0), item_scores=(), total=_D(0),
)  # fmt: skip


def _reviewed(code: str, name: str, votes: int, out: str = "") -> ReviewedItem:
    marks = tuple(
        ReviewMark(
            supplier=s.code, passed=s.code != out, in_favour=1 if s.code == out and votes > 1 else votes, votes=votes,
            reason="承诺函第 12 页写明有效期 60 日" if s.code == out else "",
        )
        for s in SUPPLIERS[:3]
    )  # fmt: skip
    return ReviewedItem(code=code, name=name, marks=marks)


EVALUATION_REPORT = EvaluationReportPrint(
    project=PROJECT,
    announcement=(
        Fact(label="公告媒体", text="中国政府采购网、上海政府采购网"),
        Fact(label="招标公告日期", text="2026年4月8日"),
        Fact(label="更正公告", text="无"),
    ),
    opened=OPENED,
    place="晋采平台网上开标大厅",
    rows=ROWS,
    panel=tuple(
        PanelLine(
            member=m,
            name=n,
            kind="purchaser-representative" if m.startswith("P") else "expert",
            leader=i == 0,
            signed_in=OPENED + timedelta(hours=3, minutes=2 * i, seconds=17),
        )
        for i, (m, n) in enumerate(zip(MEMBERS, _NAMES, strict=True))
    ),
    drawn_from="上海市政府采购评审专家库",
    method=(
        Fact(label="评标方法", text="综合评分法"),
        Fact(
            label="价格分", text="30分。价格分 =（评标基准价 ÷ 评标价）× 30；评标基准价为满足招标文件要求的最低评标价"
        ),
        Fact(label="政策性扣除", text="小微企业报价扣除10%，按原报价计算，只用于评审"),
        Fact(label="得分相同", text="按投标报价由低到高排序；报价也相同的并列"),
    ),
    rounding=("价格分：四舍五入保留两位小数。", "总得分：各成员评分平均后与价格分相加，四舍五入保留两位小数。"),
    quote_unit="元",
    qualification_by="上海国际招标有限公司",
    qualification=(
        _reviewed("Q1", "独立承担民事责任的能力", 1),
        _reviewed("Q2", "依法缴纳税收和社会保障资金的良好记录", 1),
        _reviewed("Q3", "参加采购活动前三年内没有重大违法记录", 1),
    ),
    conformity=(
        _reviewed("C1", "投标文件签章", 5),
        _reviewed("C2", "投标有效期不少于90日", 5, SUPPLIERS[2].code),
        _reviewed("C3", "报价唯一且不超过最高限价", 5),
    ),
    items=SCORING,
    sheets=SHEETS,
    bids=(
        _bid(0, 1, "5168000.00", "4651200.00", "28.95", "92.55"),
        _bid(1, 2, "4986500.00", "4487850.00", "30.00", "84.00"),
        _OUT,
    ),
    candidates=(SUPPLIERS[0].code, SUPPLIERS[1].code),
    names=(CodeName(code="small-micro", name="小微企业"), CodeName(code="price", name="投标总价")),
    others=(
        Section(
            title="澄清",
            paragraphs=(
                "评标委员会要求江苏明鉴教育装备有限公司就培训课时作出说明，该公司在 30 分钟内答复，未改变投标文件实质性内容。",
            ),
        ),
        Section(title="异常低价审查", paragraphs=("各投标报价均未触发异常低价审查条件。",)),
    ),
    collusion=CollusionSection(
        basis="依据《政府采购货物和服务招标投标管理办法》第三十七条和招标文件第二章第 9 条，对下列情形逐项审查。",
        checks=(
            CollusionCheck(name="编制机器标识（MAC、CPU、硬盘）", outcome="三份投标两两比对，发现一处相同，见线索1"),
            CollusionCheck(
                name="投标文件文本异常一致", outcome="剔除招标文件原文后，最高相似片段 214 字，为产品说明书公开内容"
            ),
            CollusionCheck(name="报价呈规律性差异", outcome="未发现"),
        ),
        leads=(
            CollusionLead(
                title="两份投标由同一网关地址上传",
                bidders=(SUPPLIERS[0].name, SUPPLIERS[1].name),
                evidence=("上传来源地址均为 203.0.113.17（平台日志第 301、318 项）",),
                counter_evidence=("该地址为上海联通公共出口，编制机器标识、加密证书与上传时间均不同",),
                determination="不认定为串通投标",
                votes="同意 5 票，反对 0 票",
                reason="公共出口地址相同不足以证明同一单位编制，其他证据不支持。",
            ),
        ),
    ),
    dissents=(
        Dissent(member=MEMBERS[3], name=_NAMES[3], text="对江苏明鉴培训方案的评分应更低；不影响排序，同意推荐结果。"),
    ),
    opening=digest("opening"),
    ranking=digest("ranking"),
    finished=OPENED + timedelta(hours=7),
)

TENDER_DOCUMENT = TenderDocumentPrint(
    project=PROJECT,
    title="招标文件",
    invitation=(
        Section(
            title="项目基本情况",
            facts=(
                Fact(label="项目名称", text=PROJECT.name),
                Fact(label="预算金额", text="5,400,000.00 元"),
                Fact(label="最高限价", text="5,300,735.00 元"),
                Fact(label="合同履行期限", text="合同签订后45日内"),
            ),
        ),
        Section(title="获取招标文件", paragraphs=("自公告发布之日起五个工作日内在晋采平台免费下载。",)),
        Section(title="提交投标文件截止时间、开标时间和地点", paragraphs=("2026年4月29日 10:00，晋采平台网上开标大厅。",)),
    ),
    instructions=(
        Section(title="投标有效期", paragraphs=("★投标有效期自投标截止之日起不少于90日。",)),
        Section(title="投标文件的递交", paragraphs=("投标文件以本地加密后的密文递交，截止前可以替换或者撤回。开标前任何人不能打开。",)),
    ),
    requirements=(
        Section(
            title="采购清单",
            tables=(
                Table(
                    head=("序号", "名称", "单位", "数量", "核心产品"), widths=(1, 6, 1, 2, 2), right=(3,),
                    rows=(("1", "手持式身份核验终端", "台", "1,280", "是"), ("2", "考点边缘计算主机", "套", "32", "否")),
                ),
            ),
        ),
        Section(title="技术要求", paragraphs=("★核验通过率不低于 99.5 %。", "▲单次核验时间不超过 1.5 秒。", "终端重量不超过 600 克。")),
    ),
    qualification=(ReviewLine(code="Q1", name="独立承担民事责任的能力", standard="提供营业执照等证明文件"),),
    conformity=(
        ReviewLine(code="C1", name="投标有效期", standard="不少于90日"),
        ReviewLine(code="C2", name="投标文件格式", standard="按第七章格式填写", substantive=False),
    ),
    scheme=SCORING,
    price_rule=("以修正后的投标报价为原报价。", "小微企业按原报价扣除10%得评标价。", "价格分 =（评标基准价 ÷ 评标价）× 30，四舍五入保留两位小数。"),
    contract_terms=(Section(title="付款方式", paragraphs=("合同签订后支付30%，验收合格后支付65%，质保期满支付5%。",)),),
    forms=(
        FormSheet(title="投标函", lines=("投标人", "投标总价（元）", "大写", "投标有效期（日）"), note="由法定代表人或者授权代表电子签章。"),
        FormSheet(
            title="分项报价表",
            table=Table(head=("序号", "名称", "品牌型号", "数量", "单价（元）", "金额（元）"), rows=(("1", "", "", "", "", ""), ("2", "", "", "", "", ""))),
        ),
    ),
    issued=OPENED - timedelta(days=21),
)  # fmt: skip
