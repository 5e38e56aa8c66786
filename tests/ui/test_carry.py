"""A draft taken along and merged back in the windows: passphrase, progress, each item with both values, one choice each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.bidding.merge import Side
from tests.played import Played
from tests.ui.conftest import desk_at_the_end
from tests.ui.walker import clipped, nameless, unreachable
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.kit.dialogs import Notice
from ui.theme.style import apply
from ui.workspaces.supplier.prepare.carry import OpenDialog, TakeDialog
from ui.workspaces.supplier.prepare.merge import MergeDialog
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet

D = TypeVar("D", bound=QDialog)
WORDS = "making a bid together 2026"


@pytest.fixture(scope="module")
def desks(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    """One company's draft on two computers, as the demo left it."""
    folder = tmp_path_factory.mktemp("carry")
    with (
        desk_at_the_end(played, "supplier-a", folder / "one") as mine,
        desk_at_the_end(played, "supplier-a", folder / "two") as theirs,
    ):
        yield mine, theirs


@dataclass
class Page:
    desk: Desk
    sheet: Sheet
    pane: PreparePane
    qtbot: QtBot

    def press(self, name: str, under: QWidget | None = None) -> None:
        found = (under or self.pane).findChild(QPushButton, name)
        assert found is not None and found.isEnabled(), name
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)

    def dialog(self, kind: type[D]) -> D:
        self.qtbot.waitUntil(lambda: bool(self.pane.window().findChildren(kind)), timeout=20_000)
        return self.pane.window().findChildren(kind)[-1]

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: not self.desk.place.lanes.running(), timeout=20_000)
        QApplication.processEvents()


@pytest.fixture
def page(desks: tuple[Desk, Desk], dressed: QApplication, qtbot: QtBot) -> Iterator[Page]:
    desk = desks[0]
    key, lot = desk.bidding.drafts.all()[0]
    tender = desk.published.current(key).tender
    sheet = Sheet(tender, tender.lot(lot), desk.bidding.drafts.begin(key, lot).forms)
    window, bridge = QWidget(), Bridge()
    window.resize(1366, 700)
    qtbot.addWidget(window)
    pane = PreparePane(Context(desk, bridge), sheet)
    pane.setParent(window)
    pane.resize(1366, 700)
    pane.show_section("opening")
    window.show()
    made = Page(desk, sheet, pane, qtbot)
    yield made
    made.settled()
    bridge.close()


def _type(dialog: QDialog, name: str, text: str) -> None:
    field = dialog.findChild(QLineEdit, f"field-{name}")
    assert field is not None
    field.clear()
    QTest.keyClicks(field, text)


def _bundle(desks: tuple[Desk, Desk], page: Page, folder: Path, days: int) -> Path:
    """A colleague changes the validity and the first row of the price table, and brings the draft."""
    theirs, (key, lot) = desks[1], (page.sheet.tender.id, page.sheet.lot.code)
    draft = theirs.bidding.drafts.open(key, lot)
    people = tuple(one.model_copy(update={"phone": f"0351-{days}"}) for one in draft.forms.people)
    theirs.bidding.drafts.save(key, draft.forms.model_copy(update={"validity_days": days, "people": people}))
    return theirs.bidding.carrying.write(key, lot, folder / "theirs.jcdraft", WORDS).path


def test_a_draft_is_taken_along(page: Page, tmp_path: Path) -> None:
    page.press("take")
    dialog = page.dialog(TakeDialog)
    _type(dialog, "passphrase", "short")
    page.press("act", dialog)
    assert not dialog.findChildren(QFileDialog), "a short passphrase is refused first"
    _type(dialog, "passphrase", WORDS)
    _type(dialog, "again", WORDS + "!")
    page.press("act", dialog)
    assert not dialog.findChildren(QFileDialog)
    _type(dialog, "again", WORDS)
    page.press("act", dialog)
    chooser = dialog.findChildren(QFileDialog)[-1]
    target = tmp_path / "out.jcdraft"
    chooser.fileSelected.emit(str(target))
    chooser.close()
    page.settled()
    page.qtbot.waitUntil(target.exists)
    assert target.read_bytes().startswith(b"JINCAID1")
    page.press("keep", dialog)
    newest = page.desk.bidding.drafts.versions(page.sheet.tender.id, page.sheet.lot.code)[0]
    assert newest.origin == "exported"


