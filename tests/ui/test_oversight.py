"""A supervisor at the window: a suppressed release is disputed, a bad envelope is looked at again; nobody is stopped (M21, B7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.custodian import Custodian
from client.desk import Desk
from procurement.basics.problems import Problem
from procurement.opening.second_look import SecondLook, SecondLookRelease, SecondLookResult
from procurement.opening.session import FreezeDisputed, Opening
from tests.client.bad_bid import seal_with_noise
from tests.client.journey import LOT, TENDER
from tests.client.parties import PASSPHRASE, PIN
from tests.journeys.snapshots import Revisit
from tests.ui.walker import nameless
from ui.boards.act_page import ActPage
from ui.boards.custody import CustodyPage
from ui.boards.holding import hold
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Notice, Question
from ui.kit.page import Page
from ui.kit.tables import Table
from ui.workspaces.finance.oversight import OversightPage
from ui.workspaces.supplier.attend import AttendPane

WHY = "投标人持有签章的授权"


@pytest.fixture
def show(dressed: QApplication, qtbot: QtBot) -> Iterator[Callable[[type[ActPage], Desk], ActPage]]:
    """A page of a desk in a window of its own."""
    bridge = Bridge()

    def open_page(kind: type[ActPage], desk: Desk) -> ActPage:
        desk.refresh()
        page = kind(Context(desk, bridge))
        qtbot.addWidget(page)
        page.resize(1366, 768)
        page.show()
        return page

    yield open_page
    bridge.close()


def press(qtbot: QtBot, page: Page, name: str, *typed: str) -> None:
    """The footer's button; then one question after another is answered with what is typed."""
    qtbot.waitUntil(lambda: (one := page.findChild(QPushButton, name)) is not None and one.isEnabled(), timeout=20_000)
    found = page.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    for text in typed:
        qtbot.waitUntil(lambda: bool(_open_questions(page)), timeout=20_000)
        question = _open_questions(page)[-1]
        QTest.keyClicks(question.typed, text) if text.isascii() else question.typed.setText(text)
        QTest.mouseClick(question.act, Qt.MouseButton.LeftButton)


def _open_questions(page: Page) -> list[Question]:
    return [one for one in page.window().findChildren(Question) if one.isVisible()]


def _says(page: Page, words: str) -> Callable[[], bool]:
    """Whether a cell of the page's table shows these words."""

    def said() -> bool:
        table = page.findChild(Table)
        assert isinstance(table, Table)
        model = table.model()
        cells = [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
        return any(words in str(one.data(Qt.ItemDataRole.AccessibleTextRole)) for one in cells)

    return said


def test_a_suppressed_release_is_kept_and_disputed(
    at_closed: Revisit, show: Callable[[type[ActPage], Desk], ActPage], qtbot: QtBot, tmp_path: Path
) -> None:
    journey = at_closed
    for key in "AE":
        journey.supplier(key).releasing.release(journey.ids["closing"])
    bidder, file = journey.supplier("C"), tmp_path / "c.jincai-release"
    story = bidder.story(bidder.tenders.tenders()[0], LOT)
    holder = Page()
    qtbot.addWidget(holder)
    bridge = Bridge()
    attend = AttendPane(Context(bidder, bridge), holder)
    holder.body.addWidget(attend)
    attend.show_story(story)
    holder.show()
    link = holder.findChild(QPushButton, "hand-over")
    assert isinstance(link, QPushButton) and link.isVisible()
    attend.hand_over(PIN, file)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in holder.window().findChildren(Notice)), timeout=30_000)
    assert file.is_file()
    bridge.close()

    supervisor = journey.supervisor
    (tmp_path / "letter.jincai-release").write_text("no release")
    with pytest.raises(Problem) as foreign:
        supervisor.custody_release.hold_release(tmp_path / "letter.jincai-release")
    assert foreign.value.code == "release-file-unreadable"
    page = show(OversightPage, supervisor)
    assert nameless(page) == []
    hold(page, file)
    qtbot.waitUntil(_says(page, "已收存"), timeout=30_000)
    journey.freeze()
    page.refresh()
    assert _says(page, "冻结名单未列入")()
    press(qtbot, page, "dispute", WHY)
    qtbot.waitUntil(_says(page, "已提出异议"), timeout=30_000)
    disputed = journey.agency.place.acts.only(FreezeDisputed)
    assert disputed.value.reason == WHY
    with pytest.raises(Problem) as kept:
        supervisor.custody_release.release(journey.ids["freeze"])
    assert kept.value.code == "freeze-suppresses-release"
    journey.unlock()
    assert len(journey.agency.place.acts.only(Opening).value.results) == 2


def test_an_envelope_of_noise_is_looked_at_again(
    at_published: Revisit, show: Callable[[type[ActPage], Desk], ActPage], qtbot: QtBot
) -> None:
    journey = at_published
    for key in "ACE":
        desk = journey.supplier(key)
        bid = seal_with_noise(desk, TENDER, LOT) if key == "A" else desk.bidding.seal(TENDER, LOT).bid
        journey.done(f"submission-{key}", desk.bidding.submit(bid))
        journey.ids[f"bid-{key}"] = bid
    journey.agency.refresh()
    journey.shut()
    for key in "ACE":
        journey.supplier(key).releasing.release(journey.ids["closing"])
    journey.agency.refresh()
    journey.freeze()
    journey.unlock()
    results = {one.bid: (one.code, one.fault) for one in journey.agency.place.acts.only(Opening).value.results}
    assert results.pop(journey.ids["bid-A"]) == ("env-o-unreadable", "bidder")
    assert set(results.values()) == {("opened", "none")}

    page = show(OversightPage, journey.supervisor)
    assert _says(page, "信封未能开启")()
    press(qtbot, page, "ask-look", "投标人称信封完好")
    qtbot.waitUntil(_says(page, "0 / 3"), timeout=30_000)
    look = journey.agency.place.acts.only(SecondLook)
    custody = show(CustodyPage, journey.purchaser)
    press(qtbot, custody, "release-again", PASSPHRASE)
    qtbot.waitUntil(lambda: len(journey.agency.place.acts.all(SecondLookRelease)) == 1, timeout=30_000)
    journey.agency.second_looks.release(look.id)
    assert Custodian(journey.platform).round() == 1, "the platform's own custodian does it unasked"
    page.context.desk.refresh()
    page.refresh()
    press(qtbot, page, "look", "与平台所见一致", PASSPHRASE)
    qtbot.waitUntil(_says(page, "确实打不开"), timeout=30_000)
    found = journey.agency.place.acts.only(SecondLookResult)
    assert (found.value.code, found.value.o, len(found.value.releases)) == ("env-o-unreadable", None, 3)
    bidder = journey.supplier("A")
    bidder.refresh()
    assert bidder.place.acts.only(SecondLookResult).id == found.id
