"""Platform processes that need not import the program anew: forked from one that has, each with its own memory, log and environment.

What `python -m server_stub` is from its first line on is run by the demo, by practice and by what they start.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(["server_stub.__main__"])


class Forked:
    """One such process, handled as `subprocess.Popen` is; it ends with the tests."""

    def __init__(self, arguments: Sequence[str], log_file: Path, environment: Mapping[str, str]) -> None:
        words = (list(arguments), str(log_file), dict(environment))
        self._process = _CONTEXT.Process(target=_platform, args=words, daemon=True)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Raises `subprocess.TimeoutExpired`."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("server_stub", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self._process.pid is not None:
            os.kill(self._process.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _platform(arguments: list[str], log_file: str, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with Path(log_file).open("ab") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
    from server_stub.__main__ import main

    sys.exit(main(arguments))
