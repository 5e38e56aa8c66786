"""`python -m shipping.release`: make a release of a packed program, and sign it (docs/release-format.md).

    key NAME KEY.pem                        a new signing key under a passphrase; prints its verifier key
    make DIST OUT --version V --number N …  pack `dist/jincai` into OUT: objects, files.json and an unsigned note's text
    sign OUT --key KEY.pem --name NAME      add a signature to OUT/release.note

Keys stay off every platform, each with another person; the passphrase is read from the terminal, or from JINCAI_RELEASE_PASSPHRASE.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import lzma
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from client.updating.install import system_here
from client.updating.release import (
    FILES,
    HERE,
    NOTE,
    OBJECTS,
    Files,
    Release,
    ReleaseFile,
    ReleaseLink,
    check_paths,
    note_text,
)
from crypto.files import write_whole
from crypto.notes import NoteSigner, split_note
from procurement.basics.problems import Problem, Refused

GOOD_DAYS = 180
TEXT = "release.txt"
"""What is to be signed, before the first signature"""


def make_release(dist: Path, out: Path, release: Release) -> Release:
    """Pack a program's folder; answers the release with the digest of its files. Objects that are there are kept."""
    objects = out / OBJECTS
    objects.mkdir(parents=True, exist_ok=True)
    files, links = [], []
    for path in sorted(_contents(dist)):
        name = path.relative_to(dist).as_posix()
        if path.is_symlink():
            links.append(ReleaseLink(path=name, to=str(path.readlink())))
        elif name != HERE:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            executable = bool(path.stat().st_mode & 0o100)
            files.append(ReleaseFile(path=name, size=path.stat().st_size, sha256=digest, executable=executable))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for _ in pool.map(lambda one: _pack(dist / one.path, objects / f"{one.sha256}.xz"), files):
            pass
    listed = Files(files=tuple(files), links=tuple(links))
    check_paths(listed)
    data = listed.to_bytes()
    write_whole(out / FILES, data)
    release = release.model_copy(update={"files": hashlib.sha256(data).hexdigest()})
    write_whole(out / TEXT, note_text(release).encode())
    (out / NOTE).unlink(missing_ok=True)
    return release


def add_signature(out: Path, signer: NoteSigner) -> None:
    """Sign what lies in `out`, beside the signatures that are there. Raises `Refused`."""
    text = (out / TEXT).read_text("utf-8")
    lines = ""
    if (out / NOTE).is_file():
        note = (out / NOTE).read_text("utf-8")
        if split_note(note)[0] != text:
            raise Refused("release-malformed", "Make the release again: the note is of another text.")
        lines = note[len(text) + 1 :]
    line = signer.line(text)
    write_whole(out / NOTE, (text + "\n" + lines + ("" if line in lines else line)).encode())


def _contents(dist: Path) -> Iterator[Path]:
    for path in dist.rglob("*"):
        if path.is_symlink() or path.is_file():
            yield path


def _pack(source: Path, target: Path) -> None:
    if not target.is_file():
        write_whole(target, lzma.compress(source.read_bytes(), preset=6))


def _passphrase() -> bytes:
    return (os.environ.get("JINCAI_RELEASE_PASSPHRASE") or getpass.getpass("Passphrase of the release key: ")).encode()


def _key(name: str, path: Path) -> None:
    if path.exists():
        raise Refused("file-exists", "Choose another name.", file=path.name)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_passphrase()))
    write_whole(path, pem, secret=True)
    print(NoteSigner.of(name, private).key.vkey)


def _load(name: str, path: Path) -> NoteSigner:
    try:
        private = load_pem_private_key(path.read_bytes(), _passphrase())
    except (OSError, ValueError) as error:
        raise Refused("release-keys-malformed", "Check the key's file and its passphrase.", file=path.name) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise Refused("release-keys-malformed", "Use a key made by `python -m shipping.release key`.", file=path.name)
    return NoteSigner.of(name, private)


def _make(chosen: argparse.Namespace) -> None:
    now = datetime.now(UTC)
    client = next(chosen.dist.rglob("client/release.digest"), None)
    if client is None:
        raise Refused("release-malformed", "Give the folder that `make bundle` made.", folder=chosen.dist)
    release = make_release(
        chosen.dist,
        chosen.out,
        Release(
            version=chosen.version,
            number=chosen.number,
            system=system_here(),
            made=now,
            good_until=now + timedelta(days=chosen.days),
            client=client.read_text().strip(),
            files="0" * 64,
            news_zh=chosen.news_zh,
            news_en=chosen.news_en,
        ),
    )
    print(f"{chosen.out}: {release.version} ({release.number}), files {release.files}; sign it now")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 with the problem on standard error."""
    parser = argparse.ArgumentParser(prog="python -m shipping.release")
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key")
    key.add_argument("name")
    key.add_argument("file", type=Path)
    make = commands.add_parser("make")
    make.add_argument("dist", type=Path)
    make.add_argument("out", type=Path)
    make.add_argument("--version", required=True)
    make.add_argument("--number", required=True, type=int)
    make.add_argument("--news-zh", required=True)
    make.add_argument("--news-en", required=True)
    make.add_argument("--days", type=int, default=GOOD_DAYS)
    sign = commands.add_parser("sign")
    sign.add_argument("out", type=Path)
    sign.add_argument("--key", required=True, type=Path)
    sign.add_argument("--name", required=True)
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "key":
            _key(chosen.name, chosen.file)
        elif chosen.command == "make":
            _make(chosen)
        else:
            add_signature(chosen.out, _load(chosen.name, chosen.key))
    except Problem as problem:
        print(f"{problem}\n  {problem.remedy}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
