"""The pages of practice and its band at every step: controls have names and are reached, words are whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from client.practice.cast import RIVALS
from client.practice.lessons import Lessons
from client.practice.tender import BIDDING, DEADLINE
from client.practice.tour import Point, Step
from procurement.basics.moment import SystemClock
from tests.ui.walker import DRESS, Dress, Size, name_of, put_on, wrong
from ui.kit.page import Page
from ui.practice.band import Band
from ui.practice.start import StartPage
from ui.practice.tour_page import TourPage
from ui.shell.navigation import Route
from ui.shell.rail import Place
from ui.shell.signin import SignIn
from ui.shell.window import Window
from ui.theme.style import apply

STEPS = (0, 2, 3, 7, 9, 12, 13, 16, len(Step))
"""The first, the longest words, the most buttons, a line to break, the voluntary ones, all done"""
LEARNT = Lessons(
    leaf=126,
    delivered=BIDDING,
    released=DEADLINE,
    explained=DEADLINE,
    asked=True,
    winner=RIVALS[0].name,
    amount=Decimal("88400.00"),
    won=False,
    rank=2,
    total=Decimal("95.33"),
    reason="",
    contract="HT-140100-2026-00001-01",
    challenged=False,
)
"""Every line there can be: longer than any real one"""


@pytest.fixture
def wear(dressed: QApplication) -> Iterator[QApplication]:
    yield dressed
    apply(dressed, "light")


def _points(now: int) -> tuple[Point, ...]:
    """The tour at its step `now`, from 0; all done beyond the last."""
    states = ("done", "now", "later")
    return tuple(Point(step, states[(place >= now) + (place > now)]) for place, step in enumerate(Step))  # type: ignore[arg-type]


def _shown(window: Window, sizes: tuple[Size, ...]) -> list[str]:
    for _ in range(4):
        QApplication.processEvents()
    return wrong(window, sizes)


@pytest.mark.parametrize("dress", DRESS, ids=name_of)
def test_before_practice(dress: Dress, wear: QApplication, qtbot: QtBot) -> None:
    put_on(wear, dress)
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(*dress[2][-1])
    window.show()
    sign_in = SignIn("晋采 0", practice=True)
    sign_in.show_choices([], "", "/home/person/.local/share/jincai/profiles")
    window.show_alone(sign_in)
    found = _shown(window, dress[2])
    for at_home in (True, False):
        page = StartPage(at_home=at_home)
        window.show_alone(page)
        for stage in ("none", "kept", "making") if at_home else ("kept",):
            page.show_stage(stage, "平台的进程没有启动。查看日志文件。" if stage == "kept" else "")
            page.step(7, 25)
            found += [f"{stage}: {one}" for one in _shown(window, dress[2])]
    assert found == []


@pytest.mark.parametrize("dress", DRESS, ids=name_of)
def test_the_band_and_the_tour(dress: Dress, wear: QApplication, qtbot: QtBot) -> None:
    put_on(wear, dress)
    window = Window(SystemClock().now)
    qtbot.addWidget(window)
    window.resize(*dress[2][-1])
    band = Band()
    window.put_band(band)
    places = [Place(str(number), "提醒", "bell") for number in range(7)]
    now, busy = [0], [""]

    def make(_route: Route) -> Page:
        return TourPage(lambda: _points(now[0]), lambda: busy[0], lambda: LEARNT if now[0] > 9 else None)

    window.open_role(places, make, Route("practice"))
    window.show()
    found: list[str] = []
    for place in STEPS:
        now[0] = place
        page = window.page
        assert isinstance(page, TourPage)
        page.refresh()
        for alone in (False, True) if place == 0 else (False,):
            band.show_points(_points(place), alone=alone, broken=place == 7)
            found += [f"{place} {alone}: {one}" for one in _shown(window, dress[2])]
    busy[0] = "评审委员会正在评分，练习时钟走到定标日 17 / 30"
    page.refresh()
    band.show_points(_points(14), busy[0])
    found += [f"busy: {one}" for one in _shown(window, dress[2])]
    assert found == []


def test_the_band_keeps_its_buttons_while_it_tells_how_far_the_work_is(wear: QApplication, qtbot: QtBot) -> None:
    """Progress changes the words only: a button under the hand stays."""
    band = Band()
    qtbot.addWidget(band)
    asked: list[str] = []
    band.asked.connect(asked.append)
    band.show_points(_points(12), "评审 1 / 28")
    stop = band.findChild(QPushButton, "practice-stop")
    assert stop is not None
    band.show_points(_points(12), "评审 2 / 28")
    assert band.findChild(QPushButton, "practice-stop") is stop and "2 / 28" in band.accessibleName()
    stop.click()
    assert asked == ["stop"]


def test_a_broken_line_can_be_mended_by_whoever_has_signed_out(wear: QApplication, qtbot: QtBot) -> None:
    """Without a rail there is nowhere to go, but nobody is left without a line."""
    band = Band()
    qtbot.addWidget(band)
    band.show_points(_points(7), alone=True, broken=True)
    assert {one.objectName() for one in band.findChildren(QPushButton)} == {"practice-mend", "leave-practice"}
    band.show_points(_points(7), alone=True)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert {one.objectName() for one in band.findChildren(QPushButton)} == {"leave-practice"}


@pytest.mark.parametrize(
    ("won", "rank", "says"), [(True, 0, ""), (False, 2, "第 2 名，95.33 分"), (False, 0, "没有排名")]
)
def test_what_there_was_to_learn(won: bool, rank: int, says: str, wear: QApplication, qtbot: QtBot) -> None:
    """The winner, the loser with its score, and who was out: each reads its own; only who lost is offered a challenge."""
    learnt = replace(LEARNT, won=won, rank=rank, reason="" if rank else "规定时间内没有说明")
    page = TourPage(lambda: _points(len(Step)), lambda: "", lambda: learnt)
    qtbot.addWidget(page)
    page.show()
    words = [one.text() for one in page.findChildren(QLabel)]
    assert any(says in one for one in words)
    challenge = page.findChild(QPushButton, "practice-challenge")
    assert challenge is not None and challenge.isHidden() is won
