"""Which client this is: version, and a digest over its source as it runs (C8: named in every submission)."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from procurement.basics.digest import digest
from procurement.bidding.sealed import ClientRelease

ROOMS = ("procurement", "documents", "crypto", "offline_cache", "client")
PACKED = "release.digest"
"""Beside this module in a packed program"""


@cache
def client_release() -> ClientRelease:
    """Digest: D("client", "room/path.py", SHA-256 of the file, …) over the rooms' sources in sorted order.

    A packed program has no source files and names the digest of those it was made of, as its packer wrote it down.
    """
    packed = Path(__file__).with_name(PACKED)
    if packed.is_file():
        return ClientRelease(version=_version(), digest=packed.read_text().strip())
    parts: list[bytes] = []
    for room in ROOMS:
        spec = find_spec(room)
        base = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
        for path in sorted(base.rglob("*.py")) if base else ():
            parts.append(f"{room}/{path.relative_to(base).as_posix()}".encode() if base else b"")
            parts.append(hashlib.sha256(path.read_bytes()).digest())
    return ClientRelease(version=_version(), digest=digest("client", *parts).hex())


def _version() -> str:
    try:
        return version("jincai")
    except PackageNotFoundError:
        return "0"
