"""Processes of this project that tests start, and that end with the tests."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.forked import Forked

ROOT = Path(__file__).resolve().parents[1]
DEADLINE = 90.0
"""Seconds within which a server must take connections"""
_spawned: list[subprocess.Popen[bytes]] = []


@atexit.register
def _end() -> None:
    """A process whose fixture failed before anybody could close it ends here."""
    for process in _spawned:
        if process.poll() is None:
            process.kill()
            process.wait()


def spawn(module: Sequence[str], log_file: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a module with its arguments; what it says goes to the end of `log_file`."""
    with log_file.open("ab") as log:
        whole = [sys.executable, "-m", *module]
        _spawned.append(subprocess.Popen(whole, cwd=ROOT, stdout=log, stderr=log, env=environment))
    return _spawned[-1]


def run_whole(command: Sequence[str], environment: Mapping[str, str], patience: float) -> tuple[int, str]:
    """Run a command to its end: exit code and all its words. Whatever it started ends with it, also when patience does."""
    words: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **words) as running:
        try:
            said, _ = running.communicate(timeout=patience)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
    return running.returncode, said


def wait_for_port(port_file: Path, process: Forked | subprocess.Popen[bytes], log: Path) -> int:
    """The port a process wrote when it was ready. Fails with the process's own words."""
    end = time.monotonic() + DEADLINE
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise RuntimeError(f"the server did not start:\n{log.read_text('utf-8', 'replace')[-4000:]}")
        os.sched_yield()
        time.sleep(0.01)
    return int(port_file.read_text())
