"""Files at rest on this machine: chunked AES-256-GCM under a fresh key per file (the STREAM construction, as in age).

    "JINCAIL1" || salt(32) || chunk_0 .. chunk_n-1        chunk_i = AEAD(key, nonce = u88(i) || last, 1 MiB of plaintext)

The file's key is HKDF-SHA256 of the store's key with the salt. The last-chunk flag makes truncation an error; an empty
file is one empty last chunk. For a local store only: a bid travels in its own format (`crypto.sealing`).
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from procurement.basics.problems import Tampered

MAGIC = b"JINCAIL1"
CHUNK = 1024 * 1024
_TAG = 16


def seal_file(source: Path, target: Path, key: bytes) -> None:
    """Encrypt `source` into `target` (overwritten)."""
    salt = os.urandom(32)
    aead = _aead(key, salt)
    with source.open("rb") as clear, target.open("wb") as out:
        out.write(MAGIC + salt)
        place, piece = 0, clear.read(CHUNK)
        while True:
            following = clear.read(CHUNK)
            out.write(aead.encrypt(chunk_nonce(place, not following), piece, None))
            if not following:
                return
            place, piece = place + 1, following


def open_file(source: Path, target: Path, key: bytes) -> None:
    """Decrypt `source` into `target`. Raises `Tampered("stored-file-damaged")`; then `target` holds only a part."""
    with source.open("rb") as sealed, target.open("wb") as out:
        head = sealed.read(len(MAGIC) + 32)
        if len(head) != len(MAGIC) + 32 or not head.startswith(MAGIC):
            raise _damaged(source)
        aead = _aead(key, head[len(MAGIC) :])
        place, piece = 0, sealed.read(CHUNK + _TAG)
        while True:
            following = sealed.read(CHUNK + _TAG)
            out.write(_open(aead, chunk_nonce(place, not following), piece, source))
            if not following:
                return
            place, piece = place + 1, following


def _open(aead: AESGCM, nonce: bytes, piece: bytes, source: Path) -> bytes:
    try:
        return aead.decrypt(nonce, piece, None)
    except (InvalidTag, ValueError) as error:
        raise _damaged(source) from error


def _aead(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"jincai/v1/at-rest").derive(key))


def chunk_nonce(place: int, last: bool) -> bytes:
    """The nonce of a chunk: its number and whether it is the last."""
    return place.to_bytes(11, "big") + bytes([last])


def _damaged(source: Path) -> Tampered:
    return Tampered("stored-file-damaged", "Fetch the file again, or take it from its source.", file=source.name)
