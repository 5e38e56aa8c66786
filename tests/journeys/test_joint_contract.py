"""A consortium wins: its members sign the contract, each in its own account, at desks and in windows (政府采购法 第二十四条)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.contracts import contract_print
from client.desk import Desk
from client.workflows.alerting import Kind
from client.workflows.performing import ContractTexts
from crypto.pdf_check import require_sealed
from documents.papers import print_contract
from procurement.awarding.award import AwardNotice
from procurement.basics.problems import Problem, Tampered
from procurement.bidding.draft import ConsortiumMember
from procurement.performing.acceptance import AcceptedItem
from procurement.performing.contract import Contract, ContractItem, ContractPublication, ContractSignature
from tests.client.journey import LOT, PURCHASER, SUPPLIERS, TENDER, Journey, pdf
from tests.client.parties import PASSPHRASE, PIN, signed_in
from tests.journeys.person import Person
from tests.journeys.snapshots import Revisit, Snapshot
from tests.world import World

pytestmark = pytest.mark.timeout(900)
PRICES = {"A": "900000", "C": "910000", "E": "950000"}
MEMBERS = "ABD"
"""A leads and hands in the bid; B and D stand in it. D has no account yet when the contract is drafted"""
SHARES = {"A": 50, "B": 30, "D": 20}
TEXTS = ContractTexts(
    quality="符合采购文件要求",
    term="签订后 30 日内交付",
    place_and_way="采购人指定地点",
    acceptance="逐台验收",
    payment_terms="验收合格后一次付清",
    breach="每逾期一日千分之一",
    disputes="向采购人所在地法院起诉",
)


def _unite(journey: Journey) -> None:
    """A's draft names the members, and has their agreement."""
    desk = journey.draft("A", PRICES["A"])
    drafts = desk.bidding.drafts
    drafts.attach(TENDER, LOT, pdf(journey.world.folder / "agreement.pdf"), "agreement", "联合协议")
    draft = drafts.open(TENDER, LOT)
    members = tuple(
        ConsortiumMember(
            supplier=SUPPLIERS[key][2],
            name=SUPPLIERS[key][1],
            role="lead" if key == "A" else "member",
            share=Decimal(SHARES[key]),
            work="供货" if key == "A" else "安装调试",
            size="small",
        )
        for key in reversed(MEMBERS)
    )
    code = next(one.code for one in draft.forms.documents if one.title == "联合协议")
    forms = draft.forms.model_copy(update={"consortium": members, "consortium_agreement": code})
    drafts.save(TENDER, forms, based_on=draft.version)
    assert not [one for one in desk.bidding.findings(TENDER, LOT) if one.blocking]


