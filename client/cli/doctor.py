"""`jincai doctor`: what this machine offers for the work, in plain words. Exit code 1 when something is missing."""

from __future__ import annotations

import argparse
import shutil
import ssl
from collections.abc import Callable, Sequence
from getpass import getpass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from client.diagnosis import Diagnosis, State, sound
from client.profile import ProfileFolder
from client.secrets import honest_keyring
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Problem

_PACKAGES = (
    "cryptography",
    "pyhanko",
    "sqlcipher3",
    "python-pkcs11",
    "typst",
    "PySide6-Essentials",
    "requests",
    "pydantic",
)
SPACE = 2 * 1024**3
"""Free bytes below which sealing a large bid is likely to fail"""


_MARKS: dict[State, str] = {"found": "ok", "warning": "!!", "missing": "NO", "skipped": "--"}


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
    parser = argparse.ArgumentParser(prog="jincai doctor", description=__doc__)
    parser.add_argument("--profile", type=Path, help="test the token of this profile, too (R-038)")
    parser.add_argument("--token", default="", help="which token, where several are plugged in")
    parser.add_argument("--pin", action="store_true", help="ask for the PIN, then really sign and decrypt")
    chosen = parser.parse_args(list(arguments))
    missing = _machine()
    if chosen.profile is not None:
        pin = getpass("PIN: ") if chosen.pin else ""
        missing |= not _token(chosen.profile, chosen.token, pin)
    return 1 if missing else 0


def _token(profile: Path, key: str, pin: str) -> bool:
    """The same self-test as in the app, in lines. Is all that was tried sound?"""
    checks = Diagnosis(ProfileFolder(profile), SystemClock().now()).run(pin, key)
    for check in checks:
        facts = ", ".join(f"{name} {value}" for name, value in check.facts.items() if value)
        if check.problem is not None:
            reasons = ", ".join(f"{name}={value}" for name, value in check.problem.facts.items() if value)
            facts = f"{facts + ': ' if facts else ''}{check.problem.code} ({reasons}). {check.problem.remedy}"
        print(
            f"  {_MARKS[check.state]:4} {check.step}: {facts or ('needs the PIN' if check.state == 'skipped' else 'done')}"
        )
    return sound(checks)


def _machine() -> bool:
    """Is something missing without which no work is possible?"""
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
    return missing
