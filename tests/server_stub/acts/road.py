"""The steps of one procurement in their order, each as the act that a party really sends; variations start from these."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from procurement.awarding.award import AwardConfirmation, AwardNotice, ResultLetter
from procurement.basics.value import ZERO_ID
from procurement.bidding.sealed import ClientRelease, Submission
from procurement.closing.checklist import archive_item
from procurement.closing.records import Archive, CreditRecord, PerformanceEvaluation, StatisticsRelease
from procurement.evaluation.panel import Panel, PanelMember, SignIn
from procurement.evaluation.sheets import (
    ConformityReview,
    EvaluationReport,
    QualificationReview,
    RankedBid,
    Ranking,
    ReportSignature,
    ReviewClosed,
    ScoreCommit,
    ScoreReveal,
    ScoresClosed,
)
from procurement.opening.session import Closing, Freeze, Opening, OpeningRecord
from procurement.performing.acceptance import Acceptance, AcceptedItem
from procurement.performing.contract import Contract, ContractItem, ContractSignature
from procurement.performing.payment import Payment, PaymentExecution
from procurement.planning.budget import BudgetImport, BudgetLine
from procurement.planning.entrust import AgencyProfile, Entrustment, EntrustmentAcceptance
from procurement.planning.intention import Intention
from procurement.planning.plan import Plan, PlanApproval, PlanLine, PlanNumbering
from procurement.planning.requirement import Requirement, RequirementItem, Review
from procurement.tendering.package import LotCustody, TenderPackage, tender_digest
from tests.server_stub.acts.walk import AGENCY, EXPERTS, NUMBER, PURCHASER, SUPPLIERS, Recorder, Walk
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
        method="open",
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
    walk.do("finance", "budget-import", budget_import())
    walk.do("purchaser", "intention", intention(walk))
    walk.do("purchaser", "requirement", requirement(walk))
    walk.do("purchaser", "plan", plan(walk))
    walk.do("finance", "plan-approval", plan_approval(walk))
    walk.do("agency", "agency-profile", agency_profile())
    walk.do("purchaser", "entrustment", entrustment(walk))
    walk.do("agency", "entrustment-acceptance", entrustment_acceptance(walk))


def record_tender_to_report(walk: Walk, until: str = "") -> None:
    """Tender, three bids, opening, evaluation and report, recorded as they would stand in the log; stops before `until`."""
    with Recorder(walk) as recorder:
        recorder.now = datetime(2026, 4, 2, tzinfo=UTC)
        tv = _tender(walk, recorder)
        recorder.now = datetime(2026, 4, 22, tzinfo=UTC)
        leaves = [
            recorder.record(short, f"submission-{short}", _submission(tv, code)) for short, code in SUPPLIERS.items()
        ]
        recorder.now = datetime(2026, 4, 23, tzinfo=UTC)
        _opening(walk, recorder, tv, tuple(leaves))
        recorder.now = datetime(2026, 4, 24, tzinfo=UTC)
        _evaluation(walk, recorder)
        recorder.now = datetime(2026, 4, 29, 1, tzinfo=UTC)
        if until != "report-signature":
            sign_report(walk, recorder)


def _tender(walk: Walk, recorder: Recorder) -> str:
    package = TenderPackage(
        tender_id="T-2026-1",
        number=NUMBER,
        entrustment=walk.id("entrustment"),
        agency=AGENCY,
        version=1,
        previous=ZERO_ID,
        model="0a" * 32,
        issued=recorder.now,
        deadline=recorder.now + timedelta(days=21),
        custody=(LotCustody(lot="1", lot_key="0b" * 32, acks=()),),
        files=(),
    )
    recorder.record("agency", "tender-package", package)
    return tender_digest(package.to_bytes())


def _submission(tv: str, supplier: str) -> Submission:
    return Submission(
        tender=tv,
        lot="1",
        supplier=supplier,
        bid="0c" * 32,
        header="0d" * 32,
        chunks=1,
        size=1024,
        prev=ZERO_ID,
        client_time=datetime(2026, 4, 22, tzinfo=UTC),
        skew_ms=0,
        client=ClientRelease(version="0.1.0", digest="0e" * 32),
        machine="0f" * 32,
    )


def _opening(walk: Walk, recorder: Recorder, tv: str, leaves: tuple[str, ...]) -> None:
    now = recorder.now
    closing = Closing(tender=tv, lot="1", deadline=now, t_close=now, chain=leaves, active=leaves, count=len(leaves))
    recorder.record("", "closing", closing)
    recorder.record("", "freeze", Freeze(closing=closing.id, windows=(), released=leaves, absent=(), t=now))
    opening = Opening(freeze=walk.id("freeze"), custodian_releases=(), results=())
    recorder.record("", "opening", opening)
    record = OpeningRecord(opening=opening.id, rows=(), confirm_until=now, pdf="1a" * 32)
    recorder.record("agency", "opening-record", record)


def _evaluation(walk: Walk, recorder: Recorder) -> None:
    opening = walk.id("opening")
    tv = walk.done["closing"].tender  # type: ignore[attr-defined]
    members = tuple(
        PanelMember(member=number, name=f"专家{number[-1]}", certificate="1b" * 32, kind="expert")
        for number in EXPERTS.values()
    )
    panel = Panel(tender=tv, lot="1", opening=opening, members=members, drawn_from="山西省评审专家库")
    recorder.record("agency", "panel", panel)
    for short, number in EXPERTS.items():
        seat = SignIn(panel=panel.id, member=number, venue="评标室", no_conflict=True, server_nonce="1c" * 32)
        recorder.record(short, f"sign-in-{short}", seat)
    qualification = QualificationReview(opening=opening, lot="1", verdicts=())
    recorder.record("agency", "qualification-review", qualification)
    reviews, commits, reveals = [], [], []
    for short, number in EXPERTS.items():
        review = ConformityReview(opening=opening, lot="1", member=number, verdicts=())
        recorder.record(short, f"conformity-{short}", review)
        reviews.append(review.id)
    closed_review = ReviewClosed(
        opening=opening, lot="1", qualification=qualification.id, conformity=tuple(reviews), scored=()
    )
    recorder.record("", "review-closed", closed_review)
    for short, number in EXPERTS.items():
        commit = ScoreCommit(lot="1", member=number, round=1, opening=opening, scheme="1d" * 32, c="1e" * 32)
        recorder.record(short, f"commit-{short}", commit)
        commits.append(commit.id)
    closed = ScoresClosed(lot="1", opening=opening, commits=tuple(commits))
    recorder.record("", "scores-closed", closed)
    for short, commit_id in zip(EXPERTS, commits, strict=True):
        reveal = ScoreReveal(commit=commit_id, closed=closed.id, salt="1f" * 32, sheet=b"{}")
        recorder.record(short, f"reveal-{short}", reveal)
        reveals.append(reveal.id)
    recorder.record("", "ranking", _ranking(recorder, opening, closed.id, tuple(reveals)))
    report = EvaluationReport(ranking=walk.id("ranking"), lot="1", pdf="2a" * 32)
    recorder.record("agency", "evaluation-report", report)


def _ranking(recorder: Recorder, opening: str, closed: str, reveals: tuple[str, ...]) -> Ranking:
    a, b, c = SUPPLIERS.values()
    table = ((a, 1, AMOUNT, "91.25"), (b, 2, Decimal("985000.00"), "88.10"), (c, 0, Decimal("990000.00"), "0"))
    return Ranking(
        opening=opening,
        lot="1",
        scheme="1d" * 32,
        closed=closed,
        reveals=reveals,
        bids=tuple(
            RankedBid(
                supplier=code,
                name=NAMES[code],
                rank=rank,
                state="ranked" if rank else "nonconforming",
                quote=quote,
                evaluation_price=quote - 100000 if rank == 1 else quote,
                price_score=Decimal("30.00"),
                item_scores=(),
                total=Decimal(total),
            )
            for code, rank, quote, total in table
        ),
        candidates=(a, b),
        computed_at=recorder.now,
    )


def sign_report(walk: Walk, recorder: Recorder) -> None:
    before = "2a" * 32
    for (short, number), after in zip(EXPERTS.items(), ("2b" * 32, "2c" * 32), strict=True):
        signature = ReportSignature(report=walk.id("evaluation-report"), member=number, pdf_before=before, pdf=after)
        outcome = "last" if short == list(EXPERTS)[-1] else ""
        recorder.record(short, f"report-signature-{short}", signature, outcome=outcome)
        before = after


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
    for item in walk.by("agency").feed().items:
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
