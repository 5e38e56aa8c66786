"""`jincai monitor` on a live platform: it follows, and it shouts when an operator rewrites history."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from procurement.basics.parties import Registration
from procurement.basics.roles import Role
from procurement.bidding.receipt import Receipt
from tests.processes import ROOT
from tests.world import REGION, World

BEAT = timedelta(minutes=11)


def _act(world: World, contact: str) -> Receipt:
    supplier = world.raw("supplier")
    return supplier.act(
        Registration(actor=supplier.code, role=Role.SUPPLIER, name=supplier.name, region=REGION, contact=contact)
    )


def _look(world: World, folder: Path, *compared: Path) -> tuple[int, str]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    key = folder.parent / "log.vkey"
    key.write_text(world.vkey)
    command = [sys.executable, "-m", "client.cli", "monitor", world.url, "--once", "--folder", str(folder)]
    done = subprocess.run(
        [*command, "--log-key", str(key), "--compare", *map(str, compared)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_follows_and_shouts(own_world: World, tmp_path: Path) -> None:
    world, folder, receipt = own_world, tmp_path / "monitor" / "one", tmp_path / "receipt.json"
    world.move(BEAT)
    assert _look(world, folder)[0] == 0
    world.stop()
    before = (world.data / "platform.db").read_bytes()
    world.start()
    receipt.write_bytes(_act(world, "孙七").to_bytes())
    world.move(BEAT)
    code, words = _look(world, folder, receipt)
    assert code == 0 and "is ours too" in words and " 0 new" not in words
    held = (folder / "leaves").read_bytes()

    # the operator puts back an older database and takes away the signer's memory, so that nothing stops it
    world.stop()
    for left in world.data.glob("platform.db-*"):
        left.unlink()
    (world.data / "platform.db").write_bytes(before)
    (world.data / "keys" / "log.memory").unlink()
    world.start()
    _act(world, "周八")
    world.move(2 * BEAT)
    code, words = _look(world, folder)
    assert code == 1 and ("log-forked" in words or "log-rollback" in words)
    assert len(list((folder / "forks").iterdir())) == 2, "both signed heads are kept"
    assert (folder / "leaves").read_bytes()[: len(held)] == held

    # who comes later sees nothing by itself, but a receipt of the other history tells
    later = tmp_path / "monitor" / "two"
    assert _look(world, later)[0] == 0
    code, words = _look(world, later, receipt)
    assert code == 1 and "log-forked" in words


def test_a_memory_cut_short_is_told(own_world: World, tmp_path: Path) -> None:
    own_world.move(BEAT)
    folder = tmp_path / "monitor" / "one"
    assert _look(own_world, folder)[0] == 0
    leaves = folder / "leaves"
    leaves.write_bytes(leaves.read_bytes()[:-1])
    code, words = _look(own_world, folder)
    assert code == 1 and "log-memory-broken" in words


def test_leaves_of_a_broken_off_look_are_asked_for_again(own_world: World, tmp_path: Path) -> None:
    own_world.move(BEAT)
    folder = tmp_path / "monitor" / "one"
    folder.mkdir(parents=True)
    (folder / "leaves").write_bytes(b"x" * 77)
    assert _look(own_world, folder)[0] == 0
