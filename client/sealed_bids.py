"""Sealed bids on this machine: what is known of each, without its secret. The ciphertext lies in the profile's folder."""

from __future__ import annotations

from pathlib import Path

from client.workplace import Workplace
from crypto.sealing import Sealed
from procurement.basics.problems import Locked, Refused
from procurement.basics.statement import Suite
from procurement.basics.value import Blob, Code, Hex32, Instant, Value
from procurement.bidding.draft import BidForms
from procurement.bidding.sealed import BidHeader
from procurement.wire.messages import UploadAnnouncement

KIND, FORMS = "sealed-bid", "sealed-forms"
LIMIT = DRAFT_LIMIT = 16 * 1024 * 1024
SEALED_CHUNK = 1024 * 1024 + 16


class SealedBid(Value):
    """One finished sealing. s is nowhere in it."""

    bid: Hex32
    """BD"""
    tender: Hex32
    """TV"""
    lot: Code
    header: Hex32
    header_bytes: Blob
    chunks: int
    size: int
    """Bytes of the body"""
    file_size: int
    hashes: Blob
    """Leaf hashes of the sealed chunks, 32 bytes each"""
    machine: Hex32
    """D("machine", salt, machine records)"""
    sealed: Instant
    slip: bool
    """Whether a backup slip was written"""

    @property
    def suite(self) -> Suite:
        """The one its header names."""
        return BidHeader.from_bytes(self.header_bytes).suite

    @property
    def announcement(self) -> UploadAnnouncement:
        return UploadAnnouncement(
            tender=self.tender,
            lot=self.lot,
            header=self.header,
            bid=self.bid,
            size=self.file_size,
            prefix=self.file_size - self.size,
            chunk=SEALED_CHUNK,
            hashes=self.hashes,
        )


class SealedBids:
    def __init__(self, place: Workplace) -> None:
        self._place = place

    def path(self, bid: str) -> Path:
        return self._place.folder.sealed / f"{bid}.sealed"

    def keep(self, sealed: Sealed, machine: str, at: Instant, *, slip: bool) -> SealedBid:
        """Note a finished sealing whose file already lies at `path`."""
        found = SealedBid(
            bid=sealed.bid_digest,
            tender=sealed.header.tender,
            lot=sealed.header.lot,
            header=sealed.header_digest,
            header_bytes=sealed.header_bytes,
            chunks=sealed.chunks,
            size=sealed.size,
            file_size=sealed.file_size,
            hashes=b"".join(sealed.chunk_hashes),
            machine=machine,
            sealed=at,
            slip=slip,
        )
        self._place.keepsakes.keep(KIND, found.bid, found.to_bytes())
        return found

    def keep_forms(self, bid: str, forms: BidForms) -> None:
        """Note what was sealed, in the encrypted store beside the draft: it tells later what was changed since."""
        self._place.keepsakes.keep(FORMS, bid, forms.to_bytes())

    def forms(self, bid: str) -> BidForms | None:
        """What was sealed; None where it was sealed elsewhere or before this was noted."""
        data = self._place.keepsakes.find(FORMS, bid)
        return None if data is None else BidForms.from_bytes(data, DRAFT_LIMIT)

    def get(self, bid: str) -> SealedBid:
        """Raises `Refused("sealed-bid-unknown")`."""
        data = self._place.keepsakes.find(KIND, bid)
        if data is None:
            raise Refused("sealed-bid-unknown", "This bid was not sealed on this machine.", bid=bid)
        return SealedBid.from_bytes(data, LIMIT)

    def file(self, bid: str) -> Path:
        """The ciphertext. Raises `Locked("sealed-file-missing")`."""
        path = self.path(bid)
        if not path.is_file():
            raise Locked("sealed-file-missing", "Put the identical file back from its backup.", bid=bid)
        return path

    def of_lot(self, tvs: frozenset[str], lot: str) -> tuple[SealedBid, ...]:
        """Sealings for a lot, oldest first."""
        found = (self.get(bid) for bid in self._place.keepsakes.keys(KIND))
        return tuple(one for one in found if one.lot == lot and one.tender in tvs)
