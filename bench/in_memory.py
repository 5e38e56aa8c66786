"""Sealing and opening where neither side waits for a disk: the same parties on a memory disk, so that only the work is compared.

A flush there costs nothing, for `age` as for us: the second half of "flushed on both sides or on neither".
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench import sealing
from bench.bids import BidWorld
from bench.measuring import Line, Plan, alternate, median, speed

DISK = Path("/dev/shm")
TARGET = 1.6
ROOM = 3
"""Files of the size at once: the container, ours, the peer's"""


def measure(plan: Plan) -> list[Line]:
    """Nothing to compare without peers or without a memory disk with room."""
    if not plan.peers:
        return []
    if not DISK.is_dir() or shutil.disk_usage(DISK).free < ROOM * plan.size or _memory() < ROOM * plan.size:
        return [Line("seal on a memory disk, against age", "", note=f"needs {ROOM}× the size free in {DISK}")]
    with tempfile.TemporaryDirectory(dir=DISK) as folder:
        return _compared(replace(plan, folder=Path(folder)))


def _compared(plan: Plan) -> list[Line]:
    world = BidWorld.create(plan.folder, plan.size)
    size, target = world.container.stat().st_size, plan.folder / "bid.sealed"
    python, saved = [sys.executable, "-m", "bench.seal_one"], world.save(plan.folder)
    parties: dict[str, Callable[[], float]] = {}
    missing = sealing.add_peers(parties, world, plan, ("age",))
    if missing:
        return [Line("seal on a memory disk, against age", "", note="; ".join(missing))]
    del parties["age and sha256"]
    parties["jincai"] = lambda: sealing.seal_once([*python, *saved], target, [])
    parties[sealing.CHECKED] = lambda: sealing.seal_once([*python, "--recheck", *saved], target, [])
    runs = alternate(parties, plan.rounds)
    theirs = median(runs["age"])
    wanted = (("jincai", "seal", TARGET), (sealing.CHECKED, "seal and open again", 1.0))
    lines = []
    for party, name, least in wanted:
        ratio = theirs / median(runs[party])
        said, peer = speed(size, median(runs[party])), speed(size, theirs)
        note = "no disk on either side"
        lines.append(
            Line(
                f"{name} on a memory disk, against age", said, peer, ratio, f"≥ {least:g}×", ratio >= least, note, runs
            )
        )
    return lines


def _memory() -> int:
    """Bytes of memory that are to be had; 0 where the system does not say."""
    try:
        told = Path("/proc/meminfo").read_text()
    except OSError:
        return 0
    return int(told.partition("MemAvailable:")[2].split()[0]) * 1024
