"""Published tenders as this client has them: versions, model, lots, deadlines. From signed statements and files by digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.acts import Act
from client.workplace import Workplace
from procurement.basics.problems import Refused
from procurement.opening.order import first_window_end
from procurement.opening.session import Closing, Window
from procurement.tendering.custody import CustodyAck, LotKey
from procurement.tendering.lot import Lot
from procurement.tendering.package import TenderPackage, tender_digest
from procurement.tendering.publication import standing_versions
from procurement.tendering.tender import Tender

MODEL_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Published:
    """One version of a tender: the signed manifest, its digest TV and the model."""

    act: Act[TenderPackage]
    tv: str
    tender: Tender

    @property
    def package(self) -> TenderPackage:
        return self.act.value

    def lot(self, code: str) -> Lot:
        """Raises `Refused("lot-unknown")`. `lot-1#price` is a part of `lot-1` (decision 6)."""
        try:
            return self.tender.lot(code.partition("#")[0])
        except KeyError as error:
            raise Refused("lot-unknown", "Choose a lot of this tender.", lot=code) from error

    def lot_key_id(self, code: str) -> str:
        for custody in self.package.custody:
            if custody.lot == code:
                return custody.lot_key
        raise Refused("lot-without-key", "This lot has no opening key; nothing can be sealed to it.", lot=code)


class Tenders:
    """Looks tenders up for the workflows. The model is fetched by digest once and then read from the local store."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._known: dict[str, Published] = {}

    def versions(self, tender_id: str) -> tuple[Published, ...]:
        """All versions of a tender, oldest first."""
        acts = self._place.acts.all(TenderPackage, tender_id=tender_id)
        return tuple(self._published(act) for act in acts)

    def current(self, tender_id: str) -> Published:
        """The version in force. Raises `Refused("tender-not-here")`."""
        found = self._place.acts.last(TenderPackage, tender_id=tender_id)
        if found is None:
            raise Refused("tender-not-here", "Fetch what is new; this tender has not arrived.", tender=tender_id)
        return self._published(found)

    def by_tv(self, tv: str) -> Published:
        """The version of digest TV. Raises `Refused("tender-not-here")`."""
        for act in self._place.acts.all(TenderPackage):
            if tender_digest(act.item.signed.statement) == tv:
                return self._published(act)
        raise Refused("tender-not-here", "Fetch what is new; this tender has not arrived.", tv=tv)

    def all(self) -> tuple[Published, ...]:
        """The version in force of every tender this reader has, in the log's order."""
        latest = {act.value.tender_id: act for act in self._place.acts.all(TenderPackage)}
        return tuple(self._published(act) for act in latest.values())

    def held(self) -> tuple[Published, ...]:
        """The version in force of every tender whose model is in the local store; nothing is fetched."""
        latest = {act.value.tender_id: act for act in self._place.acts.all(TenderPackage)}
        return tuple(self._published(act) for act in latest.values() if self._place.blobs.has(act.value.model))

    def sibling_tvs(self, tv: str) -> frozenset[str]:
        """TVs of all versions of the same tender."""
        tender_id = self.by_tv(tv).package.tender_id
        return frozenset(one.tv for one in self.versions(tender_id))

    def standing_tvs(self, tv: str) -> frozenset[str]:
        """TVs of the versions for which a bid counts when `tv` is in force: no correction since has affected bids."""
        named = self.by_tv(tv).package
        earlier = [one for one in self.versions(named.tender_id) if one.package.version <= named.version]
        return standing_versions([(one.tv, one.package) for one in earlier])

    def lot_key(self, published: Published, lot: str) -> Act[LotKey]:
        return self._place.acts.get(LotKey, published.lot_key_id(lot))

    def acks(self, published: Published, lot: str) -> tuple[Act[CustodyAck], ...]:
        for custody in published.package.custody:
            if custody.lot == lot:
                return tuple(self._place.acts.get(CustodyAck, one) for one in custody.acks)
        return ()

    def windows(self, closing: Act[Closing]) -> tuple[Act[Window], ...]:
        return self._place.acts.all(Window, closing=closing.id)

    def first_window_end(self, closing: Act[Closing]) -> datetime:
        """When the release window ends if nobody extends it: from the tender's opening profile."""
        return first_window_end(self.by_tv(closing.value.tender).tender.opening.window, closing.value)

    def _published(self, act: Act[TenderPackage]) -> Published:
        known = self._known.get(act.id)
        if known is None:
            model = Tender.from_bytes(self._place.read(act.value.model), MODEL_LIMIT)
            known = Published(act, tender_digest(act.item.signed.statement), model)
            self._known[act.id] = known
        return known
