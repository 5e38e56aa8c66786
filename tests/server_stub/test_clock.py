"""A demo's clock goes forward only, outlives a kill, and does not exist for anybody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.world import Denied, World


def test_the_clock_moves_forward_only(world: World) -> None:
    before = world.now()
    assert world.move(timedelta(days=2)) >= before + timedelta(days=2)
    with pytest.raises(Denied, match="clock-backward"):
        world.move(before)


def test_the_clock_outlives_a_kill(own_world: World) -> None:
    moved = own_world.move(timedelta(days=30))
    own_world.kill()
    own_world.start()
    assert moved <= own_world.now() < moved + timedelta(hours=1)


def test_a_server_without_demo_refuses(tmp_path: Path) -> None:
    world = World.create(tmp_path, start=False)
    world.options = []
    world.start()
    try:
        with pytest.raises(Denied) as denied:
            world.move(timedelta(days=1))
        assert (denied.value.status, denied.value.code) == (403, "clock-not-settable")
    finally:
        world.close()
