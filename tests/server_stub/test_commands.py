"""`init`, `serve` and `tsa` as their operator runs them."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT
from tests.world import World


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server_stub", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_init_makes_a_platform_once(tmp_path: Path) -> None:
    world = World.create(tmp_path, start=False)
    shutil.rmtree(world.data)
    arguments = ("init", "--data", str(world.data), "--setup", str(tmp_path / "setup.json"))
    done = _run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("jincai.test/log+")
    assert stat.S_IMODE((world.data / "keys" / "log.key").stat().st_mode) == 0o600
    again = _run(*arguments)
    assert (again.returncode, again.stdout) == (2, "")
    assert "server-already-set-up" in again.stderr


def test_serve_says_plainly_what_is_missing(tmp_path: Path) -> None:
    done = _run("serve", "--data", str(tmp_path / "nothing"), "--port", "0")
    assert done.returncode == 2
    assert "server-not-set-up" in done.stderr
    assert "Traceback" not in done.stderr


def test_passwords_are_not_in_the_database(tmp_path: Path) -> None:
    world = World.create(tmp_path, start=False)
    stored = b"".join(path.read_bytes() for path in world.data.glob("platform.db*"))
    assert b"$argon2id$" in stored
    assert b"a long enough password" not in stored
