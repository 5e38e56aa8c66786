"""Files by digest: uploaded before the act that names them, readable by those who may read such an act."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from procurement.basics.problems import NotAllowed, Refused
from procurement.wire.endpoints import API
from server_stub.acts.day import may_read_opened_file
from server_stub.acts.reading import Reading
from server_stub.acts.visibility import Reader, may_read
from server_stub.http.answers import party_of, platform_of, reader_of
from server_stub.platform import Platform
from server_stub.store.models import FileRow, FileUseRow, to_millis

router = APIRouter(prefix=API + "/files")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
BLOCK = 1024 * 1024


@router.put("/{sha256}")
async def put(request: Request, sha256: str) -> Response:
    """Store a file. The proof's body digest is the address itself; the bytes must have it. Twice is once."""
    platform = platform_of(request)
    _check_digest(sha256)
    now = platform.clock.now()
    reader = await party_of(request, sha256, now)
    platform.gate.upload(reader.actor)
    await run_in_threadpool(_check_quota, platform, reader, request.headers.get("content-length", ""))
    incoming = platform.blobs.begin(sha256, platform.settings.limits.file)
    try:
        block = bytearray()
        async for part in request.stream():
            block += part
            if len(block) >= BLOCK:
                await run_in_threadpool(incoming.write, bytes(block))
                block.clear()
        await run_in_threadpool(incoming.write, bytes(block))
        await run_in_threadpool(incoming.finish)
    finally:
        incoming.drop()
    await run_in_threadpool(_keep, platform, sha256, reader.actor, incoming.size, now)
    return Response(status_code=201)


@router.api_route("/{sha256}", methods=["GET", "HEAD"])
async def get(request: Request, sha256: str) -> Response:
    """The file, whole or by `Range`."""
    platform = platform_of(request)
    _check_digest(sha256)
    now = platform.clock.now()
    reader = await reader_of(request, b"", now)
    path = await run_in_threadpool(_find, platform, reader, sha256, now)
    headers = {"ETag": f'"{sha256}"', "Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def _check_digest(sha256: str) -> None:
    if not _DIGEST.match(sha256):
        raise Refused("file-unknown", "Ask for a file by its SHA-256 in lower-case hex.")


def _check_quota(platform: Platform, reader: Reader, length: str) -> None:
    limits = platform.settings.limits
    wanted = int(length) if length.isdigit() else 0
    if wanted > limits.file:
        raise Refused(
            "file-too-large", "Make the file smaller, or split it.", rule="L-208", size=wanted, limit=limits.file
        )
    with platform.database.read() as session:
        held = session.scalar(select(func.sum(FileRow.size)).where(FileRow.owner == reader.actor)) or 0
    if held + wanted > limits.quota:
        raise Refused("quota-exceeded", "Ask the operator for more room.", held=held, limit=limits.quota)


def _keep(platform: Platform, sha256: str, owner: str, size: int, now: datetime) -> None:
    with platform.database.write() as session:
        if session.get(FileRow, (sha256, owner)) is None:
            session.add(FileRow(sha256=sha256, owner=owner, size=size, t=to_millis(now)))


def _find(platform: Platform, reader: Reader, sha256: str, now: datetime) -> Path:
    with platform.database.read() as session:
        reading = Reading(session, now)
        owned = bool(reader.actor) and session.get(FileRow, (sha256, reader.actor)) is not None
        uses = session.scalars(select(FileUseRow.act).where(FileUseRow.sha256 == sha256)).all()
        named = any((act := reading.act(use)) and may_read(reading, reader, act) for use in uses)
        if not owned and not named and not may_read_opened_file(reading, reader, sha256):
            # the same words whether it is absent or hidden: existence alone may be a secret before the deadline
            raise NotAllowed("file-not-visible", "Sign in as a party that may read an act naming this file.")
    path = platform.blobs.path(sha256)
    if not path.is_file():
        raise Refused("file-unknown", "Upload the file first.", sha256=sha256)
    return path
