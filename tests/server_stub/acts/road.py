"""The steps of one procurement in their order, each as the act that a party really sends; variations start from these."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from procurement.awarding.award import AwardConfirmation, AwardNotice, ResultLetter
from procurement.closing.checklist import archive_item
from procurement.closing.records import Archive, CreditRecord, PerformanceEvaluation, StatisticsRelease
from procurement.performing.acceptance import Acceptance, AcceptedItem
from procurement.performing.contract import Contract, ContractItem, ContractSignature
from procurement.performing.payment import Payment, PaymentExecution
from procurement.planning.budget import BudgetImport, BudgetLine
from procurement.planning.entrust import AgencyProfile, Entrustment, EntrustmentAcceptance
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanApproval, PlanLine, PlanNumbering
from procurement.planning.requirement import Requirement, RequirementItem, Review
from tests.server_stub.acts.walk import AGENCY, NUMBER, PURCHASER, SUPPLIERS, Walk
from tests.world import REGION

AMOUNT = Decimal("968000.00")
NAMES = {code: f"太原{short}科技有限公司" for short, code in SUPPLIERS.items()}


def budget_import(*codes: str) -> BudgetImport:
    """A batch of the province; each line holds 600 000."""
    lines = tuple(
        BudgetLine(
            code=code,
            purchaser=PURCHASER,
            purchaser_name="太原市教育考试中心",
            category="A02059900",
            title="考场设备",
            amount=Decimal("600000.00"),
        )
        for code in codes or ("EDU-001", "EDU-002")
    )
    return BudgetImport(region=REGION, year=2026, batch="B-1", operator="武文静", source_digest="ab" * 32, lines=lines)


def intention(walk: Walk) -> Intention:
    return Intention(
        purchaser=PURCHASER,
        budget=walk.id("budget-import"),
        lines=("EDU-001", "EDU-002"),
        project_name="标准化考场设备采购",
        outline="身份核验终端与监控设备",
        amount=Decimal("1200000.00"),
        expected_month="2026-04",
    )


def requirement(walk: Walk) -> Requirement:
    items = (
        RequirementItem(name="身份核验终端", unit="台", quantity=Decimal(100), specification="双目", acceptance="逐台"),
        RequirementItem(name="监控主机", unit="套", quantity=Decimal(4), specification="64 路", acceptance="试运行"),
    )
    return Requirement(
        purchaser=PURCHASER,
        intention=walk.id("intention"),
        nature="goods",
        amount=Decimal("1000000.00"),
        items=items,
        drafted_by=("孙丽",),
        responsible="高峰",
        review=Review(kind="general", reviewers=("刘洋",), opinion="同意"),
    )


def plan(walk: Walk) -> Plan:
    return Plan(
        purchaser=PURCHASER,
        requirement=walk.id("requirement"),
        project_name="标准化考场设备采购",
        year=2026,
        region=REGION,
        category="A02059900",
        organisation="decentralised",
        method=walk.model.method if walk.model is not None else "open",
        nature="goods",
        reserved_for_sme=False,
        lines=(
            PlanLine(code="EDU-001", amount=Decimal("600000.00")),
            PlanLine(code="EDU-002", amount=Decimal("400000.00")),
        ),
        amount=Decimal("1000000.00"),
    )


def plan_approval(walk: Walk, *, approved: bool = True) -> PlanApproval:
    return PlanApproval(plan=walk.id("plan"), region=REGION, approved=approved, reason="同意" if approved else "重报")


def agency_profile(landline: str = "0351-4123456") -> AgencyProfile:
    return AgencyProfile(agency=AGENCY, contact="章倩", landline=landline)


def entrustment(walk: Walk) -> Entrustment:
    return Entrustment(
        purchaser=PURCHASER,
        agency=AGENCY,
        numbering=walk.platform_statement(PlanNumbering).id,
        number=NUMBER,
        scope="公开招标全过程",
        authority="编制文件、组织开标评审、发送通知书",
        until=datetime(2026, 12, 31, tzinfo=UTC),
        reviewer="高峰",
    )


def entrustment_acceptance(walk: Walk) -> EntrustmentAcceptance:
    return EntrustmentAcceptance(agency=AGENCY, entrustment=walk.id("entrustment"), contact="章倩")


def plan_all(walk: Walk) -> None:
    """From budget to accepted entrustment, in the first days of March."""
    entrust(walk)
    walk.do("agency", "entrustment-acceptance", entrustment_acceptance(walk))


def entrust(walk: Walk) -> None:
    """As far as the entrustment that the agency has not accepted yet."""
    walk.do("finance", "budget-import", budget_import())
    walk.do("purchaser", "intention", intention(walk))
    walk.do("purchaser", "requirement", requirement(walk))
    walk.do("purchaser", "plan", plan(walk))
    walk.do("finance", "plan-approval", plan_approval(walk))
    walk.do("agency", "agency-profile", agency_profile())
    walk.do("purchaser", "entrustment", entrustment(walk))


def confirmation(walk: Walk) -> AwardConfirmation:
    report = walk.id("evaluation-report")
    return AwardConfirmation(report=report, lot="1", winner=SUPPLIERS["a"], responsible="高峰")


def notice(walk: Walk, confirmed: str = "") -> AwardNotice:
    return AwardNotice(
        confirmation=confirmed or walk.id("award-confirmation"),
        number=NUMBER,
        lot="1",
        project_name="标准化考场设备采购",
        winner=SUPPLIERS["a"],
        winner_name=NAMES[SUPPLIERS["a"]],
        amount=AMOUNT,
        quote=AMOUNT,
        sent=walk.now(),
        pdf=walk.keep_file("award notice"),
    )


def letter(walk: Walk, short: str = "b") -> ResultLetter:
    out = short == "c"
    return ResultLetter(
        notice=walk.id("award-notice"),
        supplier=SUPPLIERS[short],
        rank=0 if out else 2,
        total=Decimal("0") if out else Decimal("88.10"),
        reason="★ 参数不满足" if out else "",
    )


def contract(walk: Walk) -> Contract:
    return Contract(
        notice=walk.id("award-notice"),
        contract_number="HT-2026-0001",
        number=NUMBER,
        lot="1",
        purchaser=PURCHASER,
        supplier=SUPPLIERS["a"],
        subject="标准化考场设备",
        amount=AMOUNT,
        items=(
            _item("身份核验终端", "台", "100", "7680.00", "768000.00"),
            _item("监控主机", "套", "4", "50000.00", "200000.00"),
        ),
        quality="符合国家标准与投标响应",
        term="签订后 30 日内交付",
        acceptance="逐项验收",
        payment_terms="验收合格后 30 日内支付",
        breach="每逾期一日千分之一",
        disputes="向采购人所在地法院起诉",
        pdf=walk.keep_file("contract, full"),
        public_pdf=walk.keep_file("contract, public"),
    )


def _item(name: str, unit: str, quantity: str, price: str, amount: str) -> ContractItem:
    return ContractItem(
        name=name, unit=unit, quantity=Decimal(quantity), unit_price=Decimal(price), amount=Decimal(amount)
    )


def contract_signature(walk: Walk) -> ContractSignature:
    pdf = walk.keep_file("contract, full, signed by both")
    return ContractSignature(contract=walk.id("contract"), supplier=SUPPLIERS["a"], pdf=pdf)


def acceptance(walk: Walk) -> Acceptance:
    return Acceptance(
        contract=walk.id("contract"),
        items=(
            AcceptedItem(name="身份核验终端", delivered=Decimal(100), accepted=True, finding="合格"),
            AcceptedItem(name="监控主机", delivered=Decimal(4), accepted=True, finding="合格"),
        ),
        members=("刘洋", "马超"),
        passed=True,
        opinion="全部合格",
    )


def payment(walk: Walk, code: str = "EDU-001", amount: str = "600000.00") -> Payment:
    return Payment(
        acceptance=walk.id("acceptance"),
        contract=walk.id("contract"),
        contract_number="HT-2026-0001",
        number=NUMBER,
        budget_code=code,
        payer=PURCHASER,
        payee=SUPPLIERS["a"],
        payee_name=NAMES[SUPPLIERS["a"]],
        amount=Decimal(amount),
        invoice="INV-1",
        invoice_received=walk.now(),
        handler="田静",
    )


def execution(walk: Walk, step: str, amount: str = "600000.00") -> PaymentExecution:
    return PaymentExecution(payment=walk.id(step), treasury_reference="GK-1", paid=walk.now(), amount=Decimal(amount))


def credit(walk: Walk) -> CreditRecord:
    return CreditRecord(
        contract=walk.id("contract"),
        by=PURCHASER,
        about=SUPPLIERS["a"],
        about_role="supplier",
        grade="good",
        facts="按期交付",
    )


def performance(walk: Walk) -> PerformanceEvaluation:
    return PerformanceEvaluation(
        contract=walk.id("contract"),
        payment=walk.id("payment-1"),
        goals_met=True,
        score=Decimal("95"),
        findings="达到目标",
    )


def archive(walk: Walk) -> Archive:
    """What the agency gathers from its own feed."""
    acts: dict[str, list[str]] = {"budget-import": [walk.id("budget-import")]}
    beside = ("registration", "key-enrolment", "key-countersignature", "agency-profile", "budget-import")
    for item in {item.id: item for item in walk.by("agency").feed().items}.values():  # disclosed acts come again
        if item.act not in beside:
            acts.setdefault(item.act, []).append(item.id)
    return Archive(
        contract=walk.id("contract"),
        number=NUMBER,
        items=tuple(archive_item(kind, ids) for kind, ids in acts.items()),
        keep_until=datetime(2041, 12, 31, tzinfo=UTC),
    )


def statistics(walk: Walk) -> StatisticsRelease:
    return StatisticsRelease(
        archive=walk.id("archive"),
        number=NUMBER,
        region=REGION,
        year=2026,
        budget=Decimal("1200000.00"),
        planned=Decimal("1000000.00"),
        contracted=AMOUNT,
        paid=AMOUNT,
        saved=Decimal("32000.00"),
        bidders=3,
        days=34,
        comment="山西省 2026",
    )
