"""Large bodies straight from the socket into the buffers they are hashed and written from.

Between the socket and an ASGI application a byte is copied five times and parsed as HTTP in pieces of 64 KiB. A body of
known length needs no parser: while it arrives, this protocol stands in the parser's place on the connection and the
system fills our own buffers (over TLS: the TLS layer does). The connection is closed after the answer, since its parser
has not seen the whole request. Where that is not offered (another server, a body of unknown length, one that waits for
a word first) the same bytes come by the ordinary stream.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import MutableMapping
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

OFFER = "jincai.straight"
_CLOSE = (b"connection", b"close")
_SCRATCH = 256 * 1024


class Vessel(Protocol):
    """What is filled: room for the next bytes, until there is none."""

    def room(self) -> memoryview: ...

    def came(self, count: int) -> None: ...


def pour(data: memoryview, vessel: Vessel) -> memoryview:
    """Copy in what fits; the rest."""
    while data and (room := vessel.room()):
        count = min(len(room), len(data))
        room[:count], data = data[:count], data[count:]
        vessel.came(count)
    return data


class Body(Protocol):
    """The body of one request."""

    async def fill(self, vessel: Vessel, silence: float) -> bool:
        """Fill as far as it goes; whether more of the body is to come. Raises `ClientDisconnect`, and `TimeoutError` when no
        byte comes for `silence` seconds (at most twice as long)."""


class StraightHttp(H11Protocol):
    """uvicorn's protocol, which offers the application to take a body itself (in the scope's extensions)."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._application = self.app
        self.app = self._offering

    async def _offering(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken: list[Straight] = []

        def take(length: int) -> Straight | None:
            cycle = self.cycle
            if cycle.scope is not scope or not cycle.more_body or cycle.waiting_for_100_continue or cycle.disconnected:
                return None
            taken.append(Straight(self, length))
            return taken[0]

        async def sending(message: MutableMapping[str, Any]) -> None:
            if taken and message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), _CLOSE]
            await send(message)

        scope.setdefault("extensions", {})[OFFER] = take

        async def receiving() -> MutableMapping[str, Any]:
            if taken:
                raise RuntimeError("this body was taken from the socket")
            return await receive()

        await self._application(scope, receiving, sending)


class Straight(asyncio.BufferedProtocol):
    """A body of `length` bytes, taken from the connection of `http`."""

    def __init__(self, http: StraightHttp, length: int) -> None:
        self._http, self._cycle = http, http.cycle
        self._early, http.cycle.body = memoryview(bytes(http.cycle.body)), bytearray()
        self._left = length - len(self._early)
        self._vessel: Vessel | None = None
        self._filled: asyncio.Future[None] | None = None
        self._lost = False
        self._http.flow.pause_reading()
        self._http.transport.set_protocol(self)

    async def fill(self, vessel: Vessel, silence: float) -> bool:
        self._early = pour(self._early, vessel)
        if self._left and vessel.room():
            if self._lost or self._http.transport.is_closing():
                raise ClientDisconnect
            self._vessel, self._filled = vessel, self._http.loop.create_future()
            self._http.flow.resume_reading()
            try:
                await self._wait(self._filled, silence)
            finally:
                self._http.flow.pause_reading()
                self._vessel = self._filled = None
        return bool(self._left or self._early)

    async def _wait(self, filled: asyncio.Future[None], silence: float) -> None:
        while True:
            left = self._left
            await asyncio.wait([filled], timeout=silence)
            if filled.done():
                return filled.result()
            if self._left == left:
                raise TimeoutError

    # -- called by the transport

    def get_buffer(self, sizehint: int) -> memoryview:
        assert self._vessel is not None
        return self._vessel.room()[: self._left]

    def buffer_updated(self, nbytes: int) -> None:
        assert self._vessel is not None
        self._left -= nbytes
        self._vessel.came(nbytes)
        if not self._left or not self._vessel.room():
            self._http.flow.pause_reading()
            self._end()

    def eof_received(self) -> None:
        self._lost = True
        self._end(ClientDisconnect())

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._end(ClientDisconnect())
        self._http.connection_lost(exc)

    def pause_writing(self) -> None:
        self._http.pause_writing()

    def resume_writing(self) -> None:
        self._http.resume_writing()

    def _end(self, error: Exception | None = None) -> None:
        if self._filled is None or self._filled.done():
            return
        if error is None:
            self._filled.set_result(None)
        else:
            self._filled.set_exception(error)


class _Stream:
    """The same by the ordinary way."""

    def __init__(self, request: Request) -> None:
        self._parts = request.stream()
        self._part = memoryview(b"")

    async def fill(self, vessel: Vessel, silence: float) -> bool:
        while self._part or await self._next(silence):
            if not vessel.room():
                return True
            self._part = pour(self._part, vessel)
        return False

    async def _next(self, silence: float) -> bool:
        while not self._part:
            async with asyncio.timeout(silence):
                part = await anext(self._parts, None)
            if part is None:
                return False
            self._part = memoryview(part)
        return True


def body_of(request: Request) -> Body:
    """The body of a request, by the shortest way there is. To be asked once, and before anything else is read."""
    take = request.scope.get("extensions", {}).get(OFFER)
    length = request.headers.get("content-length", "")
    if take is None or not length.isdecimal() or "transfer-encoding" in request.headers:
        return _Stream(request)
    return take(int(length)) or _Stream(request)


class _Scratch:
    """What is filled to be thrown away."""

    def __init__(self, most: int) -> None:
        self._left, self._room = most, memoryview(bytearray(_SCRATCH))

    def room(self) -> memoryview:
        return self._room[: self._left]

    def came(self, count: int) -> None:
        self._left -= count


async def drain(body: Body, most: int, silence: float) -> None:
    """Read on, up to `most` bytes, for nothing: a client that still sends meets the answer, not a closed connection."""
    with contextlib.suppress(ClientDisconnect, TimeoutError, RuntimeError):
        await body.fill(_Scratch(most), silence)
