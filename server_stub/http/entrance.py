"""What every request passes first and last: who calls, too much from one address, versions in common, the access log."""

from __future__ import annotations

import re
import time
from collections.abc import MutableMapping
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from procurement.basics.problems import Problem
from procurement.basics.value import format_instant
from procurement.wire.endpoints import API
from procurement.wire.versions import HEADER, check, read_said
from server_stub.acts.caller import Caller
from server_stub.http.answers import CALLER, problem_answer
from server_stub.platform import Platform

SESSIONS, TIME, VERSIONS, UPLOADS = (API + path for path in ("/sessions", "/time", "/versions", "/uploads"))
_WRITING = ("POST", "PUT", "PATCH")
_PLAIN = re.compile(r"[A-Za-z0-9=&_.-]{0,200}\Z")
_UNAUTHORISED, _GONE, _FAULT = 401, 499, 500


class Entrance:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, platform: Platform) -> None:
        self._app, self._platform = app, platform

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = scope[CALLER] = Caller(address=(scope.get("client") or ("",))[0])
        visit = _Visit(self._platform, Request(scope), caller)

        async def sending(message: MutableMapping[str, Any]) -> None:
            visit.answers(message)
            await send(message)

        try:
            await self._admit(scope, caller, receive, sending)
        except Exception:
            visit.status = _FAULT
            raise
        finally:
            visit.end()

    async def _admit(self, scope: Scope, caller: Caller, receive: Receive, send: Send) -> None:
        try:
            self._count(Request(scope), caller.address)
            self._understand(Request(scope))
        except Problem as problem:
            caller.code = problem.code
            await problem_answer(problem)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _count(self, request: Request, address: str) -> None:
        gate, path = self._platform.gate, request.url.path
        if request.method == "POST" and path in (SESSIONS, SESSIONS + "/nonce"):
            gate.sign_in(address)
        elif "authorization" in request.headers:
            gate.session(address)
        elif path not in (TIME, VERSIONS):
            gate.public(address)

    def _understand(self, request: Request) -> None:
        """Refuse, before anything else, what a program of other versions would do in vain. Reading the time and the versions is
        open to all; what is signed or sealed in another version is refused before it is sent, not after."""
        path = request.url.path
        if path in (TIME, VERSIONS):
            return
        parts = ["api"]
        if request.method in _WRITING:
            parts += ["statements"]
        if path.startswith(UPLOADS) and request.method in _WRITING:
            parts += ["sealed-bid"]
        check(read_said(request.headers.get(HEADER, "")), self._platform.speaks, parts)


class _Visit:
    """One request and its answer. Written down before the answer's last byte leaves: nobody has an answer that is not in the log."""

    def __init__(self, platform: Platform, request: Request, caller: Caller) -> None:
        self._platform, self._request, self._caller = platform, request, caller
        self._start, self._sent, self._written = time.perf_counter(), 0, False
        self.status = _GONE

    def answers(self, message: MutableMapping[str, Any]) -> None:
        """A part of the answer is about to leave."""
        self.status = message.get("status", self.status)
        self._sent += len(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.end()

    def end(self) -> None:
        """Write the line, once."""
        if self._written:
            return
        self._written = True
        if self.status == _UNAUTHORISED:
            self._platform.gate.failed(self._caller.address)
        self._platform.access.write(self._line())

    def _line(self) -> dict[str, object]:
        request, caller = self._request, self._caller
        query, length = request.url.query, request.headers.get("content-length", "")
        found: dict[str, object] = {
            "t": format_instant(self._platform.clock.now()),
            "from": caller.address,
            "actor": caller.actor,
            "named": caller.named,
            "session": caller.session,
            "method": request.method,
            "path": request.url.path[:300],
            "query": query if _PLAIN.match(query) else "…",
            "act": caller.act,
            "status": self.status,
            "code": caller.code,
            "in": int(length) if length.isdecimal() else 0,
            "out": self._sent,
            "ms": round((time.perf_counter() - self._start) * 1000),
        }
        return {name: value for name, value in found.items() if value != ""}
