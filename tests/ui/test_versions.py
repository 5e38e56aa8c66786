"""A draft in the prepare page: steps back and forth by key, versions by window, nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from tests.client.journey import LOT, TENDER, Journey
from tests.ui.walker import clipped, nameless, unreachable
from tests.world import World
from ui.bridge import Bridge
from ui.context import Context
from ui.i18n import use_language
from ui.theme.style import apply
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.prepare.versions import VersionsDialog


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    world = World.create(tmp_path_factory.mktemp("versions"))
    found = Journey(world)
    found.plan()
    found.publish()
    found.draft("A", "900000")
    yield found
    found.close()
    world.close()


@dataclass
class Page:
    desk: Desk
    sheet: Sheet
    pane: PreparePane
    qtbot: QtBot

    def field(self, name: str) -> QLineEdit:
        found = [one for one in self.pane.findChildren(QLineEdit, name) if one.isVisible()]
        assert len(found) == 1
        return found[0]

    def press(self, text: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier) -> None:
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, text, modifier)
        QApplication.processEvents()

    def settled(self) -> None:
        self.pane.save()
        self.qtbot.waitUntil(lambda: not self.desk.place.lanes.running(), timeout=20_000)
        QApplication.processEvents()

    def validity(self) -> int:
        return self.sheet.forms.validity_days


@pytest.fixture
def page(journey: Journey, dressed: QApplication, qtbot: QtBot) -> Iterator[Page]:
    desk = journey.suppliers["A"]
    bridge = Bridge()
    tender = desk.published.current(TENDER).tender
    sheet = Sheet(tender, tender.lot(LOT), desk.bidding.drafts.begin(TENDER, LOT).forms)
    window = QWidget()
    window.resize(1366, 700)
    qtbot.addWidget(window)
    pane = PreparePane(Context(desk, bridge), sheet)
    pane.setParent(window)
    pane.resize(1366, 700)
    pane.show_section("opening")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    made = Page(desk, sheet, pane, qtbot)
    yield made
    made.settled()
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=20_000)
    bridge.close()


def _type(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_keys_take_steps_of_the_draft_back_and_forth(page: Page) -> None:
    before = page.validity()
    _type(page.field("field-validity"), "101")
    page.settled()
    _type(page.field("field-validity"), "123")
    assert page.validity() == 123
    page.press("z")
    assert page.validity() == 101 and page.field("field-validity").text() == "101"
    page.press("z")
    assert page.validity() == before
    page.press("z", CTRL_SHIFT)
    page.press("z", CTRL_SHIFT)
    assert page.validity() == 123 and page.field("field-validity").text() == "123"
    assert page.field("field-validity").hasFocus()
    page.press("z")
    _type(page.field("field-validity"), "140")
    page.press("y")
    assert page.validity() == 140, "typing ends what could be done again"
    page.settled()
    assert page.desk.bidding.drafts.open(TENDER, LOT).forms.validity_days == 140


def test_undo_goes_over_sections(page: Page) -> None:
    page.pane.show_section("answers")
    box = page.pane.findChild(QComboBox, "answer-q1")
    assert box is not None
    chosen, answers = box.currentIndex(), page.sheet.forms.answers
    box.setCurrentIndex(0)
    page.settled()
    assert page.sheet.forms.answers != answers
    page.pane.show_section("opening")
    QTest.mouseClick(page.pane.findChild(QPushButton, "undo"), Qt.MouseButton.LeftButton)
    assert {one.item for one in page.sheet.forms.answers} == {one.item for one in answers}
    page.pane.show_section("answers")
    again = page.pane.findChild(QComboBox, "answer-q1")
    assert again is not None and again.currentIndex() == chosen


def test_undo_after_the_links_were_looked_at(page: Page) -> None:
    """Editors that were let go hear of nothing any more."""
    before = page.validity()
    page.pane.show_section("links")
    page.pane.show_section("opening")
    for days in ("106", "107"):
        _type(page.field("field-validity"), days)
        page.settled()
    for left in ("106", str(before)):
        page.press("z")
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert page.field("field-validity").text() == left


def _dialog(page: Page) -> VersionsDialog:
    QTest.mouseClick(page.pane.findChild(QPushButton, "versions"), Qt.MouseButton.LeftButton)
    found = page.pane.window().findChildren(VersionsDialog)[-1]
    page.qtbot.waitUntil(lambda: found.table.rows_model.rowCount() > 0)
    return found


def test_a_version_is_named_and_restored_as_a_new_one(page: Page) -> None:
    _type(page.field("field-validity"), "111")
    page.settled()
    kept = page.sheet.forms
    dialog = _dialog(page)
    _type(dialog.findChild(QLineEdit, "version-name"), "for review")
    QTest.mouseClick(dialog.findChild(QPushButton, "name-version"), Qt.MouseButton.LeftButton)
    page.qtbot.waitUntil(lambda: dialog.table.rows_model.rows[0].name == "for review")
    named = dialog.table.rows_model.rows[0]
    assert named.machine == page.desk.place.machine(named.saved, named.saved).host
    dialog.accept()
    _type(page.field("field-validity"), "222")
    page.settled()
    lost = page.sheet.forms
    dialog = _dialog(page)
    first = dialog.table.rows_model.rows[0]
    assert (first.changes.added, first.changes.changed, first.changes.removed) == (0, 1, 0)
    restore = dialog.findChild(QPushButton, "restore-version")
    assert restore is not None and not restore.isEnabled()
    dialog.table.selectRow([one.version for one in dialog.table.rows_model.rows].index(named.version))
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    page.qtbot.waitUntil(lambda: page.validity() == 111)
    page.settled()
    assert page.sheet.forms.model_copy(update={"machines": ()}) == kept.model_copy(update={"machines": ()})
    assert page.field("field-validity").text() == "111"
    newest, second = page.desk.bidding.drafts.versions(TENDER, LOT)[:2]
    assert (newest.version, newest.origin) == (first.version + 1, f"restored:{named.version}")
    assert second.version == first.version
    page.press("z") if QApplication.focusWidget() else page.sheet.undo()
    assert page.sheet.forms.validity_days == lost.validity_days


def test_saving_what_says_nothing_new_makes_no_version(page: Page) -> None:
    page.settled()
    before = page.desk.bidding.drafts.open(TENDER, LOT).version
    page.settled()
    page.settled()
    assert page.desk.bidding.drafts.open(TENDER, LOT).version == before


@pytest.mark.parametrize(("language", "letters"), [("zh", 1.0), ("en", 1.5)])
def test_the_window_is_whole(page: Page, dressed: QApplication, language: str, letters: float) -> None:
    use_language(dressed, language)
    apply(dressed, "dark" if language == "en" else "light", letters)
    dialog = VersionsDialog(page.pane.window(), Context(page.desk, Bridge()), page.sheet, lambda _forms: None)
    dialog.show()
    dialog.grab()
    page.qtbot.waitUntil(lambda: not page.desk.place.lanes.running())
    QApplication.processEvents()
    assert [*nameless(dialog), *unreachable(dialog), *clipped(dialog)] == []
    dialog.close()
