"""What is written and not yet sent is there again after a kill; gone once it is given up; never left in clear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from client.demo.tender_data import load_tender
from client.desk import Desk
from client.workflows.unsent import Unsent
from tests.client.journey import pdf
from tests.ui.hands import click, opened, press
from tests.ui.reopening import reopening
from tests.ui.walker import nameless, settle
from ui.boards import unsent
from ui.boards.unsent import Writing
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.forms import FieldSpec, Form
from ui.kit.page import Page
from ui.workspaces.supplier.ask import UNSENT, AskPage
from ui.workspaces.supplier.challenge import LetterForm

TENDER = load_tender("tanghe")
LONG = "第三章要求十日内交货，而附件二写三十日。\n以哪一处为准？"
Again = Callable[[], Desk]


@pytest.fixture
def again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Again]:
    """Opens the store as after a kill: anew, with what is on the disk."""
    for name in ("KEEP_AFTER_MS", "KEEP_AT_LATEST_MS"):
        monkeypatch.setattr(unsent, name, 40)
    with reopening(tmp_path, TENDER) as made:
        yield made


def _area(page: Page, name: str) -> QPlainTextEdit:
    found: QPlainTextEdit = page.findChildren(QPlainTextEdit, f"field-{name}")[-1]
    return found


def _asks(page: Page) -> bool:
    """Whether the page says that a question is not finished."""
    return bool([one for one in page.findChildren(QPushButton, "drop-question") if one.isVisibleTo(page)])


def test_a_question(again: Again, tmp_path: Path, dressed: QApplication, qtbot: QtBot, bridge: Bridge) -> None:
    desk = again()
    page = opened(qtbot, AskPage(Context(desk, bridge)))
    assert not _asks(page)
    click(page, "write-question")
    _area(page, "question").insertPlainText(LONG)
    qtbot.waitUntil(lambda: bool(desk.unsent.read(UNSENT)), timeout=20_000)
    settle(qtbot, desk)
    desk = again()
    marked = [one for one in tmp_path.rglob("*") if one.is_file() and "附件二".encode() in one.read_bytes()]
    assert marked == [], "encrypted at rest"
    page = opened(qtbot, AskPage(Context(desk, bridge)))
    assert _asks(page) and nameless(page) == []
    click(page, "write-question")
    assert _area(page, "question").toPlainText() == LONG
    QTest.keyClicks(_area(page, "question"), "?")
    page.leave()
    settle(qtbot, desk)
    assert desk.unsent.read(UNSENT)["question"] in (LONG + "?", "?" + LONG), "leaving the page keeps it at once"
    page = opened(qtbot, AskPage(Context(desk, bridge)))
    press(qtbot, page, "drop-question")
    settle(qtbot, desk)
    assert desk.unsent.read(UNSENT) == {} and not _asks(page)
    click(page, "write-question")
    assert _area(page, "question").toPlainText() == ""
    click(page, "put-aside")
    assert not _asks(page), "nothing was written"


def test_a_letter_in_several_matters(
    again: Again, tmp_path: Path, dressed: QApplication, qtbot: QtBot, bridge: Bridge
) -> None:
    desk = again()
    first = LetterForm()
    qtbot.addWidget(first)
    page = opened(qtbot, Page())
    writing = Writing(page, Context(desk, bridge), page, first.written)
    first.changed.connect(writing.changed)
    assert writing.begin("challenge") == {}
    first.add_matter()
    first.authorise(pdf(tmp_path / "authority.pdf"))
    for at, text in enumerate(("开标记录有误", "没有答复询问")):
        first.findChildren(QPlainTextEdit, "field-matter")[at].insertPlainText(text)
    qtbot.waitUntil(lambda: "2/matter" in desk.unsent.read("challenge"), timeout=20_000)
    settle(qtbot, desk)
    written = again().unsent.read("challenge")
    assert written == {"1/matter": "开标记录有误", "2/matter": "没有答复询问", "files": "yes"}
    second = LetterForm()
    qtbot.addWidget(second)
    second.restore(written)
    assert [one.toPlainText() for one in second.findChildren(QPlainTextEdit, "field-matter")] == [
        "开标记录有误", "没有答复询问",
    ]  # fmt: skip
    assert second.authorisation is None and not second.complete()


def test_each_thing_by_itself(again: Again, dressed: QApplication, qtbot: QtBot, bridge: Bridge) -> None:
    desk = again()
    page = opened(qtbot, Page())
    form = Form((FieldSpec("response", "响应", "long"), FieldSpec("phone", "电话")))
    qtbot.addWidget(form)
    writing = Writing(page, Context(desk, bridge), page, form.values)
    writing.follow(form)
    assert writing.begin("first") == {}
    form.fields["phone"].control.setFocus()
    QTest.keyClicks(form.findChildren(QLineEdit)[0], "0351")
    assert writing.begin("second") == {}, "what was typed before belongs to the first"
    settle(qtbot, desk)
    assert desk.unsent.read("first") == {"phone": "0351"} and desk.unsent.read("second") == {}
    assert writing.begin("first") == {"phone": "0351"}
    writing.drop()
    settle(qtbot, desk)
    assert Unsent(desk.place).read("first") == {}
    assert desk.place.drafts.keys("unsent") == (), "it is no draft"
