"""Golden values of suite S1: custody, envelopes and a statement made once and kept; today's code must read them alike."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from cryptography import x509

from crypto.custody import combine, deal, lot_public_key, open_share
from crypto.envelope import unwrap_o, unwrap_s
from crypto.keys import NationalCustodyKey
from crypto.national.certified import issued_by, sm2_key
from crypto.national.sm2 import Sm2PrivateKey
from crypto.suites import S1, context
from crypto.tokens import SoftwareToken
from procurement.basics.problems import Tampered
from procurement.basics.statement import statement_id
from procurement.bidding.sealed import NationalRecipient
from procurement.opening.order import custody_share_digest
from procurement.tendering.custody import LotKey

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "national-bid.json").read_text("utf-8"))
CUSTODY, ENVELOPES, STATEMENT = VECTORS["custody"], VECTORS["envelopes"], VECTORS["statement"]
SHARES = [bytes.fromhex(share) for share in CUSTODY["shares"]]


def test_dealing() -> None:
    made = deal(3, 4, "S1", _coefficients=[int(one, 16) for one in CUSTODY["coefficients"]])
    assert [share.hex() for share in made.shares] == CUSTODY["shares"]
    assert list(made.commitments) == CUSTODY["commitments"]
    lot_key = LotKey.from_bytes(CUSTODY["lot_key"].encode())
    assert (lot_key.suite, lot_key.id, lot_public_key(lot_key)) == ("S1", CUSTODY["lkd"], made.public_key)
    for i, share in enumerate(SHARES, 1):
        assert custody_share_digest(lot_key.id, i, share, "S1") == CUSTODY["share_digests"][i - 1]


def test_envelopes_to_custodians_and_the_opening() -> None:
    lot_key = LotKey.from_bytes(CUSTODY["lot_key"].encode())
    held = {}
    for envelope, scalar in zip(CUSTODY["envelopes"], CUSTODY["custody_keys"], strict=True):
        key = NationalCustodyKey(Sm2PrivateKey.derive(bytes.fromhex(scalar)))
        share = open_share(bytes.fromhex(envelope), key, lot_key)
        held[share.i] = share.value
    assert [held[i] for i in (1, 2, 3, 4)] == SHARES
    private = combine({i: held[i] for i in (1, 3, 4)}, lot_key)
    ctx = bytes.fromhex(ENVELOPES["ctx"])
    assert unwrap_o(bytes.fromhex(ENVELOPES["env_o"]), private, ctx, S1).hex() == ENVELOPES["o"]
    with pytest.raises(Tampered, match="unwrap-failed"):
        unwrap_o(bytes.fromhex(ENVELOPES["env_o"]), private, bytes(32), S1)


def test_envelope_to_the_supplier() -> None:
    ctx = context(S1, b"\1" * 32, "lot-1", "91140000TEST000001", bytes(range(32)))
    assert ctx.hex() == ENVELOPES["ctx"]
    key = Sm2PrivateKey(bytes.fromhex(ENVELOPES["encryption_key"]))
    certificate = x509.load_der_x509_certificate(bytes.fromhex(ENVELOPES["encryption_certificate"]))
    token = SoftwareToken((key, certificate), (key, certificate))
    listed = tuple(
        NationalRecipient(
            issuer=bytes.fromhex(one["issuer"]), serial=one["serial"], sealed=bytes.fromhex(one["sealed"])
        )
        for one in ENVELOPES["env_s"]
    )
    assert unwrap_s(listed, token, ctx).hex() == ENVELOPES["s"]


def test_a_statement_and_its_signature() -> None:
    data, der = STATEMENT["bytes"].encode(), bytes.fromhex(STATEMENT["certificate"])
    assert statement_id(data) == STATEMENT["id"]
    certificate = x509.load_der_x509_certificate(der)
    assert issued_by(certificate, x509.load_der_x509_certificate(bytes.fromhex(STATEMENT["issuing"])))
    key, named = sm2_key(certificate), hashlib.new("sm3", der).digest()
    assert key is not None
    signed = b"jincai/v1/S1/sign\0" + (32).to_bytes(4, "big") + named + data
    assert key.verify(bytes.fromhex(STATEMENT["signature"]), signed)
    assert not key.verify(bytes.fromhex(STATEMENT["signature"]), signed + b" ")
