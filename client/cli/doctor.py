"""`jincai doctor`: what this machine offers for the work, in plain words. Exit code 1 when something is missing."""

from __future__ import annotations

import argparse
import shutil
import ssl
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from client.secrets import honest_keyring
from procurement.basics.problems import Problem

_PACKAGES = ("cryptography", "pyhanko", "sqlcipher3", "typst", "PySide6-Essentials", "requests", "pydantic")
SPACE = 2 * 1024**3
"""Free bytes below which sealing a large bid is likely to fail"""


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _cipher() -> str:
    handle = import_module("sqlcipher3.dbapi2").connect(":memory:")
    try:
        return f"sqlcipher {handle.execute('PRAGMA cipher_version').fetchone()[0]}"
    finally:
        handle.close()


def _keyring() -> str:
    return type(honest_keyring()).__name__


def _space() -> str:
    free = shutil.disk_usage(Path.home()).free
    if free < SPACE:
        raise OSError(f"only {free // 1024**2} MiB free")
    return f"{free // 1024**3} GiB free"


CHECKS: tuple[tuple[str, Callable[[], str], bool], ...] = (
    ("packages", _packages, True),
    ("TLS", lambda: ssl.OPENSSL_VERSION, True),
    ("encrypted store", _cipher, True),
    ("keyring", _keyring, False),
    ("disk", _space, True),
)
"""Name, check, whether work is impossible without it"""


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="jincai doctor", description=__doc__).parse_args(list(arguments))
    missing = False
    for name, check, needed in CHECKS:
        try:
            print(f"  ok   {name}: {check()}")
        except Problem as problem:
            missing |= needed
            print(f"  {'NO' if needed else '--'}   {name}: {problem.code}. {problem.remedy}")
        except (ImportError, PackageNotFoundError, OSError) as error:
            missing |= needed
            print(f"  {'NO' if needed else '--'}   {name}: {error}")
    return 1 if missing else 0
