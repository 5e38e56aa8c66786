"""A program that practises and then waits to be killed; run by test_practice. Writes the platform's port to `up`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from client.practice.world import PracticeWorld
from procurement.basics.pulse import NoPulse

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    world = PracticeWorld(folder).open(NoPulse())
    (folder.parents[1] / "port").write_text(world.url.rpartition(":")[2])
    (folder.parents[1] / "port").rename(folder.parents[1] / "up")
    while True:
        time.sleep(60)
