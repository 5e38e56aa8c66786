"""Custody of a lot's opening key: Feldman's verifiable sharing (protocol B1, decision 2; Feldman 1987).

The curve is that of the lot key's suite: P-256, or sm2p256v1. Whatever multiplies a point by a secret goes through a
library; only public points are added here (`crypto.national.curve`). The polynomial's arithmetic modulo the curve's order
is Python's own and not in constant time: a dealer runs in a short process of its own, and memory cannot be wiped (L6).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec

from crypto.envelope import LotPrivateKey
from crypto.keys import CustodyKey, NationalCustodyKey, hpke_seal
from crypto.national.curve import P256, SM2P256V1, Point
from crypto.national.sm2 import Sm2PrivateKey, Sm2PublicKey
from crypto.suites import I1, same
from procurement.basics.digest import u16
from procurement.basics.problems import Refused, Tampered
from procurement.basics.statement import Suite as SuiteName
from procurement.opening.order import custody_share_digest
from procurement.opening.session import CustodianRelease
from procurement.tendering.custody import ENVELOPES, Custodian, CustodyAck, CustodyEnvelopes, LotKey, check_quorum

RECORD = b"JCC1"
MAX_CUSTODIANS = 9
SCALAR_SIZE = 32
CURVES = {"I1": P256, "S1": SM2P256V1}


@dataclass(frozen=True, slots=True, repr=False)
class Dealing:
    """One dealer's secret work: the shares of custodians 1..n and the public commitments A_0..A_{k-1}."""

    shares: tuple[bytes, ...]
    commitments: tuple[str, ...]
    suite: SuiteName = "I1"

    @property
    def public_key(self) -> bytes:
        """Q = A_0, SEC1 uncompressed."""
        return _encode(self.suite, self.commitments[0])


@dataclass(frozen=True, slots=True, repr=False)
class HeldShare:
    """A custodian's share, checked against the commitments."""

    i: int
    value: bytes


def deal(k: int, n: int, suite: SuiteName = "I1", *, _coefficients: Sequence[int] | None = None) -> Dealing:
    """Share a new lot key so that `k` of `n` custodians can rebuild it. Raises `Refused("custody-numbers-wrong")`."""
    if not 1 <= k <= n <= MAX_CUSTODIANS:
        raise Refused("custody-numbers-wrong", "Choose 1 ≤ k ≤ n ≤ 9 custodians.", k=k, n=n)
    order = CURVES[suite].order
    while True:
        coefficients = list(_coefficients or (1 + secrets.randbelow(order - 2) for _ in range(k)))
        shares = [sum(a * pow(i, j, order) for j, a in enumerate(coefficients)) % order for i in range(1, n + 1)]
        if all(_in_range(share, suite) for share in shares):
            break
    commitments = tuple(_compress(suite, _public(suite, a.to_bytes(SCALAR_SIZE, "big"))) for a in coefficients)
    return Dealing(tuple(share.to_bytes(SCALAR_SIZE, "big") for share in shares), commitments, suite)


def join(dealings: Sequence[Dealing]) -> Dealing:
    """Several dealers' work as one: no dealer then knows the key (H3). Raises `Refused("custody-numbers-wrong")`."""
    if len({(len(d.shares), len(d.commitments), d.suite) for d in dealings}) != 1:
        raise Refused("custody-numbers-wrong", "All dealers share among the same custodians, with the same k.")
    suite = dealings[0].suite
    shares = [
        sum(int.from_bytes(one, "big") for one in column) % CURVES[suite].order
        for column in zip(*(d.shares for d in dealings), strict=True)
    ]
    points = [
        CURVES[suite].total(_decode(suite, one) for one in column)
        for column in zip(*(d.commitments for d in dealings), strict=True)
    ]
    joined = tuple(share.to_bytes(SCALAR_SIZE, "big") for share in shares)
    return Dealing(joined, tuple(_compress(suite, point) for point in points), suite)


def lot_key_statement(
    tender_id: str,
    lot: str,
    k: int,
    custodians: Sequence[Custodian],
    dealers: Sequence[str],
    dealing: Dealing,
    entrustment: str | None = None,
) -> LotKey:
    """The statement that publishes a dealing. Raises `RuleBroken` when the buyer's side suffices (C7)."""
    key = LotKey(
        suite=dealing.suite,
        tender_id=tender_id,
        lot=lot,
        k=k,
        n=len(custodians),
        dealers=tuple(dealers),
        a=dealing.commitments,
        custodians=tuple(custodians),
        entrustment=entrustment,
    )
    check_quorum(key)
    return key


