"""Two windows on one profile, the other one in a process of its own: the second is told, and nothing is overwritten."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.problems import Refused
from procurement.basics.roles import Role
from tests.client.journey import LOT, SUPPLIERS, TENDER
from tests.client.parties import PASSPHRASE, PIN, desk_of
from tests.journeys.snapshots import Snapshot
from tests.processes import ROOT
from tests.ui.walker import clipped, nameless, settle
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.dialogs import Notice, Question
from ui.shell.doorman import Doorman
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.seat import SeatBanner

PREPARE = Route("projects", TENDER, LOT, "prepare", "opening")


@pytest.fixture
def profile(published: Snapshot, tmp_path: Path) -> Path:
    name = f"{Role.SUPPLIER}-{SUPPLIERS['A'][2]}"
    shutil.copytree(published.world.folder / "profiles" / name, tmp_path / name)
    return tmp_path / name


class Other:
    """The other process: typed to through its input, heard through its output."""

    def __init__(self, profile: Path) -> None:
        command = [sys.executable, "-m", "tests.ui.other_window", str(profile), PASSPHRASE, PIN, TENDER, LOT]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen(command, cwd=ROOT, text=True, **pipes)
        self.hear("here")

    def hear(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == words:
                return
        raise AssertionError(f"it ended without saying {words}")

    def type(self, days: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{days}\n")
        self.process.stdin.flush()
        self.hear(f"kept {days}")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def other_window(profile: Path) -> Iterator[Other]:
    made = Other(profile)
    try:
        yield made
    finally:
        made.end()


@contextmanager
def a_window(desk: Desk, qtbot: QtBot) -> Iterator[Window]:
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(desk, bridge))
    window = Window(desk.now)
    qtbot.addWidget(window)
    window.resize(1366, 740)
    window.open_role(workspace.places, workspace.make_page, workspace.first)
    window.show()
    try:
        yield window
    finally:
        window.close()
        settle(qtbot, desk)
        bridge.close()


def _field(window: Window) -> QLineEdit:
    found = [one for one in window.findChildren(QLineEdit, "field-validity") if one.isVisible()]
    assert len(found) == 1
    return found[0]


def _press(window: Window, name: str) -> None:
    found = [one for one in window.findChildren(QPushButton, name) if one.isVisible()]
    assert len(found) == 1, name
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def test_the_second_window_looks_on_until_the_first_is_gone(profile: Path, dressed: QApplication, qtbot: QtBot) -> None:
    with other_window(profile) as other:
        other.type(101)
        desk = desk_of(profile)
        try:
            desk.accounts.unlock(PIN)
            with a_window(desk, qtbot) as window:
                told = Doorman(lambda: None)
                told.serve(desk.place.seat, window, lambda: None)
                question = window.findChild(Question, "seat-taken")
                assert question is not None and str(other.process.pid) in _words(question)
                assert clipped(question) == []
                question.keep.click()
                window.go(PREPARE)
                settle(qtbot, desk)
                banner = window.findChild(SeatBanner)
                assert banner is not None and banner.isVisible()
                field = _field(window)
                assert field.text() == "101" and field.isReadOnly()
                QTest.keyClicks(field, "777")
                assert field.text() == "101"
                assert [*clipped(window), *nameless(window)] == []
                _press(window, "sit-down")
                assert banner.isVisible() and _field(window).isReadOnly(), "the other one is still there"
                _press(window, "knock")
                other.hear("forward")
                other.type(102)
                other.process.send_signal(signal.SIGKILL)
                other.process.wait(60)
                _press(window, "sit-down")
                settle(qtbot, desk)
                assert not banner.isVisible()
                assert _field(window).text() == "102", "what the other one kept is read again"
                QTest.keyClicks(_selected(window), "103")
                window.go(Route("projects"))
                settle(qtbot, desk)
                assert desk.bidding.drafts.open(TENDER, LOT).forms.validity_days == 103
        finally:
            desk.close()


def _selected(window: Window) -> QLineEdit:
    field = _field(window)
    field.setFocus()
    field.selectAll()
    return field


def _words(question: Question) -> str:
    from PySide6.QtWidgets import QLabel

    return " ".join(one.text() for one in question.findChildren(QLabel))


def test_where_no_lock_holds_the_later_one_is_set_aside(profile: Path, dressed: QApplication, qtbot: QtBot) -> None:
    """Some network drives know no locks: then what is kept is based on what was read, and neither side is lost."""
    desk = desk_of(profile)
    try:
        desk.accounts.unlock(PIN)
        desk.bidding.drafts.take_notice()
        with a_window(desk, qtbot) as window:
            window.go(PREPARE)
            settle(qtbot, desk)
            QTest.keyClicks(_selected(window), "90")
            qtbot.waitUntil(lambda: desk.bidding.drafts.open(TENDER, LOT).forms.validity_days == 90)
            desk.place.seat.leave()  # as if there were no locks
            with other_window(profile) as other:
                other.type(201)
                with pytest.raises(Refused, match="draft-moved-on"):
                    desk.bidding.drafts.detach(TENDER, LOT, "licence")
                QTest.keyClicks(_selected(window), "202")
                qtbot.waitUntil(lambda: bool(window.findChildren(Notice)), timeout=20_000)
                settle(qtbot, desk)
                assert _field(window).text() == "201", "what stands is what the other one kept"
                window.findChildren(Notice)[-1].accept()
                versions = desk.bidding.drafts.versions(TENDER, LOT)
                aside = next(one for one in versions if one.origin == "aside")
                assert desk.bidding.drafts.version(TENDER, LOT, aside.version).validity_days == 202
                other.type(203)
                assert desk.bidding.drafts.open(TENDER, LOT).forms.validity_days == 203, (
                    "the other one goes on unhindered"
                )
    finally:
        desk.close()
