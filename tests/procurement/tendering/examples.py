"""A compact tender with every kind of item, built in code; tests change single fields with `replace`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from procurement.basics.moment import at_shanghai
from procurement.basics.value import Value
from procurement.tendering.conditions import (
    ConformityItem,
    EvidenceSlot,
    OpeningField,
    Parameter,
    Product,
    QualificationItem,
)
from procurement.tendering.lot import Lot, Term
from procurement.tendering.marking import (
    AllowedSet,
    Binary,
    CheckEntry,
    Checklist,
    Composite,
    Count,
    DeductionFormula,
    DeductionStep,
    DeductionTable,
    DefectStep,
    IndexBand,
    IndexLookup,
    Part,
    Prerequisite,
    ScoringItem,
    Segment,
    Span,
    Tier,
    Tiers,
)
from procurement.tendering.quote import Column, Figure, PriceTable, QuoteForm
from procurement.tendering.scheme import (
    Group,
    PolicyDeduction,
    PriceComponent,
    PriceFormula,
    Rounding,
    SameBrand,
    Scheme,
    TieKey,
)
from procurement.tendering.tender import (
    STATUTORY_SIX,
    Challenge,
    CollusionClause,
    OpeningProfile,
    Party,
    Tender,
    TenderDocument,
    Window,
)

V = TypeVar("V", bound=Value)
D = Decimal


def replace(value: V, **changes: Any) -> V:
    """A copy with changed fields, read anew so that it is checked like any other."""
    shell = value.model_copy(update=changes)
    return type(value).from_plain(shell.to_plain())


def tiers(*points: str) -> Tiers:
    """Fixed tiers a, b, c … of these points; "9-10" is a band."""
    made = []
    for index, text in enumerate(points):
        low, _, high = text.partition("-")
        made.append(Tier(code=chr(97 + index), label=f"第{index + 1}档", low=D(low), high=D(high or low)))
    return Tiers(tiers=tuple(made))


def item(code: str, group: str, maximum: str, rule: Any, **more: Any) -> ScoringItem:
    return ScoringItem(code=code, title=f"评分项{code}", group=group, maximum=D(maximum), rule=rule, **more)


def part(code: str, maximum: str, rule: Any, **more: Any) -> Part:
    return Part(code=code, title=f"分项{code}", maximum=D(maximum), rule=rule, **more)


def every_kind() -> tuple[ScoringItem, ...]:
    """One item of every kind: 70 points, technical 40 and business 30."""
    contract = EvidenceSlot(code="contract", label="合同", per="unit", kind="contract", parts=("首页", "盖章页"))
    return (
        item("plan", "tech", "10", tiers("10", "7", "4", "0"), nature="subjective"),
        item("config", "tech", "10", tiers("9-10", "7-8", "5-6"), minimum=D(5), nature="subjective"),
        item(
            "emergency",
            "tech",
            "5",
            Span(segments=(Segment(low=D(0), high=D(0)), Segment(low=D(2), high=D(5)))),
            step=D("0.5"),
            nature="subjective",
        ),
        item("demo", "tech", "5", AllowedSet(values=(D(0), D(5))), nature="objective"),
        item(
            "params",
            "tech",
            "6",
            DeductionFormula(
                start=D(6),
                steps=(DeductionStep(code="triangle", label="▲不满足", each=D("1.5")),),
                counts="triangle-deviations",
            ),
            nature="objective",
            settled_by="claims",
        ),
        item(
            "delivery",
            "tech",
            "4",
            DeductionTable(
                steps=(DefectStep(defects=0, points=D(4)), DefectStep(defects=1, points=D("1.5"))), beyond=D(0)
            ),
            nature="subjective",
        ),
        item("cases", "biz", "10", Count(unit="业绩", each=D(2), cap=D(10)), nature="objective", evidence=(contract,)),
        item("manager", "biz", "5", Binary(points=D(5)), nature="objective"),
        item(
            "licences",
            "biz",
            "5",
            Checklist(
                entries=(
                    CheckEntry(code="iso9001", label="质量体系", points=D(2)),
                    CheckEntry(code="iso14001", label="环境体系", points=D(2)),
                    CheckEntry(code="iso45001", label="健康体系", points=D(2)),
                ),
                cap=D(5),
            ),
            nature="objective",
        ),
        item(
            "credit",
            "biz",
            "2",
            IndexLookup(
                source="信用系统",
                bands=(
                    IndexBand(low=D(100), high=D(100), points=D(2)),
                    IndexBand(low=D(90), high=D(100), low_open=True, high_open=True, points=D(1)),
                ),
            ),
            nature="objective",
        ),
        item(
            "team",
            "biz",
            "8",
            Composite(
                parts=(
                    part("leader", "2", Binary(points=D(2)), nature="objective"),
                    part(
                        "staff",
                        "6",
                        Count(unit="人", each=D(1), cap=D(6)),
                        nature="objective",
                        prerequisite=Prerequisite(label="社保证明"),
                    ),
                )
            ),
        ),
    )


def scheme(**changes: Any) -> Scheme:
    made = Scheme(
        groups=(
            Group(code="price", title="价格", kind="price", maximum=D(30)),
            Group(code="tech", title="技术", kind="technical", maximum=D(40)),
            Group(code="biz", title="商务", kind="business", maximum=D(30)),
        ),
        items=every_kind(),
        price=PriceFormula(
            title="投标报价", group="price", components=(PriceComponent(figure="total", points=D(30), base="lowest"),)
        ),
        rounding=(Rounding(place="price-score", decimals=2), Rounding(place="total", decimals=2)),
        ties=(TieKey(key="raw-price"), TieKey(key="group-score", of="tech"), TieKey(key="parallel")),
        deductions=(PolicyDeduction(code="sme", title="小微企业", applies="small-micro", percent=D(10)),),
        same_brand=SameBrand(policy="core-product", ties=(TieKey(key="price-score"), TieKey(key="draw"))),
    )
    return replace(made, **changes) if changes else made


def quote(**changes: Any) -> QuoteForm:
    made = QuoteForm(
        figures=(Figure(code="total", label="投标总价", limit=D(1000000)),),
        tables=(
            PriceTable(
                code="items",
                title="分项报价表",
                columns=(
                    Column(code="name", label="名称", role="name"),
                    Column(code="quantity", label="数量", type="number", role="quantity"),
                    Column(code="price", label="单价", type="money", role="unit-price"),
                    Column(code="amount", label="合计", type="money", role="amount"),
                ),
                sums_to="total",
            ),
        ),
    )
    return replace(made, **changes) if changes else made


def lot(code: str = "1", **changes: Any) -> Lot:
    made = Lot(
        code=code,
        title=f"第{code}包",
        nature="goods",
        scope="设备一批",
        budget=D(1000000),
        term=Term(kind="delivery", amount=30, unit="calendar-days", warranty_months=36, place="采购人指定地点"),
        products=(Product(code="server", name="服务器", core=True, quantity=D(2), unit="台"),),
        conformity=(
            ConformityItem(code="signed", title="签署盖章", text="按要求签署、盖章", check="signature"),
            ConformityItem(code="stars", title="★条款", text="满足全部★条款", check="star-parameters"),
        ),
        parameters=(
            Parameter(code="p1", title="内存", text="不小于 64 GB", importance="star", product="server"),
            Parameter(code="p2", title="接口", text="不少于 4 个", importance="triangle", product="server"),
            Parameter(code="p3", title="噪声", text="不大于 40 dB", importance="triangle", product="server"),
            Parameter(code="p4", title="颜色", text="深色", product="server"),
        ),
        quote=quote(),
        opening_fields=(
            OpeningField(code="days", label="交货期", type="integer", unit="日", meaning="delivery-days", high=D(30)),
        ),
        scheme=scheme(),
    )
    return replace(made, **changes) if changes else made


def tender(*lots: Lot, **changes: Any) -> Tender:
    """A tender of Shanxi that passes every check: issued 2 March 2026, deadline 25 March 2026, 9:30."""
    made = Tender(
        id="JC-2026-001",
        number="140000-2026-00001",
        title="考试设备采购",
        region="140000",
        method="open",
        nature="goods",
        category="A0201",
        purchaser=Party(code="11140000012345678X", name="某某大学", address="太原市", contact="张三", phone="0351-1"),
        agency=Party(code="91140000123456789A", name="某某招标公司", address="太原市", contact="李四", phone="0351-2"),
        announcement=at_shanghai(date(2026, 3, 2), 9),
        issued=at_shanghai(date(2026, 3, 2), 9),
        available_until=at_shanghai(date(2026, 3, 9), 18),
        deadline=at_shanghai(date(2026, 3, 25), 9, 30),
        opening=OpeningProfile(window=Window(minutes=30), place="网上开标大厅"),
        documents=(
            TenderDocument(code="announcement", title="公告", role="announcement", path="announcement.pdf"),
            TenderDocument(code="document", title="招标文件", role="tender-document", path="document.pdf"),
        ),
        qualification=(
            QualificationItem(code="q1", title="独立承担民事责任", text="营业执照", proof="licence-library"),
            QualificationItem(code="q2", title="信用记录", text="无失信记录", proof="agency-lookup"),
            QualificationItem(code="q3", title="财务会计制度", text="承诺函", proof="commitment"),
        ),
        lots=lots or (lot(),),
        collusion=tuple(CollusionClause(kind=kind, text=f"情形{kind}") for kind in STATUTORY_SIX),
        challenge=Challenge(contact="李四", phone="0351-2", address="太原市"),
    )
    return replace(made, **changes) if changes else made
