"""This side of a vendor's PKCS#11 driver, which runs in a process of its own (see `driver_process`).

Whatever happens over there (crash, hang, token pulled out in mid-call), here it is a `Locked` with a name.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from procurement.basics.problems import Locked, Problem

PATIENCE = 60.0
"""Seconds a driver may take for one answer; some tokens wait for a button to be pressed"""
LINE_LIMIT = 4 * 1024 * 1024
"""Bytes of an answer at most; a token with some dozen certificates needs a few ten thousand"""
PACKED_COMMAND = "token-driver"
"""First argument with which a packed program runs the driver's process instead of its windows"""


@dataclass(frozen=True, slots=True)
class Driver:
    """A PKCS#11 library on this machine. `environment` is set for its process alone."""

    library: Path
    name: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.name or self.library.name


class DriverRefused(Exception):
    """The driver said no by a word of `driver_process`; translated by whoever asked."""

    def __init__(self, word: str, what: str) -> None:
        self.word, self.what = word, what
        super().__init__(f"{word} {what}".strip())


class DriverProcess:
    """One process with one driver in it. Safe to share between threads: one question at a time."""

    def __init__(self, driver: Driver, patience: float = PATIENCE) -> None:
        """Start it. Raises `Locked("token-driver-missing")`, `Locked("token-driver-unusable")` and as `ask`."""
        self.driver, self.patience = driver, patience
        self._guard = threading.Lock()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        if not driver.library.is_file():
            raise Locked(
                "token-driver-missing", "Install the driver of this token's vendor.", driver=driver.title, file=driver.library
            )  # fmt: skip
        self._process = subprocess.Popen(
            [*_command(), str(driver.library)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **driver.environment},
        )
        self._reader = threading.Thread(target=self._read, name=f"driver-{driver.title}", daemon=True)
        self._reader.start()
        try:
            self._take()
        except DriverRefused as refused:
            self.close()
            raise _unusable(driver, refused.what) from refused
        except Problem:
            self.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, what: str, **arguments: Any) -> Any:
        """The driver's answer. Raises `DriverRefused`, `Locked`: token-driver-crashed, token-driver-silent, token-driver-garbled."""
        line = json.dumps({"do": what, **arguments}).encode() + b"\n"
        with self._guard:
            try:
                assert self._process.stdin is not None
                self._process.stdin.write(line)
                self._process.stdin.flush()
            except (OSError, ValueError) as error:
                raise self._crashed() from error
            return self._take()

    def close(self) -> None:
        """End the process; a login in it ends with it."""
        self._process.kill()
        self._process.wait()
        self._reader.join(5)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not yet written to a dead process
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline(LINE_LIMIT + 1):
            self._answers.put(line)
            if len(line) > LINE_LIMIT:
                break  # it is refused, and nothing after it is read
        self._answers.put(b"")

    def _take(self) -> Any:
        try:
            line = self._answers.get(timeout=self.patience)
        except queue.Empty:
            self._process.kill()
            raise Locked(
                "token-driver-silent",
                "Pull the token out, plug it in again and enter its PIN.",
                driver=self.driver.title,
                seconds=f"{self.patience:.0f}",
            ) from None
        if not line:
            self._answers.put(b"")  # for whoever asks next
            raise self._crashed()
        try:
            return read_answer(line, self.driver)
        except Locked:
            self._process.kill()
            raise

    def _crashed(self) -> Locked:
        return Locked(
            "token-driver-crashed",
            "Plug the token in again and enter its PIN; if it happens again, install the vendor's newest driver.",
            driver=self.driver.title,
        )


def read_answer(line: bytes, driver: Driver) -> Any:
    """What one line of a driver's process says. Raises `DriverRefused`, or `Locked("token-driver-garbled")` for what is no answer."""
    try:
        if len(line) > LINE_LIMIT:
            raise ValueError(len(line))
        answer = json.loads(line)
        refusal, what = answer.get("refusal"), answer.get("what", "")
        if refusal is None:
            return answer["value"]
        if not isinstance(refusal, str) or not isinstance(what, str):
            raise TypeError("refusal")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise garbled(driver) from error
    raise DriverRefused(refusal, what[:300])


def garbled(driver: Driver) -> Locked:
    """The driver's process said something that is no answer."""
    remedy = "Plug the token in again and enter its PIN; if it happens again, install the vendor's newest driver."
    return Locked("token-driver-garbled", remedy, driver=driver.title)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, PACKED_COMMAND]
    return [sys.executable, "-I", str(Path(__file__).with_name("driver_process.py"))]


def _unusable(driver: Driver, what: str) -> Locked:
    return Locked(
        "token-driver-unusable",
        "Install the driver for this system and processor (64 bits for a 64-bit program).",
        driver=driver.title,
        file=driver.library,
        reason=what,
    )
