"""Time, versions, the platform's name, nonces, sessions, and a demo's clock."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from procurement.basics.problems import NotAllowed
from procurement.wire.endpoints import API
from procurement.wire.messages import ClockMessage, LoginMessage, NonceAnswer, PlatformAnswer, ServerTime
from procurement.wire.versions import Versions
from server_stub.http.answers import NO_BODY, SMALL, answer, caller_of, platform_of, proof_of, read_body

router = APIRouter(prefix=API)


@router.get("/time")
async def time(request: Request) -> Response:
    clock = platform_of(request).clock
    return answer(ServerTime(now=clock.now(), demo_clock=clock.demo))


@router.get("/versions")
async def versions(request: Request) -> Response:
    """What this platform speaks, for programs of any age."""
    return answer(Versions(program=_program(), parts=platform_of(request).speaks))


@router.get("/platform")
async def platform(request: Request) -> Response:
    """What this platform says it is, for whoever holds its file against it."""
    found = platform_of(request)
    said = found.settings
    key = found.signer.key.vkey
    return answer(PlatformAnswer(name=said.name, operator=said.platform, origin=said.origin, log_key=key))


def _program() -> str:
    try:
        return version("jincai")
    except PackageNotFoundError:
        return "0"


@router.post("/demo/clock")
async def move_clock(request: Request) -> Response:
    """Forward only, and only when the server was started for a demo. Answers when all timers on the way have run."""
    platform = platform_of(request)
    message = ClockMessage.from_bytes(await read_body(request, SMALL), SMALL)
    await run_in_threadpool(platform.move_clock, message.now)
    return answer(ServerTime(now=platform.clock.now(), demo_clock=True))


@router.post("/sessions/nonce")
async def nonce(request: Request) -> Response:
    platform = platform_of(request)
    await read_body(request, 0)
    return answer(NonceAnswer(nonce=platform.door.nonce(platform.clock.now())), 201)


@router.post("/sessions")
async def open_session(request: Request) -> Response:
    platform = platform_of(request)
    message = LoginMessage.from_bytes(await read_body(request, SMALL), SMALL)
    now = platform.clock.now()
    opened = await run_in_threadpool(platform.door.open, message, platform.trust(), now, caller_of(request))
    return answer(opened, 201)


@router.delete("/sessions")
async def close_session(request: Request) -> Response:
    platform = platform_of(request)
    proof = proof_of(request, NO_BODY)
    if proof is None:
        raise NotAllowed("session-required", "There is no session to close.")
    await run_in_threadpool(platform.door.close, proof, platform.clock.now(), caller_of(request))
    return Response(status_code=204)
