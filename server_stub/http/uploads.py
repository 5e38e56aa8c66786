"""tus 1.0 for sealed bids: creation (with our announcement as its body), core, termination, expiration (M17).

What a PATCH carries is bound by the chunk hashes of the announcement: the body digest in its proof is SHA-256 over the
announced hashes from the chunk at the offset on, so that nobody hashes the bytes a second time.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from procurement.basics.problems import Locked, NotAllowed, Problem, Refused
from procurement.basics.roles import Role
from procurement.wire.endpoints import API
from procurement.wire.messages import UploadAnnouncement, UploadState
from server_stub.acts.visibility import Reader
from server_stub.http.answers import answer, party_of, platform_of, problem_answer, read_body
from server_stub.http.straight import Body, body_of, drain
from server_stub.store.models import UploadRow, from_millis
from server_stub.store.receiving import Tray
from server_stub.store.uploads import Patch

router = APIRouter(prefix=API + "/uploads")
VERSION = "1.0.0"
TUS = {"Tus-Resumable": VERSION, "Cache-Control": "no-store"}
ANNOUNCEMENT = 1024 * 1024
DRAIN = 64 * 1024 * 1024
SILENCE = 30.0
"""Seconds without a byte after which a PATCH is ended; what came is kept"""
_busy: set[str] = set()


@router.options("")
async def options(request: Request) -> Response:
    """What this server can do."""
    limit = platform_of(request).settings.limits.upload
    extensions = {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination,expiration",
        "Tus-Max-Size": str(limit),
    }
    return Response(status_code=204, headers=TUS | extensions)


@router.post("")
async def create(request: Request) -> Response:
    """Announce a sealed file; the answer says where to send it and how much is there already."""
    platform = platform_of(request)
    _check_version(request)
    body = await read_body(request, ANNOUNCEMENT)
    now = platform.clock.now()
    reader = await party_of(request, body, now)
    platform.gate.upload(reader.actor)
    if Role.SUPPLIER not in reader.roles:
        raise NotAllowed("wrong-role", "Only suppliers deliver bids.", actor=reader.actor)
    said = UploadAnnouncement.from_bytes(body, ANNOUNCEMENT)
    if request.headers.get("upload-length") != str(said.size):
        raise Refused("upload-malformed", "Send the announced size as Upload-Length.", field="upload-length")
    row = await run_in_threadpool(platform.uploads.announce, reader.actor, said, now)
    place = {"Location": f"{API}/uploads/{row.id}", "Upload-Offset": str(row.offset)}
    return Response(status_code=201, headers=TUS | place | _expires(row))


@router.head("/{upload}")
async def head(request: Request, upload: str) -> Response:
    """How much is there."""
    _check_version(request)
    row = await _row(request, upload, "")
    return Response(headers=TUS | {"Upload-Offset": str(row.offset), "Upload-Length": str(row.size)} | _expires(row))


@router.get("/{upload}")
async def state(request: Request, upload: str) -> Response:
    """The same, as a value."""
    row = await _row(request, upload, "")
    found = UploadState(
        upload=row.id, offset=row.offset, size=row.size, complete=row.complete, expires=from_millis(row.expires)
    )
    return answer(found)


@router.delete("/{upload}")
async def terminate(request: Request, upload: str) -> Response:
    """Stop and forget an unfinished upload."""
    platform = platform_of(request)
    _check_version(request)
    reader = await party_of(request, b"", platform.clock.now())
    await run_in_threadpool(platform.uploads.remove, upload, reader.actor)
    return Response(status_code=204, headers=TUS)


@router.patch("/{upload}")
async def patch(request: Request, upload: str) -> Response:
    """The next bytes, from `Upload-Offset` on."""
    platform = platform_of(request)
    _check_version(request)
    if request.headers.get("content-type") != "application/offset+octet-stream":
        return problem_answer(_Unsupported("content-type-wrong", "Send application/offset+octet-stream."))
    bound = await run_in_threadpool(platform.uploads.bound, upload, request.headers.get("upload-offset", ""))
    row = await _row(request, upload, bound)
    platform.gate.upload(row.org)
    if upload in _busy:
        raise Locked("upload-busy", "Another request is sending this file; wait until it ends.")
    _busy.add(upload)
    try:
        row = await run_in_threadpool(platform.uploads.get, upload, row.org)  # as the request before left it
        if request.headers.get("upload-offset") != str(row.offset):
            raise Refused("upload-offset-differs", "Ask for the offset and go on from there.", offset=row.offset)
        sending = request.headers.get("content-length", "")
        if sending.isdecimal() and row.offset + int(sending) > row.size:
            raise _too_long(row)
        with platform.gate.arriving(row.org):
            offset = await _take(request, await run_in_threadpool(platform.uploads.receive, row), row)
    finally:
        _busy.discard(upload)
    return Response(status_code=204, headers=TUS | {"Upload-Offset": str(offset)} | _expires(row))


async def _take(request: Request, patch: Patch, row: UploadRow) -> int:
    """Fill one tray from the line while a thread writes and hashes the other; the offset then."""
    body, receiving, loop = body_of(request), patch.receiving, asyncio.get_running_loop()
    work: asyncio.Future[None] | None = None
    try:
        tray, spare = await run_in_threadpool(receiving.first), receiving.tray()
        more = True
        while more:
            more = await _fill(body, tray)
            if work is not None:
                await work
            work = loop.run_in_executor(None, receiving.take, tray)
            if more and tray.offset == row.size:
                raise _too_long(row)
            tray, spare = spare, tray
            tray.lay(spare.offset)
        if work is not None:
            await work
    except Problem:
        await drain(body, DRAIN, SILENCE)  # or the client meets a closed connection instead of the reason
        raise
    finally:
        if work is not None:
            await asyncio.wait([work])
        await asyncio.shield(run_in_threadpool(patch.close))
    return receiving.offset


async def _fill(body: Body, tray: Tray) -> bool:
    try:
        return await body.fill(tray, SILENCE)
    except (ClientDisconnect, TimeoutError):
        return False  # what came is kept; the client asks for the offset


def _too_long(row: UploadRow) -> Refused:
    return Refused("upload-too-long", "Send no more than was announced.", size=row.size)


async def _row(request: Request, upload: str, body: str) -> UploadRow:
    platform = platform_of(request)
    now: datetime = platform.clock.now()
    reader: Reader = await party_of(request, body or b"", now)
    return await run_in_threadpool(platform.uploads.get, upload, reader.actor)


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise _WrongVersion("tus-version-wrong", "Speak tus 1.0.0.")


def _expires(row: UploadRow) -> dict[str, str]:
    return {"Upload-Expires": from_millis(row.expires).strftime("%a, %d %b %Y %H:%M:%S GMT")}


class _WrongVersion(Problem):
    status = 412
    kind = "refused"


class _Unsupported(Problem):
    status = 415
    kind = "refused"
