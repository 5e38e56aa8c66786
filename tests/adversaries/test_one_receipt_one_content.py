"""C1: a bidder prepares a body that opens under two keys, to choose between two bids later. The commitments forbid it."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.authority import Issued, TestAuthority
from crypto.bidfile import inspect
from crypto.envelope import wrap_o
from crypto.sealing import fault_of, open_sealed
from crypto.suites import I1, Secrets, chunk_nonce
from procurement.basics.problems import Tampered
from tests.adversaries.salamander import two_keyed
from tests.crypto.bid_world import Forged, World, public_of

SIZE = 64


@pytest.fixture
def world(tmp_path: Path, authority: TestAuthority, organisation: Issued) -> World:
    return World(tmp_path, authority, organisation)


def keys_of(raw: bytes, nonce: bytes, ctx: bytes, s: bytes, o: bytes) -> tuple[bytes, bytes]:
    return Secrets(I1, ctx, nonce, s, o).body_key(I1.d("header", raw))


def refusal(world: World, forged: Forged, s: bytes, o: bytes) -> str:
    with pytest.raises(Tampered) as found:
        open_sealed(forged.path, s, o, world.folder / "out", bid=forged.bid, reader=world.reader)
    assert fault_of(found.value) == "bidder"
    return found.value.code


@pytest.mark.parametrize("which", ["s", "o"])
def test_the_second_reading_dies_at_the_share(world: World, which: str) -> None:
    one = {"s": os.urandom(32), "o": os.urandom(32)}
    two = {**one, which: os.urandom(32)}

    def body(raw: bytes, nonce: bytes, ctx: bytes) -> bytes:
        keys = [keys_of(raw, nonce, ctx, **shares)[0] for shares in (one, two)]
        sealed = two_keyed(*keys, chunk_nonce(0, True), SIZE)
        plain = [AESGCM(key).decrypt(chunk_nonce(0, True), sealed, None) for key in keys]
        assert plain[0] != plain[1], "the attack itself works: two contents in one ciphertext"
        return sealed

    forged = world.forge("salamander", b"\0" * SIZE, body=body, **one)
    # Under the committed shares the body does open (to rubbish, here); under the others the share is refused first.
    assert refusal(world, forged, **one).startswith("container-")
    assert refusal(world, forged, **two) == f"share-{which}-wrong"


def test_two_opening_envelopes_cannot_differ(world: World) -> None:
    """An `env_o` with another o than committed is found out by arithmetic, whoever opens it."""
    forged = world.forge_from(world.container())
    found = inspect(forged.path)
    other = os.urandom(32)
    swapped = world.forge_from(
        world.folder / "bid.asice", "swapped", env_o=wrap_o(found.ctx, other, public_of(world.lot_key))
    )
    assert refusal(world, swapped, swapped.s, other) == "share-o-wrong"
