"""Releases and installations as small as they can be, and real: signed, packed, started."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.updating.install import LINK, VERSIONS, Installation, system_here
from client.updating.release import KEYS, Release, ReleaseKeys
from crypto.notes import NoteSigner
from shipping.release import add_signature, make_release

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SIGNERS = tuple(NoteSigner.of(f"release-{n}", Ed25519PrivateKey.generate()) for n in "abc")
TRUSTED = ReleaseKeys(threshold=2, keys=tuple(one.key.vkey for one in SIGNERS))
PROGRAM = '#!/bin/sh\n# {what}\n[ "$1" = --self-check ] && exit {code}\necho {what}\n'


def program(folder: Path, what: str, code: int = 0) -> Path:
    """A program's folder: one that answers the self-check, a large file that stays, one that changes, a link."""
    (folder / "_internal/lib").mkdir(parents=True)
    start = folder / "jincai"
    start.write_text(PROGRAM.format(what=what, code=code))
    start.chmod(0o755)
    (folder / "_internal/lib/libsame.so.1").write_bytes(b"s" * 300_000)
    (folder / "_internal/lib/libsame.so").symlink_to("libsame.so.1")
    (folder / "_internal/changing.bin").write_bytes(what.encode() * 1000)
    (folder / "_internal/Sans[wght], a(1)=b.ttf").write_bytes(b"t" * 100)  # names as bundles have them
    (folder / KEYS).write_bytes(TRUSTED.to_bytes())
    return folder


def release(tmp_path: Path, number: int, signers: int = 2, code: int = 0, **facts: Any) -> Path:
    """A signed release of version `number`."""
    out = tmp_path / f"release-{number}"
    said = {
        "version": f"0.{number}.0", "number": number, "system": system_here(), "made": NOW, "good_until": NOW + timedelta(days=90),
        "client": "c" * 64, "files": "0" * 64, "news_zh": "更快", "news_en": "Faster", **facts,
    }  # fmt: skip
    make_release(program(tmp_path / f"dist-{number}", f"v{number}", code), out, Release(**said))
    for signer in SIGNERS[:signers]:
        add_signature(out, signer)
    return out


def installation(tmp_path: Path) -> Installation:
    """A program's version 0, installed as the packed one is."""
    base = tmp_path / "opt"
    first = program(base / VERSIONS / "0", "v0")
    (base / LINK).symlink_to(Path(VERSIONS) / "0")
    return Installation.at(first)


def starts(installed: Installation) -> str:
    """What the installed program says when it is started."""
    return subprocess.run([installed.link / "jincai"], capture_output=True, text=True, check=True).stdout.strip()
