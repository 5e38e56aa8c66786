"""What this machine's cores can do at all: SHA-256 and AES-256-GCM, one core alone and all together.

Nothing that hashes and enciphers each byte once can be faster than the two together; the table says how fast that is.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.measuring import MIB, Line, median

WORK = 128
"""MiB that each core takes"""


@dataclass(frozen=True, slots=True)
class Floor:
    """Bytes per second of the whole machine."""

    sha256: float
    gcm: float

    def seconds(self, size: int) -> float:
        """The least time in which all cores hash and encipher `size` bytes once."""
        return size / self.sha256 + size / self.gcm


def _sha256(chunk: bytearray) -> None:
    hashlib.sha256(chunk).digest()


def _gcm(chunk: bytearray) -> None:
    AESGCM(bytes(32)).encrypt_into(bytes(12), chunk, None, _OUT)


_OUT = bytearray(MIB + 16)
_KINDS = {"SHA-256": _sha256, "AES-256-GCM": _gcm}


def _core(kind: str, mebibytes: int, line: Connection) -> None:
    chunk, work = bytearray(MIB), _KINDS[kind]
    work(chunk)
    line.send(True)
    line.recv()
    start = time.perf_counter()
    for _ in range(mebibytes):
        work(chunk)
    line.send(time.perf_counter() - start)


def rate(kind: str, cores: int, mebibytes: int = WORK) -> float:
    """Bytes per second of `cores` processes together."""
    context = multiprocessing.get_context("spawn")
    pairs = [context.Pipe() for _ in range(cores)]
    processes = [context.Process(target=_core, args=(kind, mebibytes, theirs)) for _, theirs in pairs]
    for process in processes:
        process.start()
    for ours, _ in pairs:
        ours.recv()
    for ours, _ in pairs:
        ours.send(True)
    slowest = max(float(ours.recv()) for ours, _ in pairs)
    for process in processes:
        process.join()
    return cores * mebibytes * MIB / slowest


def measure(rounds: int, mebibytes: int = WORK) -> tuple[Floor, list[Line]]:
    """The floor from medians, and its lines."""
    cores, lines, rates = multiprocessing.cpu_count(), [], {}
    for kind in _KINDS:
        alone = median([rate(kind, 1, mebibytes) for _ in range(rounds)])
        rates[kind] = median([rate(kind, cores, mebibytes) for _ in range(rounds)])
        ours = f"{alone / 1e6:.0f} MB/s on one core, {rates[kind] / 1e6:.0f} MB/s on all {cores}"
        lines.append(Line(f"floor: {kind}", ours))
    return Floor(rates["SHA-256"], rates["AES-256-GCM"]), lines
