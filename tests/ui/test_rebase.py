"""A draft on a corrected tender: each place is listed and opened, and one press makes the draft answer the new version."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.demo.tender_data import load_tender
from procurement.bidding.draft import ParameterResponse
from tests.ui.test_prepare import _empty
from tests.ui.walker import nameless, unreachable
from ui.kit.choice import Choice
from ui.workspaces.supplier.prepare.sheet import Sheet
from ui.workspaces.supplier.rebase import RebaseBoard

TV = "e" * 64


def test_places_are_listed_opened_and_the_draft_follows(dressed: QApplication, qtbot: QtBot) -> None:
    old = load_tender("tanghe")
    lot = old.lots[0]
    first, *others = lot.parameters
    changed = lot.model_copy(update={"parameters": (first.model_copy(update={"text": "改了"}), *others[:-1])})
    new = old.model_copy(update={"lots": (changed, *old.lots[1:])})
    gone = others[-1].code
    given = tuple(ParameterResponse(parameter=one.code, deviation="none", offer="有") for one in lot.parameters)
    sheet = Sheet(new, changed, _empty(lot).model_copy(update={"responses": given}))
    opened: list[str] = []
    kept: list[str] = []
    board = RebaseBoard(opened.append, lambda: kept.append(sheet.forms.tender))
    qtbot.addWidget(board)
    board.resize(900, 120)
    board.show_draft(sheet, old, TV, 2)
    places = board.findChild(Choice, "redo-places")
    assert isinstance(places, Choice)
    words = [places.itemText(at) for at in range(places.count())]
    assert len(words) == 2 and first.title in words[0] and others[-1].title in words[1]
    assert words[0].startswith("已改") and words[1].startswith("不再要求")
    assert nameless(board) == [] and unreachable(board) == []
    _press(board, "redo-open")
    assert opened == ["responses"]
    _press(board, "redo-done")
    assert kept == [TV] and not board.isVisible()
    assert {one.parameter for one in sheet.forms.responses} == {one.code for one in lot.parameters} - {gone}


def _press(board: RebaseBoard, name: str) -> None:
    found = board.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
