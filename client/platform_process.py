"""The reference platform's processes beside this program: for the demo and for practice. It is started, never imported.

A packed program has no `python` to start: it starts itself with `PACKED_COMMAND` before the words of `server_stub`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from crypto.files import write_whole
from procurement.basics.problems import Locked, Unreachable

ROOT = Path(__file__).resolve().parents[1]
PACKED_COMMAND = "practice-platform"
"""First argument with which a packed program runs the platform instead of its windows"""
PATIENCE = 60.0
"""Seconds within which a process must take connections"""
LAST = 30.0
"""Seconds within which a process must have ended when asked"""


class PlatformProcesses:
    """Processes with their words in `<folder>/<name>.log`. Servers end with this program, also when it is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def spawn(self, name: str, command: Sequence[str], *, held: bool = False) -> subprocess.Popen[bytes]:
        """Start a process. `held`: it gets a pipe as its standard input, whose other end is this program's."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=_place(), stdin=subprocess.PIPE if held else None, stdout=log, stderr=log
            )
        self._running.append((name, process))
        return process

    def launch(self, name: str, arguments: Sequence[str]) -> Callable[[Callable[[], object]], int]:
        """Start a server. What is returned waits until it takes connections, and gives its port; it calls what it is given while
        it waits. Raises `Locked("platform-process-failed")`, `Unreachable("platform-process-silent")`."""
        port_file = self.folder / f"{name}.port"
        port_file.unlink(missing_ok=True)
        command = [*platform_command(), *arguments, "--port-file", str(port_file), "--with-parent"]
        process = self.spawn(name, command, held=True)
        return lambda meanwhile: self._port(name, process, port_file, meanwhile)

    def start(self, name: str, arguments: Sequence[str]) -> int:
        """Start a server and wait until it takes connections; its port. Raises as `launch`."""
        return self.launch(name, arguments)(lambda: None)

    def set_up(self, setup: bytes, folder: Path, where: Sequence[str]) -> str:
        """Make a platform from a setup (canonical JSON), which is not kept; the log's verifier key."""
        source, key = folder / "setup.json", folder / "log.vkey"
        write_whole(source, setup, secret=True)
        command = [*platform_command(), "init", "--setup", str(source), "--vkey-file", str(key), *where]
        done = subprocess.run(command, cwd=_place(), capture_output=True, text=True, check=False)
        source.unlink()
        if done.returncode:
            raise Locked("platform-process-failed", "Read what it said.", process="init", log=done.stderr[-2000:])
        return key.read_text("utf-8")

    def stop(self) -> None:
        """Ask all to end, the last started first, and wait; what does not end is ended."""
        for _, process in reversed(self._running):
            _end(process)
        self._running.clear()

    def stop_one(self, name: str) -> None:
        """The same for what runs under this name, and for nothing else."""
        for one in [one for one in self._running if one[0] == name]:
            _end(one[1])
            self._running.remove(one)

    def _port(
        self, name: str, process: subprocess.Popen[bytes], port_file: Path, meanwhile: Callable[[], object]
    ) -> int:
        end = time.monotonic() + PATIENCE
        while not port_file.exists():
            if process.poll() is not None:
                words = (self.folder / f"{name}.log").read_text("utf-8", "replace")
                raise Locked("platform-process-failed", "Read the log file named.", process=name, log=words[-2000:])
            if time.monotonic() > end:
                raise Unreachable("platform-process-silent", "Read the log file named.", process=name)
            meanwhile()
            time.sleep(0.02)
        return int(port_file.read_text())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(LAST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()


def platform_command() -> list[str]:
    """How the platform's commands are called from here."""
    if _packed():
        return [sys.executable, PACKED_COMMAND]
    return [sys.executable, "-m", "server_stub"]


def _packed() -> bool:
    return bool(getattr(sys, "frozen", False))


def _place() -> Path | None:
    return None if _packed() else ROOT
