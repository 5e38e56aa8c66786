"""Leaf hashes of several chunks at once (protocol B2: each chunk is a leaf of its own, so they need not wait for each other).

Processors without SHA instructions hash one stream at a few hundred MB/s. Their vector units can hash 8 or 16 independent
messages side by side; Intel's ipsec-mb library (Debian `libipsec-mb1`, BSD-3-Clause) does that. It is optional: without
it, or where the processor has SHA instructions, hashlib hashes one chunk after the other. The bytes are the same, and
the library must agree with hashlib before it is used (ADR 0011).
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
from collections.abc import Sequence
from functools import cache
from typing import Protocol

PREFIX = b"\x00"
"""Stands before a leaf's bytes (RFC 9162 section 2.1.1); `leaves` wants it in the buffers already."""

_LONGEST = 2 * 1024**2
"""Longest message in bytes given to the library: about twice the longest it is tested with at the start."""

log = logging.getLogger(__name__)


class LeafHasher(Protocol):
    """What hashes leaves. One object serves one thread."""

    lanes: int
    """How many leaves are hashed side by side; more at once gain nothing"""

    def leaves(self, prefixed: Sequence[memoryview]) -> list[bytes]:
        """The digests of buffers that begin with `PREFIX`, in their order."""


def leaf_hasher(algorithm: str) -> LeafHasher:
    """The quickest hasher of this machine for one thread: side by side where it can, else hashlib."""
    if algorithm == "sha256" and (library := _library()) is not None:
        return _SideBySide(library)
    return _OneByOne(algorithm)


class _OneByOne:
    lanes = 1

    def __init__(self, algorithm: str) -> None:
        self._algorithm = algorithm

    def leaves(self, prefixed: Sequence[memoryview]) -> list[bytes]:
        return [hashlib.new(self._algorithm, data).digest() for data in prefixed]


_VERSIONS = range(0x10200, 0x20100)
"""1.2 to 2.0: the public headers of these place the fields below alike (compiled and compared)."""

_SHANI, _AVX2, _AVX512 = 1 << 0, 1 << 6, 0b11111 << 7
_FEATURES_AT, _NEXT_JOB_AT, _SUBMIT_AT, _FLUSH_AT = 8, 64, 80, 96
_COMPLETED = 3
_SHA256, _NULL_CIPHER, _ENCRYPT, _HASH_FIRST = 15, 3, 1, 2


class _Job(ctypes.Structure):
    """The fields of ipsec-mb's `IMB_JOB` up to the last one we read; those between serve other algorithms."""

    _fields_ = (
        ("_keys", ctypes.c_uint64 * 3),
        ("src", ctypes.c_void_p),
        ("_cipher", ctypes.c_uint64 * 3),
        ("start", ctypes.c_uint64),
        ("length", ctypes.c_uint64),
        ("_iv", ctypes.c_uint64 * 2),
        ("tag", ctypes.c_void_p),
        ("tag_length", ctypes.c_uint64),
        ("_specific", ctypes.c_uint64 * 3),
        ("status", ctypes.c_uint32),
        ("cipher_mode", ctypes.c_uint32),
        ("direction", ctypes.c_uint32),
        ("hash", ctypes.c_uint32),
        ("order", ctypes.c_uint32),
    )


_OfJob = ctypes.CFUNCTYPE(ctypes.POINTER(_Job), ctypes.c_void_p)


class _SideBySide:
    """One manager of ipsec-mb. Its calls release the interpreter's lock."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._manager = library.alloc_mb_mgr(ctypes.c_uint64(0))
        if not self._manager:
            raise MemoryError("ipsec-mb has no memory for a manager")
        library.init_mb_mgr_auto(self._manager, None)
        self.features = ctypes.c_uint64.from_address(self._manager + _FEATURES_AT).value
        self.lanes = 16 if self.features & _AVX512 == _AVX512 else 8
        self._next, self._submit, self._flush = (
            _OfJob(ctypes.c_void_p.from_address(self._manager + at).value or 0)
            for at in (_NEXT_JOB_AT, _SUBMIT_AT, _FLUSH_AT)
        )

    def __del__(self) -> None:
        self._library.free_mb_mgr(self._manager)

    def leaves(self, prefixed: Sequence[memoryview]) -> list[bytes]:
        digests = ctypes.create_string_buffer(32 * len(prefixed))
        done = sum(self._hash(data, ctypes.addressof(digests) + 32 * place) for place, data in enumerate(prefixed))
        while job := self._flush(self._manager):
            done += _completed(job)
        if done != len(prefixed):
            raise RuntimeError(f"ipsec-mb hashed {done} of {len(prefixed)} chunks")
        return [digests.raw[at : at + 32] for at in range(0, len(digests), 32)]

    def _hash(self, data: memoryview, tag: int) -> int:
        if len(data) > _LONGEST:
            raise ValueError("too long for one lane")
        job = self._next(self._manager).contents
        job.src = ctypes.addressof(ctypes.c_char.from_buffer(data))
        job.start, job.length, job.tag, job.tag_length = 0, len(data), tag, 32
        job.cipher_mode, job.direction, job.hash, job.order = _NULL_CIPHER, _ENCRYPT, _SHA256, _HASH_FIRST
        finished = self._submit(self._manager)
        return _completed(finished) if finished else 0


def _completed(job: ctypes._Pointer[_Job]) -> int:
    if job.contents.status != _COMPLETED:
        raise RuntimeError(f"ipsec-mb left a chunk unhashed: status {job.contents.status}")
    return 1


@cache
def _library() -> ctypes.CDLL | None:
    """ipsec-mb where it is there, known, of use on this processor, and right. None otherwise."""
    for name in ("libIPSec_MB.so.1", "libIPSec_MB.so.2"):
        try:
            library = ctypes.CDLL(name)
            library.alloc_mb_mgr.restype = ctypes.c_void_p
            library.init_mb_mgr_auto.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
            library.free_mb_mgr.argtypes = (ctypes.c_void_p,)
            if library.imb_get_version() in _VERSIONS and _useful_and_right(_SideBySide(library)):
                return library
        except (OSError, AttributeError):
            continue
    return None


def _useful_and_right(hasher: _SideBySide) -> bool:
    if hasher.features & _SHANI or not hasher.features & _AVX2:
        return False
    # every length around a block's end, a whole chunk, more messages than lanes
    samples = [
        memoryview(bytearray(bytes([n % 256]) * n)) for n in (1, 55, 56, 63, 64, 65, 119, 120, 4096, 1024**2 + 17)
    ]
    samples += [memoryview(bytearray(bytes([n]) * 200)) for n in range(20)]
    right = hasher.leaves(samples) == [hashlib.sha256(data).digest() for data in samples]
    if not right:
        log.warning("ipsec-mb disagrees with hashlib and is not used")
    return right
