"""`jincai test-authorities FOLDER`: test roots, issuers, lists and certificates of the four vendors (R-035), for trials."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

from crypto.vendor_authorities import PIN, write_authorities
from procurement.basics.moment import SystemClock
from procurement.basics.problems import Refused


def main(arguments: Sequence[str]) -> int:
    """Write them into an empty folder."""
    parser = argparse.ArgumentParser(prog="jincai test-authorities", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(list(arguments)).folder
    if folder.exists() and any(folder.iterdir()):
        raise Refused("folder-not-empty", "Choose an empty folder.", folder=folder)
    write_authorities(folder, SystemClock().now().astimezone(UTC))
    print(f"{folder}: four test authorities, PIN of every certificate file {PIN}. Worth nothing elsewhere.")
    return 0
