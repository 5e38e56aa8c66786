"""Feldman custody: any k rebuild the key, fewer do not, junk is found before publication."""

import itertools
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.custody import (
    HeldShare,
    acknowledge,
    check_acks,
    check_released_share,
    check_share,
    combine,
    custodian_release,
    deal,
    join,
    lot_public_key,
    open_share,
    seal_share,
    seal_shares,
)
from crypto.keys import CustodyKey
from crypto.national.curve import P256
from procurement.basics.problems import Problem, Refused, RuleBroken, Tampered
from procurement.opening.order import custody_share_digest
from procurement.tendering.custody import LotKey
from tests.crypto.custody_world import PARTIES, custody, lot_key_of

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "custody.json").read_text("utf-8"))


def sec1(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def code_of(found: pytest.ExceptionInfo[Problem]) -> str:
    return found.value.code


def test_any_three_of_four_rebuild_the_key() -> None:
    dealing, _, lot_key = custody()
    for chosen in itertools.combinations(range(1, 5), 3):
        d = combine({i: dealing.shares[i - 1] for i in chosen}, lot_key)
        assert sec1(d) == lot_public_key(lot_key) == dealing.public_key
    assert sec1(combine(dict(enumerate(dealing.shares, 1)), lot_key)) == lot_public_key(lot_key)


@pytest.mark.parametrize("k", [3, 4])
def test_fewer_than_k_are_refused(k: int) -> None:
    dealing, _, lot_key = custody(k)
    with pytest.raises(Refused) as found:
        combine({i: dealing.shares[i - 1] for i in range(1, k)}, lot_key)
    assert code_of(found) == "custody-shares-too-few"


def test_every_custodian_checks_its_own_envelope() -> None:
    dealing, keys, lot_key = custody()
    sealed = seal_shares(lot_key, dealing)
    held = [open_share(one, key, lot_key) for one, key in zip(sealed.envelopes, keys, strict=True)]
    assert [share.value for share in held] == list(dealing.shares)
    acks = [acknowledge(lot_key, share) for share in held]
    check_acks(lot_key, acks)
    for short in (acks[:3], [*acks[:3], acks[0]], [*acks[:3], acks[3].model_copy(update={"lot_key": "0" * 64})]):
        with pytest.raises(Refused, match="custody-acks-missing"):
            check_acks(lot_key, short)


def test_envelopes_of_others_do_not_open() -> None:
    dealing, keys, lot_key = custody()
    sealed = seal_shares(lot_key, dealing)
    with pytest.raises(Tampered, match="unwrap-failed"):
        open_share(sealed.envelopes[1], keys[0], lot_key)
    with pytest.raises(Refused, match="custody-key-not-named"):
        open_share(sealed.envelopes[0], CustodyKey.generate(), lot_key)
    other = lot_key.model_copy(update={"lot": "lot-2"})
    with pytest.raises(Tampered, match="unwrap-failed"):
        open_share(sealed.envelopes[0], keys[0], other)


def test_a_share_off_by_one_is_named() -> None:
    dealing, keys, lot_key = custody()
    off = (int.from_bytes(dealing.shares[1], "big") + 1).to_bytes(32, "big")
    with pytest.raises(Tampered, match="custody-share-wrong") as found:
        open_share(seal_share(lot_key, 2, off), keys[1], lot_key)
    assert found.value.facts["i"] == "2"
    with pytest.raises(Tampered, match="custody-share-wrong"):
        combine({1: dealing.shares[0], 2: off, 3: dealing.shares[2]}, lot_key)


@pytest.mark.parametrize("share", [b"", b"\0" * 32, P256.order.to_bytes(32, "big"), b"\xff" * 32, b"\1" * 33])
def test_no_share_outside_the_group(share: bytes) -> None:
    _, _, lot_key = custody()
    with pytest.raises(Tampered, match="custody-share-wrong"):
        check_share(1, share, lot_key)


def test_shares_do_not_count_under_another_number() -> None:
    dealing, _, lot_key = custody()
    for i in (0, 1, 5, 9):
        with pytest.raises(Tampered, match="custody-share-wrong"):
            check_share(i, dealing.shares[1], lot_key)


def test_another_dealers_commitments_are_noticed() -> None:
    dealing, _, lot_key = custody()
    other = lot_key.model_copy(update={"a": deal(3, 4).commitments})
    with pytest.raises(Tampered, match="custody-dealing-differs"):
        seal_shares(other, dealing)
    with pytest.raises(Refused, match="public-key-malformed"):
        lot_public_key(lot_key.model_copy(update={"a": ("02" + "ff" * 32, *lot_key.a[1:])}))


def test_buyers_alone_may_not_suffice() -> None:
    with pytest.raises(RuleBroken, match="custody-quorum-too-small"):
        custody(k=2)
    for k, n in ((0, 4), (5, 4), (3, 10)):
        with pytest.raises(Refused, match="custody-numbers-wrong"):
            deal(k, n)


def test_two_dealers_add_up() -> None:
    one, two = deal(3, 4), deal(3, 4)
    keys = [CustodyKey.generate() for _ in PARTIES]
    lot_key = lot_key_of(join([one, two]), keys)
    shares = join([one, two]).shares
    d = combine({1: shares[0], 3: shares[2], 4: shares[3]}, lot_key)
    assert sec1(d) == lot_public_key(lot_key)
    with pytest.raises(Tampered):
        combine({1: one.shares[0], 3: one.shares[2], 4: one.shares[3]}, lot_key)


def test_release_names_freeze_and_share() -> None:
    dealing, _, lot_key = custody()
    share = HeldShare(2, dealing.shares[1])
    release = custodian_release("f" * 64, lot_key, share)
    check_released_share(release, lot_key, share.value)
    off = (int.from_bytes(share.value, "big") + 1).to_bytes(32, "big")
    for changed, value in (
        (release, off),
        (release.model_copy(update={"i": 3}), share.value),
        (release.model_copy(update={"org": PARTIES[0][0]}), share.value),
        (release.model_copy(update={"lot_key": "0" * 64}), share.value),
    ):
        with pytest.raises(Tampered, match="custody-share-foreign"):
            check_released_share(changed, lot_key, value)
    lying = release.model_copy(update={"share": custody_share_digest(lot_key.id, 2, off)})
    with pytest.raises(Tampered, match="custody-share-wrong"):
        check_released_share(lying, lot_key, off)


def test_published_vector() -> None:
    lot_key = LotKey.from_bytes(VECTOR["lot_key"]["bytes"].encode())
    dealing = deal(3, 4, _coefficients=[int(c, 16) for c in VECTOR["coefficients"]])
    assert lot_key.id == VECTOR["lot_key"]["id"]
    assert list(dealing.commitments) == VECTOR["commitments"] == list(lot_key.a)
    assert [share.hex() for share in dealing.shares] == VECTOR["shares"]
    assert lot_public_key(lot_key).hex() == VECTOR["lot_public_key"]
    for i, share in enumerate(dealing.shares, 1):
        assert custody_share_digest(lot_key.id, i, share) == VECTOR["share_digests"][i - 1]
    private = ec.derive_private_key(int(VECTOR["envelope"]["custody_private_key"], 16), ec.SECP256R1())
    held = open_share(bytes.fromhex(VECTOR["envelope"]["sealed"]), CustodyKey(private), lot_key)
    assert (held.i, held.value.hex()) == (VECTOR["envelope"]["i"], VECTOR["shares"][held.i - 1])
    assert combine({i: dealing.shares[i - 1] for i in (1, 2, 4)}, lot_key).private_numbers().private_value == int(
        VECTOR["coefficients"][0], 16
    )