def test_a_bundle_is_merged_item_by_item(desks: tuple[Desk, Desk], page: Page, tmp_path: Path) -> None:
    days = page.sheet.forms.validity_days
    path = _bundle(desks, page, tmp_path, days + 11)
    page.sheet.put(validity_days=days + 5)
    page.pane.open_bundle(path)
    opening = page.dialog(OpenDialog)
    _type(opening, "passphrase", "not the passphrase")
    page.press("act", opening)
    page.settled()
    assert not page.pane.window().findChildren(Notice) and not page.pane.window().findChildren(MergeDialog)
    _type(opening, "passphrase", WORDS)
    page.press("act", opening)
    dialog = page.dialog(MergeDialog)
    lines = dialog.table.rows_model.rows
    assert [one.asked for one in lines].count(True) == 1 and lines[0].asked
    assert (lines[0].mine, lines[0].theirs, lines[0].base) == (str(days + 5), str(days + 11), str(days))
    assert not dialog.act.isEnabled(), "nothing is decided for the person"
    texts = [one.toPlainText() for one in dialog.findChildren(QPlainTextEdit)]
    assert sorted(texts) == sorted([str(days), str(days + 5), str(days + 11)])
    page.press("take-theirs", dialog)
    page.press("act", dialog)
    page.settled()
    page.qtbot.waitUntil(lambda: page.sheet.forms.validity_days == days + 11)
    assert all(one.phone == f"0351-{days + 11}" for one in page.sheet.forms.people)
    page.press("undo")
    assert page.sheet.forms.validity_days == days + 5, "a merge is one step that can be taken back"
    page.settled()
    origins = [one.origin for one in page.desk.bidding.drafts.versions(page.sheet.tender.id, page.sheet.lot.code)]
    assert {"merged", "theirs", "before-merge"} <= set(origins)


def test_another_file_is_told_by_name(page: Page, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jcdraft"
    wrong.write_bytes(b"%PDF-1.7 something else")
    page.pane.open_bundle(wrong)
    dialog = page.dialog(OpenDialog)
    _type(dialog, "passphrase", WORDS)
    page.press("act", dialog)
    page.settled()
    assert "草稿包" in page.dialog(Notice).windowTitle()
    for one in dialog.findChildren(Notice):
        one.accept()
    page.press("keep", dialog)


@pytest.mark.parametrize(("language", "letters"), [("zh", 1.0), ("en", 1.5)])
def test_the_windows_are_whole(
    desks: tuple[Desk, Desk], page: Page, dressed: QApplication, tmp_path: Path, language: str, letters: float
) -> None:
    use_language(dressed, language)
    apply(dressed, "dark" if language == "en" else "light", letters)
    path = _bundle(desks, page, tmp_path, page.sheet.forms.validity_days + 20)
    key, lot = page.sheet.tender.id, page.sheet.lot.code
    found = page.desk.bidding.carrying.read(key, lot, path, WORDS)
    under, context = page.pane.window(), Context(page.desk, Bridge())
    side: Side = "mine"
    merging = MergeDialog(under, context, page.sheet, found, lambda _forms: None)
    merging.choices.update({one.key: side for one in found.conflicts[:1]})
    for made in (
        TakeDialog(under, context, page.sheet),
        OpenDialog(under, context, page.sheet, path, lambda _forms: None),
        merging,
    ):
        made.show()
        made.grab()
        QApplication.processEvents()
        assert [*nameless(made), *unreachable(made), *clipped(made)] == []
        made.close()
