"""质疑 by hand in two windows on a real platform: written and sealed by a bidder, answered by the agency, seen by both."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from client.desk import Desk
from client.page_texts import page_texts
from procurement.basics.moment import SHANGHAI
from procurement.challenging.letter import MatterReply
from tests.client.journey import pdf
from tests.journeys.snapshots import Revisit
from tests.ui.hands import fill, opened, press
from tests.ui.walker import nameless
from ui.boards.paper_challenge import PaperDialog
from ui.boards.replies import RepliesPage, ReplyForm
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.kit.forms import Form
from ui.workspaces.supplier.challenge import ChallengePage, LetterForm

SENDER = {"representative": "王强", "contact": "张敏", "phone": "0351-1", "postcode": "030000", "address": "太原市"}
MATTER = {"matter": "开标记录单位有误", "facts": "读出为千元", "request": "更正开标记录"}
FINDING = {"finding": "unfounded", "answer": "读出与投标一致", "facts": "见开标录像 10:12"}
END = {"affects": "no", "complain_to": "太原市财政局", "responder": "章倩"}


def test_written_and_answered_by_hand(
    at_reviewed: Revisit, dressed: QApplication, qtbot: QtBot, bridge: Bridge, tmp_path: Path
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
    fill(page, {"agent": "李律师"})
    assert not form.complete(), "an agent shows authority"
    form.authorise(pdf(tmp_path / "authority.pdf"))
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

    assert isinstance(answers, RepliesPage)
    answers.refresh()
    saved = tmp_path / "letter.pdf"
    answers.save_letter(agency.challenging.cases()[0], saved)
    qtbot.waitUntil(saved.exists, timeout=60_000)
    (seal,) = agency.seals.of_bytes("letter", saved.read_bytes())
    text = "".join(page_texts(saved.read_bytes(), "letter")).replace("\n", "")
    assert (seal.state, seal.code) == ("sound", agency.actor) and FINDING["answer"] in text and "太原市财政局" in text

    enter = answers.findChild(QPushButton, "enter-paper")
    assert isinstance(enter, QPushButton)
    QTest.mouseClick(enter, Qt.MouseButton.LeftButton)
    dialog = answers.window().findChild(PaperDialog)
    assert isinstance(dialog, PaperDialog) and nameless(dialog) == [] and dialog.entered() is None
    supplier = at_reviewed.supplier("C")
    now = agency.now().astimezone(SHANGHAI)
    place = next(place for place, one in enumerate(agency.challenging.grounds_of()) if one.stage == "opening")
    dialog.form.fill(
        {"ground": str(place), "day": f"{now:%Y-%m-%d}", "hour": f"{now:%H:%M}", "code": supplier.actor, "name": "丙公司",
         "contact": "丙", "phone": "1", "address": "太原", "postcode": "030000"}
    )  # fmt: skip
    for one in dialog.findChildren(Form):
        if MATTER.keys() <= one.fields.keys():
            one.fill(MATTER)
    assert dialog.entered() is None, "not without the scan"
    dialog.take_scan(pdf(tmp_path / "scan.pdf"))
    act = dialog.findChild(QPushButton, "act")
    assert isinstance(act, QPushButton)
    QTest.mouseClick(act, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(agency.challenging.cases()) == 2, timeout=60_000)
    entered = agency.challenging.cases()[0]
    assert entered.paper is not None and entered.paper.name == "丙公司" and not entered.late and entered.reply is None
    agency.challenging.reply(
        entered.letter.id, [MatterReply.model_validate(FINDING)], affects=False, measure="", complain_to="太原市财政局",
        responder="章倩",
    )  # fmt: skip
    supplier.refresh()
    (own,) = supplier.challenging.cases()
    assert own.letter.id == entered.letter.id and own.reply is not None, "the challenger sees its own and its answer"

    bidder.refresh()
    page.refresh()
    (case,) = bidder.challenging.cases()
    assert case.reply is not None and not case.late and case.letter.value.agent == "李律师"
    assert case.reply.value.matters[0].answer == FINDING["answer"]
    made = [ground.made for ground in bidder.challenging.grounds() if ground.stage == "opening"]
    assert made == [True]
    other = at_reviewed.supplier("C")
    other.refresh()
    assert [one.letter.value.supplier for one in other.challenging.cases()] == [other.actor], (
        "not the other bidders' to read"
    )
