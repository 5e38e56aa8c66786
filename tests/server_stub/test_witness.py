"""The witness signs a tree that grew from the one it saw, and nothing else (H4)."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crypto.log import Checkpoint, NoteKey, NoteSigner, cosignatures, root_of
from procurement.basics.problems import Tampered
from server_stub.witness import Stale, Witness
from tests.world import World, registration

AT = datetime(2026, 3, 2, tzinfo=UTC)


def _body(old: int, proof: list[bytes], note: str) -> str:
    return "\n".join([f"old {old}", *(base64.b64encode(one).decode() for one in proof)]) + "\n\n" + note


def test_it_follows_growth_and_refuses_forks(tmp_path: Path) -> None:
    log = NoteSigner.of("log.test", Ed25519PrivateKey.generate())
    witness = Witness(tmp_path, "witness.test", log.key)
    a, b, c = (os.urandom(32) for _ in range(3))
    first = Checkpoint("log.test", 1, root_of([a])).sign(log)
    second = Checkpoint("log.test", 2, root_of([a, b])).sign(log)
    fork = Checkpoint("log.test", 2, root_of([a, c])).sign(log)
    key = NoteKey.from_vkey(witness.vkey)
    assert cosignatures(first + witness.add(_body(0, [], first), AT), [key])[0].at == AT
    with pytest.raises(Stale) as stale:
        witness.add(_body(0, [], second), AT)
    assert stale.value.size == 1
    with pytest.raises(Tampered):
        witness.add(_body(1, [c], second), AT)
    witness.add(_body(1, [b], second), AT)
    again = Witness(tmp_path, "witness.test", log.key)
    assert again.vkey == witness.vkey
    with pytest.raises(Tampered):
        again.add(_body(2, [], fork), AT)
    with pytest.raises(Tampered):
        again.add(
            _body(
                2,
                [],
                Checkpoint("log.test", 2, root_of([a, b])).sign(
                    NoteSigner.of("log.test", Ed25519PrivateKey.generate())
                ),
            ),
            AT,
        )


def test_public_heads_carry_its_line(tmp_path: Path) -> None:
    world = World.create(tmp_path, start=False)
    key = world.start_witness()
    world.start()
    try:
        agency = world.organisation("agency", "晋采招标代理有限公司", "91140000MA0AGENCY1")
        agency.act(registration(agency))
        world.move(timedelta(minutes=11))
        note = requests.get(world.url + "/v1/log/checkpoint", timeout=60).text
        seen = cosignatures(note, [key])
        assert len(seen) == 1
        assert abs((seen[0].at - world.now()).total_seconds()) < 60
        world.kill()
        world.start()
        world.move(timedelta(minutes=11))
        assert cosignatures(requests.get(world.url + "/v1/log/checkpoint", timeout=60).text, [key])
    finally:
        world.close()
