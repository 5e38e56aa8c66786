"""Where seals go, by mouse and by keyboard, on a real document: what is chosen is what will be printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.bid_seals import SealPlaces
from crypto.seal_places import sheets_of
from crypto.stamp import round_seal
from documents.fonts import variable_font
from documents.papers import print_contract
from tests.documents.papers_data import CONTRACT
from tests.ui.walker import nameless, unreachable
from ui.boards.place_seals import STEP, SealPlacesDialog

NAME, CODE = "山西澄观智能科技有限公司", "91140000MA0SUPPL01"


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("paper") / "contract.pdf"
    print_contract(CONTRACT, path)
    return path


@pytest.fixture
def chosen() -> list[SealPlaces]:
    return []


@pytest.fixture
def dialog(dressed: QApplication, qtbot: QtBot, paper: Path, chosen: list[SealPlaces]) -> Iterator[SealPlacesDialog]:
    window = QWidget()
    window.resize(1366, 768)
    qtbot.addWidget(window)
    picture = round_seal(NAME, CODE, variable_font())
    made = SealPlacesDialog(window, "投标函", paper.read_bytes(), picture, "", chosen.append)
    made.show()
    qtbot.waitExposed(made)
    yield made


def act(dialog: SealPlacesDialog) -> QPushButton:
    found = dialog.findChild(QPushButton, "put-seals")
    assert isinstance(found, QPushButton)
    return found


def test_a_click_is_a_place_in_points_from_below(
    dialog: SealPlacesDialog, paper: Path, chosen: list[SealPlaces]
) -> None:
    page, sheet = dialog.page, sheets_of(paper)[1]
    assert not act(dialog).isEnabled(), "nothing is chosen yet"
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    spot = QPoint(page.width() // 4, page.height() * 3 // 4)
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(act(dialog), Qt.MouseButton.LeftButton)
    (places,) = chosen
    ((number, x, y),) = places.points
    assert number == 2 and abs(x - sheet.w / 4) < 1 and abs(y - sheet.h / 4) < 1


def test_a_second_click_takes_it_away(dialog: SealPlacesDialog) -> None:
    page = dialog.page
    for _ in range(2):
        QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert page.points == [] and not act(dialog).isEnabled()


def test_by_keyboard(dialog: SealPlacesDialog, paper: Path) -> None:
    page, sheet = dialog.page, sheets_of(paper)[0]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(page, key)
    ((number, x, y),) = page.points
    assert (number, round(x), round(y)) == (1, round(sheet.w / 2 + 2 * STEP), round(sheet.h / 2 - STEP))
    assert nameless(dialog) == [] and unreachable(dialog) == []
