"""The strip of pages beside a document: drawn as scrolled, bounded, gone to by mouse and keys."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.client.journey import pdf
from tests.ui.walker import nameless
from ui.kit.pdf import PdfPane
from ui.kit.taborder import in_reading_order
from ui.kit.thumbs import KEPT, PageModel
from ui.kit.viewer import Viewer

PAGES = 300


@pytest.fixture
def pane(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> PdfPane:
    made = PdfPane("图纸")
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.show_pdf("图纸", pdf(tmp_path / "long.pdf", PAGES).read_bytes())
    button = made.findChild(QPushButton, "show-strip")
    assert isinstance(button, QPushButton) and not made.strip.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert made.strip.isVisible() and nameless(made) == []
    return made


def test_only_what_is_in_view_is_drawn_and_not_more_is_kept(pane: PdfPane, qtbot: QtBot) -> None:
    strip, pages = pane.strip, pane.strip.pages
    assert pages.rowCount() == PAGES
    qtbot.waitUntil(lambda: 0 in pages.kept)
    strip.scrollToBottom()
    qtbot.waitUntil(lambda: PAGES - 1 in pages.kept)
    passed = set(range(30, PAGES - 30)) & set(pages.kept)
    assert not passed, "pages that were scrolled past are not drawn"
    bar = strip.verticalScrollBar()
    for at in range(0, bar.maximum(), strip.viewport().height()):
        bar.setValue(at)
        first = strip.indexAt(strip.viewport().rect().center()).row()
        qtbot.waitUntil(partial(_drawn, pages, first))
    assert len(pages.kept) <= KEPT


def _drawn(pages: PageModel, page: int) -> bool:
    return page in pages.kept


def test_a_page_is_gone_to_and_followed(pane: PdfPane, qtbot: QtBot) -> None:
    strip = pane.strip
    place = strip.visualRect(strip.pages.index(2)).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert pane.page == 2
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert pane.page == 3
    pane.go(120)
    assert strip.currentIndex().row() == 120 and strip.visualRect(strip.currentIndex()).intersects(
        strip.viewport().rect()
    )


def test_another_document_has_pages_of_its_own(pane: PdfPane, qtbot: QtBot, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: bool(pane.strip.pages.kept))
    pane.show_pdf("另一份", pdf(tmp_path / "short.pdf", 2).read_bytes())
    assert pane.strip.pages.rowCount() == 2
    qtbot.waitUntil(lambda: set(pane.strip.pages.kept) == {0, 1})


def test_tab_goes_from_the_tools_to_the_strip_to_the_document(
    dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.show()
    viewer = Viewer(window, "图纸")
    viewer.open()
    viewer.show_pdf("图纸", pdf(tmp_path / "one.pdf", 3).read_bytes())
    viewer.activateWindow()
    qtbot.waitUntil(viewer.isActiveWindow)
    button = viewer.findChild(QPushButton, "show-strip")
    assert button is not None
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    strip, order = viewer.pane.strip, list(in_reading_order(viewer))
    assert strip.hasFocus(), "who opens the strip goes on in it"
    assert order.index(button) < order.index(strip) < order.index(viewer.pane.view) < len(order) - 1
    QTest.keyClick(strip, Qt.Key.Key_Tab)
    assert viewer.pane.view.hasFocus()
    QTest.keyClick(viewer.pane.view, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert strip.hasFocus()
    viewer.accept()
