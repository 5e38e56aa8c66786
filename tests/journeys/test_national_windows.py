"""A tender of suite S1 at the windows: custodians, agency, a supplier who cannot bid and one who can, up to the opening record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, PURCHASER, SUPERVISOR, SUPPLIERS
from client.demo.story import Story
from procurement.bidding.receipt import Receipt
from procurement.bidding.sealed import BidHeader, Submission
from procurement.opening.session import Opening, OpeningRecord, Release
from procurement.tendering.custody import LotKey
from procurement.tendering.package import TenderPackage
from tests.journeys import staffwork
from tests.journeys.national_world import NationalWorld
from tests.journeys.person import Person
from tests.journeys.steps import (
    Enter,
    accept_by_hand,
    bid_by_hand,
    entering,
    open_by_hand,
    publish_by_hand,
    publish_key,
    publish_national_key,
)

pytestmark = pytest.mark.timeout(900)
A, B, C, D = SUPPLIERS[:4]
S1 = "国密 S1"


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    with staffwork.entrusted(tmp_path / "told", NationalWorld) as found:
        yield found


@pytest.fixture
def enter(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Enter]:
    with entering(story, qtbot, qapp, tmp_path) as made:
        yield made


def test_a_tender_of_suite_s1_from_the_choice_to_the_opening_record(story: Story, enter: Enter) -> None:
    staffwork.not_before(story, 4, 8, 8, 56)
    papers = staffwork.papers(story)
    story.world.start_custodian()
    publish_key(enter(SUPERVISOR))
    for party in (AGENCY, PURCHASER):
        publish_key(enter(party), national=True)

    agency = enter(AGENCY)
    accept_by_hand(agency)
    agency.give_file("选择文件：选择招标数据文件", papers / "tender.json")
    assert agency.reads("只有国密证书的投标人不能投标") and agency.reads("请换用 RSA 或 P-256 证书 登录")
    assert not agency.can("生成开标密钥"), "an SM2 certificate cannot deal keys of suite I1"
    agency.choose("算法", S1)
    assert agency.reads("没有经过密码模块认证和密评") and agency.can("生成开标密钥")
    assert any(SUPERVISOR.code in row and "缺托管密钥" in row for row in agency.rows("托管人"))
    agency.leave()
    supervisor = enter(SUPERVISOR)
    supervisor.click("托管")
    publish_national_key(supervisor)
    supervisor.leave()

    agency = enter(AGENCY)
    agency.click("发布")
    publish_by_hand(enter, agency, papers, S1)
    published = story.desk(AGENCY).place.acts.only(TenderPackage).value
    keys = [story.desk(AGENCY).place.acts.get(LotKey, one.lot_key).value for one in published.custody]
    assert published.suite == "S1" and {key.suite for key in keys} == {"S1"}
    story.world.close_desks()

    staffwork.published(story)
    staffwork.not_before(story, 4, 20, 9)
    _cannot_bid(enter(B))
    bid_by_hand(enter(A), "as asked")
    bidder = enter(A)
    bidder.open_row("项目", "标包一")
    bidder.click("4 签章与递交")
    bidder.wait(lambda: bidder.reads("SM3 "), "the receipt with the digest of its own suite")
    bidder.leave()
    _kept_in_s1(story)

    lot = staffwork.closed(story, A, C, D)
    host = open_by_hand(story, enter, A, lot)
    host.leave()
    acts = story.desk(AGENCY).place.acts
    assert [one.code for one in acts.only(Opening).value.results] == ["opened"] * 3
    assert {act.value.suite for act in acts.all(Release)} == {"S1"}
    assert acts.only(OpeningRecord).value.suite == "S1"
    story.world.close_desks()


def _cannot_bid(me: Person) -> None:
    """A supplier with a P-256 certificate is told at once, may prepare, and finds no way to seal."""
    me.click("找标")
    me.open_row("项目", "标包一")
    me.wait(lambda: me.reads("这张证书不能投这个项目"), "the refusal")
    assert me.reads("请换用 国密（SM2）证书 登录") and me.reads(S1)
    me.click("4 签章与递交")
    me.wait(lambda: me.reads("未递交"), "the delivery")
    assert not me.can("签章并加密") and me.reads("现在打开的是 RSA 或 P-256 证书")
    me.leave()


def _kept_in_s1(story: Story) -> None:
    """The bid that was delivered at the window, its receipt and its sealed file."""
    desk = story.desk(A)
    sent = desk.place.acts.only(Submission)
    header = BidHeader.from_bytes(desk.bidding.bids.get(sent.value.bid).header_bytes)
    receipt = desk.place.mirror.receipt(sent.id)
    assert isinstance(receipt, Receipt) and receipt.receipt.signature.kind == "sm2"
    assert (sent.value.suite, header.suite) == ("S1", "S1")
    story.world.close_desks()
