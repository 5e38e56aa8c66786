"""The pages of practice and its band at every step: controls have names and are reached, words are whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

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

STEPS = (0, 2, 3, 9, len(Step))
"""The first, the longest words, the most buttons, the voluntary ones, all done"""


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
    now = [0]

    def make(_route: Route) -> Page:
        return TourPage(lambda: _points(now[0]), lambda: "")

    window.open_role(places, make, Route("practice"))
    window.show()
    found: list[str] = []
    for place in STEPS:
        now[0] = place
        page = window.page
        assert isinstance(page, TourPage)
        page.refresh()
        for alone in (False, True) if place == 0 else (False,):
            band.show_points(_points(place), alone=alone)
            found += [f"{place} {alone}: {one}" for one in _shown(window, dress[2])]
    assert found == []
