"""The certificates a bid is sealed to: the open one always, others only by a tick, each with its serial number."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from bench.desk_world import SUPPLIER_NAME, DeskWorld
from client.workflows.bidding import RecipientView
from tests.ui.walker import nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.workspaces.supplier.recipients_card import RecipientsCard


def test_additions_are_ticked_by_the_person(dressed: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    with DeskWorld.create(tmp_path).desk() as desk:
        bridge = Bridge()
        card = RecipientsCard(Context(desk, bridge))
        qtbot.addWidget(card)
        card.show()
        card.read()  # the token is closed: nothing to ask
        assert card.findChild(QCheckBox) is None and card.chosen() == []
        desk.accounts.unlock("pin-1234")
        card.read()
        qtbot.waitUntil(lambda: card.findChild(QCheckBox, "recipient-0") is not None)
        (mine,) = desk.bidding.recipients()
        spare = RecipientView("b" * 64, SUPPLIER_NAME, "7f3a", False)
        card.show_recipients((mine, spare))
        assert nameless(card) == []
        first, second = (card.findChild(QCheckBox, f"recipient-{place}") for place in (0, 1))
        assert first is not None and first.isChecked() and not first.isEnabled()
        assert second is not None and not second.isChecked() and "7f3a" in second.accessibleName()
        assert card.chosen() == []
        second.click()
        assert card.chosen() == [spare.digest]
        card.show_recipients((mine, spare))
        assert card.chosen() == [spare.digest], "a tick stays when the list is read again"
        bridge.close()
