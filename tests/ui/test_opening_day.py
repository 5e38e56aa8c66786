"""On the opening day each is told what applies to it: clocks run for those who have something to release, to confirm or to object to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.roles import Role
from procurement.opening.session import OpeningRecord
from tests.client.journey import LOT, TENDER
from tests.journeys.snapshots import Revisit
from tests.ui.walker import clipped, nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.countdown import Countdown
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace

Show = Callable[[Desk], Window]
WATCHES = "授权解密、确认和异议只由递交投标的单位办理"


@pytest.fixture
def opening(dressed: QApplication, qtbot: QtBot) -> Iterator[Show]:
    """Opens a supplier's window at the opening of the lot."""
    bridges: list[Bridge] = []

    def show(desk: Desk) -> Window:
        bridges.append(Bridge())
        workspace = open_workspace(Role.SUPPLIER, Context(desk, bridges[-1]))
        window = Window(desk.now)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.open_role(workspace.places, workspace.make_page, Route("projects", TENDER, LOT, "open", ""))
        window.show()
        qtbot.wait(50)
        assert not nameless(window) and not clipped(window)
        return window

    yield show
    for bridge in bridges:
        bridge.close()


def _clock(window: Window) -> str:
    return _words(window.findChild(Countdown))


def _words(widget: QWidget | None) -> str:
    assert widget is not None
    return " ".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_only_who_has_bid_is_told_to_release(at_closed: Revisit, opening: Show) -> None:
    bidder, watcher = opening(at_closed.supplier("A")), opening(at_closed.supplier("B"))
    assert "解密剩余" in _clock(bidder) and WATCHES not in _words(bidder)
    assert "提交已截止" in _clock(watcher) and WATCHES in _words(watcher)
    assert "无须授权" in _words(watcher) and watcher.findChild(QPushButton, "release") is None


def test_only_who_has_bid_is_told_to_confirm(at_frozen: Revisit, opening: Show) -> None:
    at_frozen.open()
    desk = at_frozen.supplier("A")
    desk.refresh()
    at_frozen.supplier("B").refresh()
    bidder, watcher = opening(desk), opening(at_frozen.supplier("B"))
    assert "异议与确认剩余" in _clock(bidder) and _pressable(bidder, "object")
    assert "提交已截止" in _clock(watcher) and WATCHES in _words(watcher) and not _pressable(watcher, "object")
    assert desk.opening.confirm(at_frozen.ids["record"]).state == "accepted"
    again = opening(desk)
    assert "提交已截止" in _clock(again) and "开标记录已确认" in _words(again) and not _pressable(again, "object")


def test_silence_and_an_objection_are_told_as_what_they_are(at_frozen: Revisit, opening: Show) -> None:
    at_frozen.open()
    silent, objector = at_frozen.supplier("A"), at_frozen.supplier("C")
    objector.refresh()
    assert objector.opening.object(at_frozen.ids["record"], "总价读错").state == "accepted"
    assert "异议已提出" in _words(opening(objector))
    silent.refresh()
    assert _pressable(opening(silent), "confirm")
    at_frozen.move(silent.place.acts.only(OpeningRecord).value.confirm_until + timedelta(seconds=1))
    late = opening(silent)
    assert "视为确认" in _words(late) and not _pressable(late, "confirm") and not _pressable(late, "object")


def _pressable(window: Window, name: str) -> bool:
    found = window.findChild(QPushButton, name)
    return found is not None and found.isVisible()
