"""Suites: which hash, cipher and key sizes a sealed bid uses, and every derivation of protocol B2.

A suite is named in each label, header and tender; there is no negotiation (M4): `I1` is AES-256-GCM, SHA-256 and P-256 or
RSA; `S1` is SM4-GCM, SM3 and SM2. Any other name is refused.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from procurement.basics.digest import HASHES, digest, u64
from procurement.basics.problems import Refused
from procurement.basics.statement import Suite as SuiteName

SHARE_SIZE = 32
TAG_SIZE = 16


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite's names and sizes; `key_size` in bytes."""

    name: SuiteName
    key_size: int

    @property
    def hash(self) -> str:
        """The hash's name for `hashlib`."""
        return HASHES[self.name]

    def d(self, label: str, *parts: bytes) -> bytes:
        """D(label, parts) of protocol B0."""
        return digest(label, *parts, suite=self.name)

    def label(self, name: str, context: bytes) -> bytes:
        """ "jincai/v1/" + suite + "/" + name || 0x00 || context: the info of HKDF and HPKE."""
        return f"jincai/v1/{self.name}/{name}".encode() + b"\x00" + context

    def extract(self, salt: bytes, secret: bytes) -> bytes:
        """HKDF-Extract (RFC 5869, 2.2)."""
        return hmac.new(salt, secret, self.hash).digest()

    def expand(self, key: bytes, info: bytes, size: int) -> bytes:
        """HKDF-Expand (RFC 5869, 2.3), `size` bytes."""
        found, block, counter = b"", b"", 1
        while len(found) < size:
            block = hmac.new(key, block + info + bytes([counter]), self.hash).digest()
            found += block
            counter += 1
        return found[:size]


I1 = Suite("I1", 32)
S1 = Suite("S1", 16)
SUITES = {"I1": I1, "S1": S1}


def suite_named(name: str) -> Suite:
    """The suite of this name. Raises `Refused`, by name (M4)."""
    if name not in SUITES:
        raise Refused("suite-unknown", "Use a program that knows this suite, or the suite of the tender.", suite=name)
    return SUITES[name]


def context(suite: Suite, tender: bytes, lot: str, supplier: str, nonce: bytes) -> bytes:
    """ctx = D("ctx", TV, lot, supplier, nonce): what a share belongs to (H10, C3)."""
    return suite.d("ctx", tender, lot.encode(), supplier.encode(), nonce)


def share_commitment(suite: Suite, which: str, ctx: bytes, share: bytes) -> bytes:
    """D("share-s" | "share-o", ctx, share); `which` is "s" or "o" (C1)."""
    return suite.d(f"share-{which}", ctx, share)


def content_commitment(suite: Suite, ctx: bytes, salt: bytes, manifest: bytes) -> bytes:
    """D("content", ctx, cs, D("manifest", ASiCManifest bytes))."""
    return suite.d("content", ctx, salt, suite.d("manifest", manifest))


def bid_commitment(suite: Suite, header_digest: bytes, commit: bytes, chunks: int, body: int, root: bytes) -> bytes:
    """BD = D("bid", hd, commit, u64(chunks), u64(body length), root)."""
    return suite.d("bid", header_digest, commit, u64(chunks), u64(body), root)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """The two shares of one sealing, and what is derived from them. Never printed, never stored."""

    suite: Suite
    ctx: bytes
    nonce: bytes
    s: bytes
    o: bytes

    def content_salt(self) -> bytes:
        return self.suite.expand(self._prk(), self.suite.label("content-salt", self.ctx), 32)

    def body_key(self, header_digest: bytes) -> tuple[bytes, bytes]:
        """(key, commit): the body's key and its commitment, bound to the header."""
        size = self.suite.key_size
        both = self.suite.expand(self._prk(), self.suite.label("body", header_digest), size + 32)
        return both[:size], both[size:]

    def _prk(self) -> bytes:
        return self.suite.extract(self.nonce, self.s + self.o)


def same(one: bytes, other: bytes) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(one, other)


def chunk_nonce(number: int, last: bool) -> bytes:
    """u88(number) || 1 if last else 0: order and end of the body are part of every tag."""
    return number.to_bytes(11, "big") + bytes([last])
