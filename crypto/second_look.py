"""The second look's cryptography: shares sealed to the supervisor, the key rebuilt there, one envelope opened (protocol B7).

The lot key lives for the length of one call on the supervisor's machine; nothing of it is written or returned.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from crypto.bidfile import header_context
from crypto.custody import HeldShare, check_share, combine
from crypto.envelope import unwrap_o
from crypto.keys import CustodyKey, hpke_seal
from crypto.release import own_header
from crypto.suites import I1, same, share_commitment, suite_named
from procurement.basics.digest import u16
from procurement.basics.problems import Tampered
from procurement.bidding.sealed import BidHeader, Submission
from procurement.opening.second_look import SecondLookRelease
from procurement.tendering.custody import LotKey

RECORD = b"JCC2"
Finding = Literal["env-o-unreadable", "share-o-wrong", "envelope-opens"]


def release_again(look: str, lot_key: LotKey, share: HeldShare, reader: bytes) -> SecondLookRelease:
    """A custodian's statement: its share to the supervisor's custody key `reader` (SEC1), bound to this look."""
    record = RECORD + bytes.fromhex(look) + u16(share.i) + share.value
    sealed = hpke_seal(reader, record, _info(look, lot_key))
    org = lot_key.custodians[share.i - 1].org
    return SecondLookRelease(look=look, lot_key=lot_key.id, i=share.i, org=org, sealed=sealed)


def share_again(release: SecondLookRelease, lot_key: LotKey, key: CustodyKey) -> HeldShare:
    """The share in a release, opened by the supervisor and checked. Raises `Tampered`: unwrap-failed, custody-share-foreign, custody-share-wrong."""
    record = key.unseal(release.sealed, _info(release.look, lot_key))
    bound = RECORD + bytes.fromhex(release.look) + u16(release.i)
    if len(record) != len(bound) + 32 or not same(record[: len(bound)], bound):
        raise Tampered("custody-share-foreign", "Ask this custodian to release again.", i=release.i)
    share = HeldShare(release.i, record[len(bound) :])
    check_share(share.i, share.value, lot_key)
    return share


def look_again(
    header: bytes, submission: Submission, shares: Iterable[HeldShare], lot_key: LotKey
) -> tuple[Finding, bytes | None]:
    """Open the signed header's envelope with the rebuilt lot key: what is found, and o if it opens and fits.

    Raises `Tampered("header-of-another-bid")`, and what `combine` raises.
    """
    found = own_header(header, submission)
    private = combine({share.i: share.value for share in shares}, lot_key)
    try:
        o = unwrap_o(found.env_o, private, header_context(found), suite_named(found.suite))
    except Tampered:
        return "env-o-unreadable", None
    return ("envelope-opens", o) if o_fits(found, o) else ("share-o-wrong", None)


def o_fits(header: BidHeader, o: bytes) -> bool:
    """D("share-o", ctx, o) == share_o."""
    return same(
        share_commitment(suite_named(header.suite), "o", header_context(header), o), bytes.fromhex(header.share_o)
    )


def _info(look: str, lot_key: LotKey) -> bytes:
    return I1.label("second-look", bytes.fromhex(look) + bytes.fromhex(lot_key.id))
