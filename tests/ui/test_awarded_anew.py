"""An award that a later one replaced is shown as that: nothing can be done under it, and the one in force stands first (L-278)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.demo.chapters.performing import TEXTS
from client.desk import Desk
from client.views.contracts import Stage, purchaser_contracts
from client.workflows.alerting import Kind
from procurement.awarding.award import AwardNotice
from procurement.performing.contract import ContractItem
from tests.client.journey import SUPPLIERS
from tests.journeys.sight import table_rows
from tests.journeys.snapshots import Revisit
from tests.journeys.stages import BIDS
from tests.ui.walker import nameless
from ui.bridge import Bridge
from ui.context import Context
from ui.kit.tables import Table
from ui.workspaces.purchaser.contracts import ContractsPage
from ui.workspaces.purchaser.results import ResultsPage

pytestmark = pytest.mark.timeout(600)
A, C = (SUPPLIERS[key][1] for key in "AC")


def _offered(journey: Revisit) -> None:
    """A has the award, and the purchaser has sent it the contract."""
    for place in range(5):
        journey.expert(place)
    journey.score(dict(zip(BIDS, ("60", "50", "40"), strict=True)))
    confirmed = journey.done("confirmed", journey.purchaser.awarding.confirm(journey.ids["report"], "高峰"))
    notice = journey.done("notice", journey.agency.awarding.send_notice(confirmed))
    buyer = journey.purchaser
    amount = buyer.place.acts.get(AwardNotice, notice).value.amount
    item = ContractItem(name="服务器", unit="台", quantity=Decimal(2), unit_price=amount / 2, amount=amount)
    journey.done("contract", buyer.performing.offer_contract(notice, "HT-2026-1", "考试设备", [item], TEXTS))


def _due(desk: Desk) -> list[Kind]:
    desk.refresh()
    return [one.kind for one in desk.alerts.due()]


def test_the_award_in_force_stands_first(at_reviewed: Revisit, dressed: QApplication, qtbot: QtBot) -> None:
    journey = at_reviewed
    _offered(journey)
    assert Kind.CONTRACT in _due(journey.supplier("A"))
    bridge = Bridge()
    page = ContractsPage(Context(journey.purchaser, bridge))
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    table = page.findChild(Table)
    assert isinstance(table, Table) and "待供应商签订" in table_rows(table)[0]

    refused = {"winner": SUPPLIERS["C"][2], "skip_ground": "winner-refused", "reason": "A 书面拒绝签订合同"}
    again = journey.purchaser.awarding.confirm(journey.ids["report"], "高峰", **refused)  # type: ignore[arg-type]
    assert again.state == "accepted"
    buyer = journey.purchaser
    results = ResultsPage(Context(buyer, bridge))
    qtbot.addWidget(results)
    results.refresh()
    decided = results.findChild(Table)
    assert isinstance(decided, Table) and C in table_rows(decided)[0] and A not in table_rows(decided)[0]
    page.refresh()
    assert "已被替代" in table_rows(table)[0], "confirmed anew, the new notice is not out yet"
    assert page.findChild(QPushButton, "offer-contract") is None

    journey.done("second", journey.agency.awarding.send_notice(again.id))
    buyer.refresh()
    page.refresh()
    rows = table_rows(table)
    assert C in rows[0] and "待签合同" in rows[0] and A in rows[1] and "已被替代" in rows[1]
    assert [one.stage for one in purchaser_contracts(buyer.place.acts, buyer.actor)] == [
        Stage.NOTIFIED,
        Stage.SUPERSEDED,
    ]
    assert Kind.CONTRACT not in _due(journey.supplier("A")), "nothing is left for it to sign"
    table.selectRow(1)
    qtbot.wait(50)
    assert page.findChild(QPushButton, "offer-contract") is None and nameless(page) == []
    table.selectRow(0)
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "offer-contract") is not None)
    bridge.close()
