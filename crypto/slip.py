"""The backup slip (备用信封口令条): a bid's share s under a passphrase, usable on any computer (protocol B2, decision 5).

A slip carries the bid's digest, its header and s: with the identical `.sealed` bytes it is another source of the same
s, so a second bid cannot be expressed. It is checked against the header's own commitment before anything is made of it.
"""

from __future__ import annotations

from crypto.bidfile import header_context
from crypto.suites import same, share_commitment, suite_named
from crypto.vault import Argon2Parameters, protect, unprotect
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Hex32
from procurement.bidding.sealed import HEADER_LIMIT, BidHeader

LABEL = "slip"


class Slip(Statement):
    """What a slip holds once opened. `s` opens half the bid: never send it but as a release."""

    TYPE = "slip"
    bid: Hex32
    """BD, as on the receipt"""
    header: Blob
    """The bid header's exact bytes"""
    s: Hex32

    def read_header(self) -> BidHeader:
        return BidHeader.from_bytes(self.header, HEADER_LIMIT)

    def __repr__(self) -> str:
        return f"Slip(bid={self.bid})"


def make_slip(bid: str, header: bytes, s: bytes, passphrase: str, parameters: Argon2Parameters | None = None) -> bytes:
    """The slip's file. `bid` in hex. Raises `Refused("passphrase-too-short")`, `Tampered("slip-share-wrong")`."""
    slip = Slip(bid=bid, header=header, s=s.hex())
    _check_share(slip)
    return protect(slip.to_bytes(), passphrase, LABEL, parameters)


def open_slip(file: bytes, passphrase: str) -> Slip:
    """What is on a slip, the share checked against the header's commitment.

    Raises `Locked("slip-passphrase-wrong")`; `Tampered`: slip-malformed, slip-damaged, slip-share-wrong.
    """
    data = unprotect(file, passphrase, LABEL)
    try:
        slip = Slip.from_bytes(data)
        _check_share(slip)
    except Refused as error:
        raise Tampered("slip-malformed", "Use another copy of the slip.", reason=error.code) from error
    return slip


def _check_share(slip: Slip) -> None:
    header = slip.read_header()
    suite, ctx = suite_named(header.suite), header_context(header)
    if not same(share_commitment(suite, "s", ctx, bytes.fromhex(slip.s)), bytes.fromhex(header.share_s)):
        raise Tampered("slip-share-wrong", "Use the slip that was made with this bid.", bid=slip.bid)
