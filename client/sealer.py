"""The strong room's encryption at rest, in the shape the pantry asks for."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.at_rest import open_file, seal_file


class LocalSealer:
    """Seals the store's files under a key derived from the cache's key, so that no key serves two formats."""

    def __init__(self, cache_key: bytes) -> None:
        self._key = HKDF(SHA256(), 32, None, b"jincai/v1/blobs").derive(cache_key)

    def seal(self, source: Path, target: Path) -> None:
        seal_file(source, target, self._key)

    def open(self, source: Path, target: Path) -> None:
        open_file(source, target, self._key)
