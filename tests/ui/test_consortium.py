"""The committee sees a consortium for what it is, and who bids twice for the lot, with the rule."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from procurement.bidding.draft import BidForms
from tests.procurement.bidding.test_consortium import WHOLE
from tests.procurement.evaluation.examples import bid
from tests.ui.walker import clipped
from ui.boards.consortium import ConsortiumBanner
from ui.i18n import use_language
from ui.theme.style import apply


@pytest.mark.parametrize(("language", "letters"), [("zh", 1.0), ("en", 1.5)])
def test_the_banner(language: str, letters: float, dressed: QApplication, qtbot: QtBot) -> None:
    use_language(dressed, language)
    apply(dressed, "light", letters)
    banner = ConsortiumBanner()
    qtbot.addWidget(banner)
    banner.resize(560, 100)
    single, second = bid(3, "800"), bid(2, "700")
    bids: dict[str, BidForms] = {WHOLE.supplier: WHOLE, single.supplier: single}
    names = {one.supplier: one.name for one in (WHOLE, single, second)}
    banner.show_bid(single.supplier, bids, names)
    assert not banner.isVisible()
    banner.show_bid(WHOLE.supplier, bids, names)
    banner.adjustSize()
    said = banner.accessibleName()
    assert banner.isVisible() and all(word in said for word in ("供应商1", "60%", "供应商2", "40%", "供货"))
    assert clipped(banner) == [] and "22" not in said
    bids[second.supplier] = second
    for bidder in (second.supplier, WHOLE.supplier):
        banner.show_bid(bidder, bids, names)
        said = banner.accessibleName()
        assert banner.isVisible() and "供应商2" in said and ("第二十二条" in said or "Art. 22" in said)
    banner.show_bid(single.supplier, bids, names)
    assert not banner.isVisible(), "who bids once is not named among those who bid twice"