def lot_public_key(lot_key: LotKey) -> bytes:
    """Q, SEC1 uncompressed: to what suppliers seal. Raises `Refused("public-key-malformed")`."""
    return _encode(lot_key.suite, lot_key.a[0])


def seal_share(lot_key: LotKey, i: int, share: bytes) -> bytes:
    """The envelope to custodian i over "JCC1" || LKD || u16(i) || share: HPKE with info bound to LKD, or SM2 in suite S1."""
    record, enc = RECORD + bytes.fromhex(lot_key.id) + u16(i) + share, lot_key.custodians[i - 1].enc
    if enc.kind != ENVELOPES[lot_key.suite]:
        raise Refused("custody-key-of-another-suite", "Take a custody key of the lot key's suite.", i=i)
    if enc.kind == "sm2":
        return Sm2PublicKey(enc.key).encrypt(record)
    return hpke_seal(enc.key, record, _info(lot_key))


def seal_shares(lot_key: LotKey, dealing: Dealing) -> CustodyEnvelopes:
    """All envelopes of a lot key as the statement the dealer signs. Raises `Tampered` when the two do not belong together."""
    if (dealing.commitments, len(dealing.shares), dealing.suite) != (lot_key.a, lot_key.n, lot_key.suite):
        raise Tampered("custody-dealing-differs", "Make the lot key again from this dealing.", lot=lot_key.lot)
    envelopes = tuple(seal_share(lot_key, i, share) for i, share in enumerate(dealing.shares, 1))
    return CustodyEnvelopes(lot_key=lot_key.id, envelopes=envelopes)


def open_share(envelope: bytes, custody_key: CustodyKey | NationalCustodyKey, lot_key: LotKey) -> HeldShare:
    """Open one's envelope and check the share, so that junk is found before publication (H2).

    Raises `Refused("custody-key-not-named")`, `Tampered`: unwrap-failed, custody-share-foreign, custody-share-wrong.
    """
    i = next((c.i for c in lot_key.custodians if c.enc.key == custody_key.public), None)
    if i is None:
        raise Refused("custody-key-not-named", "Use the custody key that this lot key names.", lot=lot_key.lot)
    record = custody_key.unseal(envelope, _info(lot_key))
    if len(record) != 70 or not same(record[:38], RECORD + bytes.fromhex(lot_key.id) + u16(i)):
        raise Tampered("custody-share-foreign", "Ask the dealer for the envelope of this lot key.", i=i)
    share = HeldShare(i, record[38:])
    check_share(share.i, share.value, lot_key)
    return share


def acknowledge(lot_key: LotKey, share: HeldShare) -> CustodyAck:
    """What a custodian signs after `open_share`."""
    return CustodyAck(lot_key=lot_key.id, i=share.i, org=lot_key.custodians[share.i - 1].org)


def check_acks(lot_key: LotKey, acks: Sequence[CustodyAck]) -> None:
    """Every custodian has acknowledged this lot key: no bid is sealed without it (H2). Raises `Refused`."""
    wanted = {(c.i, c.org) for c in lot_key.custodians}
    if {(a.i, a.org) for a in acks if a.lot_key == lot_key.id} != wanted or len(acks) != lot_key.n:
        raise Refused("custody-acks-missing", "Wait until every custodian has acknowledged its share.", lot=lot_key.lot)


def check_share(i: int, share: bytes, lot_key: LotKey) -> None:
    """share·G == Σ i^j·A_j. Raises `Tampered("custody-share-wrong")` naming i."""
    wrong = Tampered("custody-share-wrong", "Ask custodian and dealer: this is not the share that was dealt.", i=i)
    if not 1 <= i <= lot_key.n or not _is_scalar(share, lot_key.suite):
        raise wrong
    curve, expected = CURVES[lot_key.suite], None
    for commitment in reversed(lot_key.a):
        expected = curve.add(curve.multiple(expected, i), _decode(lot_key.suite, commitment))
    if _public(lot_key.suite, share) != expected:
        raise wrong


