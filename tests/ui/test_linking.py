"""标书关联 on a real draft: pages are linked by click, by key, by search and from a suggestion; the bid says so at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.bidding.draft import EvidenceLink
from procurement.bidding.linking import coverage
from procurement.evaluation.claims import claimed_points
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Question
from ui.workspaces.supplier.prepare.link_words import coverage_words, widened
from ui.workspaces.supplier.prepare.linking import LinkEditor
from ui.workspaces.supplier.prepare.preview import PreviewDialog, seen_lines
from ui.workspaces.supplier.prepare.sheet import Sheet


@pytest.fixture(scope="module")
def desk(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-a", tmp_path_factory.mktemp("link")) as opened:
        yield opened


@pytest.fixture
def sheet(desk: Desk) -> Sheet:
    tender = desk.tenders.tenders()[0]
    assert tender.model is not None
    code = tender.package.custody[0].lot.partition("#")[0]
    return Sheet(tender.model, tender.model.lot(code), desk.bidding.drafts.open(tender.key, code).forms)


@pytest.fixture
def editor(dressed: QApplication, qtbot: QtBot, desk: Desk, sheet: Sheet) -> Iterator[LinkEditor]:
    bridge = Bridge()
    made = LinkEditor(Context(desk, bridge), sheet)
    sheet.on_changed(made.show_sheet)
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    settle(made, desk, qtbot)
    yield made
    bridge.close()


def settle(editor: LinkEditor, desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    for _ in range(5):
        QApplication.processEvents()
    qtbot.waitUntil(lambda: editor.papers.document.pageCount() > 0, timeout=20_000)


def press(editor: LinkEditor, name: str) -> None:
    found = editor.findChild(QPushButton, name)
    assert isinstance(found, QPushButton) and found.isEnabled(), name
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def first_item(editor: LinkEditor) -> EvidenceLink | None:
    assert editor.place is not None
    return editor.place.link


def test_a_click_on_a_page_links_it_and_a_second_takes_it_off(editor: LinkEditor) -> None:
    press(editor, "unlink")
    assert first_item(editor) is None and editor.place is not None and editor.place.missing
    view = editor.papers.view
    at = QPoint(view.viewport().width() // 2, 60)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    link = first_item(editor)
    assert link is not None and (link.document, link.first, link.last) == (editor.papers.document_code, 1, 1)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert first_item(editor) is None


def test_a_click_is_on_the_page_under_it(editor: LinkEditor, qtbot: QtBot) -> None:
    bar = editor.papers.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    high = editor.papers.view.viewport().height()
    assert editor.papers.page_at(high - 40) == editor.papers.document.pageCount() - 1
    bar.setValue(0)
    assert editor.papers.page_at(30) == 0


def test_by_keyboard_alone(editor: LinkEditor, qtbot: QtBot) -> None:
    press(editor, "unlink")
    editor.papers.go(1)
    editor.papers.view.setFocus()
    QTest.keyClick(editor.papers.view, Qt.Key.Key_Space)
    link = first_item(editor)
    assert link is not None and link.first == link.last == 2
    editor.papers.go(2)
    QTest.keyClick(editor.papers.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    grown = first_item(editor)
    assert grown is not None and (grown.first, grown.last) == (2, 3)
    assert nameless(editor) == [] and unreachable(editor) == []


def test_a_suggestion_is_taken_with_enter_and_search_finds_pages(editor: LinkEditor, desk: Desk, qtbot: QtBot) -> None:
    offers = editor.findChild(QTableView, "offers")
    find = editor.findChild(QLineEdit, "find-in-bid")
    assert isinstance(offers, QTableView) and isinstance(find, QLineEdit)
    press(editor, "unlink")
    assert offers.model().rowCount() > 0, "a licence is on a page of this bid"
    offers.selectRow(0)
    press(editor, "take-offer")
    assert first_item(editor) is not None
    press(editor, "unlink")
    find.setText("营业执照")
    QTest.keyClick(find, Qt.Key.Key_Return)
    settle(editor, desk, qtbot)
    qtbot.waitUntil(lambda: offers.currentIndex().row() == 0)
    QTest.keyClick(offers, Qt.Key.Key_Return)
    link = first_item(editor)
    assert link is not None and link.document in {one.code for one in editor._sheet.forms.documents}
    find.setText("这几个字哪里也没有")
    QTest.keyClick(find, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: offers.model().rowCount() == 0)


def test_a_reason_lets_sealing_go_on_and_pages_make_it_needless(editor: LinkEditor, sheet: Sheet) -> None:
    press(editor, "unlink")
    where = [found.where for found in sheet.findings() if found.code == "evidence-missing" and found.blocking]
    assert len(where) == 1 and "缺 1" in coverage_words(coverage(sheet.tender, sheet.lot, sheet.forms))
    press(editor, "excuse")
    question = editor.window().findChild(Question)
    assert isinstance(question, Question) and not question.act.isEnabled()
    question.typed.setText("证照由登记机关在线核验")
    question.act.click()
    codes = {found.code: found for found in sheet.findings()}
    assert "evidence-missing" not in codes and not codes["evidence-excused"].blocking
    assert codes["evidence-excused"].facts["reason"] == "证照由登记机关在线核验"
    press(editor, "link-page")
    assert sheet.forms.unlinked is None and first_item(editor) is not None


def test_the_preview_shows_the_pages_and_the_points_of_the_engine(
    editor: LinkEditor, sheet: Sheet, desk: Desk, qtbot: QtBot
) -> None:
    lines = {line.item: line for line in seen_lines(sheet)}
    settled = [leaf for leaf in sheet.lot.scheme.leaves if leaf.settled_by == "claims"]
    assert settled
    for leaf in settled:
        points = claimed_points(sheet.lot, leaf, sheet.forms)
        assert points is not None and lines[leaf.code].points.startswith(f"{points.normalize():f} / ")
    press(editor, "preview-bid")
    dialog = editor.window().findChild(PreviewDialog)
    assert isinstance(dialog, PreviewDialog)
    qtbot.waitUntil(lambda: dialog.papers.document.pageCount() > 0, timeout=20_000)
    assert nameless(dialog) == [] and unreachable(dialog) == []
    dialog.close()


@pytest.mark.parametrize(
    ("held", "page", "then"),
    [
        (None, 4, (4, 4)),
        ((3, 5), 7, (3, 7)),
        ((3, 5), 1, (1, 5)),
        ((3, 5), 3, (4, 5)),
        ((3, 5), 5, (3, 4)),
        ((3, 6), 4, (3, 4)),
        ((3, 3), 3, None),
    ],
)
def test_what_a_click_makes_of_a_range(held: tuple[int, int] | None, page: int, then: tuple[int, int] | None) -> None:
    link = None
    if held is not None:
        link = EvidenceLink(slot="s", item="i", document="d", first=held[0], last=held[1])
    assert widened(link, "d", page) == then
    if link is not None:
        assert widened(link, "other", page) == (page, page)
