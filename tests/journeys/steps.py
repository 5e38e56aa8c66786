"""Steps of a tender at the windows, by mouse and keyboard, that more than one journey takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, PIN, PURCHASER, SUPERVISOR, Party
from client.demo.story import Story
from client.demo.world import PASSPHRASE, PASSWORD, PLATFORM
from tests.journeys import staffwork
from tests.journeys.handwork import fill_bid
from tests.journeys.person import Person

Enter = Callable[..., Person]
"""Opens the application and signs a party in, by hand"""


@contextmanager
def entering(story: Story, qtbot: QtBot, qapp: QApplication, folder: Path) -> Iterator[Enter]:
    """Parties of the story's world come in; whoever is still there at the end is sent home. `folder`: for the windows' settings."""
    people: list[Person] = []

    def make(party: Party, kind: type[Person] = Person) -> Person:
        people.append(kind(qtbot, qapp, story.world.folder / "profiles", folder / "windows.json"))
        by_key = party.algorithm == "none"
        people[-1].sign_in(party.name, PASSPHRASE if by_key else PIN, PASSPHRASE, PASSWORD if by_key else "")
        return people[-1]

    yield make
    for one in people:
        one.leave()


def publish_key(custodian: Person, *, national: bool = False) -> None:
    """`national`: an SM2 custody key, too."""
    custodian.click("托管")
    custodian.click("公布托管密钥")
    custodian.answer("生成并公布", secret=PASSPHRASE)
    custodian.wait(lambda: custodian.reads("托管密钥已公布"), "the key")
    if national:
        publish_national_key(custodian)
    custodian.leave()


def publish_national_key(custodian: Person) -> None:
    """On the page of custody, after the first key."""
    custodian.click("公布国密托管密钥")
    custodian.answer("生成并公布", secret=PASSPHRASE)
    custodian.wait(lambda: custodian.reads("通用和国密托管密钥都已公布"), "the SM2 key")


def _acknowledge(custodian: Person) -> None:
    custodian.click("托管")
    for lot in ("lot-1", "lot-2"):
        custodian.pick("密钥份额", lot)
        custodian.click("核对并确认份额")
        custodian.answer("核对并签章", secret=PASSPHRASE)
        custodian.wait(lambda lot=lot: any(lot in row and "已确认" in row for row in custodian.rows("密钥份额")), lot)
    custodian.leave()


def accept_by_hand(agency: Person) -> None:
    """The agency takes the entrustment on."""
    agency.click("发布")
    agency.click("接受委托")
    agency.answer("签章接受")
    agency.wait(lambda: agency.reads("先选择招标数据文件"), "the entrustment")


def publish_by_hand(enter: Enter, agency: Person, papers: Path, suite: str = "") -> None:
    """From the accepted entrustment: lot keys made, all custodians' acknowledgements, publication. `suite`: its words in the choice."""
    agency.give_file("选择文件：选择招标数据文件", papers / "tender.json")
    if suite:
        agency.choose("算法", suite)
    for party in (AGENCY, PURCHASER, SUPERVISOR, PLATFORM):
        agency.open_row("托管人", party.code)
    for lot in ("lot-1", "lot-2"):
        agency.click("生成开标密钥")
        agency.answer("生成并分发")
        agency.wait(lambda lot=lot: _lot_row(agency, lot, "确认"), f"the key of {lot}")
    for count in (2, 1):
        agency.click("确认本机构的份额")
        agency.answer("核对并签章", secret=PASSPHRASE)
        done = "还不能发布" if count == 1 else "本机构的份额待确认"
        agency.wait(lambda done=done: agency.reads(done), f"{count} left")
    assert agency.reads("等全部托管人确认")
    agency.leave()
    for party in (PURCHASER, SUPERVISOR):
        _acknowledge(enter(party))

    agency = enter(AGENCY)
    agency.click("发布")
    agency.give_file("选择文件：选择招标数据文件", papers / "tender.json")
    agency.wait(lambda: agency.can("签章并发布"), "everybody's acknowledgement")
    agency.click("签章并发布")
    agency.answer("签章并发布")
    agency.wait(lambda: any("投标中" in row for row in agency.rows("项目")), "the published tender")
    agency.leave()


def _lot_row(agency: Person, lot: str, words: str) -> bool:
    return any(lot in row and words in row for row in agency.rows("标包"))


def bid_by_hand(me: Person, words: str) -> None:
    me.click("找标")
    me.open_row("项目", "标包一")
    me.click("开始编制投标")
    assert me.reads("网卡地址"), "what is recorded of this computer is said before the first word"
    me.click("知道了，开始编制")
    fill_bid(me, words)
    me.click("签章与递交")
    me.wait(lambda: me.reads("未递交"), "the delivery")
    seal_and_deliver(me)
    me.leave()


def seal_and_deliver(me: Person) -> None:
    me.type("备份条口令", "a backup slip passphrase")
    me.type("再输一次", "a backup slip passphrase")
    me.click("签章并加密")
    me.answer("签章并加密")
    me.click("上传密文")
    me.click("确认递交")
    me.answer("确认递交")
    me.wait(lambda: me.can("保存回执"), "the receipt")
    assert me.reads("已递交") and not me.reads("未递交")


def open_by_hand(story: Story, enter: Enter, supplier: Party, lot: str) -> Person:
    """The bidder hands over its key, the agency its share and makes the record; the agency at its window."""
    bidder = enter(supplier)
    bidder.open_row("项目", "标包一")
    bidder.click("5 开标")
    bidder.click("用证书授权解密")
    bidder.answer("授权解密", secret=PIN)
    # when the last bidder has released, the platform may freeze at once
    bidder.wait(lambda: bidder.reads("已授权解密，等待时限结束") or bidder.reads("名单已冻结"), "the release")
    bidder.leave()
    story.later(minutes=45)
    staffwork.release_share(story, PURCHASER, lot)

    host = enter(AGENCY)
    host.open_row("项目", "标包一")
    host.click("释放本机构的密钥份额")
    host.answer("释放份额", secret=PASSPHRASE)
    host.wait(lambda: host.can("制作并签章开标记录"), "the opened bids")
    host.type("记录人", "孙记录")
    host.click("制作并签章开标记录")
    host.answer("签章")
    host.wait(lambda: host.reads("进入异议与确认") or host.reads("异议与确认剩余"), "the record")
    return host
