"""The feed: accepted acts as this reader may see them, in the order in which they became readable."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from procurement.basics.statement import Statement
from procurement.wire.endpoints import API
from procurement.wire.messages import Feed, FeedItem
from server_stub.acts.reading import Act, Reading, act_of
from server_stub.acts.visibility import Reader, may_read
from server_stub.http.answers import answer, platform_of, reader_of
from server_stub.platform import Platform
from server_stub.store.models import ActRow, FeedRow

router = APIRouter(prefix=API)
SCAN = 2000
"""Rows looked at for one answer, visible or not"""
PORTION = 100
PAGE_BYTES = 8 * 1024 * 1024


@router.get("/feed")
async def feed(
    request: Request, after: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=500)] = 500
) -> Response:
    """Acts after a position; ask on with `after=next`. Public acts come without a session."""
    platform = platform_of(request)
    now = platform.clock.now()
    reader = await reader_of(request, b"", now)
    return answer(await run_in_threadpool(read_feed, platform, reader, after, limit, now))


def read_feed(platform: Platform, reader: Reader, after: int, limit: int, now: datetime) -> Feed:
    items: list[FeedItem] = []
    room = PAGE_BYTES
    with platform.database.read() as session:
        reading = Reading(session, now)
        where = select(FeedRow.pos, ActRow).join(ActRow, ActRow.id == FeedRow.act).where(FeedRow.pos > after)
        # read in small portions: nearly all acts are public, so a page is full long before so many rows
        rows = session.execute(where.order_by(FeedRow.pos).limit(SCAN + 1), execution_options={"yield_per": PORTION})
        last, more = after, False
        for seen, (pos, row) in enumerate(rows):
            if len(items) == limit or room <= 0 or seen == SCAN:
                more = True
                break
            last = pos
            act = act_of(row)
            if may_read(reading, reader, act):
                items.append(_item(pos, act))
                room -= len(row.wire)
        rows.close()
    return Feed(items=tuple(items), next=last, more=more, server_time=platform.clock.now())


def _item(pos: int, act: Act[Statement]) -> FeedItem:
    return FeedItem(
        seq=pos,
        act=act.type,
        id=act.id,
        number=act.number,
        lot=act.lot,
        t_recv=act.t_recv,
        leaf_index=act.leaf_index,
        signed=act.wire,
    )
