"""A bid whose maker filled the opening envelope with noise: everything else in order, and its signature covers the noise (B7)."""

from __future__ import annotations

import hashlib

from client.desk import Desk
from crypto.container import BidReader
from crypto.custody import lot_public_key
from crypto.sealing import _Fixed, seal
from crypto.suites import suite_named

ENV_O = b"\4" + b"\7" * 148


def seal_with_noise(desk: Desk, tender_id: str, lot: str) -> str:
    """What a program that its bidder has changed makes of the draft; from here on the real one delivers it. Returns BD."""
    bidding, place = desk.bidding, desk.place
    published = bidding.tenders.current(tender_id)
    forms = bidding._final_forms(published, lot)
    place.folder.sealed.mkdir(exist_ok=True)
    pending = place.folder.sealed / ".noise.sealing"
    shares = [hashlib.sha256(word).digest() for word in (b"nonce", b"s", b"o")]
    with place.blobs.scratch() as folder:
        container = folder / "bid.asice"
        bidding._pack(published, lot, forms, container, folder, None)
        done = seal(
            container,
            pending,
            tender=published.tv,
            lot=lot,
            supplier=desk.actor,
            recipients=bidding._recipients(()),
            lot_public_key=lot_public_key(bidding.tenders.lot_key(published, lot).value),
            suite=suite_named(published.tender.suite),
            reader=BidReader(place.trust, place.now()),
            recheck=False,
            _fixed=_Fixed(*shares, env_o=ENV_O),
        )
    pending.replace(bidding.bids.path(done.bid_digest))
    machine = bidding._machine_digest(done.bid_digest, forms)
    return bidding.bids.keep(done, machine, place.now(), slip=False).bid
