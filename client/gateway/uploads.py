"""Upload of a sealed bid by tus 1.0: announced with its chunk hashes, sent in long stretches, resumed after any break.

While one stretch is on the line, a second thread hashes the next one for its proof; neither holds the interpreter.
Stopping is cancelling the pulse: what the server has confirmed stays, and the next call goes on from there.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from client.gateway.gateway import JSON, Gateway
from client.gateway.transport import FileBody
from offline_cache.uploads import Uploads, UploadState
from procurement.basics.problems import Refused, Unreachable
from procurement.basics.pulse import NoPulse, Pulse
from procurement.wire.endpoints import API
from procurement.wire.messages import UploadAnnouncement

TUS = {"Tus-Resumable": "1.0.0"}
STRETCH = 32 * 1024 * 1024
"""Bytes of one PATCH, about; stretches end where sealed chunks end"""
_BLOCK = 1024 * 1024
ATTEMPTS = 6
"""Breaks in a row without progress before the person is told"""


def backoff(attempt: int) -> float:
    """Seconds to wait before try number `attempt` (from 1): doubling, at most 30, with a spread of a quarter."""
    return float(min(30.0, 0.25 * 2**attempt) * random.uniform(0.75, 1.25))


class Uploader:
    def __init__(self, gateway: Gateway, states: Uploads, wait: Callable[[float], None] = time.sleep) -> None:
        self._gateway = gateway
        self._states = states
        self._wait = wait

    def upload(self, announcement: UploadAnnouncement, file: Path, pulse: Pulse | None = None) -> None:
        """Bring the whole file to the server; returns when it has confirmed the last byte.

        Raises `Unreachable` after several breaks without progress, `Cancelled` when stopped: both may be resumed.
        Raises `Tampered`/`Refused` when the server does not want these bytes.
        """
        size = file.stat().st_size
        if size != announcement.size:
            raise Refused("upload-size-differs", "Seal the bid again; the file has changed.", size=size)
        pulse = pulse or NoPulse()
        state = self._states.begin(announcement.bid, file, size, {}, announcement.hashes)
        if state.done:
            return
        breaks, before = 0, -1
        while True:
            try:
                self._carry_on(announcement, file, pulse)
                return
            except Unreachable:
                reached = self._state(announcement.bid).confirmed
                breaks = 0 if reached > before else breaks + 1
                before = max(before, reached)
                if breaks >= ATTEMPTS:
                    raise
                self._wait(backoff(breaks + 1))

    def _carry_on(self, announcement: UploadAnnouncement, file: Path, pulse: Pulse) -> None:
        url, offset = self._place(announcement)
        with ThreadPoolExecutor(1, "upload-hash") as hasher:
            stretch = _stretch(announcement, offset)
            coming = hasher.submit(_digest, file, offset, stretch)
            while offset < announcement.size:
                length, digest = stretch, coming.result()
                stretch = _stretch(announcement, offset + length)
                coming = hasher.submit(_digest, file, offset + length, stretch)
                offset = self._patch(url, FileBody(file, offset, length, pulse, offset, announcement.size), digest)
                self._states.confirmed(announcement.bid, offset)
        pulse.step(announcement.size, announcement.size)
        self._states.finished(announcement.bid)

    def _place(self, announcement: UploadAnnouncement) -> tuple[str, int]:
        """Where the upload is and how far: asked of the server, opened when it does not know it (any more)."""
        state = self._state(announcement.bid)
        if state.url:
            try:
                return state.url, self._offset(state.url)
            except Refused as problem:
                if problem.facts.get("status") not in ("404", "410"):
                    raise
        answer = self._gateway.ask(
            "POST",
            f"{API}/uploads",
            announcement.to_bytes(),
            headers={**TUS, "Content-Type": JSON, "Upload-Length": str(announcement.size)},
        )
        url = urlsplit(answer.headers.get("location", "")).path
        if not url.startswith(f"{API}/uploads/"):
            raise Unreachable("upload-without-place", "Try again later; tell the platform's operator.", url=url)
        self._states.placed(announcement.bid, url)
        return url, int(answer.headers.get("upload-offset", "0") or 0)

    def _offset(self, url: str) -> int:
        return int(self._gateway.ask("HEAD", url, headers=TUS).headers["upload-offset"])

    def _patch(self, url: str, body: FileBody, digest: str) -> int:
        headers = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": str(body.offset)}
        answer = self._gateway.ask("PATCH", url, body, headers=headers, body_sha256=digest)
        return int(answer.headers["upload-offset"])

    def _state(self, bid: str) -> UploadState:
        found = self._states.get(bid)
        if found is None:
            raise Refused("upload-unknown", "Start the upload again.", bid=bid)
        return found


def _stretch(announcement: UploadAnnouncement, offset: int) -> int:
    """Length of the PATCH that begins at `offset`: to the last chunk border within STRETCH, or to the end."""
    end = min(offset + STRETCH, announcement.size)
    if end == announcement.size or end <= announcement.prefix:
        return end - offset
    border = announcement.prefix + (end - announcement.prefix) // announcement.chunk * announcement.chunk
    return (border if border > offset else end) - offset


def _digest(file: Path, offset: int, length: int) -> str:
    state = hashlib.sha256()
    buffer = memoryview(bytearray(_BLOCK))
    with file.open("rb", buffering=0) as source:
        source.seek(offset)
        while length > 0:
            count = source.readinto(buffer[: min(length, _BLOCK)])
            if not count:
                break
            state.update(buffer[:count])
            length -= count
    return state.hexdigest()
