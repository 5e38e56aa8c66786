"""The port of the gateway: one request, one answer. HTTP implements it; so may anything that carries bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from client.gateway.pace import Pace
from procurement.basics.pulse import NoPulse, Pulse


@dataclass(frozen=True, slots=True)
class FileBody:
    """A stretch of a file as the body of a request, read as it is sent. `base` and `total` place it in a larger work."""

    path: Path
    offset: int
    length: int
    pulse: Pulse = field(default_factory=NoPulse)
    base: int = 0
    total: int = 0
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Names in lower case"""
    body: bytes


class Transport(Protocol):
    origin: str
    """Where this transport leads, from the client's own configuration: scheme, host and port"""

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes | FileBody = b"",
        into: BinaryIO | None = None,
        pulse: Pulse | None = None,
    ) -> Answer:
        """One exchange. A successful body goes to `into` when given.

        Raises `Unreachable` when no complete answer came; whether the other side acted is then unknown. Answers of
        every status are returned.
        """

    def close(self) -> None: ...


class FileReader:
    """Reads a `FileBody` for a transport in pieces of the transport's choosing, telling the pulse."""

    def __init__(self, body: FileBody) -> None:
        self._body = body
        self._file = body.path.open("rb", buffering=0)
        self._file.seek(body.offset)
        self._left = body.length

    def __len__(self) -> int:
        return self._left

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(1024 * 1024):
            yield piece

    def read(self, size: int = -1) -> bytes:
        sent = self._body.base + self._body.length - self._left
        self._body.pulse.step(sent, self._body.total or self._body.length)
        pace = self._body.pace
        piece = self._file.read(pace.portion(self._left if size < 0 else min(size, self._left)))
        self._left -= len(piece)
        pace.passed(len(piece))
        return piece

    def close(self) -> None:
        self._file.close()
