"""One ciphertext, two keys: what AES-GCM lets a cheat make (C1). From the definition of GHASH in NIST SP 800-38D."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
_R = 0xE1 << 120


def times(x: int, y: int) -> int:
    """Product in GF(2^128), GCM's bit order (SP 800-38D, 6.3)."""
    z = 0
    for i in range(128):
        if y >> (127 - i) & 1:
            z ^= x
        x = (x >> 1) ^ (_R if x & 1 else 0)
    return z


def power(x: int, n: int) -> int:
    found = 1 << 127
    while n:
        if n & 1:
            found = times(found, x)
        x, n = times(x, x), n >> 1
    return found


def _block(key: bytes, data: bytes) -> int:
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return int.from_bytes(cipher.update(data) + cipher.finalize(), "big")


def ghash(h: int, blocks: list[int]) -> int:
    found = 0
    for block in blocks:
        found = times(found ^ block, h)
    return found


def two_keyed(first: bytes, second: bytes, nonce: bytes, size: int) -> bytes:
    """A ciphertext of `size` bytes (whole blocks) with a tag that is right under both keys; the last block is solved for."""
    count = size // BLOCK
    blocks = [*range(1, count), 0, size * 8]
    h = [_block(key, b"\0" * BLOCK) for key in (first, second)]
    mask = [_block(key, nonce + b"\0\0\0\1") for key in (first, second)]
    difference = ghash(h[0], blocks) ^ ghash(h[1], blocks) ^ mask[0] ^ mask[1]
    factor = times(h[0], h[0]) ^ times(h[1], h[1])
    blocks[-2] = times(difference, power(factor, 2**128 - 2))
    tag = ghash(h[0], blocks) ^ mask[0]
    assert tag == ghash(h[1], blocks) ^ mask[1]
    return b"".join(b.to_bytes(BLOCK, "big") for b in [*blocks[:-1], tag])
