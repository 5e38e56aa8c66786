"""The loud warning before an opening, from a real certificate that ends about the day of a real opening (C5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from client.desk import Desk
from procurement.basics.roles import Role
from tests.client.journey import LOT, SUPPLIERS, TENDER
from tests.client.parties import PIN
from tests.journeys.snapshots import Revisit
from ui.bridge import Bridge
from ui.context import Context
from ui.shell.navigation import Route
from ui.shell.window import Window
from ui.workspaces import open_workspace
from ui.workspaces.supplier.renewal import RenewalBanner


def _with_certificate(journey: Revisit, end: datetime | None) -> Desk:
    """Supplier A at its desk, with a newly issued certificate in its token file."""
    _, name, code = SUPPLIERS["A"]
    old = journey.suppliers.pop("A", None)
    if old is not None:
        old.close()
    token = journey.supplier_profile("A") / "token.p12"
    journey.world.authority.issue_organisation(name, code, end=end).write_p12(token, PIN)
    return journey.supplier("A")


def _seal(desk: Desk) -> str:
    """A bid of the kept draft, handed in; its digest."""
    sealed = desk.bidding.seal(TENDER, LOT)
    assert desk.bidding.submit(sealed.bid).state == "accepted"
    return sealed.bid


def _shown(desk: Desk, qtbot: QtBot, check: Any) -> None:
    """Open the page of the lot, let it ask for what it asks, and look at its warning."""
    bridge = Bridge()
    workspace = open_workspace(Role.SUPPLIER, Context(desk, bridge))
    window = Window(desk.now)
    qtbot.addWidget(window)
    window.open_role(workspace.places, workspace.make_page, Route("projects", TENDER, LOT, "deliver", ""))
    window.show()
    (banner,) = window.findChildren(RenewalBanner)
    qtbot.waitUntil(lambda: not desk.place.lanes.running(), timeout=60_000)
    check(banner)
    window.close()
    bridge.close()


def test_the_warning_comes_from_the_certificate_and_the_opening(
    at_published: Revisit, dressed: QApplication, qtbot: QtBot
) -> None:
    deadline = at_published.agency.tendering.tenders.current(TENDER).package.deadline
    end = deadline + timedelta(days=2)
    desk = _with_certificate(at_published, end)
    bid = _seal(desk)
    codes = {found.code for found in desk.bidding.renewal(bid)}
    assert codes == {"renewal-recipient-ends", "renewal-signing-ends"}

    def loud(banner: RenewalBanner) -> None:
        qtbot.waitUntil(lambda: banner.isVisible(), timeout=60_000)
        text = " ".join(one.text() for one in banner.findChildren(QLabel))
        assert "加密证书在开标前后到期" in text and f"{end:%Y-%m-%d}" in text

    _shown(desk, qtbot, loud)
    desk = _with_certificate(at_published, deadline + timedelta(days=365))
    _seal(desk)
    _shown(desk, qtbot, lambda banner: qtbot.waitUntil(lambda: banner.isHidden(), timeout=60_000))


def test_after_the_certificate_is_exchanged_the_old_bid_is_warned_of(
    at_published: Revisit, dressed: QApplication, qtbot: QtBot
) -> None:
    """A renewed token opens nothing that was sealed to the old one alone."""
    _seal(at_published.supplier("A"))
    desk = _with_certificate(at_published, None)

    def loud(banner: RenewalBanner) -> None:
        qtbot.waitUntil(lambda: banner.isVisible(), timeout=60_000)
        assert any("证书" in one.text() for one in banner.findChildren(QLabel))

    assert {one.code for one in desk.bidding.renewal(desk.bidding.bids.of_lot(_tvs(desk), LOT)[-1].bid)} == {
        "renewal-token-opens-nothing"
    }
    _shown(desk, qtbot, loud)


def _tvs(desk: Desk) -> frozenset[str]:
    return frozenset({desk.tendering.tenders.current(TENDER).tv})
