"""What a supplier may keep: a tender's documents one by one or as the signed package, and official papers; names fit every system."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from bench.desk_world import AT, PUBLIC, DeskWorld
from client.demo.tender_data import load_tender
from client.desk import Desk
from crypto.signing import sign_statement
from procurement.basics.statement import read_statement
from procurement.tendering.package import PackageFile, TenderPackage
from tests.ui.walker import nameless
from ui.boards.copies import LONGEST, Paper, file_name
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Notice
from ui.workspaces.supplier.documents import DocumentsPane

TENDER = load_tender("tanghe")
SHEET = b"PK\x03\x04 a price list"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that knows a tender with one document that is no PDF."""
    world = DeskWorld.create(tmp_path)
    with world.desk() as found:
        item = world.package(TENDER, TENDER.id, 1)
        package = read_statement(item.signed.statement)
        assert isinstance(package, TenderPackage)
        digest = sha256(SHEET).hexdigest()
        file = PackageFile(
            path="documents/list.xlsx", title="工程量清单：A/B", media="application/octet-stream",
            size=len(SHEET), sha256=digest,
        )  # fmt: skip
        signed = sign_statement(package.model_copy(update={"files": (file,)}), world.agency.token)
        found.place.keep_bytes(TENDER.to_bytes())
        found.place.keep_bytes(SHEET)
        found.place.mirror.take(PUBLIC, [item.model_copy(update={"signed": signed, "id": signed.id, "t_recv": AT})], 1)
        yield found


def test_names_fit_every_system() -> None:
    assert file_name("工程量清单：A/B", ".xlsx") == "工程量清单：A_B.xlsx"
    assert file_name(' a\\b*c?"<>|\n. ', ".pdf") == "a_b_c______.pdf"
    assert file_name("..") == "_" and len(file_name("字" * 500)) == LONGEST


def test_documents_are_kept_one_by_one_and_all_with_their_signature(
    desk: Desk, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    bridge = Bridge()
    pane = DocumentsPane(Context(desk, bridge))
    qtbot.addWidget(pane)
    tender = desk.tenders.tender(TENDER.id)
    assert tender is not None
    pane.show_story(desk.story(tender, TENDER.lots[0].code))
    pane.show()
    assert nameless(pane) == []
    one = tmp_path / "kept.xlsx"
    _press(pane, "save-file")
    dialog = pane.findChild(QFileDialog)
    assert dialog is not None and "工程量清单：A_B" in dialog.selectedFiles()[0]
    dialog.fileSelected.emit(str(one))
    dialog.close()
    qtbot.waitUntil(lambda: pane.findChild(Notice) is not None)
    assert one.read_bytes() == SHEET
    pane.save_all(tmp_path)
    kept = tmp_path / file_name(f"{tender.title} 第 1 版")
    qtbot.waitUntil(lambda: len(pane.findChildren(Notice)) == 2)
    assert (kept / "documents" / "list.xlsx").read_bytes() == SHEET
    assert (kept / "manifest.json").read_bytes() == tender.act.item.signed.statement
    assert {"manifest.sig", "tender.json"} <= {path.name for path in kept.iterdir()}
    bridge.close()


def test_a_paper_shows_itself_when_there_is_one(
    desk: Desk, dressed: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    bridge = Bridge()
    paper = Paper(Context(desk, bridge), "开标记录", "record")
    qtbot.addWidget(paper)
    paper.show_paper("")
    assert paper.isHidden()
    paper.show_paper(sha256(SHEET).hexdigest())
    assert not paper.isHidden() and nameless(paper) == []
    _press(paper, "keep-record")
    dialog = paper.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "record.pdf"))
    dialog.close()
    qtbot.waitUntil(lambda: (tmp_path / "record.pdf").exists())
    qtbot.waitUntil(lambda: paper.findChild(Notice) is not None)
    bridge.close()


def _press(parent: DocumentsPane | Paper, name: str) -> None:
    found = parent.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    found.click()
