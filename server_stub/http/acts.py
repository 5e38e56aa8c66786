"""One concrete address for each act, and the receipts of accepted acts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from procurement.basics.problems import NotAllowed, Refused
from procurement.wire.endpoints import ACTS, API, Act
from server_stub.acts.reading import Reading
from server_stub.acts.visibility import may_read
from server_stub.http.answers import answer, platform_of, read_body, reader_of
from server_stub.trust.receipts import read_receipt

router = APIRouter()


def _route(act: Act) -> None:
    async def post(request: Request) -> Response:
        platform = platform_of(request)
        body = await read_body(request, platform.settings.limits.act)
        with platform.arrivals.one() as now:
            reader = await reader_of(request, body, now)
            receipt = await run_in_threadpool(platform.frame.accept, act.type, body, reader, now, _key(request))
        await run_in_threadpool(platform.stamping.stamp, receipt.act.id)
        with platform.database.read() as session:
            return answer(read_receipt(session, receipt.act.id) or receipt, 201)

    post.__doc__ = f"Act `{act.type}` ({act.requirement})"
    router.add_api_route(act.path, post, methods=["POST"], name=act.type, tags=[act.stage])


for _act in ACTS.values():
    _route(_act)


def _key(request: Request) -> str:
    return request.headers.get("idempotency-key", "")


@router.get(API + "/acts/{act}/receipt")
async def receipt(request: Request, act: str) -> Response:
    """The receipt again, for whoever may read the act: a lost answer is never lost for good."""
    platform = platform_of(request)
    now = platform.clock.now()
    reader = await reader_of(request, b"", now)

    def read() -> Response:
        with platform.database.read() as session:
            reading = Reading(session, now)
            found = reading.act(act)
            if found is None:
                raise Refused("act-unknown", "Send the act first.", id=act)
            if not may_read(reading, reader, found):
                raise NotAllowed("act-not-visible", "Sign in as a party that may read this act.", id=act)
            stored = read_receipt(session, found.id)
        if stored is None:
            raise Refused("receipt-not-ready", "Ask again in a moment.", id=act)
        return answer(stored)

    return await run_in_threadpool(read)
