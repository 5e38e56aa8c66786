"""`jincai doctor`: what this machine offers for the work, in plain words. Exit code 1 when something is missing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from getpass import getpass
from pathlib import Path

from client.diagnosis import Diagnosis, State, sound
from client.profile import ProfileFolder
from client.self_check import MACHINE, run_probes
from client.self_check import sound as enough
from procurement.basics.moment import SystemClock

_MARKS: dict[State, str] = {"found": "ok", "warning": "!!", "missing": "NO", "skipped": "--"}


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
    lines = list(run_probes(MACHINE))
    for line in lines:
        print(line)
    return not enough(lines)
