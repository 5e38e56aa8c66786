"""One concrete address for each act, and the receipts of accepted acts."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from procurement.basics.problems import NotAllowed, Problem, Refused
from procurement.basics.roles import Role
from procurement.wire.endpoints import ACTS, API, Act
from procurement.wire.messages import RefusalRecord
from server_stub.acts.reading import Reading
from server_stub.acts.visibility import may_read
from server_stub.failpoints import passing
from server_stub.http.answers import answer, caller_of, party_of, platform_of, read_body, reader_of
from server_stub.store.models import RefusalRow, from_millis
from server_stub.trust.receipts import read_receipt

router = APIRouter()


def _route(act: Act) -> None:
    async def post(request: Request) -> Response:
        platform = platform_of(request)
        body = await read_body(request, platform.settings.limits.act)
        with platform.arrivals.one() as now:
            caller = caller_of(request)
            try:
                reader = await reader_of(request, body, now)
            except Problem as problem:
                await run_in_threadpool(platform.frame.refuse, act.type, body, problem, now, caller)
                raise
            receipt = await run_in_threadpool(platform.frame.accept, act.type, body, reader, now, _key(request), caller)
        await run_in_threadpool(platform.stamping.stamp, receipt.act.id)
        passing("act:answering", act.type)
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


@router.get(API + "/refusals/{number}")
async def refusal(request: Request, number: int) -> Response:
    """The record of a refusal, for whom it met and for supervisors (R-060)."""
    platform = platform_of(request)
    reader = await party_of(request, b"", platform.clock.now())

    def read() -> RefusalRecord:
        with platform.database.read() as session:
            row = session.get(RefusalRow, number)
        if row is None or (row.actor != reader.actor and Role.SUPERVISOR not in reader.roles):
            raise NotAllowed("refusal-not-visible", "Sign in as the party that was refused, or as supervisor.")
        return RefusalRecord(
            number=row.number,
            t=from_millis(row.t),
            act=row.type,
            id=row.act,
            actor=row.actor,
            code=row.code,
            rule=row.rule,
            facts=json.loads(row.facts),
            address=row.address,
            session=row.session,
            named=row.named,
        )

    return answer(await run_in_threadpool(read))
