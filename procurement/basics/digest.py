"""Labelled digests `D(label, x1..xn)` of protocol B0. 32-byte values enter raw and stand in JSON as hex."""

from __future__ import annotations

import hashlib
import struct

HASHES = {"I1": "sha256", "S1": "sm3"}


def length_prefixed(data: bytes) -> bytes:
    """LP(x) = u32(len) || x, big-endian."""
    return struct.pack(">I", len(data)) + data


def digest(label: str, *parts: bytes, suite: str = "I1") -> bytes:
    """D(label, parts) = H("jincai/v1/" + suite + "/" + label || 0x00 || LP(x1) || .. || LP(xn)), 32 bytes."""
    state = hashlib.new(HASHES[suite], f"jincai/v1/{suite}/{label}".encode() + b"\x00")
    for part in parts:
        state.update(length_prefixed(part))
    return state.digest()


def u16(value: int) -> bytes:
    return struct.pack(">H", value)


def u64(value: int) -> bytes:
    return struct.pack(">Q", value)
