"""How a secret might be written down somewhere, and a search through folders for all of it."""

from __future__ import annotations

import base64
import mmap
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

LEAST = 6
"""Shorter stretches are not looked for: they stand everywhere by chance"""


def forms_of(secret: bytes) -> set[bytes]:
    """Raw, reversed (as numbers are stored), hex, base64 at each of its three places, UTF-16, JSON's escapes."""
    found = {secret, secret[::-1], secret.hex().encode(), secret.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + secret + b"\0" * (-(len(secret) + shift) % 3))
        inner = whole[(0, 2, 3)[shift] : len(secret) * 4 // 3 - 1]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text)
        found |= {text.encode("utf-16-le"), text.encode("utf-16-be"), escaped.encode()}
        found.discard(secret[::-1])
    return {form for form in found if len(form) >= LEAST}


@dataclass(frozen=True)
class Secret:
    """Something that must stand nowhere but in `may` (patterns of paths, relative to what is searched)."""

    name: str
    value: bytes
    may: tuple[str, ...] = ()
    forms: frozenset[bytes] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "forms", frozenset(forms_of(self.value)))


def search(folder: Path, secrets: list[Secret], work: Path) -> list[str]:
    """`path: secret` of everything that stands where it must not. The first look is grep's, over all forms at once."""
    patterns = {_plain(form) for one in secrets for form in one.forms}
    listed = work / "patterns"
    listed.write_bytes(b"\n".join(sorted(patterns)) + b"\n")
    command = ["grep", "-rlaF", "-f", str(listed), str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode in (0, 1), done.stderr
    return sorted(hit for line in done.stdout.splitlines() for hit in _hits(folder, Path(line), secrets))


def _plain(form: bytes) -> bytes:
    """The longest stretch of it that a line of patterns can hold."""
    return max((piece for line in form.split(b"\n") for piece in line.split(b"\0")), key=len)


def _hits(folder: Path, path: Path, secrets: list[Secret]) -> Iterator[str]:
    name = path.relative_to(folder).as_posix()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for one in secrets:
            if not any(fnmatch(name, pattern) for pattern in one.may) and any(data.find(f) >= 0 for f in one.forms):
                yield f"{name}: {one.name}"
