"""Files on their way into the bid: limits said before, one after another, stoppable."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from procurement.basics.problems import Refused
from procurement.bidding.draft import BidDocument
from tests.procurement.evaluation.examples import bid
from tests.procurement.tendering.examples import lot, tender
from tests.ui.walker import nameless
from ui.kit.dialogs import Notice
from ui.kit.files import DropZone
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


def test_all_refused_files_of_a_drop_are_told_at_once(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    window = QWidget()
    adding = Adding()
    column_ = QVBoxLayout(window)
    column_.addWidget(adding)
    qtbot.addWidget(window)
    window.show()
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        adding.add(tmp_path / name)
    adding.refuse("a.pdf", Refused("pdf-locked", "x", file="a.pdf"))
    assert not window.findChildren(Notice), "the others have their turn first"
    adding.ended()
    adding.refuse("c.pdf", Refused("pdf-unreadable", "x", file="c.pdf"))
    (notice,) = window.findChildren(Notice)
    said = "\n".join(one.text() for one in notice.findChildren(QLabel))
    assert (
        "2 个文件没有添加" in said and "a.pdf：PDF 设了密码。取消密码后再添加。" in said and "c.pdf：PDF 打不开" in said
    )
    notice.accept()
    qtbot.waitUntil(lambda: not window.findChildren(Notice))
    adding.add(tmp_path / "d.pdf")
    adding.refuse("d.pdf", Refused("pdf-locked", "x", file="d.pdf"))
    (notice,) = window.findChildren(Notice)
    assert any(one.text().startswith("d.pdf\n") for one in notice.findChildren(QLabel)), "one alone is named, too"


def test_the_button_takes_several_files_where_a_drop_does(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    zone = DropZone("添加", many=True)
    qtbot.addWidget(zone)
    zone.show()
    given: list[str] = []
    zone.on_given(lambda path: given.append(path.name))
    for name in ("甲 1.pdf", "乙.pdf"):
        (tmp_path / name).write_bytes(b"x")
    QTest.mouseClick(zone.choose, Qt.MouseButton.LeftButton)
    dialog = zone.findChildren(QFileDialog)[0]
    dialog.setDirectory(str(tmp_path))
    line = dialog.findChildren(QLineEdit)[0]
    line.setText(f'"{tmp_path}/甲 1.pdf" "{tmp_path}/乙.pdf"')
    dialog.accept()
    assert given == ["甲 1.pdf", "乙.pdf"]
