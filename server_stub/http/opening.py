"""Bids for those who may see them: the header before and in the window, the sealed bytes and the shares after the opening."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from crypto.bidfile import inspect
from procurement.basics.problems import NotAllowed
from procurement.bidding.sealed import Submission
from procurement.opening.session import Freeze, Opening
from procurement.wire.endpoints import API
from procurement.wire.messages import DisclosedBid, DisclosedEntry, Disclosure
from server_stub.acts.day import reads_opened
from server_stub.acts.reading import Act, Reading
from server_stub.acts.visibility import Reader, may_read
from server_stub.http.answers import answer, party_of, platform_of
from server_stub.platform import Platform
from server_stub.store.models import ActRow, UploadRow
from server_stub.store.opening import OpenedRow
from server_stub.trust.receipts import read_receipt

router = APIRouter(prefix=API)


@router.get("/bids/{bid}/header")
async def header(request: Request, bid: str) -> Response:
    """The clear head of a submitted bid: a few KB from which its supplier releases on any computer."""
    platform = platform_of(request)
    now = platform.clock.now()
    reader = await party_of(request, b"", now)
    data = await run_in_threadpool(lambda: inspect(_sealed(platform, reader, bid, now, opened=False)).header_bytes)
    return Response(data, media_type="application/json")


@router.get("/bids/{bid}/sealed")
async def sealed(request: Request, bid: str) -> Response:
    """The sealed bytes of an opened bid, for the full edition of the archive; of one's own at any time."""
    platform = platform_of(request)
    now = platform.clock.now()
    reader = await party_of(request, b"", now)
    path = await run_in_threadpool(_sealed, platform, reader, bid, now, opened=True)
    return FileResponse(path, media_type="application/octet-stream")


@router.get("/openings/{opening}/disclosure")
async def disclosure(request: Request, opening: str) -> Response:
    """The chain's entries with their salts, and the shares of the bids this reader may read (B6 5b, decision 4)."""
    platform = platform_of(request)
    now = platform.clock.now()
    reader = await party_of(request, b"", now)
    return await run_in_threadpool(lambda: answer(_disclose(platform, reader, opening, now)))


def _sealed(platform: Platform, reader: Reader, bid: str, now: datetime, *, opened: bool) -> Path:
    with platform.database.read() as session:
        reading = Reading(session, now)
        act = reading.last(Submission, bid=bid)
        if act is None or not _may_have(reading, reader, act, opened=opened):
            raise NotAllowed("bid-not-visible", "Sign in as the supplier whose bid it is.", bid=bid)
        where = select(UploadRow.id).where(UploadRow.bid == bid, UploadRow.org == act.actor, UploadRow.complete)
        return platform.folder.uploads / f"{session.scalars(where).first()}.sealed"


def _may_have(reading: Reading, reader: Reader, act: Act[Submission], *, opened: bool) -> bool:
    if reader.actor == act.actor:
        return True
    if not opened:
        return may_read(reading, reader, act)
    row = reading.session.get(OpenedRow, act.leaf)
    return row is not None and reads_opened(reading, reader, act.project, act.lot, act.actor)


def _disclose(platform: Platform, reader: Reader, opening_id: str, now: datetime) -> Disclosure:
    with platform.database.read() as session:
        reading = Reading(session, now)
        opening = reading.find(Opening, opening_id)
        freeze = reading.find(Freeze, opening.value.freeze)
        if not may_read(reading, reader, opening):
            raise NotAllowed("act-not-visible", "Sign in as a party of this procurement.", id=opening_id)
        rows = session.scalars(
            select(ActRow).where(ActRow.project == freeze.project, ActRow.lot == freeze.lot).order_by(ActRow.seq)
        ).all()
        entries = tuple(_entry(reading, row) for row in rows if row.seq <= opening.seq)
        bids = session.scalars(
            select(OpenedRow).where(OpenedRow.project == freeze.project, OpenedRow.lot == freeze.lot)
        ).all()
        shown = [b for b in bids if reads_opened(reading, reader, b.project, b.lot, b.supplier)]
        return Disclosure(
            entries=entries,
            bids=tuple(DisclosedBid(leaf=b.leaf, bid=b.bid, salt=b.salt, s=b.s, o=b.o) for b in shown),
        )


def _entry(reading: Reading, row: ActRow) -> DisclosedEntry:
    receipt = read_receipt(reading.session, row.id)
    assert receipt is not None
    return DisclosedEntry(leaf=row.leaf, leaf_index=row.leaf_index, salt=row.salt, entry=receipt.entry().to_bytes())
