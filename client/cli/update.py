"""`jincai update`: renew the packed program from a release in a folder, or go back to the version before."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from client.updating.install import FolderSource, Installation
from procurement.basics.pulse import Pulse


class _Told:
    """Progress on the terminal, a line for each tenth."""

    def __init__(self) -> None:
        self._tenth = 0

    def step(self, done: int, total: int) -> None:
        if total and done * 10 // total > self._tenth:
            self._tenth = done * 10 // total
            print(f"  {self._tenth * 10} %", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0; problems are raised with their remedy."""
    parser = argparse.ArgumentParser(
        prog="jincai update", description="renew the packed program (docs/release-format.md)"
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="folder", type=Path, help="folder with release.note, files.json and objects")
    what.add_argument("--back", action="store_true", help="start the version before next time")
    parser.add_argument("--look", action="store_true", help="only tell what is offered")
    chosen = parser.parse_args(arguments)
    here = Installation.here()
    if chosen.back:
        print(f"Next start: {here.go_back()}")
        return 0
    offer = here.look(FolderSource(chosen.folder), datetime.now(UTC))
    release, signers = offer.release, ", ".join(offer.signed.signers)
    print(f"{release.version} ({release.number}), signed by {signers}; {offer.size / 1e6:.1f} MB to bring")
    print(f"  {release.news_zh}\n  {release.news_en}")
    if not chosen.look:
        pulse: Pulse = _Told()
        print(f"Next start: {here.install(offer, pulse)}")
    return 0
