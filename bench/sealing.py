"""Sealing a finished container, with its digest and flushed to disk, against `age` and `openssl cms`."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import floor
from bench.bids import BidWorld
from bench.measuring import MIB, Line, Plan, alternate, flush, have, median, speed

TARGET = 1.6
MEMORY = 64 * MIB
BLOCK = 4 * MIB
COPY, CHECKED = "copy", "jincai, opened again"
OURS = ("jincai", COPY, CHECKED)


def measure(plan: Plan) -> list[Line]:
    """The lines of sealing; the floor first."""
    machine, lines = floor.measure(plan.rounds, min(floor.WORK, max(1, plan.size // MIB)))
    world = BidWorld.create(plan.folder, plan.size)
    size, peaks, checked_peaks = world.container.stat().st_size, list[float](), list[float]()
    python, saved = [sys.executable, "-m", "bench.seal_one"], world.save(plan.folder)
    one, again = [*python, *saved], [*python, "--recheck", *saved]
    parties: dict[str, Callable[[], float]] = {}
    missing = add_peers(parties, world, plan) if plan.peers else ["no peers asked for"]
    parties["jincai"] = lambda: seal_once(one, plan.folder / "bid.sealed", peaks)
    parties[CHECKED] = lambda: seal_once(again, plan.folder / "bid.sealed", checked_peaks)
    parties[COPY] = lambda: _copy(world.container, plan.folder / "copy.bin")
    runs = alternate(parties, plan.rounds)
    ours, least = median(runs["jincai"]), machine.seconds(size)
    lines.append(
        Line("floor: hash and encipher each byte once", speed(size, least), note=f"ours takes {ours / least:.2f}× that")
    )
    lines.append(Line("floor: copy the file and flush it", speed(size, median(runs[COPY])), note="no hash, no cipher"))
    lines += [_compared(peer, size, runs, least) for peer in parties if peer not in OURS]
    lines += _checked(size, runs)
    if "age" not in parties:
        lines.append(Line("seal", speed(size, ours), note="; ".join(missing), runs=runs))
    peak = max(peaks + checked_peaks)
    note = "VmHWM of a process that only seals, opening again or not; interpreter and libraries included"
    lines.append(
        Line(
            "seal: peak memory",
            f"{peak / MIB:.0f} MiB",
            target="≤ 64 MiB",
            met=peak <= MEMORY,
            note=note,
            runs={"bytes": peaks, "opened again": checked_peaks},
        )
    )
    world.container.unlink()
    return lines


def _checked(size: int, runs: dict[str, list[float]]) -> list[Line]:
    """Sealing as the product does it: what was written is read back and opened, its container checked."""
    ours = median(runs[CHECKED])
    name, note = (
        "seal and open again, against age",
        "the peer opens nothing; here each byte is hashed twice, once as one stream of SHA-256",
    )
    if "age" not in runs:
        return [Line(name, speed(size, ours), note=note)]
    theirs = median(runs["age"])
    return [Line(name, speed(size, ours), speed(size, theirs), theirs / ours, "≥ 1×", theirs / ours >= 1, note)]


def _compared(peer: str, size: int, runs: dict[str, list[float]], least: float) -> Line:
    ours, theirs = median(runs["jincai"]), median(runs[peer])
    note = "the peer makes no digest"
    target, met = "", None
    if peer == "age":
        target, met = f"≥ {TARGET}×", theirs / ours >= TARGET
        if theirs / least < TARGET:
            note += f"; out of reach here: hashing and enciphering alone allow at most {theirs / least:.2f}×"
    if "sha256" in peer:
        note = "the peer makes a digest too, in the same pass"
    ratio = theirs / ours
    return Line(f"seal against {peer}", speed(size, ours), speed(size, theirs), ratio, target, met, note, runs)


def add_peers(
    parties: dict[str, Callable[[], float]], world: BidWorld, plan: Plan, programs: tuple[str, ...] = ("age", "openssl")
) -> list[str]:
    """Those that are there; what is missing is told."""
    missing = [text for program in programs if (text := have(program, program))]
    source, folder = world.container, plan.folder
    if "age" in programs and not any("age " in text for text in missing):
        made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
        key = made.partition("public key: ")[2].split()[0]
        parties["age"] = lambda: _run(["age", "-r", key, "-o", str(folder / "peer.age"), str(source)])
        parties["age and sha256"] = lambda: _age_with_digest(key, source, folder / "peer.age")
    if "openssl" in programs and not any("openssl " in text for text in missing):
        certificate = folder / "recipient.pem"
        command = ["openssl", "cms", "-encrypt", "-binary", "-stream", "-outform", "DER", "-aes-256-gcm"]
        out = folder / "peer.cms"
        parties["openssl cms"] = lambda: _run([*command, "-in", str(source), "-out", str(out), str(certificate)], out)
    return missing


def _copy(source: Path, out: Path) -> float:
    """Seconds to write as many bytes to the same disk, flushed: less than that nobody can take."""
    out.unlink(missing_ok=True)
    start = time.perf_counter()
    with source.open("rb") as plain, out.open("wb") as file:
        shutil.copyfileobj(plain, file, BLOCK)
    flush(out)
    taken = time.perf_counter() - start
    out.unlink()
    return taken


def _run(command: list[str], out: Path | None = None) -> float:
    """Seconds of one peer's run, flushed."""
    out = out or Path(command[command.index("-o") + 1])
    out.unlink(missing_ok=True)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    flush(out)
    taken = time.perf_counter() - start
    out.unlink()
    return taken


def _age_with_digest(key: str, source: Path, out: Path) -> float:
    """age with a digest of what it makes, hashed on the other core while it runs."""
    start, state = time.perf_counter(), hashlib.sha256()
    with subprocess.Popen(["age", "-r", key, str(source)], stdout=subprocess.PIPE) as process, out.open("wb") as file:
        assert process.stdout is not None
        while block := process.stdout.read(BLOCK):
            file.write(block)
            state.update(block)
    flush(out)
    taken = time.perf_counter() - start
    out.unlink()
    return taken


def seal_once(command: list[str], target: Path, peaks: list[float]) -> float:
    """One sealing in a process of its own, which tells its seconds and its peak memory."""
    done = subprocess.run([*command, str(target)], check=True, capture_output=True, text=True)
    taken, peak = json.loads(done.stdout)
    target.unlink()
    peaks.append(peak)
    return float(taken)
