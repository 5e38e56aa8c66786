"""What sealing and opening ask of a bid's content, whatever container it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Content:
    """What a bid's container says of itself, its form and signature being in order."""

    manifest: bytes
    """The ASiCManifest"""
    statement: bytes
    """The `bid-content` statement inside"""
    signer: str
    """统一社会信用代码 of the signer"""
    suite: str = "I1"
    """Of the container's digests and signature"""


class ContentReader(Protocol):
    """How a container is read; it knows the trusted certificates and the time."""

    def manifest(self, container: Path) -> bytes:
        """The manifest's bytes, unchecked and without reading the members."""

    def follow(self, content: BinaryIO, size: int) -> Follower:
        """What checks a container of `size` bytes as they pass. `content` is asked for its end only. Raises `Problem`."""


class Follower(Protocol):
    """Checks form, manifest, digests and signature of a container that passes by, in order."""

    def take(self, data: memoryview) -> None:
        """The next bytes; what is wrong is kept for `done`."""

    def done(self) -> Content:
        """Raises `Problem`."""
