"""Sealing in suite S1 against the least time its own primitives need on all cores of this machine."""

from __future__ import annotations

import sys

from bench import floor
from bench.bids import BidWorld
from bench.measuring import MIB, Line, Plan, alternate, median, speed
from bench.sealing import seal_once

TARGET = 0.75


def measure(plan: Plan) -> list[Line]:
    """One line: floor and sealing by turns, so that both meet the same machine."""
    world = BidWorld.create(plan.folder, plan.size, "sm2")
    size = world.container.stat().st_size
    work = min(floor.WORK, max(1, plan.size // MIB))
    command = [sys.executable, "-m", "bench.seal_one", *world.save(plan.folder)]
    peaks: list[float] = []
    runs = alternate(
        {
            "floor": lambda: floor.measure_national(1, work).seconds(size),
            "jincai": lambda: seal_once(command, plan.folder / "bid.sealed", peaks),
        },
        plan.rounds,
    )
    world.container.unlink()
    ours, least = median(runs["jincai"]), median(runs["floor"])
    note = f"SM3 and SM4-GCM on all cores; peak memory {max(peaks) / MIB:.0f} MiB"
    ratio = least / ours
    name = "seal in suite S1 against its own floor"
    return [
        Line(name, speed(size, ours), speed(size, least), ratio, f"≥ {TARGET}×", ratio >= TARGET, note, runs),
    ]
