"""Files on their way into the bid: limits said before, one after another, stoppable."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from procurement.bidding.draft import BidDocument
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from tests.ui.walker import nameless
from ui.workspaces.supplier.prepare.adding import Adding
from ui.workspaces.supplier.prepare.papers import DocumentsEditor
from ui.workspaces.supplier.prepare.sheet import Sheet


def test_one_after_another_and_stopped(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    adding = Adding()
    qtbot.addWidget(adding)
    begun: list[str] = []
    stopped: list[bool] = []
    adding.begin.connect(lambda path: begun.append(path.name))
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        (tmp_path / name).write_bytes(b"x" * 1500)
        adding.add(tmp_path / name)
    assert begun == ["a.pdf"] and adding.isVisible() and nameless(adding) == []
    adding.ended()
    assert begun == ["a.pdf", "b.pdf"]
    adding.may_stop(lambda: stopped.append(True))
    QTest.mouseClick(adding.stop, Qt.MouseButton.LeftButton)
    assert stopped == [True]
    adding.ended()
    assert begun == ["a.pdf", "b.pdf"] and not adding.isVisible(), "what waited is not begun after a stop"


def test_the_limits_stand_there_before_anything_is_added(dressed: QApplication, qtbot: QtBot) -> None:
    made = lot()
    sheet = Sheet(tender(made), made, bid(1, "5"))
    editor = DocumentsEditor(sheet, lambda _p: None, lambda _d: None, lambda _d: None, lambda: None)
    qtbot.addWidget(editor)
    editor.resize(900, 500)
    editor.show()
    words = "\n".join(one.text() for one in editor.findChildren(QLabel))
    assert "524.3 MB" in words and "2.15 GB" in words and "图片自动转为 PDF" in words
    held = sum(one.size for one in sheet.forms.documents)
    more = BidDocument(code="z", title="z", path="documents/z.pdf", size=2_000_000 - held, sha256="0" * 64, pages=1)
    sheet.add_document(more)
    editor.show_sheet()
    assert any("2.0 MB / 2.15 GB" in one.text() for one in editor.findChildren(QLabel))
