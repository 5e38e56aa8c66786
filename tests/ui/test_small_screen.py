"""A 1366×768 screen at 200 % scaling shows 683×384: windows and dialogs fit into it, and every control comes into view."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from procurement.basics.moment import SystemClock
from tests.processes import ROOT, run_whole
from tests.ui.walker import clipped, controls
from ui.kit.countdown import Countdown
from ui.kit.dialogs import Question, tell
from ui.kit.fitting import Fitting, Floor, fit_dialog
from ui.kit.page import Page
from ui.kit.text import label
from ui.settings import Settings
from ui.shell.navigation import Route
from ui.shell.preferences import Preferences
from ui.shell.rail import Place
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply

TINY = QSize(683, 344)


def _seen(root: QWidget, control: QWidget) -> bool:
    control.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    return control.hasFocus() and not control.visibleRegion().isEmpty()


@pytest.mark.parametrize("letters", [1.0, 1.5])
def test_what_has_the_focus_is_in_view(letters: float, dressed: QApplication, qtbot: QtBot) -> None:
    apply(dressed, "light", letters)
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(TINY)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for page in (Preferences(Settings(), lambda _settings: None, lambda: None), SignIn("晋采 0")):
        window.show_alone(page)
        QApplication.processEvents()
        reached = [one for one in controls(page) if one.isEnabled() and one.isVisibleTo(page)]
        assert reached and [one.accessibleName() for one in reached if not _seen(window, one)] == []
    assert window.width() == TINY.width() and window.height() == TINY.height()


def test_a_low_window_gives_its_height_to_the_work(dressed: QApplication, qtbot: QtBot) -> None:
    """1366×768 at 150 % is 910×512: head and clock in one line, what they no longer show is their tip; nothing scrolls but the work."""
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    page = Page()
    clock = Countdown(SystemClock().now)
    page.head.aside.addWidget(clock)
    page.head.show_title("办公椅采购", (), "140100-2026-00001·太原市教育考试中心")
    clock.count_to(SystemClock().now() + timedelta(days=2), "距提交截止")
    window.open_role([Place("p", "项目", "folder")], lambda _route: page, Route("p"))
    window.resize(1440, 900)
    window.show()
    tall = page.head.height()
    under = next(one for one in page.head.findChildren(QLabel) if one.text().startswith("140100"))
    assert under.isVisible() and not page.head.toolTip()
    window.resize(910, 512)
    qtbot.waitUntil(lambda: page.head.height() <= tall - 20, timeout=2000)
    floor = window.centralWidget()
    assert isinstance(floor, Floor) and floor.verticalScrollBar().maximum() == 0
    assert page.head.toolTip() == under.text() and not under.isVisible()
    assert clock.toolTip() and clock.accessibleName().startswith("距提交截止 ")
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: page.head.height() == tall)
    assert under.isVisible() and not page.head.toolTip() and not clock.toolTip()


def test_a_full_rail_is_pressed_together_before_the_window_scrolls(dressed: QApplication, qtbot: QtBot) -> None:
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.open_role([Place(f"p{n}", "项目", "folder") for n in range(8)], lambda _route: Page(), Route("p0"))
    window.put_band(label("一句会折行的话。" * 30, wrap=True))
    window.show()
    floor = window.centralWidget()
    assert isinstance(floor, Floor)
    for height, scrolls in ((728, False), (660, False), (420, True)):
        window.resize(1366, height)
        QApplication.processEvents()
        assert (floor.verticalScrollBar().maximum() > 0) is scrolls, height


@pytest.mark.parametrize("letters", [1.0, 1.5])
def test_a_dialog_is_no_larger_than_its_screen(letters: float, dressed: QApplication, qtbot: QtBot) -> None:
    apply(dressed, "light", letters)
    parent = QWidget()
    qtbot.addWidget(parent)
    question = Question(
        parent, "撤回这份投标？", "撤回以后，平台上没有您的投标。" * 24, act="撤回", keep="不撤回", tick="我已知悉", pin="PIN",
    )  # fmt: skip
    fit_dialog(question, TINY)
    question.show()
    question.activateWindow()
    qtbot.waitUntil(question.isActiveWindow)
    fit_dialog(question, TINY)
    assert question.width() <= TINY.width() and question.height() <= TINY.height()
    assert len(question.findChildren(Floor, "fitted")) == 1
    for one in (question.typed, question.keep):
        assert _seen(question, one)


def test_a_real_process_at_200_percent(tmp_path: Path) -> None:
    """The scale is given at the start of a process, so this one has its own screen."""
    screen = {"name": "small", "x": 0, "y": 0, "width": 1366, "height": 768, "logicalDpi": 96, "dpr": 1}
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": [screen]}))
    environment = {
        **os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    code, words = run_whole([sys.executable, "-m", "tests.ui.tiny", str(tmp_path)], environment, 120)
    assert code == 0, words
    assert json.loads(words.splitlines()[-1]) == {
        "screen": [683, 384],
        "fits": True,
        "scrolls": [False, True],
        "dialog": True,
    }


def test_a_notice_grows_with_its_details(dressed: QApplication, qtbot: QtBot) -> None:
    fitting = Fitting(dressed)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    notice = tell(
        window, "PDF 设了密码", "为什么，" * 30 + "\n怎么办。", "pdf-locked（L-208）\nfile: a.pdf\n" + "x: y\n" * 3
    )
    qtbot.waitExposed(notice)
    assert clipped(notice) == []
    QTest.mouseClick(notice.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len([one for one in notice.findChildren(QLabel) if one.isVisible()]) == 3)
    QApplication.processEvents()
    assert clipped(notice) == []
    dressed.removeEventFilter(fitting)
