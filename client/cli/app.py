"""`jincai app`: the windows run as a process of their own; the staff does not import them.

`--world DIR` opens the demo's world in that folder (made first where there is none) with its platform running beside it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Open the windows; everything after `jincai app` is theirs, but a world is brought to life first."""
    parser = argparse.ArgumentParser(prog="jincai app", add_help=False)
    parser.add_argument("--world", type=Path)
    chosen, _ = parser.parse_known_args(arguments)
    command = [sys.executable, "-m", "ui", *arguments]
    if chosen.world is None:
        return subprocess.call(command)
    from client.demo.for_app import with_world

    return with_world(chosen.world.resolve(), lambda: subprocess.call(command))
