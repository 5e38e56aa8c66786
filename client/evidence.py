"""Proof about acts of others: is it in the log this client knows, and when did a time-stamping authority see it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from client.acts import Act
from client.sync.receipts import CheckedReceipt
from client.workplace import Workplace
from crypto.log import entry_leaf
from crypto.timestamps import verify_token
from procurement.basics.statement import Statement
from procurement.bidding.receipt import Receipt, ReceiptStatement


class Evidence:
    """Receipts of acts this reader may see, checked and kept."""

    def __init__(self, place: Workplace) -> None:
        self._place = place

    def receipt(self, act: Act[Statement], *, stamped: bool = False) -> CheckedReceipt:
        """The act's receipt: from the store, else asked of the platform and checked against the log.

        `stamped`: worth asking again when the kept one has no time-stamp yet (M18). Raises `Tampered` when it does not
        hold, `Unreachable` when it is not here and cannot be asked for.
        """
        place = self._place
        kept = place.mirror.receipt(act.id)
        if kept is not None and (kept.timestamp or not stamped):
            return place.receipts.recheck(kept, act.item.signed)
        asked = place.gateway.receipt(act.id)
        found = place.receipts.check(asked, act.item.signed)
        place.mirror.keep_receipt(act.id, asked, found.entry.t_recv)
        return found

    def stamped(self, receipt: Receipt) -> datetime | None:
        """Time of the RFC 3161 token over the act's id; None when the authority was down. Raises `Tampered`."""
        if not receipt.timestamp:
            return None
        digest = hashlib.sha256(bytes.fromhex(receipt.act.id)).digest()
        return verify_token(receipt.timestamp, digest, self._place.trust)

    def leaf(self, receipt: Receipt) -> str:
        """The 32 bytes the log publishes for the act, hex."""
        statement = ReceiptStatement.from_bytes(receipt.receipt.statement)
        return entry_leaf(bytes.fromhex(statement.salt), statement.entry).hex()
