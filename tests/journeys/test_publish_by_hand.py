"""The agency publishes and corrects a tender by mouse and keyboard: entrustment, keys, ceremony, package, correction.

Every acting person goes by the windows. Before the first step the staff have played budget to entrustment; the
platform's own custodian answers by itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.demo.adapted import demo_tender
from client.demo.cast import AGENCY, PIN, PURCHASER, SUPERVISOR, SUPPLIERS, Party
from client.demo.chapters import planning
from client.demo.papers import tender_files
from client.demo.story import Story
from client.demo.telling import Teller
from client.demo.world import PASSPHRASE, PASSWORD, PLATFORM, World
from documents import Party as Printed
from documents import Section, SupplierAttachmentPrint, print_supplier_attachment
from tests.journeys.person import Person

pytestmark = pytest.mark.timeout(1200)

NOTICE = "更正公告.pdf"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A world in which a plan has its number and the agency has been asked; nothing is accepted yet."""
    folder = tmp_path_factory.mktemp("world")
    (folder / "out").mkdir()
    world = World.create(folder / "world")
    told = Story(world, Teller(quiet=True), folder / "out")
    with world.running():
        planning.accounts(told)
        planning.planning(told, accept=False)
        told.clock(4, 8, 8, 56)
        world.start_custodian()
        world.close_desks()
        yield told
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def enter(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[Party], Person]]:
    """Opens the application and signs a party in."""
    people: list[Person] = []

    def make(party: Party) -> Person:
        people.append(Person(qtbot, qapp, story.world.folder / "profiles", tmp_path / "windows.json"))
        by_key = party.algorithm == "none"
        people[-1].sign_in(party.name, PASSPHRASE if by_key else PIN, PASSPHRASE, PASSWORD if by_key else "")
        return people[-1]

    yield make
    for one in people:
        one.leave()


@pytest.fixture(scope="module")
def papers(story: Story) -> Path:
    """What the agency has in a folder: the tender's data, its documents, and a written correction."""
    files = tender_files(story, demo_tender(story.number, ()))
    folder = files[0].source.parent
    tender = demo_tender(story.number, tuple(one.document for one in files))
    (folder / "tender.json").write_bytes(tender.to_bytes())
    sections = (Section(title="更正内容", paragraphs=("第 51 页供货期由 9 日改为 10 日。",)),)
    notice = SupplierAttachmentPrint(
        supplier=Printed(name=AGENCY.name, code=AGENCY.code, contact=AGENCY.person),
        title="更正公告",
        project_name=tender.title,
        project_number=story.number,
        sections=sections,
        made=tender.issued,
    )
    print_supplier_attachment(notice, folder / NOTICE)
    return folder


def test_from_the_entrustment_to_a_tender_a_supplier_finds(
    story: Story, papers: Path, enter: Callable[[Party], Person]
) -> None:
    for party in (AGENCY, PURCHASER, SUPERVISOR):
        _publish_key(enter(party))

    agency = enter(AGENCY)
    agency.click("发布")
    agency.click("接受委托")
    agency.answer("签章接受")
    agency.wait(lambda: agency.reads("先选择招标数据文件"))
    agency.fill_file("选择文件：选择招标数据文件", papers / "tender.json")
    for party in (AGENCY, PURCHASER, SUPERVISOR, PLATFORM):
        agency.open_row("托管人", party.code)
    for _ in range(2):
        agency.click("生成开标密钥")
        agency.answer("生成并分发")
        agency.wait(lambda: agency.can("生成开标密钥") or agency.can("确认本机构的份额"))
    for _ in range(2):
        agency.click("确认本机构的份额")
        agency.answer("核对并签章", secret=PASSPHRASE)
        agency.wait(lambda: agency.can("确认本机构的份额") or agency.reads("还不能发布"))
    assert agency.reads("等全部托管人确认")
    agency.leave()

    for party in (PURCHASER, SUPERVISOR):
        _acknowledge(enter(party))

    agency = enter(AGENCY)
    agency.click("发布")
    agency.fill_file("选择文件：选择招标数据文件", papers / "tender.json")
    agency.choose("备案号", story.number)
    agency.wait(lambda: agency.can("签章并发布"), "everybody's acknowledgement")
    agency.click("签章并发布")
    agency.answer("签章并发布")
    agency.wait(lambda: any("投标中" in row for row in agency.rows("项目")), "the published tender")
    agency.leave()

    supplier = enter(SUPPLIERS[0])
    supplier.click("找标")
    supplier.open_row("项目", story.number)
    supplier.wait(lambda: supplier.can("开始编制投标"))
    assert any("采购公告" in row for row in supplier.rows("招标文件目录"))
    supplier.leave()


def test_a_correction_notice_reaches_the_supplier(story: Story, papers: Path, enter: Callable[[Party], Person]) -> None:
    """Runs after the journey above."""
    agency = enter(AGENCY)
    agency.open_row("项目")
    agency.click("更正或澄清")
    agency.wait(lambda: agency.reads("写明更正或澄清的内容"))
    agency.type("更正或澄清的内容", "第 51 页供货期由 9 日改为 10 日。")
    agency.fill_file("选择文件：更正后的文件或书面通知", papers / NOTICE)
    assert any("加入" in row for row in agency.rows("更正后的文件"))
    agency.type("投标截止与开标时间", "2026-04-15 10:00")
    assert agency.reads("截止时间不能提前")
    agency.type("投标截止与开标时间", "2026-04-30 10:00")
    agency.click("影响投标文件的编制")
    agency.click("签章并发布更正")
    agency.answer("签章并发布")
    agency.wait(lambda: any("4月30日" in row for row in agency.rows("项目")), "the new deadline")
    agency.leave()

    supplier = enter(SUPPLIERS[0])
    supplier.click("找标")
    supplier.open_row("项目", story.number)
    supplier.wait(lambda: supplier.reads("第 2 版更正：第 51 页供货期由 9 日改为 10 日。"))
    assert any(Path(NOTICE).stem in row for row in supplier.rows("招标文件目录"))
    supplier.leave()


def _publish_key(custodian: Person) -> None:
    custodian.click("托管")
    custodian.click("公布托管密钥")
    custodian.answer("生成并公布", secret=PASSPHRASE)
    custodian.wait(lambda: custodian.reads("还没有托管的份额") and not custodian.can("公布托管密钥"))
    custodian.leave()


def _acknowledge(custodian: Person) -> None:
    custodian.click("托管")
    for lot in ("lot-1", "lot-2"):
        custodian.pick("密钥份额", lot)
        custodian.click("核对并确认份额")
        custodian.answer("核对并签章", secret=PASSPHRASE)
        custodian.wait(lambda lot=lot: any(lot in row and "已确认" in row for row in custodian.rows("密钥份额")), lot)
    custodian.leave()
