"""One procurement as statements, each resting on the one before: what the tests of the law vary."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from procurement.awarding.award import AwardConfirmation, AwardNotice
from procurement.basics.value import Value
from procurement.evaluation.sheets import RankedBid, Ranking
from procurement.performing.acceptance import Acceptance, AcceptedItem
from procurement.performing.contract import Contract, ContractItem
from procurement.performing.payment import Payment
from procurement.performing.signing import AwardedItem, AwardTerms
from procurement.planning.balance import LineBalance
from procurement.planning.budget import BudgetImport, BudgetLine
from procurement.planning.catalogue import Catalogue, CategoryRule
from procurement.planning.entrust import AgencyProfile, Entrustment
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanLine
from procurement.planning.requirement import Requirement, RequirementItem, Review, Survey

V = TypeVar("V", bound=Value)
REGION, OTHER_REGION = "140100", "140200"
PURCHASER, OTHER_PURCHASER = "12140100EDU0000003", "12140200EDU0000009"
AGENCY = "91140100AGC0000004"
A, B, C = "91140100SUP000000A", "91140100SUP000000B", "91140100SUP000000C"
ID = {
    name: f"{n:064x}" for n, name in enumerate(("budget", "intention", "requirement", "plan", "notice", "contract"), 1)
}
NOTHING = "0" * 64
NUMBER = "140100-2026-00001"


def at(month: int, day: int, hour: int = 2) -> datetime:
    """A moment of 2026; hour 2 UTC is ten o'clock in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def money(text: str) -> Decimal:
    return Decimal(text)


def but(value: V, **changes: Any) -> V:
    """The same value, read anew, with some fields changed."""
    return type(value).model_validate({**dict(value), **changes})


LINES = (
    BudgetLine(
        code="EDU-001",
        purchaser=PURCHASER,
        purchaser_name="太原市教育考试中心",
        category="A02059900",
        title="考场设备",
        amount=money("800000.00"),
    ),
    BudgetLine(
        code="EDU-002",
        purchaser=PURCHASER,
        purchaser_name="太原市教育考试中心",
        category="A02059900",
        title="考场设备续建",
        amount=money("300000.00"),
    ),
)
BUDGET = BudgetImport(
    region=REGION, year=2026, batch="B-2026-09", operator="武文静", source_digest="ab" * 32, lines=LINES
)
BALANCES = {
    line.code: LineBalance(code=line.code, purchaser=line.purchaser, category=line.category, budget=line.amount)
    for line in LINES
}
INTENTION = Intention(
    purchaser=PURCHASER,
    budget=ID["budget"],
    lines=("EDU-001", "EDU-002"),
    project_name="标准化考场设备采购",
    outline="身份核验终端与监控设备",
    amount=money("1100000.00"),
    expected_month="2026-05",
)
ITEMS = (
    RequirementItem(
        name="身份核验终端", unit="台", quantity=Decimal(100), specification="双目活体", acceptance="逐台开机核验"
    ),
    RequirementItem(name="监控主机", unit="套", quantity=Decimal(4), specification="64 路", acceptance="连续运行"),
)
REQUIREMENT = Requirement(
    purchaser=PURCHASER,
    intention=ID["intention"],
    nature="goods",
    amount=money("1000000.00"),
    items=ITEMS,
    drafted_by=("孙丽",),
    responsible="高峰",
    review=Review(kind="general", reviewers=("刘洋",), opinion="同意"),
)
SURVEY = Survey(objects=("甲公司", "乙公司", "丙大学"), made_at=at(2, 1), findings="市场供应充分")
PLAN = Plan(
    purchaser=PURCHASER,
    requirement=ID["requirement"],
    project_name="标准化考场设备采购",
    year=2026,
    region=REGION,
    category="A02059900",
    organisation="decentralised",
    method="open",
    nature="goods",
    reserved_for_sme=False,
    lines=(PlanLine(code="EDU-001", amount=money("700000.00")), PlanLine(code="EDU-002", amount=money("300000.00"))),
    amount=money("1000000.00"),
)
CATALOGUE = Catalogue(
    region=REGION,
    year=2026,
    notice="测试目录 2026",
    categories=(
        CategoryRule(prefix="", allowed=("department", "decentralised")),
        CategoryRule(prefix="A0201", allowed=("central-agency", "e-mall")),
    ),
    open_tender_goods=money("2000000.00"),
)
PROFILE = AgencyProfile(agency=AGENCY, contact="章倩", landline="0351-4123456")
ENTRUSTMENT = Entrustment(
    purchaser=PURCHASER,
    agency=AGENCY,
    numbering=ID["plan"],
    number=NUMBER,
    scope="公开招标全过程",
    authority="编制文件、组织开标评审、发送通知书",
    until=at(12, 31),
    reviewer="高峰",
)


