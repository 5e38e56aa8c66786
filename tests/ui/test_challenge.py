"""质疑 by hand in two windows on a real platform: written and sealed by a bidder, answered by the agency, seen by both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from client.desk import Desk
from tests.journeys.snapshots import Revisit
from tests.ui.walker import nameless
from ui.boards.replies import RepliesPage, ReplyForm
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.kit.forms import Form
from ui.kit.page import Page
from ui.workspaces.supplier.challenge import ChallengePage, LetterForm

SENDER = {"representative": "王强", "contact": "张敏", "phone": "0351-1", "postcode": "030000", "address": "太原市"}
MATTER = {"matter": "开标记录单位有误", "facts": "读出为千元", "request": "更正开标记录"}
FINDING = {"finding": "unfounded", "answer": "读出与投标一致", "facts": "见开标录像 10:12"}
END = {"affects": "no", "complain_to": "太原市财政局", "responder": "章倩"}


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def opened(qtbot: QtBot, page: Page) -> Page:
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    return page


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into every form in view that has these fields."""
    for form in page.findChildren(Form):
        if values.keys() <= form.fields.keys():
            form.fill(values)


def press(qtbot: QtBot, page: Page, name: str) -> None:
    """The footer's button, and yes to the question that follows."""
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton) and found.isEnabled()
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(page.findChildren(Question)), timeout=20_000)
    QTest.mouseClick(page.findChildren(Question)[-1].act, Qt.MouseButton.LeftButton)


def test_written_and_answered_by_hand(
    at_reviewed: Revisit, dressed: QApplication, qtbot: QtBot, bridge: Bridge
) -> None:
    bidder: Desk = at_reviewed.supplier("A")
    bidder.refresh()
    page = opened(qtbot, ChallengePage(Context(bidder, bridge)))
    stages = [ground.stage for ground in bidder.challenging.grounds()]
    assert stages == ["document", "opening"] or stages == ["opening"]
    table = page.findChildren(QTableView)[0]
    table.selectRow(stages.index("opening"))
    form = page.findChild(LetterForm)
    assert isinstance(form, LetterForm) and not form.complete(), "nothing is sent half empty"
    send = page.findChild(QPushButton, "send-challenge")
    assert isinstance(send, QPushButton)
    QTest.mouseClick(send, Qt.MouseButton.LeftButton)
    assert not page.findChildren(Question)
    fill(page, SENDER)
    fill(page, MATTER)
    assert form.complete() and nameless(page) == []
    press(qtbot, page, "send-challenge")
    qtbot.waitUntil(lambda: len(bidder.challenging.cases()) == 1, timeout=60_000)

    agency: Desk = at_reviewed.agency
    answers = opened(qtbot, RepliesPage(Context(agency, bridge)))
    reply = answers.findChild(ReplyForm)
    assert isinstance(reply, ReplyForm) and not reply.complete()
    fill(answers, FINDING)
    fill(answers, END)
    assert nameless(answers) == []
    press(qtbot, answers, "send-reply")
    qtbot.waitUntil(lambda: agency.challenging.cases()[0].reply is not None, timeout=60_000)

    bidder.refresh()
    page.refresh()
    (case,) = bidder.challenging.cases()
    assert case.reply is not None and not case.late
    assert case.reply.value.matters[0].answer == FINDING["answer"]
    made = [ground.made for ground in bidder.challenging.grounds() if ground.stage == "opening"]
    assert made == [True]
    other = at_reviewed.supplier("C")
    other.refresh()
    assert other.challenging.cases() == (), "the letter is not the other bidders' to read; its answer is"
