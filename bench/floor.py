"""What this machine's cores can do at all: SHA-256 and AES-256-GCM, one core alone and all together.

Nothing that hashes and enciphers each byte once can be faster than the two together; the table says how fast that is.
SHA-256 is measured twice: one stream in hashlib, and as sealing hashes, several chunks at a time where the machine can.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.measuring import MIB, Line, median
from crypto.leaf_hashes import LeafHasher, leaf_hasher
from crypto.national.sm4 import Sm4Gcm

WORK = 128
"""MiB that each core takes"""


@dataclass(frozen=True, slots=True)
class Floor:
    """Bytes per second of the whole machine: the suite's hash and its cipher."""

    sha256: float
    gcm: float

    def seconds(self, size: int) -> float:
        """The least time in which all cores hash and encipher `size` bytes once."""
        return size / self.sha256 + size / self.gcm


def _one_stream() -> int:
    hashlib.sha256(_CHUNK).digest()
    return 1


def _leaves() -> int:
    hasher = _HASHERS.setdefault("", leaf_hasher("sha256"))
    hasher.leaves([memoryview(_CHUNK)] * hasher.lanes)
    return hasher.lanes


def _sm3() -> int:
    leaf_hasher("sm3").leaves([memoryview(_CHUNK)])
    return 1


def _sm4() -> int:
    Sm4Gcm(bytes(16)).encrypt_into(bytes(12), _CHUNK, None, _OUT)
    return 1


def _gcm() -> int:
    AESGCM(bytes(32)).encrypt_into(bytes(12), _CHUNK, None, _OUT)
    return 1


_CHUNK, _OUT = bytearray(MIB), bytearray(MIB + 16)
_HASHERS: dict[str, LeafHasher] = {}
_KINDS: dict[str, Callable[[], int]] = {
    "SHA-256, one stream": _one_stream,
    "SHA-256 of chunks": _leaves,
    "AES-256-GCM": _gcm,
}
_NATIONAL: dict[str, Callable[[], int]] = {"SM3": _sm3, "SM4-GCM": _sm4}
"""Each does a piece of its work and says how many MiB that was."""


def _core(kind: str, mebibytes: int, line: Connection) -> None:
    work, done = (_KINDS | _NATIONAL)[kind], 0
    work()
    line.send(True)
    line.recv()
    start = time.perf_counter()
    while done < mebibytes:
        done += work()
    line.send(done * MIB / (time.perf_counter() - start))


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
    together = sum(float(ours.recv()) for ours, _ in pairs)
    for process in processes:
        process.join()
    return together


def measure_national(rounds: int, mebibytes: int = WORK) -> Floor:
    """The floor of suite S1: SM3 and SM4-GCM on all cores together, from medians."""
    cores = multiprocessing.cpu_count()
    hashed, sealed = (median([rate(kind, cores, mebibytes) for _ in range(rounds)]) for kind in _NATIONAL)
    return Floor(hashed, sealed)


def measure(rounds: int, mebibytes: int = WORK) -> tuple[Floor, list[Line]]:
    """The floor from medians, and its lines."""
    cores, lines, rates = multiprocessing.cpu_count(), [], {}
    for kind in _KINDS:
        alone = median([rate(kind, 1, mebibytes) for _ in range(rounds)])
        rates[kind] = median([rate(kind, cores, mebibytes) for _ in range(rounds)])
        ours = f"{alone / 1e6:.0f} MB/s on one core, {rates[kind] / 1e6:.0f} MB/s on all {cores}"
        lines.append(Line(f"floor: {kind}", ours))
    return Floor(rates["SHA-256 of chunks"], rates["AES-256-GCM"]), lines
