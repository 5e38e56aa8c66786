"""`jincai app`: the windows run as a process of their own; the staff does not import them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    return subprocess.call([sys.executable, "-m", "ui", *arguments])
