"""Time-stamps for those who seal documents: requests are passed on to the platform's authority as they are (RFC 3161 §3.4)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crypto.timestamps import REQUEST_LIMIT
from procurement.basics.problems import Refused
from procurement.wire.endpoints import API
from server_stub.http.answers import party_of, platform_of, read_body

router = APIRouter(prefix=API + "/timestamps")
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


@router.post("")
async def stamp(request: Request) -> Response:
    """The authority's TimeStampResp to this TimeStampReq, a rejection included. Needs a session: the authority is no public one."""
    platform = platform_of(request)
    body = await read_body(request, REQUEST_LIMIT)
    await party_of(request, body, platform.clock.now())
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != QUERY:
        raise Refused("request-malformed", f"Send a TimeStampReq as {QUERY}.", field="content-type", reason="type")
    return Response(await run_in_threadpool(platform.stamping.pass_on, body), media_type=REPLY)
