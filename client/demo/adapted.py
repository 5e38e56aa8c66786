"""The demo's tender: the Shanghai document of 2026 with another identity, under the rules of Shanxi.

Taken over as they are: both lots with budgets and ceilings, conformity items, forms, opening sheet, price tables, scoring
items, price formula, deduction, thresholds, ties, award limit, candidates, contract terms.

Changed because Shanxi demands it, or because everything here is on line:
- the statutory six collusion clauses and the six machine marks are added (R-112); the original names collusion only in general;
- paper copies, presence at the opening, paper challenges and the agency's fee go (R-061, R-083);
- registration in Shanghai's supplier library is no condition; presence in the platform's register is light (R-076);
- the document is offered until the deadline, the release window is stated, custodians take part, a backup slip is admitted;
- items that the original leaves unsaid are subjective; the leftover about a deposit goes.

Invented, as the original keeps it in an annex that was not published with it: quantities, core product, ★, ▲ and ordinary
technical parameters, and section 5-4 with the rules of the demonstration. The parameters are signed line by line, so the
points for ▲ follow from the bid's own forms.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from client.demo.cast import AGENCY, PURCHASER, REGION
from client.demo.tender_data import load_tender
from procurement.basics.moment import at_shanghai
from procurement.tendering import tender as model
from procurement.tendering.conditions import EvidenceSlot, Importance, Parameter
from procurement.tendering.lot import Lot
from procurement.tendering.marking import Composite, Part, ScoringItem
from procurement.tendering.quote import Cell, PriceTable, QuoteForm, Row
from procurement.tendering.scheme import SameBrand, Scheme, TieKey
from procurement.tendering.tender import (
    STATUTORY_SIX,
    CollusionClause,
    MachineMark,
    OpeningProfile,
    Section,
    StatutoryCollusion,
    Tender,
    TenderDocument,
    Window,
)

SOURCE = "shanghai-exam-equipment"
CATEGORY = "A02091107"
"""视频监控设备, in the catalogue of 2022"""
CORE = {"lot-1": "p9", "lot-2": "p1"}

_GOODS: dict[str, dict[str, tuple[str, str]]] = {
    "lot-1": {
        "p1": ("1", "套"), "p2": ("1", "套"), "p3": ("42", "台"), "p4": ("14", "台"), "p5": ("6", "台"),
        "p6": ("8", "台"), "p7": ("14", "台"), "p8": ("14", "台"), "p9": ("426", "台"), "p10": ("380", "台"),
    },
    "lot-2": {"p1": ("520", "台"), "p2": ("560", "副"), "p3": ("24", "台"), "p4": ("12", "台"), "p5": ("520", "套")},
}  # fmt: skip
_PARAMETERS: dict[str, tuple[tuple[str, Importance, str, str, str], ...]] = {
    "lot-1": (
        ("t1", "star", "p4", "省级平台对接", "按省级巡考平台接口对接，提供对接方案"),
        ("t2", "triangle", "p9", "宽动态", "不小于120 dB"),
        ("t3", "triangle", "p10", "屏蔽频段", "覆盖2G、3G、4G、5G和无线局域网频段"),
        ("t4", "triangle", "p6", "解码能力", "不少于16路1080P同时解码"),
        ("t5", "triangle", "p5", "录像保存", "全部通道录像保存不少于90天"),
        ("t6", "plain", "p9", "分辨率", "不低于400万像素"),
        ("t7", "plain", "p3", "端口", "不少于24个千兆电口、4个万兆光口"),
        ("t8", "plain", "p7", "并发", "不少于32路语音"),
        ("t9", "plain", "p8", "接入能力", "不少于64路视频"),
        ("t10", "plain", "p2", "考场并发", "不少于500个考场同时在线"),
    ),
    "lot-2": (
        ("t1", "star", "p1", "国产操作系统", "预装并通过省级考试平台适配"),
        ("t2", "triangle", "p1", "内存", "不小于16 GB"),
        ("t3", "triangle", "p2", "频响", "20 Hz至20 kHz"),
        ("t4", "triangle", "p3", "同屏监看", "不少于16个考场"),
        ("t5", "triangle", "p5", "隔板高度", "不低于450 mm，可升降"),
        ("t6", "plain", "p1", "显示器", "不小于23.8英寸"),
        ("t7", "plain", "p4", "续航", "不少于8小时"),
    ),
}
_STATUTORY: dict[StatutoryCollusion, str] = {
    "37-1": "不同投标人的投标文件由同一单位或者个人编制",
    "37-2": "不同投标人委托同一单位或者个人办理投标事宜",
    "37-3": "不同投标人的投标文件载明的项目管理成员或者联系人员为同一人",
    "37-4": "不同投标人的投标文件异常一致或者投标报价呈规律性差异",
    "37-5": "不同投标人的投标文件相互混装",
    "37-6": "不同投标人的投标保证金从同一单位或者个人的账户转出",
}
_MARKS: dict[MachineMark, str] = {
    "mac": "编制投标文件的计算机网卡地址相同",
    "ip": "编制或者递交投标文件的网络地址相同",
    "cpu": "编制投标文件的计算机处理器编号相同",
    "disk": "编制投标文件的计算机硬盘编号相同",
    "cost-dongle": "计价软件加密锁编号相同",
    "tool-machine-code": "投标工具机器码相同",
}


def demo_tender(number: str, documents: tuple[TenderDocument, ...]) -> Tender:
    """The tender under this 备案号 with these documents; without any, a draft that names the two which are to be printed."""
    source = load_tender(SOURCE)
    limit = source.award.limit
    assert limit is not None
    lots = tuple(_lot(f"lot-{lot.code}", lot) for lot in source.lots)
    papers = documents or _DRAFTS
    deadline = at_shanghai(date(2026, 4, 29), 10)
    issued = at_shanghai(date(2026, 4, 8), 9)
    agency = _party(AGENCY.code, AGENCY.name, "太原市小店区长风街示范大厦12层", AGENCY.person, "0351-7654321")
    made = source.model_copy(
        update={
            "id": "JC-2026-DEMO",
            "number": number,
            "title": "标准化考点设备更新、增补",
            "region": REGION,
            "category": CATEGORY,
            "purchaser": _party(
                PURCHASER.code, PURCHASER.name, "太原市杏花岭区示范路1号", PURCHASER.person, "0351-7654300"
            ),
            "agency": agency,
            "announcement": issued,
            "issued": issued,
            "available_until": deadline,
            "deadline": deadline,
            "opening": OpeningProfile(window=Window(minutes=30), place="晋采网上开标大厅"),
            "documents": papers,
            "sections": (*source.sections, Section(code="c5-4", title="演示要求及内容")),
            "qualification": tuple(q for q in source.qualification if q.code != "q10"),
            "lots": lots,
            "collusion": _collusion(),
            "award": source.award.model_copy(
                update={"limit": limit.model_copy(update={"lots": tuple(lot.code for lot in lots)})}
            ),
            "contract": source.contract.model_copy(update={"draft": _draft_contract(papers)}),
            "challenge": source.challenge.model_copy(
                update={
                    "contact": AGENCY.person,
                    "phone": agency.phone,
                    "address": agency.address,
                    "online": True,
                }
            ),
            "fees": model.Fees(),
            "paper": (),
            "deposit_forfeiture": (),
        }
    )
    return Tender.from_plain(made.to_plain())


_DRAFTS = (
    TenderDocument(code="announcement", title="招标公告", role="announcement", path="announcement.pdf"),
    TenderDocument(code="document", title="公开招标文件", role="tender-document", path="document.pdf"),
)


def _draft_contract(papers: tuple[TenderDocument, ...]) -> str:
    """Code of the document with the draft contract: chapter 7 of the tender document where there is none of its own."""
    by_role = {p.role: p.code for p in reversed(papers)}
    return by_role.get("contract-draft", by_role.get("tender-document", ""))


def _party(code: str, name: str, address: str, contact: str, phone: str) -> model.Party:
    return model.Party(code=code, name=name, address=address, contact=contact, phone=phone)


def _collusion() -> tuple[CollusionClause, ...]:
    """The statutory six are collusion; equal machines are a clue that people follow up (R-113)."""
    six = tuple(CollusionClause(kind=kind, text=_STATUTORY[kind]) for kind in STATUTORY_SIX)
    return (*six, *(CollusionClause(kind=kind, text=text, effect="clue") for kind, text in _MARKS.items()))


def _lot(code: str, lot: Lot) -> Lot:
    goods = _GOODS[code]
    products = tuple(
        p.model_copy(
            update={"quantity": Decimal(goods[p.code][0]), "unit": goods[p.code][1], "core": p.code == CORE[code]}
        )
        for p in lot.products
    )
    changed = lot.model_copy(update={"code": code, "annex": "", "products": products})
    parameters = (*lot.parameters, *(_parameter(*line) for line in _PARAMETERS[code]))
    return changed.model_copy(
        update={"parameters": parameters, "quote": _quote(changed), "scheme": _scheme(lot.scheme)}
    )


def _parameter(code: str, importance: Importance, product: str, title: str, text: str) -> Parameter:
    report = EvidenceSlot(code=f"{code}-report", label="CMA或CNAS检测报告", per="parameter", kind="test-report")
    evidence = (report,) if importance == "triangle" else ()
    return Parameter(code=code, title=title, text=text, importance=importance, product=product, evidence=evidence)


def _quote(lot: Lot) -> QuoteForm:
    """The price table with one row for each product, its name, unit and quantity fixed by the agency."""
    first, *others = lot.quote.tables
    rows = tuple(
        Row(
            code=p.code,
            product=p.code,
            cells=(
                Cell(column="name", text=p.name),
                Cell(column="unit", text=p.unit),
                Cell(column="quantity", text=str(p.quantity)),
            ),
        )
        for p in lot.products
    )
    fixed = ("name", "unit", "quantity")
    columns = tuple(c.model_copy(update={"filled_by": "agency"}) if c.code in fixed else c for c in first.columns)
    table: PriceTable = first.model_copy(update={"columns": columns, "rows": rows, "open_rows": False})
    return lot.quote.model_copy(update={"tables": (table, *others)})


def _scheme(scheme: Scheme) -> Scheme:
    brand = SameBrand(policy="core-product", ties=(TieKey(key="raw-price"), TieKey(key="draw")))
    return scheme.model_copy(update={"items": tuple(_item(item) for item in scheme.items), "same_brand": brand})


def _item(item: ScoringItem) -> ScoringItem:
    if isinstance(item.rule, Composite):
        parts = tuple(part.model_copy(update=_said(part)) for part in item.rule.parts)
        return item.model_copy(update={"rule": Composite(parts=parts)})
    if item.code == "s3":
        return item.model_copy(update={"settled_by": "claims", "evidence": ()})
    return item.model_copy(update=_said(item))


def _said(part: Part) -> dict[str, str]:
    return {"nature": "subjective"} if part.nature == "unsaid" else {}
