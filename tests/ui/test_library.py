"""资料库 by hand: evidence added, dated, found, removed and put back; chosen for a slot of a bid, judged on the opening's day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.moment import shanghai_date
from tests.client.journey import pdf
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.theme.style import apply
from ui.workspaces.supplier.library import LibraryDialog, LibraryPage
from ui.workspaces.supplier.library_entry import EntryDialog
from ui.workspaces.supplier.prepare.evidence import LIBRARY, EvidenceRow
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet


@pytest.fixture
def desk(played: Played, tmp_path: Path) -> Iterator[Desk]:
    with desk_at_the_end(played, "supplier-a", tmp_path) as found:
        yield found


@pytest.fixture
def context(desk: Desk) -> Iterator[Context]:
    bridge = Bridge()
    yield Context(desk, bridge)
    bridge.close()


def _settle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=20_000)
    for _ in range(3):
        QApplication.processEvents()


def _press(under: QWidget, name: str) -> None:
    found = under.findChild(QPushButton, name)
    assert found is not None and found.isEnabled(), name
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def _shown_dialog(page: QWidget, qtbot: QtBot) -> EntryDialog:
    def shown() -> list[EntryDialog]:
        return [one for one in page.findChildren(EntryDialog) if one.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()), timeout=20_000)
    return shown()[-1]


def _fill(dialog: EntryDialog, **values: str) -> None:
    for name, text in values.items():
        field = dialog.findChild(QLineEdit, f"field-{name}")
        assert field is not None
        field.setText(text)
        field.textEdited.emit(text)


def test_evidence_is_added_dated_removed_and_put_back(
    desk: Desk, context: Context, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    page = LibraryPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.adding.add(pdf(tmp_path / "licence.pdf"))
    dialog = _shown_dialog(page, qtbot)
    over = (shanghai_date(desk.now()) - timedelta(days=1)).isoformat()
    _fill(dialog, title="", expires=over)
    _press(dialog, "act")
    _settle(desk, qtbot)
    assert not desk.bidding.library.all().entries, "without a title it is not kept, and the window says so"
    _fill(dialog, title="安全生产许可证", number="JZ-1")
    _press(dialog, "act")
    qtbot.waitUntil(lambda: len(page.table.rows_model.rows) == 1, timeout=20_000)
    ends = page.findChild(QComboBox, "library-ends")
    assert ends is not None
    ends.setCurrentIndex(ends.findData("holds"))
    assert not page.table.rows_model.rows
    ends.setCurrentIndex(ends.findData("over"))
    assert [one.title for one in page.table.rows_model.rows] == ["安全生产许可证"]

    entry = page.table.rows_model.rows[0]
    page.bring_version(entry.id, pdf(tmp_path / "newer.pdf", 3))
    dialog = _shown_dialog(page, qtbot)
    _fill(dialog, expires="2035-01-01")
    _press(dialog, "act")
    _settle(desk, qtbot)
    assert not page.table.rows_model.rows, "it holds now: the filter for what has run out shows it no more"
    ends.setCurrentIndex(0)
    _press(page, "remove")
    _settle(desk, qtbot)
    assert not desk.bidding.library.all().entries
    _press(page, "undo-remove")
    _settle(desk, qtbot)
    back = desk.bidding.library.all().entries[0]
    assert [one.pages for one in back.files] == [2, 3] and list(page.table.rows_model.rows) == [back]


def test_a_slot_takes_its_document_from_the_library(
    desk: Desk, context: Context, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    library, (key, lot) = desk.bidding.library, desk.bidding.drafts.all()[0]
    tender = desk.published.current(key).tender
    sheet = Sheet(tender, tender.lot(lot), desk.bidding.drafts.begin(key, lot).forms)
    sheet.advice = lambda forms: library.findings(key, forms)
    early = (shanghai_date(library.deadline(key)) - timedelta(days=1)).isoformat()
    entry = library.add(library.take(pdf(tmp_path / "x.pdf", 4)), "certificate", "检测报告", expires=early)
    window = QWidget()
    window.resize(1366, 700)
    qtbot.addWidget(window)
    pane = PreparePane(context, sheet)
    pane.setParent(window)
    pane.show_section("answers")
    window.show()
    chosen = pane.findChildren(EvidenceRow)[0].findChild(QComboBox)
    assert chosen is not None
    chosen.setCurrentIndex(chosen.findData(LIBRARY))
    dialog = window.findChildren(LibraryDialog)[-1]
    assert chosen.currentData() != LIBRARY, "the slot goes on saying what stands"
    assert dialog.table.row() == entry
    _press(dialog, "act")
    _settle(desk, qtbot)
    document = next(one for one in sheet.forms.documents if one.title == "检测报告")
    link = next(one for one in sheet.forms.evidence if one.document == document.code)
    assert (link.first, link.last) == (1, 4) and chosen.currentData() == document.code
    assert "evidence-expired" in {one.code for one in sheet.findings()}
    _settle(desk, qtbot)
    pane.save()
    _settle(desk, qtbot)
    assert desk.bidding.drafts.open(key, lot).forms.document(document.code) is not None


@pytest.mark.parametrize(("language", "letters"), [("zh", 1.0), ("en", 1.5)])
def test_the_windows_are_whole(
    desk: Desk, context: Context, dressed: QApplication, qtbot: QtBot, tmp_path: Path, language: str, letters: float
) -> None:
    use_language(dressed, language)
    apply(dressed, "dark" if language == "en" else "light", letters)
    library = desk.bidding.library
    taken = library.take(pdf(tmp_path / "y.pdf"))
    entry = library.add(
        taken, "performance", "山西某某大学考务平台项目合同", holder="山西某某大学", expires="2020-01-01"
    )
    under = QWidget()
    under.resize(1366, 700)
    qtbot.addWidget(under)
    page = LibraryPage(context)
    qtbot.addWidget(page)
    page.resize(1250, 640)
    key = desk.bidding.drafts.all()[0][0]
    made = (
        page,
        EntryDialog(under, context, "新资料", None, taken),
        EntryDialog(under, context, entry.title, entry, taken),
        LibraryDialog(under, context, key, "合同", lambda _entry: None),
    )
    for one in made:
        one.show()
        one.grab()
        QApplication.processEvents()
        assert [*nameless(one), *unreachable(one), *clipped(one)] == []
        one.close()