def _ranked(supplier: str, name: str, rank: int, quote: str, evaluation: str, total: str) -> RankedBid:
    return RankedBid(
        supplier=supplier,
        name=name,
        rank=rank,
        state="ranked" if rank else "nonconforming",
        quote=Decimal(quote),
        evaluation_price=Decimal(evaluation),
        price_score=Decimal("30.00"),
        item_scores=(),
        total=Decimal(total),
    )


RANKING = Ranking(
    opening=NOTHING,
    lot="1",
    scheme=NOTHING,
    closed=NOTHING,
    reveals=(),
    bids=(
        _ranked(A, "甲公司", 1, "968000.00", "871200.00", "91.25"),
        _ranked(B, "乙公司", 2, "985000.00", "985000.00", "88.10"),
        _ranked(C, "丙公司", 0, "990000.00", "990000.00", "0"),
    ),
    candidates=(A, B),
    computed_at=at(5, 8),
)
CONFIRMATION = AwardConfirmation(report=NOTHING, lot="1", winner=A, responsible="高峰")
NOTICE = AwardNotice(
    confirmation=NOTHING,
    number=NUMBER,
    lot="1",
    project_name="标准化考场设备采购",
    winner=A,
    winner_name="甲公司",
    amount=money("968000.00"),
    quote=Decimal("968000.00"),
    sent=at(5, 12),
    pdf="cd" * 32,
)
TERMS = AwardTerms(
    notice_id=ID["notice"],
    notice=NOTICE,
    purchaser=PURCHASER,
    items=(
        AwardedItem(name="身份核验终端", unit="台", quantity=Decimal(100), unit_price=money("7680.00")),
        AwardedItem(name="监控主机", unit="套", quantity=Decimal(4)),
    ),
)
CONTRACT = Contract(
    notice=ID["notice"],
    contract_number="HT-2026-0001",
    number=NUMBER,
    lot="1",
    purchaser=PURCHASER,
    supplier=A,
    subject="标准化考场设备",
    amount=money("968000.00"),
    items=(
        ContractItem(
            name="身份核验终端",
            unit="台",
            quantity=Decimal(100),
            unit_price=money("7680.00"),
            amount=money("768000.00"),
        ),
        ContractItem(
            name="监控主机", unit="套", quantity=Decimal(4), unit_price=money("50000.00"), amount=money("200000.00")
        ),
    ),
    quality="符合国家标准与投标响应",
    term="签订后 30 日内交付",
    acceptance="逐项验收",
    payment_terms="验收合格后 30 日内支付",
    breach="每逾期一日千分之一",
    disputes="向采购人所在地法院起诉",
    pdf="01" * 32,
    public_pdf="02" * 32,
)
ACCEPTANCE = Acceptance(
    contract=ID["contract"],
    items=(
        AcceptedItem(name="身份核验终端", delivered=Decimal(100), accepted=True, finding="合格"),
        AcceptedItem(name="监控主机", delivered=Decimal(4), accepted=True, finding="合格"),
    ),
    members=("刘洋", "马超"),
    passed=True,
    opinion="全部合格",
)
PAYMENT = Payment(
    acceptance=NOTHING,
    contract=ID["contract"],
    contract_number="HT-2026-0001",
    number=NUMBER,
    budget_code="EDU-001",
    payer=PURCHASER,
    payee=A,
    payee_name="甲公司",
    amount=money("668000.00"),
    invoice="INV-1",
    invoice_received=at(6, 1),
    handler="田静",
)