def is_share(i: int, share: bytes, lot_key: LotKey) -> bool:
    """Whether this is custodian i's share of this lot key."""
    try:
        check_share(i, share, lot_key)
    except Tampered:
        return False
    return True


def combine(shares: Mapping[int, bytes], lot_key: LotKey) -> LotPrivateKey:
    """The lot key's private half from k or more shares, each checked, and d·G == Q.

    It is held in memory for the opening only and never stored. Raises `Refused("custody-shares-too-few")`,
    `Tampered`: custody-share-wrong, lot-key-wrong.
    """
    if len(shares) < lot_key.k:
        raise Refused(
            "custody-shares-too-few", "Wait for more custodians.", have=len(shares), need=lot_key.k, lot=lot_key.lot
        )
    for i, share in shares.items():
        check_share(i, share, lot_key)
    suite, used = lot_key.suite, sorted(shares)[: lot_key.k]
    order = CURVES[suite].order
    d = sum(int.from_bytes(shares[i], "big") * _lagrange(i, used, order) for i in used) % order
    scalar = d.to_bytes(SCALAR_SIZE, "big")
    if not _in_range(d, suite) or _public(suite, scalar) != _decode(suite, lot_key.a[0]):
        raise Tampered("lot-key-wrong", "Report this: the shares do not give the published key.", lot=lot_key.lot)
    return Sm2PrivateKey.derive(scalar) if suite == "S1" else ec.derive_private_key(d, ec.SECP256R1())


def custodian_release(freeze: str, lot_key: LotKey, share: HeldShare) -> CustodianRelease:
    """What a custodian signs beside its share, `freeze` being the id of the logged freeze."""
    return CustodianRelease(
        freeze=freeze,
        lot_key=lot_key.id,
        i=share.i,
        org=lot_key.custodians[share.i - 1].org,
        share=custody_share_digest(lot_key.id, share.i, share.value, lot_key.suite),
    )


def check_released_share(release: CustodianRelease, lot_key: LotKey, share: bytes) -> None:
    """The strong room's half of accepting a share: right custodian, right digest, Feldman. Raises `Tampered`."""
    mine = [c for c in lot_key.custodians if (c.i, c.org) == (release.i, release.org)]
    digest = custody_share_digest(lot_key.id, release.i, share, lot_key.suite) if mine else ""
    if release.lot_key != lot_key.id or release.share != digest:
        raise Tampered("custody-share-foreign", "Send the share of this lot key, with its own statement.", i=release.i)
    check_share(release.i, share, lot_key)


def _info(lot_key: LotKey) -> bytes:
    return I1.label("custody-share", bytes.fromhex(lot_key.id))


def _is_scalar(share: bytes, suite: SuiteName) -> bool:
    return len(share) == SCALAR_SIZE and _in_range(int.from_bytes(share, "big"), suite)


def _in_range(scalar: int, suite: SuiteName) -> bool:
    """1..n-1 on P-256; SM2 private keys end one earlier (GB/T 32918.1, 6.1)."""
    return 0 < scalar < CURVES[suite].order - (suite == "S1")


def _lagrange(i: int, used: Sequence[int], order: int) -> int:
    """The factor of share i in f(0)."""
    found = 1
    for j in used:
        if j != i:
            found = found * j * pow(j - i, -1, order) % order
    return found


def _public(suite: SuiteName, scalar: bytes) -> tuple[int, int]:
    """scalar·G, by the library."""
    if suite == "S1":
        return SM2P256V1.decode(Sm2PrivateKey.derive(scalar).public.point)
    numbers = ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1()).public_key().public_numbers()
    return numbers.x, numbers.y


def _decode(suite: SuiteName, commitment: str) -> tuple[int, int]:
    """A commitment's point, checked to be on the curve. Raises `Refused("public-key-malformed")`."""
    try:
        return CURVES[suite].decode(bytes.fromhex(commitment))
    except ValueError as error:
        raise Refused("public-key-malformed", "Ask the holder to publish the key again.") from error


def _encode(suite: SuiteName, commitment: str) -> bytes:
    """SEC1, uncompressed."""
    return CURVES[suite].encode(_decode(suite, commitment))


def _compress(suite: SuiteName, point: Point) -> str:
    """SEC1 compressed, hex."""
    if point is None:
        raise Refused("custody-numbers-wrong", "Deal again: the dealers' keys cancel each other.")
    return CURVES[suite].compress(point).hex()
