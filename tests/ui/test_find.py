"""找标 on a real world: filters keep what they say, a watched tender is found again, what was looked at is marked no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from bench.desk_world import PUBLIC, ZERO, DeskWorld, long_tender
from client.desk import Desk
from client.workflows.following import Followed
from crypto.signing import sign_statement
from procurement.tendering.package import LotCustody, TenderPackage
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.kit.choice import Choice
from ui.workspaces.supplier.home import ProjectsPage
from ui.workspaces.supplier.standing import standing


@pytest.fixture
def desk(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-d", tmp_path_factory.mktemp("find")) as opened:
        yield opened


def choose(page: ProjectsPage, code: str, value: str) -> int:
    """Set a filter; returns how many rows are left."""
    box = page.findChild(Choice, code)
    assert isinstance(box, Choice) and box.findData(value) >= 0, code
    box.setCurrentIndex(box.findData(value))
    return table(page).model().rowCount()


def table(page: ProjectsPage) -> QTableView:
    found = page.findChild(QTableView)
    assert isinstance(found, QTableView)
    return found


def test_filters_watching_and_marks(dressed: QApplication, qtbot: QtBot, desk: Desk, bridge: Bridge) -> None:
    page = ProjectsPage(Context(desk, bridge), mine=False)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    page.show()
    every = table(page).model().rowCount()
    (tender,) = desk.tenders.tenders()
    assert every and tender.model is not None
    assert choose(page, "filter-state", "open") == 0, "the demo's day is over"
    assert choose(page, "filter-state", "over") == every
    assert choose(page, "filter-method", tender.model.profile.title) == every
    assert choose(page, "filter-region", tender.model.region) == every
    assert choose(page, "filter-deadline", "7") == 0
    assert choose(page, "filter-deadline", "") == every
    assert choose(page, "filter-news", "watched") == 0
    assert choose(page, "filter-news", "unseen") == every
    table(page).selectRow(0)
    watch = page.findChild(QPushButton, "watch")
    assert isinstance(watch, QPushButton)
    QTest.mouseClick(watch, Qt.MouseButton.LeftButton)
    assert desk.following.all()[tender.key].watched and watch.text() == "取消关注"
    assert choose(page, "filter-news", "watched") > 0
    desk.following.looked_at(tender.key, tender.package.version)
    page.refresh()
    assert choose(page, "filter-news", "unseen") == 0


def test_what_is_typed_is_looked_for_and_a_model_that_comes_renews_its_lots_in_their_place(
    dressed: QApplication, qtbot: QtBot, bridge: Bridge, tmp_path: Path
) -> None:
    model = long_tender(1)
    bare = model.model_copy(update={"title": "另一个项目"})
    world = DeskWorld.create(tmp_path)
    with world.desk() as desk:
        items = [world.package(one, f"t-{n}", n) for n, one in enumerate((bare, model), 1)]
        custody = (LotCustody(lot=model.lots[0].code, lot_key=ZERO, acks=()),)
        for item in items:
            package = TenderPackage.from_bytes(item.signed.statement).model_copy(update={"custody": custody})
            signed = sign_statement(package, world.agency.token)
            desk.place.mirror.take(PUBLIC, [item.model_copy(update={"signed": signed, "id": signed.id})], item.seq)
        page = ProjectsPage(Context(desk, bridge), mine=False)
        qtbot.addWidget(page)
        rows = page.rows_shown
        assert [one.tender.outline for one in rows()] == [None, None]
        desk.place.keep_bytes(model.to_bytes())
        before = rows()
        page.came(("t-1", "t-2"), missing=("t-1",))
        first, fresh = rows()[0], rows()[1:]
        assert first in before and [one.lot for one in fresh] == [lot.code for lot in model.lots]
        search = page.findChild(QLineEdit)
        assert isinstance(search, QLineEdit)
        QTest.keyClicks(search, fresh[0].tender.package.number)
        qtbot.waitUntil(lambda: rows() == fresh)
        search.clear()
        qtbot.waitUntil(lambda: len(rows()) == 1 + len(fresh))


def test_a_correction_after_looking_is_news() -> None:
    assert Followed(False, 0).news(1) == "unseen"
    assert Followed(True, 1).news(1) == ""
    assert Followed(True, 1).news(2) == "changed"


def test_filters_and_methods_in_english_are_whole(
    dressed: QApplication, qtbot: QtBot, desk: Desk, bridge: Bridge
) -> None:
    use_language(dressed, "en")
    page = ProjectsPage(Context(desk, bridge), mine=False)
    qtbot.addWidget(page)
    page.resize(1280, 700)
    with qtbot.waitExposed(page):
        page.show()
    lists = [box for box in page.findChildren(Choice) if box.objectName().startswith("filter-")]
    assert len(lists) == 5 and {box.objectName() for box in lists if box.width() < box.sizeHint().width()} == set()
    method = page.findChild(Choice, "filter-method")
    assert isinstance(method, Choice) and method.itemText(1) == "Open tender"


def test_after_the_award_the_list_says_that_the_result_is_there(
    dressed: QApplication, played: Played, bridge: Bridge, tmp_path: Path
) -> None:
    with desk_at_the_end(played, "supplier-a", tmp_path) as desk:
        (tender,) = desk.tenders.tenders()
        assert tender.model is not None
        code = tender.model.lots[0].code
        row = standing(Context(desk, bridge), tender, code, desk.story(tender, code), False)
        assert row.state.word == "中标" and row.moment(desk.now())[0] == "结果已公布"
