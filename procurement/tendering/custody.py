"""Custody of a lot's opening key: who holds shares, and that they hold good ones (protocol B1, decision 2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Literal

from procurement.basics.problems import NotAllowed, Refused, RuleBroken
from procurement.basics.roles import Role
from procurement.basics.statement import Statement
from procurement.basics.value import Blob, Code, Hex32, Instant, Name, Value

READY_TOLERANCE = timedelta(minutes=5)
"""How old a check of readiness may be when it is said"""


class SigningReference(Value):
    """How a custodian signs: by certificate, or by an enrolled key (finance has no CA)."""

    kind: Literal["cert", "enrolled-key"]
    digest: Hex32


class EnvelopeKey(Value):
    """Where a share is sent. Only keys made by the custodian itself; a certificate fallback is a later format."""

    kind: Literal["hpke", "sm2"] = "hpke"
    key: Blob
    """Public key on P-256 (hpke) or sm2p256v1 (sm2), SEC1 uncompressed"""


ENVELOPES: dict[str, Literal["hpke", "sm2"]] = {"I1": "hpke", "S1": "sm2"}
"""How shares of a lot key of each suite travel"""


class CustodyKey(Statement):
    """A custodian publishes the key under which shares reach it, made on its own machine (H1): one for each suite.

    The statement's own suite is that of the key the custodian signs with; `enc.kind` says which lot keys it serves.
    """

    TYPE: ClassVar[str] = "custody-key"
    org: Code
    role: Role
    sign: SigningReference
    enc: EnvelopeKey


class Custodian(Value):
    i: int
    """Share index, from 1"""
    org: Code
    name: Name
    role: Role
    buyer_side: bool
    """Agency and purchaser are both the buyer (C7)"""
    custody_key: Hex32
    """Id of the `custody-key` statement"""
    sign: SigningReference
    enc: EnvelopeKey


class LotKey(Statement):
    """The opening key of one lot: Feldman commitments and the custodians. A[0] is the public key, on the suite's curve."""

    TYPE: ClassVar[str] = "lot-key"
    tender_id: Code
    lot: Code
    k: int
    n: int
    dealers: tuple[Hex32, ...]
    """SHA-256 of the dealers' signing certificates"""
    a: tuple[str, ...]
    """Commitments A_0..A_{k-1}, SEC1 compressed hex"""
    custodians: tuple[Custodian, ...]
    entrustment: Hex32 | None = None
    """Id of the accepted entrustment under which the lot is tendered. The platform asks for it, so that custody has its place in
    the course of the procurement; a dealing outside a platform has none"""


class CustodyEnvelopes(Statement):
    """The sealed shares of one lot key, signed by the dealer: envelope of custodian i at place i-1 (B1)."""

    TYPE: ClassVar[str] = "custody-envelopes"
    lot_key: Hex32
    envelopes: tuple[Blob, ...]


class CustodyAck(Statement):
    """A custodian has opened its envelope and checked its share against the commitments (H2)."""

    TYPE: ClassVar[str] = "custody-ack"
    lot_key: Hex32
    i: int
    org: Code


class CustodyReady(Statement):
    """A custodian has opened and checked its share once more, on the machine it will release from; the share stays there (L5)."""

    TYPE: ClassVar[str] = "custody-ready"
    tender: Hex32
    """TV of the version in force"""
    lot: Code
    lot_key: Hex32
    i: int
    org: Code
    checked: Instant


def check_ready(act: CustodyReady, key_id: str, key: LotKey, lot: str, now: datetime) -> None:
    """`key_id` and `key` are those of the lot as published. Raises `Refused`, `NotAllowed`."""
    if act.lot != lot or act.lot_key != key_id:
        raise Refused("lot-key-of-another-lot", "Check the share of this lot's key.", lot=act.lot)
    if not any((c.i, c.org) == (act.i, act.org) for c in key.custodians):
        raise NotAllowed("not-this-custodian", "Check your own share.", i=act.i)
    if abs(now - act.checked) > READY_TOLERANCE:
        raise Refused("readiness-not-now", "Check the share now and say so at once.", checked=act.checked.isoformat())


def check_quorum(key: LotKey) -> None:
    """More custodians must be needed than sit on the buyer's side (decision 2, C7). Raises `RuleBroken`."""
    buyers = sum(c.buyer_side for c in key.custodians)
    if len(key.custodians) != key.n or not 1 <= key.k <= key.n <= 9 or len(key.a) != key.k:
        raise RuleBroken(
            "C-7", "custody-malformed", "Make the lot key again: its numbers do not fit together.", lot=key.lot
        )
    if [c.i for c in key.custodians] != list(range(1, key.n + 1)) or len({c.org for c in key.custodians}) != key.n:
        raise RuleBroken(
            "C-7", "custody-malformed", "Number the custodians 1..n, each a different organisation.", lot=key.lot
        )
    if any(c.enc.kind != ENVELOPES[key.suite] for c in key.custodians):
        raise RuleBroken("C-7", "custody-malformed", "Take custody keys of the lot key's suite.", lot=key.lot)
    if key.k <= buyers:
        raise RuleBroken(
            "C-7",
            "custody-quorum-too-small",
            "Raise k above the number of buyer-side custodians, or add custodians who are not the buyer.",
            lot=key.lot,
            k=key.k,
            buyer_side=buyers,
        )
