"""A PDF that opens without a password and forbids changes: it may go into a bid as it is, and says so when it is to be sealed."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from client.bid_seals import SealPlaces
from client.desk import Desk
from procurement.basics.problems import Refused
from tests.client.journey import LOT, TENDER
from tests.client.test_attachments import pdf


def test_sealing_it_is_refused_by_its_own_name(bidder: Desk, tmp_path: Path) -> None:
    with pikepdf.open(pdf(tmp_path / "a.pdf")) as made:
        made.save(tmp_path / "审计报告.pdf", encryption=pikepdf.Encryption(owner="theirs", user=""))
    drafts = bidder.bidding.drafts
    forms = drafts.attach(TENDER, LOT, tmp_path / "审计报告.pdf", "audit", "审计报告")
    with pytest.raises(Refused) as refused:
        drafts.seal(TENDER, LOT, "audit", SealPlaces(points=((1, 200, 300),)))
    assert refused.value.code == "pdf-protected"
    assert drafts.open(TENDER, LOT).forms.document("audit") == forms.document("audit")
