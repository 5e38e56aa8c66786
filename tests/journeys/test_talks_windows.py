"""Talks through the windows: two rounds, a change confirmed, one leaves, one is cut off and hands over a file, longer times, final quotes, ranking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from client.workflows.alerting import Kind
from procurement.basics.roles import Role
from procurement.evaluation.quoting import QuoteCommit, QuoteReveal, QuoteRound
from procurement.evaluation.sheets import Ranking
from procurement.evaluation.talks import (
    ChangesConfirmation,
    ExtensionNotice,
    ResponseVerdict,
    TalksClosed,
    TalksNotice,
    TalksResponse,
    TalksReview,
    TalksRound,
    TalksWithdrawal,
)
from tests.client.journey import SUPPLIERS, Journey, pdf
from tests.client.negotiation import FINAL, consulting, figure, notice_of, to_the_round
from tests.journeys.test_quote_windows import PATIENCE, Sitting, at_the_window
from tests.world import PASSWORD
from ui.workspaces.expert.round_dialog import RoundDialog
from ui.workspaces.supplier.talks import TalksCard


@pytest.fixture
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with consulting(tmp_path_factory.mktemp("talks")) as found:
        yield found


def test_talks_by_hand(journey: Journey, tmp_path: Path, qtbot: QtBot) -> None:
    to_the_round(journey)
    _first_round(journey, tmp_path, qtbot)
    _second_round(journey, qtbot)
    _quotes(journey, qtbot)
    journey.score({"A": "50", "C": "40", "E": "45"})
    ranking = journey.agency.place.acts.only(Ranking, opening=journey.ids["opening"]).value
    ranked = {b.supplier: b.state for b in ranking.bids}
    assert ranked[SUPPLIERS["D"][2]] == "withdrawn"
    assert [ranked[SUPPLIERS[key][2]] for key in FINAL] == ["ranked"] * 3
    with at_the_window(qtbot, journey.experts[1], "scores") as member:
        member.press("bid-responses")


def _first_round(journey: Journey, folder: Path, qtbot: QtBot) -> None:
    leader = journey.experts[0]
    with at_the_window(qtbot, leader, "talks") as person:
        person.press("open-round")
        dialog = _dialog(person)
        _write(dialog, "subject", "请说明实施安排")
        _choose(dialog, "supplier", SUPPLIERS["A"][2])
        _write(dialog, "said", "请补充交货计划")
        QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
        person.confirm()
        qtbot.waitUntil(lambda: bool(leader.place.acts.all(TalksRound)), timeout=PATIENCE)
    bidder = journey.suppliers["A"]
    bidder.refresh()
    assert Kind.ROUND in [one.kind for one in bidder.alerts.due()]
    assert bidder.place.acts.only(TalksNotice).value.points == ("请补充交货计划",)
    with at_the_window(qtbot, bidder, "open") as person:
        card = person.window.findChild(TalksCard)
        assert card is not None and card.isVisible()
        card.take_files([str(pdf(folder / "实施方案.pdf"))])
        _write(person.window, "response", "十日内交货")
        notice = bidder.place.acts.only(TalksNotice).id
        qtbot.waitUntil(lambda: bidder.unsent.read(notice) == {"response": "十日内交货"}, timeout=PATIENCE)
        person.click("give-response")
        qtbot.waitUntil(lambda: bool(bidder.place.acts.all(TalksResponse)), timeout=PATIENCE)
        qtbot.waitUntil(lambda: bidder.unsent.read(notice) == {}, timeout=PATIENCE)
    gone = journey.suppliers["D"]
    with at_the_window(qtbot, gone, "open") as person:
        person.click("leave-talks")
        qtbot.waitUntil(lambda: bool(gone.place.acts.all(TalksWithdrawal)), timeout=PATIENCE)
    _cut_off(journey, folder)
    journey.refresh()
    (closed,) = leader.place.acts.all(TalksClosed)
    assert len(closed.value.responses) == 3, "nobody waits for who has left"


def _cut_off(journey: Journey, folder: Path) -> None:
    """C's line is down: its response leaves as a file within the time, and E's computer delivers it."""
    author, bearer, world = journey.suppliers["C"], journey.suppliers["E"], journey.world
    author.refresh()
    notice = author.place.acts.only(TalksNotice, supplier=author.actor).id
    port = world.url.rpartition(":")[2]
    world.stop()
    assert author.talking.respond(notice, "十五日内交货", (pdf(folder / "安排.pdf"),)).state == "queued"
    assert author.talking.waits(notice)
    (row,) = author.relaying.waiting()
    file = author.relaying.write(row.id, folder / "响应.jincai-act")
    codes = author.relaying.codes(row.id)
    assert codes, "and as QR codes, as its papers are small"
    world.start(port)
    bearer.accounts.sign_in()
    bearer.refresh()
    given = bearer.relaying.deliver(file, folder / "receipt.json")
    assert given.act.id == row.id
    answered = bearer.talking.respond(bearer.place.acts.only(TalksNotice, supplier=bearer.actor).id, "七日内交货")
    assert answered.state == "accepted"
    for desk in journey.desks:
        desk.accounts.sign_in(*([PASSWORD] if desk.role in (Role.FINANCE, Role.SUPERVISOR) else []))
    journey.refresh()
    assert not author.relaying.waiting() and not author.talking.waits(notice)


def _second_round(journey: Journey, qtbot: QtBot) -> None:
    leader, purchaser = journey.experts[0], journey.purchaser
    with at_the_window(qtbot, leader, "talks") as person:
        person.press("open-round")
        dialog = _dialog(person)
        _write(dialog, "subject", "请按变动后的条款重新响应")
        _choose(dialog, "kind", "service")
        _type(dialog, "place", "第三章 2.1")
        _type(dialog, "before", "两年质保")
        _write(dialog, "after", "三年质保")
        QTest.mouseClick(dialog.act, Qt.MouseButton.LeftButton)
        person.confirm()
        qtbot.waitUntil(lambda: len(leader.place.acts.all(TalksRound)) == 2, timeout=PATIENCE)
    purchaser.refresh()
    assert purchaser.talking.unconfirmed() == 1
    with at_the_window(qtbot, purchaser, "", place="changes") as person:
        person.click("confirm-changes")
        qtbot.waitUntil(lambda: bool(purchaser.place.acts.all(ChangesConfirmation)), timeout=PATIENCE)
    assert purchaser.talking.unconfirmed() == 0
    with at_the_window(qtbot, leader, "talks") as person:
        person.press("extend-round")
        question = person.question()
        question.typed.setText("请各家充分准备")
        QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: bool(leader.place.acts.all(ExtensionNotice)), timeout=PATIENCE)
    journey.move(journey.world.now() + timedelta(minutes=42))
    bidder = journey.suppliers["A"]
    bidder.refresh()
    assert {Kind.LONGER, Kind.MINUTES_LEFT} <= {one.kind for one in bidder.alerts.due()}
    with at_the_window(qtbot, bidder, "open") as person:
        _write(person.window, "response", "三年质保")
        person.click("give-response")
        qtbot.waitUntil(lambda: len(bidder.place.acts.all(TalksResponse)) == 2, timeout=PATIENCE)
    for key in ("C", "E"):
        desk = journey.suppliers[key]
        desk.refresh()
        notice = desk.place.acts.only(TalksNotice, supplier=desk.actor, round=2).id
        assert desk.talking.respond(notice, "三年质保").state == "accepted"
    journey.refresh()
    closed = leader.place.acts.all(TalksClosed)[-1]
    with at_the_window(qtbot, leader, "talks") as person:
        qtbot.waitUntil(lambda: bool(_tables(person)), timeout=PATIENCE)
        table = _tables(person)[0]
        table.selectRow(table.model().rowCount() - 3)
        for _ in range(3):
            person.press("response-yes")
        person.click("send-review")
        qtbot.waitUntil(lambda: bool(leader.place.acts.all(TalksReview)), timeout=PATIENCE)
    verdicts = tuple(ResponseVerdict(supplier=one.supplier, passed=True) for one in closed.value.responses)
    for desk in journey.experts[1:]:
        desk.refresh()
        assert desk.talking.judge_responses(closed.id, verdicts).state == "accepted"
    journey.refresh()


def _quotes(journey: Journey, qtbot: QtBot) -> None:
    leader, bidder, opening = journey.experts[0], journey.suppliers["A"], journey.ids["opening"]
    with at_the_window(qtbot, leader, "questions") as person:
        person.click("ask-quotes")
        qtbot.waitUntil(lambda: bool(leader.place.acts.all(QuoteRound)), timeout=PATIENCE)
        person.press("extend-quotes")
        question = person.question()
        question.typed.setText("请充分核算")
        QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(leader.place.acts.all(ExtensionNotice)) == 6, timeout=PATIENCE)
    journey.move(journey.world.now() + timedelta(minutes=30))
    for key in ("C", "E"):
        desk = journey.suppliers[key]
        assert desk.negotiating.give_quote(notice_of(desk), figure(FINAL[key])).state == "accepted"
    with at_the_window(qtbot, bidder, "open") as person:
        person.type("field-final-total", FINAL["A"])
        person.click("give-quote")
        qtbot.waitUntil(lambda: bool(bidder.place.acts.all(QuoteCommit)), timeout=PATIENCE)
        person.click("show-quote")
        qtbot.waitUntil(lambda: bool(bidder.place.acts.all(QuoteReveal)), timeout=PATIENCE)
    for key in ("C", "E"):
        journey.suppliers[key].refresh()
        assert journey.suppliers[key].negotiating.show_quote(opening).state == "accepted"
    journey.refresh()


# -- hands


def _tables(person: Sitting) -> list[QTableView]:
    return [one for one in person.window.findChildren(QTableView) if one.isVisible()]


def _dialog(person: Sitting) -> RoundDialog:
    shown = lambda: [one for one in person.window.findChildren(RoundDialog) if one.isVisible()]  # noqa: E731
    person.bot.waitUntil(lambda: bool(shown()), timeout=PATIENCE)
    return shown()[-1]


def _write(where: QWidget, field: str, text: str) -> None:
    (area,) = [one for one in where.findChildren(QPlainTextEdit, f"field-{field}") if one.isVisible()]
    area.setPlainText(text)


def _type(where: QWidget, field: str, text: str) -> None:
    (line,) = where.findChildren(QLineEdit, f"field-{field}")
    line.setText(text)


def _choose(where: QWidget, field: str, code: str) -> None:
    (combo,) = where.findChildren(QComboBox, f"field-{field}")
    combo.setCurrentIndex(combo.findData(code))
    assert combo.currentData() == code