@pytest.fixture(scope="module")
def awarded(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Up to the award notice to the consortium; B is registered, D not."""
    journey = Journey(World.create(tmp_path_factory.mktemp("joint")))
    journey.plan()
    journey.publish()
    _unite(journey)
    for key in PRICES:
        desk = journey.supplier("A") if key == "A" else journey.draft(key, PRICES[key])
        sealed = desk.bidding.seal(TENDER, LOT)
        journey.done(f"submission-{key}", desk.bidding.submit(sealed.bid))
    journey.supplier("B")
    journey.shut()
    for key in PRICES:
        journey.supplier(key).releasing.release(journey.ids["closing"])
    journey.freeze()
    journey.open()
    journey.convene(tuple(PRICES))
    journey.score({"A": "60", "C": "50", "E": "40"})
    journey.done("confirmation", journey.purchaser.awarding.confirm(journey.ids["report"], "高峰"))
    journey.done("notice", journey.agency.awarding.send_notice(journey.ids["confirmation"]))
    return Snapshot(journey)


@pytest.fixture
def world(awarded: Snapshot, tmp_path: Path) -> Iterator[Revisit]:
    revisit = awarded.resume(tmp_path)
    try:
        yield revisit
    finally:
        revisit.end()


def _offer(world: Revisit) -> str:
    desk = world.purchaser
    notice = desk.place.acts.only(AwardNotice)
    amount = notice.value.amount
    item = ContractItem(name="服务器", unit="台", quantity=Decimal(2), unit_price=amount / 2, amount=amount)
    return world.done("contract", desk.performing.offer_contract(notice.id, "HT-2026-1", "考试设备", [item], TEXTS))


def _third(world: Revisit) -> Desk:
    """D makes its account now."""
    desk = signed_in(world.world, *SUPPLIERS["D"])
    world.suppliers["D"] = desk
    return desk


def _fresh(world: Revisit, key: str) -> Desk:
    desk = world.supplier(key)
    desk.refresh()
    return desk


def test_all_members_sign_and_one_overtakes_another(world: Revisit, tmp_path: Path) -> None:
    contract = _offer(world)
    offered = world.purchaser.place.acts.get(Contract, contract).value
    assert [one.supplier for one in offered.members or ()] == [SUPPLIERS[key][2] for key in "ADB"]
    third, second = _third(world), _fresh(world, "B")
    third.refresh()
    assert third.performing.sign_contract(contract).state == "accepted"
    assert third.place.acts.last(ContractPublication) is None
    # B has not heard of D's signature: the file it would sign is not the last one any more
    assert not second.place.acts.all(ContractSignature, contract=contract)
    assert second.performing.sign_contract(contract).state == "accepted"
    with pytest.raises(Problem) as twice:
        second.performing.sign_contract(contract)
    assert twice.value.code == "contract-signed-already"
    leader = _fresh(world, "A")
    assert Kind.CONTRACT in [one.kind for one in leader.alerts.due()]
    assert leader.performing.sign_contract(contract).state == "accepted"
    published = world.agency.place.acts.only(ContractPublication).value
    last = world.agency.place.acts.get(ContractSignature, published.signature)
    assert last.value.supplier == leader.actor
    third.refresh()
    assert Kind.IN_FORCE in [one.kind for one in third.alerts.due()]
    signed = tmp_path / "signed.pdf"
    signed.write_bytes(third.place.read(last.value.pdf))
    codes = (PURCHASER[2], *(SUPPLIERS[key][2] for key in MEMBERS))
    found = require_sealed(signed, third.place.trust, third.now(), codes)
    assert len(found) == 4 and {one.field for one in found} >= {"purchaser", "supplier", f"supplier-{second.actor}"}
    _to_the_archive(world, contract, tmp_path / "archive.zip")


def _to_the_archive(world: Revisit, contract: str, target: Path) -> None:
    """The rest of the procurement; what `verify` says of the contract that four have sealed."""
    buyer = world.purchaser
    value = buyer.place.acts.get(Contract, contract).value
    accepted = [AcceptedItem(name=i.name, delivered=i.quantity, accepted=True, finding="合格") for i in value.items]
    acceptance = world.done("accepted", buyer.performing.accept(contract, accepted, ["马超", "乔静"], "合格"))
    paying = buyer.performing.ask_payment(acceptance, value.amount, "FP-1", buyer.now(), "贺敏")
    payment = world.done("payment", paying)
    finance = world.finance
    world.done("paid", finance.performing.execute_payment(payment, "GK-1", finance.now(), value.amount))
    buyer = world.purchaser
    for code in value.signers:  # each member is a party that may be judged
        world.done("credit", buyer.closing.record_credit(contract, code, "supplier", "good", "按期交付"))
    judged = buyer.closing.evaluate_performance(contract, payment, True, Decimal("93.5"), "目标实现")
    world.done("performance", judged)
    world.done("archive", world.agency.closing.archive(contract))
    world.move(world.world.now() + timedelta(hours=1))  # the next public checkpoint
    agency = world.agency
    agency.closing.build_archive(world.number, target, "full")
    report = agency.verifying.check(target).report
    assert report.good, list(report.faults)


def test_a_member_does_not_seal_what_the_purchaser_has_not(world: Revisit) -> None:
    """The statement is signed, its PDF only printed: whose seal is missing is said, and nothing is sealed."""
    good = world.purchaser.place.acts.get(Contract, _offer(world)).value
    desk = world.purchaser
    papers, published = desk.performing.papers, desk.published.current(TENDER)
    data = contract_print(papers, published, good, SUPPLIERS["A"][1], "full")
    bare = papers.keep(lambda path: print_contract(data, path))
    contract = desk.place.act(good.model_copy(update={"pdf": bare}), files=(bare, good.public_pdf)).id
    with pytest.raises(Tampered) as missing:
        _fresh(world, "B").performing.sign_contract(contract)
    assert missing.value.code == "pdf-seal-missing"
    assert not world.agency.place.acts.all(ContractSignature)


def test_each_signs_in_its_own_window(world: Revisit, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    """A member that handed in nothing finds the contract in its own account; leader and purchaser see who is missing."""
    _offer(world)
    _third(world)
    names = {key: SUPPLIERS[key][1] for key in MEMBERS}
    world.close()
    people: list[Person] = []

    def enter(name: str) -> Person:
        people.append(Person(qtbot, qapp, world.world.folder / "profiles", tmp_path / "windows.json"))
        people[-1].sign_in(name, PIN, PASSPHRASE)
        return people[-1]

    def sign(key: str, missing: list[str]) -> None:
        person = enter(names[key])
        person.wait(lambda: any("合同待签订" in row for row in person.rows("项目")), "the contract in the list")
        person.open_row("项目", 0)
        person.click("核对并签订合同")
        person.answer("核对并签章")
        if missing:
            person.wait(lambda: person.reads("本单位已签章"), "the signature")
            assert all(person.reads(names[one]) for one in missing) and not person.can("核对并签订合同")
        else:
            person.wait(lambda: person.reads("合同已签订"), "the last signature")
        person.leave()

    try:
        sign("D", ["A", "B"])
        buyer = enter(PURCHASER[1])
        buyer.click("合同")
        buyer.wait(lambda: any("已签 1/3" in row for row in buyer.rows("合同")), "who has signed")
        assert buyer.reads("等联合体成员签订") and buyer.reads(f"还差：{names['A']}、{names['B']}")
        buyer.leave()
        sign("A", ["B"])
        sign("B", [])
        buyer = enter(PURCHASER[1])
        buyer.click("合同")
        buyer.wait(lambda: any("待验收" in row for row in buyer.rows("合同")), "the contract in force")
        buyer.leave()
    finally:
        for one in people:
            one.leave()
