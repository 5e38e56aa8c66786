"""The bench runs from end to end with a tiny bid and without peers. Nothing here looks at how long anything took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = {
    "sealing": {
        "floor: SHA-256, one stream",
        "floor: SHA-256 of chunks",
        "floor: AES-256-GCM",
        "seal",
        "seal: peak memory",
    },
    "upload": {"upload"},
    "ranking": {"rank 200 bids × 60 items × 7 experts"},
    "national": {"seal in suite S1 against its own floor"},
    "window": {"longest gap of the window's thread while sealing"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_measure_says_what_it_measured(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--size", "1MiB", "--rounds", "1", "--no-peers", "--only", name]
    done = subprocess.run(
        [*command, "--output", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "results.json").read_text("utf-8"))
    found = {line["name"]: line for line in said["lines"]}
    assert EXPECTED[name] <= found.keys()
    assert all(line["ours"] for line in found.values())
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]
