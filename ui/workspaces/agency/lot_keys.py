"""Where the lots' opening keys stand: made, acknowledged by how many, still to be acknowledged by this agency."""

from __future__ import annotations

from client.acts import Act
from procurement.basics.statement import Suite
from procurement.tendering.custody import CustodyAck, LotKey
from procurement.tendering.tender import Tender
from ui.context import Context
from ui.i18n import tr
from ui.kit.badge import State, done, not_started, waits


class LotKeys:
    """Questions to the local store about a tender's lot keys."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, tender_id: str, lot: str, suite: Suite) -> Act[LotKey] | None:
        """The latest key of this suite made for a lot."""
        return self._context.desk.place.acts.last(LotKey, tender_id=tender_id, lot=lot, suite=suite)

    def suite_of(self, tender: Tender) -> Suite:
        """The suite chosen for a tender before: that of the last key made for it; without one the data's own."""
        made = self._context.desk.place.acts.last(LotKey, tender_id=tender.id)
        return tender.suite if made is None else made.value.suite

    def acks(self, key: Act[LotKey]) -> int:
        """How many custodians have checked and acknowledged their share."""
        return len({act.value.i for act in self._context.desk.place.acts.all(CustodyAck, lot_key=key.id)})

    def state(self, key: Act[LotKey] | None) -> State:
        if key is None:
            return not_started(tr("未生成"))
        count = self.acks(key)
        if count == key.value.n:
            return done(tr("{count} 人都已确认", count=count))
        return waits(tr("{count} / {all} 人已确认", count=count, all=key.value.n))

    def own_ack_due(self, tender: Tender, suite: Suite) -> Act[LotKey] | None:
        """A key whose share this agency holds and has not acknowledged yet."""
        acts, me = self._context.desk.place.acts, self._context.desk.actor
        for lot in tender.lots:
            key = self.of(tender.id, lot.code, suite)
            if key is None or me not in {one.org for one in key.value.custodians}:
                continue
            if acts.last(CustodyAck, lot_key=key.id, org=me) is None:
                return key
        return None
