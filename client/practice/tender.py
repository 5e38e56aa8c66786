"""The rehearsal tender: office chairs, small enough to bid for in five minutes, with one of everything that a bid has."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from client.demo.cast import AGENCY, PURCHASER, REGION
from client.demo.matter import Matter
from procurement.basics.moment import at_shanghai
from procurement.planning.requirement import RequirementItem
from procurement.tendering import tender as model
from procurement.tendering.conditions import (
    ConformityItem,
    EvidenceSlot,
    OpeningField,
    Parameter,
    Product,
    QualificationItem,
)
from procurement.tendering.lot import Lot, Term
from procurement.tendering.marking import ScoringItem, Segment, Span, Tier, Tiers
from procurement.tendering.quote import Cell, Column, Figure, PriceTable, QuoteForm, Row
from procurement.tendering.scheme import Group, PolicyDeduction, PriceComponent, PriceFormula, Scheme
from procurement.tendering.tender import (
    STATUTORY_SIX,
    Challenge,
    CollusionClause,
    OpeningProfile,
    Tender,
    TenderDocument,
    Window,
)

D = Decimal
TENDER, LOT = "JC-2026-PRACTICE", "1"
TITLE = "【练习】办公椅采购"
CATEGORY = "A05010301"
"""Office chairs"""
BUDGET = D("96000.00")
ISSUED, DEADLINE = at_shanghai(date(2026, 4, 8), 9), at_shanghai(date(2026, 4, 29), 10)
BIDDING = at_shanghai(date(2026, 4, 20), 9)
"""Where the practice clock stands when a person comes in"""
QUICK_DAYS, QUICK, SLOW = 7, "a", "b"
"""Delivery within so many days is the better tier"""
DELIVERY, ANSWERING = "delivery", "answering"
"""Codes of the two items that members mark"""
GOODS = (("r1", "办公椅", "200", "把"), ("r2", "会议椅", "40", "把"))
MATTER = Matter(
    line="140100-2026-0901-001",
    budget=BUDGET,
    needed=BUDGET,
    category=CATEGORY,
    title=TITLE,
    intention="办公椅、会议椅一批。这是练习，不是真的采购。",
    items=(
        RequirementItem(
            name="椅子", unit="批", quantity=D(1), specification="座面承重不小于110千克", acceptance="抽检十把"
        ),
    ),
)
_PHONE = "0351-0000000"
_CLAUSES = {
    "37-1": "不同投标人的投标文件由同一单位或者个人编制",
    "37-2": "不同投标人委托同一单位或者个人办理投标事宜",
    "37-3": "不同投标人的投标文件载明的项目管理成员或者联系人员为同一人",
    "37-4": "不同投标人的投标文件异常一致或者投标报价呈规律性差异",
    "37-5": "不同投标人的投标文件相互混装",
    "37-6": "不同投标人的投标保证金从同一单位或者个人的账户转出",
}


def practice_tender(number: str, documents: tuple[TenderDocument, ...]) -> Tender:
    """The tender under this 备案号 with these documents; without any, a draft that names the two to be printed."""
    made = Tender(
        id=TENDER,
        number=number,
        title=TITLE,
        region=REGION,
        method="open",
        nature="goods",
        category=CATEGORY,
        purchaser=_party(PURCHASER.code, PURCHASER.name, PURCHASER.person),
        agency=_party(AGENCY.code, AGENCY.name, AGENCY.person),
        announcement=ISSUED,
        issued=ISSUED,
        available_until=DEADLINE,
        deadline=DEADLINE,
        opening=OpeningProfile(window=Window(minutes=30), place="晋采练习开标大厅"),
        documents=documents or _DRAFTS,
        qualification=(
            QualificationItem(
                code="q1",
                title="独立承担民事责任的能力",
                text="提供营业执照",
                evidence=(EvidenceSlot(code="q1-licence", label="营业执照", kind="certificate"),),
            ),
            QualificationItem(code="q2", title="参加采购前三年无重大违法记录", text="书面承诺", proof="commitment"),
            QualificationItem(code="q3", title="信用记录", text="由代理机构查询", proof="agency-lookup"),
        ),
        lots=(_lot(),),
        collusion=tuple(CollusionClause(kind=kind, text=_CLAUSES[kind]) for kind in STATUTORY_SIX),
        contract=model.ContractTerms(draft="document", payments=(model.Payment(percent=D(100), condition="accepted"),)),
        challenge=Challenge(contact=AGENCY.person, phone=_PHONE, address="太原市（练习）"),
    )
    return Tender.from_plain(made.to_plain())


_DRAFTS = (
    TenderDocument(code="announcement", title="采购公告", role="announcement", path="announcement.pdf"),
    TenderDocument(code="document", title="公开招标文件", role="tender-document", path="document.pdf"),
)


def _party(code: str, name: str, contact: str) -> model.Party:
    return model.Party(code=code, name=name, address="太原市（练习）", contact=contact, phone=_PHONE)


def _lot() -> Lot:
    return Lot(
        code=LOT,
        title=TITLE,
        nature="goods",
        scope="办公椅 200 把、会议椅 40 把，送货上门",
        budget=BUDGET,
        term=Term(kind="delivery", amount=10, unit="calendar-days", place="采购人指定地点"),
        products=(Product(code="p1", name="椅子", quantity=D(240), unit="把"),),
        conformity=(
            ConformityItem(code="signed", title="签署盖章", text="按要求签署、盖章", check="signature"),
            ConformityItem(code="stars", title="★条款", text="满足全部★条款", check="star-parameters"),
        ),
        parameters=(Parameter(code="t1", title="座面承重", text="不小于 110 kg", importance="star", product="p1"),),
        quote=_quote(),
        opening_fields=(
            OpeningField(code="days", label="交货期", type="integer", unit="日", meaning="delivery-days", high=D(10)),
        ),
        scheme=_scheme(),
    )


def _quote() -> QuoteForm:
    agency = {"filled_by": "agency"}
    columns = (
        Column.model_validate({"code": "name", "label": "货物名称", "role": "name", **agency}),
        Column.model_validate({"code": "unit", "label": "单位", "role": "unit", **agency}),
        Column.model_validate({"code": "quantity", "label": "数量", "type": "number", "role": "quantity", **agency}),
        Column(code="price", label="单价（元）", type="money", role="unit-price"),
        Column(code="amount", label="合计（元）", type="money", role="amount"),
    )
    rows = tuple(
        Row(
            code=code,
            cells=(
                Cell(column="name", text=name),
                Cell(column="unit", text=unit),
                Cell(column="quantity", text=count),
            ),
        )
        for code, name, count, unit in GOODS
    )
    return QuoteForm(
        figures=(Figure(code="total", label="投标总价", limit=BUDGET),),
        tables=(
            PriceTable(code="items", title="分项报价表", columns=columns, rows=rows, open_rows=False, sums_to="total"),
        ),
    )


def _scheme() -> Scheme:
    """Price and days of delivery decide; how well an offer answers is for the members to judge."""
    quick = Tier(code=QUICK, label=f"不超过 {QUICK_DAYS} 日", low=D(20), high=D(20))
    slow = Tier(code=SLOW, label=f"超过 {QUICK_DAYS} 日", low=D(10), high=D(10))
    return Scheme(
        groups=(
            Group(code="price", title="价格", kind="price", maximum=D(60)),
            Group(code="business", title="商务", kind="business", maximum=D(20)),
            Group(code="tech", title="技术", kind="technical", maximum=D(20)),
        ),
        items=(
            ScoringItem(
                code=DELIVERY,
                title="交货期",
                text="开标一览表中的交货期",
                group="business",
                maximum=D(20),
                rule=Tiers(tiers=(quick, slow)),
                nature="objective",
            ),
            ScoringItem(
                code=ANSWERING,
                title="技术响应",
                text="对技术要求的响应是否具体",
                group="tech",
                maximum=D(20),
                rule=Span(segments=(Segment(low=D(0), high=D(20)),)),
                nature="subjective",
            ),
        ),
        price=PriceFormula(
            title="投标报价",
            group="price",
            components=(PriceComponent(figure="total", points=D(60), base="lowest"),),
        ),
        deductions=(PolicyDeduction(code="sme", title="小微企业", applies="small-micro", percent=D(10)),),
    )
