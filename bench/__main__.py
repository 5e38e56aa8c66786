"""`python -m bench`: one command, one table, everything measured in one run on this machine."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import (
    heartbeat,
    in_memory,
    national,
    opening,
    ranking,
    scrolling,
    sealing,
    stamping,
    starting,
    syncing,
    tree,
    typing_rows,
    uploading,
)
from bench.measuring import MIB, Line, Plan

MEASURES = {
    "sealing": sealing.measure,
    "memory": in_memory.measure,
    "opening": opening.measure,
    "national": national.measure,
    "upload": uploading.measure,
    "ranking": ranking.measure,
    "stamping": stamping.measure,
    "log": tree.measure,
    "window": heartbeat.measure,
    "typing": typing_rows.measure,
    "thumbnails": scrolling.measure,
    "starting": starting.measure,
    "syncing": syncing.measure,
}
UNITS = {"GiB": 1024 * MIB, "MiB": MIB, "KiB": 1024}


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, keep; 0 unless something could not be measured at all. A target that is missed is said, not hidden."""
    options = _parser().parse_args(arguments)
    output: Path = options.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    console, lines = _console(), list[Line]()
    with tempfile.TemporaryDirectory(dir=output, prefix="work-") as folder:
        plan = Plan(options.size, options.rounds, Path(folder), peers=not options.no_peers)
        for name in options.only or MEASURES:
            console.print(f"measuring {name} …")
            lines += MEASURES[name](plan)
    _print(console, lines, options.size)
    said = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "size": options.size,
        "rounds": options.rounds,
        "lines": [asdict(line) for line in lines],
    }
    (output / "results.json").write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Jincai against named peers, in one run")
    parser.add_argument("--size", type=_size, default=_size("1GiB"), help="size of the bid, like 1GiB or 64MiB")
    parser.add_argument("--only", action="append", choices=list(MEASURES), help="measure this alone; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each party, in turn")
    parser.add_argument("--no-peers", action="store_true", help="leave the peers out")
    parser.add_argument("--output", type=Path, default=Path("bench-output"), help="where results.json goes")
    return parser


def _size(text: str) -> int:
    number, unit = text[:-3], text[-3:]
    if unit not in UNITS or not number.isdecimal() or number == "0":
        raise argparse.ArgumentTypeError(f"write it like 1GiB or 64MiB, not {text}")
    return int(number) * UNITS[unit]


def _console() -> Console:
    """As wide as the terminal; wide enough for the table where there is none."""
    made = Console()
    return made if made.is_terminal else Console(width=150)


def _print(console: Console, lines: list[Line], size: int) -> None:
    table = Table(title=f"{size / MIB:.0f} MiB · {_cpu()}", show_lines=True)
    for column in ("measured", "ours", "peer", "ratio", "target", "", "note"):
        table.add_column(column)
    verdict = {True: "[green]met", False: "[red]missed", None: ""}
    for line in lines:
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}×"
        table.add_row(line.name, line.ours, line.peer, ratio, line.target, verdict[line.met], line.note)
    console.print(table)


def _cpu() -> str:
    """The processor's name, how many cores, and whether it hashes in hardware (Linux says so)."""
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    name = next((row.partition(": ")[2] for row in told.splitlines() if row.startswith("model name")), "processor")
    hashes = "sha_ni" in told or "sha2" in told
    return f"{name}, {told.count('processor	:')} cores, {'with' if hashes else 'no'} SHA instructions"


if __name__ == "__main__":
    sys.exit(main())
