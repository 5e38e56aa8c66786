"""The feed: accepted acts as this reader may see them, in the order in which they became readable."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select
from starlette.concurrency import run_in_threadpool

from procurement.basics.canonical import canonical
from procurement.basics.value import format_instant
from procurement.wire.endpoints import API
from server_stub.acts.reading import Reading, act_of
from server_stub.acts.visibility import Reader, is_public, may_read
from server_stub.http.answers import platform_of, reader_of
from server_stub.platform import Platform
from server_stub.store.models import ActRow, FeedRow, from_millis

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
    found = await run_in_threadpool(read_feed, platform, reader, after, limit, now)
    return Response(found, media_type="application/json")


def read_feed(platform: Platform, reader: Reader, after: int, limit: int, now: datetime) -> bytes:
    """Canonical bytes of a `Feed`. What everybody may read is passed on as it was kept, unread: it was read when it was accepted."""
    items: list[bytes] = []
    room = PAGE_BYTES
    with platform.database.read() as session:
        reading = Reading(session, now)
        columns = (FeedRow.pos, *ActRow.__table__.columns)
        where = select(*columns).join(ActRow, ActRow.id == FeedRow.act).where(FeedRow.pos > after)
        # read in small portions: nearly all acts are public, so a page is full long before so many rows
        rows = session.execute(where.order_by(FeedRow.pos).limit(SCAN + 1), execution_options={"yield_per": PORTION})
        last, more = after, False
        for seen, row in enumerate(rows):
            if len(items) == limit or room <= 0 or seen == SCAN:
                more = True
                break
            last = row.pos
            if is_public(row.type) or may_read(reading, reader, act_of(row)):
                items.append(_item(row))
                room -= len(row.wire)
        rows.close()
    end = canonical({"more": more, "next": last, "server_time": format_instant(platform.clock.now())})
    return b'{"items":[' + b",".join(items) + b"]," + end[1:]


def _item(row: Row[Any]) -> bytes:
    """Canonical bytes of a `FeedItem`, around the signed bytes as they are kept."""
    place = {
        "act": row.type,
        "id": row.id,
        "leaf_index": row.leaf_index,
        "lot": row.lot,
        "number": row.number,
        "seq": row.pos,
    }
    end = canonical({"t_recv": format_instant(from_millis(row.t_recv))})
    signed: bytes = row.wire
    return canonical(place)[:-1] + b',"signed":' + signed + b"," + end[1:]
