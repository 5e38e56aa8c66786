"""One procurement through real desks and a live server, stage by stage; tests stop where they need to."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf

from client.desk import Desk
from client.workflows.tendering import TenderFile
from client.workplace import Outcome
from procurement.basics.moment import at_shanghai
from procurement.basics.roles import Role
from procurement.bidding.draft import (
    Answer,
    Brand,
    Enterprise,
    FieldValue,
    FilledCell,
    FilledRow,
    FilledTable,
    QuotedFigure,
)
from procurement.evaluation.sheets import Mark, Ranking, ReviewClosed, ScoresClosed, Verdict
from procurement.opening.session import Closing, Freeze, Opening
from procurement.planning.budget import BudgetLine
from procurement.planning.plan import PlanLine
from procurement.planning.requirement import RequirementItem, Review
from procurement.tendering.custody import CustodyKey
from procurement.tendering.tender import Party, Tender
from tests.client.parties import AGENCY, PASSPHRASE, PIN, desk_of, office, signed_in, write_profile
from tests.procurement.evaluation.examples import simple_scheme
from tests.procurement.tendering.examples import lot as example_lot
from tests.procurement.tendering.examples import replace
from tests.procurement.tendering.examples import tender as example_tender
from tests.world import PLATFORM, World

BUDGET_LINE = "140000-2026-0301-001"
AMOUNT = Decimal("1000000.00")
TENDER = "JC-2026-001"
LOT = "1"
PURCHASER = (Role.PURCHASER, "山西某某大学", "12140000MA0PURCHA1")
SUPPLIERS = {key: (Role.SUPPLIER, f"供应商{key}有限公司", f"91140000MA0SUPPLY{key}") for key in "ABCDE"}
EXPERTS = tuple(
    (Role.EXPERT, name, f"SXZJ2026{i:04d}") for i, name in enumerate(("周明", "吴燕", "郑洁", "冯涛", "韩雪"), 1)
)


def pdf(path: Path, pages: int = 2) -> Path:
    """A small plain PDF."""
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(595, 842))
        made.save(path, static_id=True)
    return path


def _fresh(desk: Desk) -> Desk:
    desk.refresh()
    return desk


class Journey:
    """Desks and ids of one procurement."""

    def __init__(self, world: World) -> None:
        """In a world that offers suite S1 the tender has it: agency and suppliers hold SM2 keys, custodians both kinds."""
        self.world, self.national = world, world.national is not None
        self.ids: dict[str, str] = {}
        self.number = ""
        self.terms: dict[str, Any] = {}
        """What this procurement's tender says other than usual"""
        self._agency = signed_in(world, *AGENCY, kind="sm2" if self.national else "rsa")
        self._purchaser = signed_in(world, *PURCHASER)
        self._finance = office(world, self._agency, Role.FINANCE)
        self._supervisor = office(world, self._agency, Role.SUPERVISOR)
        self._platform = self._platform_desk()
        self.suppliers: dict[str, Desk] = {}
        self.experts: list[Desk] = []

    def _platform_desk(self) -> Desk:
        """The platform's custodian acts through a desk of its own, with the platform's certificate."""
        folder = write_profile(self.world, Role.PLATFORM, "晋采平台", PLATFORM)
        self.world.platform.write_p12(folder / "token.p12", PIN)
        (folder / "token.enc.p12").unlink(missing_ok=True)
        desk = desk_of(folder)
        desk.accounts.unlock(PIN)
        desk.accounts.register("值守")
        desk.accounts.sign_in()
        return desk

    @property
    def agency(self) -> Desk:
        """In step with the server, like the others here."""
        return _fresh(self._agency)

    @property
    def purchaser(self) -> Desk:
        return _fresh(self._purchaser)

    @property
    def finance(self) -> Desk:
        return _fresh(self._finance)

    @property
    def supervisor(self) -> Desk:
        return _fresh(self._supervisor)

    @property
    def platform(self) -> Desk:
        return _fresh(self._platform)

    @property
    def desks(self) -> list[Desk]:
        fixed = [self._agency, self._purchaser, self._finance, self._supervisor, self._platform]
        return [*fixed, *self.suppliers.values(), *self.experts]

    def close(self) -> None:
        for desk in self.desks:
            desk.close()

    def refresh(self) -> None:
        for desk in self.desks:
            desk.refresh()

    def move(self, to: Any) -> None:
        self.world.move(to)
        for desk in self.desks:
            desk.place.gateway.time()
        self.refresh()

    def done(self, key: str, outcome: Outcome) -> str:
        assert outcome.state == "accepted" and outcome.receipt is not None, outcome
        self.ids[key] = outcome.id
        return outcome.id

    # -- planning

    def plan(self, line: str = BUDGET_LINE, *, lots: int = 1) -> None:
        """From a budget of its own to the accepted entrustment; `number` is the 备案号."""
        amount = AMOUNT * lots
        source = self.world.folder / "budget.csv"
        source.write_text("line\n")
        budget = BudgetLine(
            code=line, purchaser=self.purchaser.actor, purchaser_name=self.purchaser.name,
            category="A05010301", title="考试设备", amount=amount,
        )  # fmt: skip
        self.done(
            "budget", self.finance.planning.import_budget(2026, f"2026-01-{line[-3:]}", "武文静", source, [budget])
        )
        self.done(
            "intention",
            self.purchaser.planning.publish_intention(
                self.ids["budget"], [line], "考试设备采购", "一批", amount, "2026-04"
            ),
        )
        items = [
            RequirementItem(name="设备", unit="批", quantity=Decimal(1), specification="见需求", acceptance="逐台")
        ]
        review = Review(kind="general", reviewers=("马会计",), opinion="完整")
        requirement = self.purchaser.planning.sign_requirement(
            self.ids["intention"], "goods", amount, items, ["刘洋"], "孙丽", review
        )
        self.done("requirement", requirement)
        plan = self.purchaser.planning.submit_plan(
            self.ids["requirement"],
            "A05010301",
            "decentralised",
            self.terms.get("method", "open"),
            [PlanLine(code=line, amount=amount)],
        )
        self.done("plan", plan)
        self.done("approval", self.finance.planning.decide_plan(self.ids["plan"], True, "同意"))
        self.number = self.purchaser.planning.number_of(self.ids["plan"])
        self.done("agency-profile", self.agency.planning.configure_agency("章倩", "0351-7654321"))
        until = at_shanghai(date(2027, 3, 1), 18)
        entrustment = self.purchaser.planning.entrust(
            self.number, self.agency.actor, "组织采购", "以采购人名义", until, "任主任"
        )
        self.done("entrustment", entrustment)
        self.done("acceptance", self.agency.planning.accept_entrustment(self.ids["entrustment"], "章倩"))

    # -- tendering

    def tender(self, *lots: str, tender_id: str = TENDER) -> Tender:
        start, deadline = at_shanghai(date(2026, 4, 7), 9), at_shanghai(date(2026, 4, 29), 10)
        plain = {"scheme": simple_scheme(), "parameters": (), "conformity": example_lot().conformity[:1]}
        made = example_tender(
            *(example_lot(code, **plain) for code in lots or (LOT,)), id=tender_id, number=self.number, region="140000", announcement=start, issued=start,
            available_until=at_shanghai(date(2026, 4, 15), 18), deadline=deadline,
        )  # fmt: skip
        phone = {"address": "太原市", "contact": "孙丽", "phone": "0351-1234567"}
        return replace(
            made,
            purchaser=Party(code=self.purchaser.actor, name=self.purchaser.name, **phone),
            agency=Party(code=self.agency.actor, name=self.agency.name, **phone),
            algorithms="S1" if self.national else None,
            **self.terms,
        )

    def publish(self, *lots: str, tender_id: str = TENDER) -> None:
        """One lot, or those named; each gets an opening key of its own."""
        if self.world.now() < (issued := at_shanghai(date(2026, 4, 7), 9)):
            self.move(issued)
        custodians = [self.agency, self.purchaser, self.supervisor, self.platform]
        for desk in custodians:
            desk.custody.open_key(PASSPHRASE)
            if desk.place.acts.last(CustodyKey, org=desk.actor) is None:
                desk.custody.publish_key()
            if self.national:
                desk.custody.open_national_key(PASSPHRASE)
                desk.custody.publish_national_key()
        self.refresh()
        keys = {lot: self._lot_key(tender_id, lot, custodians) for lot in lots or (LOT,)}
        self.ids["lot-key"] = next(iter(keys.values()))
        folder = self.world.folder
        files = [
            TenderFile("announcement.pdf", "招标公告", pdf(folder / "announcement.pdf")),
            TenderFile("document.pdf", "招标文件", pdf(folder / "document.pdf", 3)),
        ]
        self.done("package", self.agency.tendering.publish(self.tender(*lots, tender_id=tender_id), files, keys))

    def _lot_key(self, tender_id: str, lot: str, custodians: list[Desk]) -> str:
        outcome = self.agency.tendering.make_lot_key(
            tender_id, self.number, lot, 3, [desk.actor for desk in custodians]
        )
        key = self.done(f"lot-key-{lot}", outcome)
        for desk in custodians:
            assert _fresh(desk).custody.acknowledge(key).state == "accepted"
        self.refresh()
        return key

    # -- bidding

    def supplier(self, key: str) -> Desk:
        """The supplier's desk with its draft filled in; registered when first asked for."""
        if key not in self.suppliers:
            kind = "sm2" if self.national else "rsa" if key in "AD" else "ec"
            desk = signed_in(self.world, *SUPPLIERS[key], kind=kind)
            desk.accounts.publish_encryption_certificates()
            self.suppliers[key] = desk
        return _fresh(self.suppliers[key])

    def draft(self, key: str, price: str, lot: str = LOT) -> Desk:
        desk = self.supplier(key)
        desk.tendering.fetch(TENDER)
        drafts = desk.bidding.drafts
        if not drafts.open(TENDER, lot).version:
            drafts.attach(TENDER, lot, pdf(self.world.folder / f"{key}.pdf"), "licence", "营业执照")
        draft = drafts.open(TENDER, lot)
        amount = Decimal(price)
        row = FilledRow(
            row="r1",
            cells=(
                FilledCell(column="name", text="服务器"),
                FilledCell(column="quantity", number=Decimal(1)),
                FilledCell(column="price", number=amount),
                FilledCell(column="amount", number=amount),
            ),
        )
        forms = draft.forms.model_copy(
            update={
                "quote": (QuotedFigure(figure="total", amount=amount),),
                "tables": (FilledTable(table="items", rows=(row,), total=amount),),
                "opening": (FieldValue(field="days", number=Decimal(20)),),
                "answers": (
                    Answer(item="q1", how="licence-library", licence="L-1"),
                    Answer(item="q3", how="commitment"),
                ),
                "brands": (Brand(product="server", brand=f"牌{key}", manufacturer="厂"),),
                "enterprise": Enterprise(size="large"),
            }
        )
        drafts.save(TENDER, forms, based_on=draft.version)
        return desk

    def submit(self, key: str, price: str, lot: str = LOT, *, slip: Path | None = None) -> str:
        """Draft, seal, rehearse, deliver, commit; returns BD."""
        desk = self.draft(key, price, lot)
        assert not [one for one in desk.bidding.findings(TENDER, lot) if one.blocking]
        sealed = desk.bidding.seal(TENDER, lot, slip=slip, passphrase=PASSPHRASE if slip else "")
        desk.bidding.rehearse(sealed.bid)
        self.done(f"submission-{key}", desk.bidding.submit(sealed.bid))
        return sealed.bid

    # -- opening

    def shut(self) -> Closing:
        """Past the deadline: the platform closes the lot."""
        self.move(at_shanghai(date(2026, 4, 29), 10) + timedelta(seconds=1))
        closing = self.agency.place.acts.only(Closing, lot=LOT)
        self.ids["closing"] = closing.id
        return closing.value

    def freeze(self) -> None:
        """The window runs out."""
        self.move(self.world.now() + timedelta(minutes=31))
        self.ids["freeze"] = self.agency.place.acts.only(Freeze).id

    def open(self) -> None:
        """The shares, the opening, its record."""
        self.unlock()
        self.done("record", self.agency.opening.make_record(self.ids["opening"], "章倩", "王磊"))

    def unlock(self) -> None:
        """Three custodians release, the platform opens."""
        for desk in (self.agency, self.purchaser, self.platform):
            assert _fresh(desk).custody_release.release(self.ids["freeze"]).state == "accepted"
        for _ in range(100):
            self.move(self.world.now() + timedelta(seconds=1))
            if self.agency.place.acts.last(Opening) is not None:
                break
        self.ids["opening"] = self.agency.place.acts.only(Opening).id

    # -- evaluation

    def convene(self, opened: tuple[str, ...], *, settled: bool = True) -> None:
        """Panel, presence, leader, qualification and conformity: the bids of these suppliers are ready to be scored, but for prices in
        question where not `settled`."""
        opening = self.ids["opening"]
        self.experts = self.experts or [signed_in(self.world, *one, person=True) for one in EXPERTS]
        members = [desk.actor for desk in self.experts]
        self.done("panel", self.agency.committee.name_panel(opening, members, "山西省政府采购评审专家库"))
        panel = self.ids["panel"]
        self.refresh()
        for desk in self.experts:
            signed = _fresh(desk).scoring.sign_in(panel, "第一评标室", no_conflict=True)
            self.agency.committee.check_identity(signed.id, "公证员李某", "人证核对一致")
        self.refresh()
        for desk in self.experts:
            _fresh(desk).scoring.vote(panel, members[0])
        needed = self.agency.committee.qualification_items(opening)
        verdicts = [Verdict(supplier=supplier, item=item, passed=True) for supplier, item in needed]
        self.done("qualification", self.agency.committee.review_qualification(opening, verdicts))
        suppliers = [SUPPLIERS[key][2] for key in opened]
        for desk in self.experts:
            votes = [Verdict(supplier=one, item="signed", passed=True) for one in suppliers]
            assert _fresh(desk).scoring.review_conformity(opening, votes).state == "accepted"
        self.refresh()
        if settled:
            assert set(self.agency.place.acts.only(ReviewClosed, opening=opening).value.scored) == set(suppliers)

    def to_the_reviews(self, prices: dict[str, str], *, settled: bool = True) -> None:
        """From the plan until all bids are open and reviewed: these suppliers bid, and all release."""
        self.plan()
        self.publish()
        for key, price in prices.items():
            self.submit(key, price)
        self.shut()
        for key in prices:
            self.supplier(key).releasing.release(self.ids["closing"])
        self.freeze()
        self.open()
        self.convene(tuple(prices), settled=settled)

    def rank(self, points: dict[str, str], *, last: dict[str, str] | None = None) -> None:
        """Marks, commits, reveals, ranking; `last`: what the last member gives otherwise."""
        opening = self.ids["opening"]
        for desk in self.experts:
            given = {**points, **(last or {})} if desk is self.experts[-1] else points
            suppliers = {SUPPLIERS[key][2]: mark for key, mark in given.items()}
            marks = [Mark(supplier=one, item="tech", points=Decimal(mark)) for one, mark in suppliers.items()]
            desk.scoring.save(opening, marks)
            assert _fresh(desk).scoring.commit(opening).state == "accepted"
        self.refresh()
        assert self.agency.place.acts.last(ScoresClosed, opening=opening) is not None
        for desk in self.experts:
            assert _fresh(desk).scoring.reveal(opening).state == "accepted"
        self.refresh()
        self.ids["ranking"] = self.agency.place.acts.only(Ranking, opening=opening).id

    def score(self, points: dict[str, str]) -> None:
        """Ranked, and the report signed by all."""
        self.rank(points)
        self.done("report", self.agency.committee.make_report(self.ids["ranking"]))
        self.refresh()
        for desk in self.experts:
            assert _fresh(desk).scoring.sign_report(self.ids["report"]).state == "accepted"
        self.refresh()
