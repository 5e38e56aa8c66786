"""The public log: a padded head on its beat, proofs that hold, a signer that cannot be rolled back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from crypto.log import Checkpoint, NoteKey, TlogProof, leaf_hash, root_of, verify_consistency, verify_inclusion
from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.wire.messages import LogHashes
from tests.world import REGION, World, read


def _head(world: World) -> Checkpoint:
    return Checkpoint.verify(requests.get(world.url + "/v1/log/checkpoint", timeout=60).text, _key(world))


def _key(world: World) -> NoteKey:
    return NoteKey.from_vkey(requests.get(world.url + "/v1/log/key", timeout=60).text)


def _hashes(world: World, path: str) -> list[bytes]:
    found = read(requests.get(f"{world.url}/v1/log/{path}", timeout=60), LogHashes)
    return [bytes.fromhex(one) for one in found.hashes]


def _registration(world: World, contact: str) -> Registration:
    supplier = world.raw("supplier")
    return Registration(actor=supplier.code, role=Role.SUPPLIER, name=supplier.name, region=REGION, contact=contact)


def test_heads_are_padded_consistent_and_recomputable(world: World) -> None:
    assert _key(world).vkey == world.vkey
    before = _head(world)
    receipt = world.raw("supplier").act(_registration(world, "李四"))
    assert _head(world) == before
    world.move(timedelta(minutes=11))
    after = _head(world)
    grown = after.size - before.size
    assert grown >= 8 and grown & (grown - 1) == 0
    leaves = [leaf_hash(leaf) for leaf in _hashes(world, f"leaves?start=0&end={after.size}")]
    assert root_of(leaves) == after.root
    proof = _hashes(world, f"proof/consistency?first={before.size}&second={after.size}")
    verify_consistency(before.size, after.size, proof, before.root, after.root)
    path = _hashes(world, f"proof/inclusion?index={receipt.leaf_index}&size={after.size}")
    verify_inclusion(leaves[receipt.leaf_index], receipt.leaf_index, after.size, path, after.root)


def test_a_receipts_head_is_part_of_the_public_log(world: World) -> None:
    receipt = world.raw("supplier").act(_registration(world, "王五"))
    own = Checkpoint.verify(TlogProof.from_text(receipt.proof).note, _key(world))
    world.move(timedelta(minutes=11))
    head = _head(world)
    proof = _hashes(world, f"proof/consistency?first={own.size}&second={head.size}")
    verify_consistency(own.size, head.size, proof, own.root, head.root)


def test_leaves_beyond_the_public_head_stay_unsaid(world: World) -> None:
    head = _head(world)
    world.raw("supplier").act(_registration(world, "赵六"))
    answer = requests.get(f"{world.url}/v1/log/leaves?start=0&end={head.size + 1}", timeout=60)
    assert answer.json()["code"] == "log-not-yet-public"


def test_a_restored_older_database_does_not_start(own_world: World) -> None:
    world = own_world
    world.stop()
    saved = (world.data / "platform.db").read_bytes()
    world.start()
    world.raw("supplier").act(_registration(world, "孙七"))
    world.stop()
    for left in world.data.glob("platform.db-*"):
        left.unlink()
    (world.data / "platform.db").write_bytes(saved)
    with pytest.raises(RuntimeError, match="log-rollback"):
        world.start()
