"""How everything here is measured: alternating runs on the same machine at the same time, and their medians."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    name: str
    ours: str
    peer: str = ""
    ratio: float | None = None
    """Our throughput divided by the peer's, from medians"""
    target: str = ""
    met: bool | None = None
    """None where nothing is promised, or nothing could be compared"""
    note: str = ""
    runs: Mapping[str, list[float]] = field(default_factory=dict)
    """Every run of every party, in seconds (or bytes, where the name says so), in order"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure: bytes of the file, rounds, a folder to work in, and whether peers take part."""

    size: int
    rounds: int
    folder: Path
    peers: bool = True


def alternate(parties: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Let each party run once in every round; the seconds of each.

    Each round begins with the next party: what one leaves the disk to do (discarding its file) must not always hit the same one.
    """
    found: dict[str, list[float]] = {name: [] for name in parties}
    names = list(parties)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            os.sync()
            found[name].append(parties[name]())
    return found


def median(values: list[float]) -> float:
    return statistics.median(values)


def speed(size: int, seconds: float) -> str:
    """MB/s (10⁶ bytes), and the seconds."""
    return f"{size / seconds / 1e6:.0f} MB/s ({seconds:.2f} s)"


def flush(path: Path) -> None:
    """Wait until the file is on the disk: for peers that do not do it themselves."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def have(program: str, package: str) -> str:
    """Empty when the program is there (installed now, where that is allowed); otherwise what to run."""
    if shutil.which(program):
        return ""
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if shutil.which("apt-get"):
        right = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], install):
            try:
                subprocess.run([*right, *command], env=environment, capture_output=True, check=False)
            except OSError:
                break
    return "" if shutil.which(program) else f"{program} is missing; run: sudo {' '.join(install)}"


def peak() -> float:
    """Most memory this process ever held, in bytes. 0 where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0.0
    return float(status.partition("VmHWM:")[2].split()[0]) * 1024
