"""Journeys by mouse and keyboard against a live platform: from the entrustment to the payment, in one world.

The person at the windows touches only what is in view. The parties beside it are played by the staff; where a journey
needs what an earlier one leaves and that has not run, the staff do it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from client.demo.cast import AGENCY, EXPERTS, FINANCE, PIN, PURCHASER, SUPERVISOR, SUPPLIERS, Party
from client.demo.story import Story
from client.demo.world import PASSPHRASE, PASSWORD, PLATFORM
from procurement.basics.moment import SHANGHAI
from tests.journeys import staffwork
from tests.journeys.handwork import fill_bid, score_all
from tests.journeys.person import Person, Typist

Enter = Callable[..., Person]
pytestmark = pytest.mark.timeout(900)
A, B, C = SUPPLIERS[:3]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with staffwork.entrusted(tmp_path_factory.mktemp("windows")) as told:
        yield told


@pytest.fixture
def enter(story: Story, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Enter]:
    """Opens the application and signs a party in, by hand."""
    people: list[Person] = []

    def make(party: Party, kind: type[Person] = Person) -> Person:
        people.append(kind(qtbot, qapp, story.world.folder / "profiles", tmp_path / "windows.json"))
        by_key = party.algorithm == "none"
        people[-1].sign_in(party.name, PASSPHRASE if by_key else PIN, PASSPHRASE, PASSWORD if by_key else "")
        return people[-1]

    yield make
    for one in people:
        one.leave()


def _bid_by_hand(me: Person) -> None:
    me.click("找标")
    me.open_row("项目", "标包一")
    me.click("开始编制投标")
    fill_bid(me)
    me.click("签章与递交")
    me.wait(lambda: me.reads("未递交"), "the delivery")
    me.type("备份条口令", "a backup slip passphrase")
    me.type("再输一次", "a backup slip passphrase")
    me.click("签章并加密")
    me.answer("签章并加密")
    me.click("上传密文")
    me.click("确认递交")
    me.answer("确认递交")
    me.wait(lambda: me.can("保存回执"), "the receipt")
    assert me.reads("已递交") and not me.reads("未递交")
    me.leave()


def test_a_supplier_goes_from_sign_in_to_receipt(story: Story, enter: Enter) -> None:
    staffwork.published(story)
    staffwork.not_before(story, 4, 20, 9)
    _bid_by_hand(enter(A))


def test_a_supplier_without_a_mouse_goes_from_sign_in_to_receipt(story: Story, enter: Enter) -> None:
    staffwork.published(story)
    _bid_by_hand(enter(B, Typist))
