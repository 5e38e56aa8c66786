"""Requests in, answers out: bounded bodies, canonical JSON, problems as RFC 9457 documents, who is asking."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from procurement.basics.problems import NotAllowed, Problem, Refused
from procurement.basics.rules import rule as rule_of
from procurement.basics.value import Value
from procurement.wire.messages import ProblemDocument
from server_stub.acts.caller import Caller
from server_stub.acts.visibility import Reader
from server_stub.platform import Platform
from server_stub.trust.auth import Proof

logger = logging.getLogger("server_stub.http")
V = TypeVar("V", bound=Value)
NO_BODY = hashlib.sha256(b"").hexdigest()
SMALL = 64 * 1024
CALLER = "jincai.caller"
"""Where the request's scope keeps its `Caller`"""


def platform_of(request: Request) -> Platform:
    platform = request.app.state.platform
    assert isinstance(platform, Platform)
    return platform


def caller_of(request: Request) -> Caller:
    """What is known of who sends this request."""
    found = request.scope.setdefault(CALLER, Caller())
    assert isinstance(found, Caller)
    return found


def answer(value: Value, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(value.to_bytes(), status, headers, "application/json")


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises `Refused("body-too-large")` as soon as that is clear."""
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > limit:
        raise Refused("body-too-large", "Send less at a time.", limit=limit)
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > limit:
            raise Refused("body-too-large", "Send less at a time.", limit=limit)
    return bytes(data)


def proof_of(request: Request, body: str) -> Proof | None:
    """What the request says of its session; None when it says nothing. `body` is the digest it must be bound to."""
    said = request.headers.get("authorization", "")
    if not said:
        return None
    scheme, _, session = said.partition(" ")
    if scheme.lower() != "jincai" or not session:
        raise NotAllowed("session-unknown", "Sign in again.")
    caller_of(request).names_session(session)
    return Proof(session, request.headers.get("jincai-proof", ""), request.method, request.url.path, body)


async def reader_of(request: Request, body: bytes | str, now: datetime) -> Reader:
    """Who asks; nobody in particular without a session. Raises `NotAllowed`."""
    proof = proof_of(request, body if isinstance(body, str) else hashlib.sha256(body).hexdigest())
    if proof is None:
        return Reader()
    return await run_in_threadpool(platform_of(request).door.reader, proof, now, caller_of(request))


async def party_of(request: Request, body: bytes | str, now: datetime) -> Reader:
    """As `reader_of`, but somebody. Raises `NotAllowed("session-required")`."""
    reader = await reader_of(request, body, now)
    if not reader.actor:
        raise NotAllowed("session-required", "Sign in first.")
    return reader


def problem_document(problem: Problem) -> ProblemDocument:
    found = None
    if problem.rule:
        try:
            found = rule_of(problem.rule)
        except KeyError:
            logger.warning("rule %s is not in the rulebook", problem.rule)
    facts = {name.replace(".", "_").lower(): text[:500] for name, text in problem.facts.items() if name != "refusal"}
    return ProblemDocument(
        type=f"urn:jincai:problem:{problem.code}",
        title=found.title if found else problem.code,
        status=_status(problem),
        code=problem.code,
        kind=problem.kind,
        rule=problem.rule,
        citation=found.citation if found else "",
        why=found.why if found else "",
        why_en=found.why_en if found else "",
        remedy=problem.remedy,
        facts=facts,
        refusal=problem.facts.get("refusal", ""),
    )


TOO_MANY = 429
_STATUS = {
    "too-many-requests": TOO_MANY,
    "too-many-uploads": TOO_MANY,
    "session-required": 401,
    "session-unknown": 401,
    "session-expired": 401,
    "proof-wrong": 401,
    "proof-stale": 401,
    "proof-replayed": 401,
    "proof-of-another-request": 401,
    "act-unknown": 404,
    "file-unknown": 404,
    "upload-unknown": 404,
    "no-such-address": 404,
    "method-not-allowed": 405,
    "body-too-large": 413,
    "file-too-large": 413,
    "upload-too-large": 413,
    "quota-exceeded": 413,
    "upload-chunk-differs": 460,
    "client-too-old": 426,
    "platform-too-old": 426,
}


def _status(problem: Problem) -> int:
    return _STATUS.get(problem.code, problem.status)


def problem_answer(problem: Problem) -> Response:
    document = problem_document(problem)
    wait = {"Retry-After": problem.facts["seconds"]} if document.status == TOO_MANY else None
    return Response(document.model_dump_json().encode(), document.status, wait, "application/problem+json")


Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Every failure leaves as a problem document."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, problem: Problem) -> Response:
        answered = problem_answer(problem)
        caller_of(request).code = problem.code
        if "/uploads" in request.url.path:
            answered.headers["Tus-Resumable"] = "1.0.0"
        return answered

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        codes = {404: "no-such-address", 405: "method-not-allowed"}
        code = caller_of(request).code = codes.get(error.status_code, "request-malformed")
        return problem_answer(Refused(code, "Check the address and the way of asking.", status=error.status_code))

    @app.exception_handler(RequestValidationError)
    async def _validation(request: Request, error: RequestValidationError) -> Response:
        caller_of(request).code = "request-malformed"
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return problem_answer(
            Refused("request-malformed", "Correct the named field.", field=where, reason=first["msg"])
        )

    @app.exception_handler(ClientDisconnect)
    async def _gone(_request: Request, _error: ClientDisconnect) -> Response:
        return Response(status_code=499)

    @app.exception_handler(Exception)
    async def _fault(request: Request, error: Exception) -> Response:
        logger.error("fault at %s %s", request.method, request.url.path, exc_info=error)
        fault = ServerFault("server-fault", "Try again; if it stays, tell the operator the time of this answer.")
        return problem_answer(fault)


class ServerFault(Problem):
    """A fault of the platform's own. Nothing is known to have happened."""

    status = 500
    kind = "fault"
