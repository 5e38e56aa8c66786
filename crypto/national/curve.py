"""Public points of a short Weierstrass curve with a = -3 over a prime field: P-256 and sm2p256v1.

Affine arithmetic on public values only (SEC 1, 2.2.1): it is not in constant time. Whatever multiplies a point by a
secret goes through a library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[int, int] | None
"""An affine point; None is the point at infinity."""


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ - 3x + b over the field of p (p = 3 mod 4); the group has prime order n and generator g."""

    name: str
    p: int
    b: int
    order: int
    g: tuple[int, int]

    def contains(self, point: Point) -> bool:
        """Is this an affine point of the curve?"""
        if point is None:
            return False
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x + 3 * x - self.b) % self.p == 0

    def decode(self, sec1: bytes) -> tuple[int, int]:
        """An affine point from SEC1 bytes, compressed or not. Raises `ValueError` unless it is on the curve."""
        if len(sec1) == 65 and sec1[0] == 4:
            point = int.from_bytes(sec1[1:33], "big"), int.from_bytes(sec1[33:], "big")
        elif len(sec1) == 33 and sec1[0] in (2, 3):
            x = int.from_bytes(sec1[1:], "big")
            y = pow(x * x * x - 3 * x + self.b, (self.p + 1) // 4, self.p)
            point = x, (self.p - y) % self.p if (y & 1) != (sec1[0] & 1) else y
        else:
            raise ValueError("not a point")
        if not self.contains(point):
            raise ValueError("not on the curve")
        return point

    def encode(self, point: tuple[int, int]) -> bytes:
        """SEC1, uncompressed."""
        return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")

    def compress(self, point: tuple[int, int]) -> bytes:
        """SEC1, compressed."""
        return bytes([2 + (point[1] & 1)]) + point[0].to_bytes(32, "big")

    def add(self, one: Point, other: Point) -> Point:
        """The sum of two public points."""
        if one is None or other is None:
            return one or other
        (x1, y1), (x2, y2) = one, other
        if x1 == x2 and (y1 + y2) % self.p == 0:
            return None
        if one == other:
            slope = 3 * (x1 * x1 - 1) * pow(2 * y1, -1, self.p)
        else:
            slope = (y2 - y1) * pow(x2 - x1, -1, self.p)
        x3 = (slope * slope - x1 - x2) % self.p
        return x3, (slope * (x1 - x3) - y1) % self.p

    def multiple(self, point: Point, factor: int) -> Point:
        """factor·point for a small public factor."""
        found: Point = None
        for bit in bin(factor)[2:]:
            found = self.add(found, found)
            if bit == "1":
                found = self.add(found, point)
        return found

    def total(self, points: Iterable[Point]) -> Point:
        """The sum of public points."""
        found: Point = None
        for point in points:
            found = self.add(found, point)
        return found


P256 = Curve(  # SEC 2, 2.4.2: secp256r1
    "P-256",
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
SM2P256V1 = Curve(  # GB/T 32918.5-2017, 2
    "sm2p256v1",
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    (
        0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
        0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    ),
)
