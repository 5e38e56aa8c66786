"""After the sealing: the delivery page says which sections differ from what was sealed, and what is to be done again."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from client.desk import Desk
from tests.client.journey import LOT, TENDER
from tests.ui.test_tab_order import window
from tests.ui.walker import clipped, nameless, settle
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces.supplier.deliver import DeliverPane
from ui.workspaces.supplier.prepare.pane import PreparePane
from ui.workspaces.supplier.since import SinceCard

__all__ = ["window"]


def _said(window: Window) -> tuple[list[str], str]:
    """Links to changed sections, and all words of the card; nothing where it is not in view."""
    card = window.findChild(SinceCard)
    assert isinstance(card, SinceCard)
    if not card.isVisible():
        return [], ""
    shown = [one.text() for one in card.findChildren(QLabel) if one.isVisible()]
    return [one.text() for one in card.findChildren(QPushButton) if one.isVisible()], " ".join(shown)


def test_what_was_changed_since_the_sealing_is_told(
    window: Window, bidder: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bidder.bidding.seal(TENDER, LOT)
    sheet = window.findChild(PreparePane)._sheet  # type: ignore[union-attr]
    window.go(Route("projects", TENDER, LOT, "deliver", ""))
    settle(qtbot, bidder)
    assert _said(window) == ([], ""), "nothing was changed"

    before = sheet.forms
    sheet.put(validity_days=before.validity_days + 30)
    sheet.put_answer(before.answers[0].item, None)
    window.go(Route("projects", TENDER, LOT, "prepare", ""))
    window.go(Route("projects", TENDER, LOT, "deliver", ""))
    settle(qtbot, bidder)
    links, words = _said(window)
    assert links == ["开标一览表：1 处", "资格与符合性：1 处"]
    assert "2 处改动" in words and "签章并加密 → 演练（自动） → 上传密文 → 确认递交" in words
    pane = window.findChild(DeliverPane)
    assert isinstance(pane, DeliverPane)
    assert [one.shape for one in pane._steps._shown[1:]] == ["ring"] * 7, "no step counts for what is not sealed"
    assert nameless(window) == [] and clipped(window) == []

    link = next(one for one in window.findChildren(QPushButton) if one.text() == "资格与符合性：1 处")
    link.click()
    settle(qtbot, bidder)
    assert window.findChild(PreparePane)._key == "answers"  # type: ignore[union-attr]
    sheet.put(validity_days=before.validity_days, answers=before.answers)
    window.go(Route("projects", TENDER, LOT, "deliver", ""))
    settle(qtbot, bidder)
    assert _said(window) == ([], ""), "changed back: what was sealed is what stands"
